"""OAuth in PostgreSQL; one function, one statement. `demo` says whether rows of the demo count."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, LiteralString

import msgspec

from aurapromo.oauth.model import Client, NewClient, NewUser, Token, User
from aurapromo.platform import database as db
from aurapromo.platform.database import Conn


async def insert_client(tx: Conn, new: NewClient, *, secret_hash: str, now: datetime) -> bool:
    """Store a client; False when its id is taken."""
    query: LiteralString = """
        INSERT INTO oauth_client (client_id, secret_hash, scopes, grants, demo, created_at)
        VALUES (%(client_id)s, %(secret_hash)s, %(scopes)s, %(grants)s, %(demo)s, %(now)s)
            ON CONFLICT DO NOTHING
        """
    lists = {"scopes": sorted(new.scopes), "grants": sorted(new.grants)}
    return await db.execute(
        tx, query, client_id=new.client_id, demo=new.demo, secret_hash=secret_hash, now=now, **lists
    ) == 1  # fmt: skip


async def insert_user(tx: Conn, new: NewUser, *, password_hash: str, now: datetime) -> bool:
    """Store a user; False when the name is taken."""
    query: LiteralString = """
        INSERT INTO app_user (username, password_hash, role, demo, created_at)
        VALUES (%(username)s, %(password_hash)s, %(role)s, %(demo)s, %(now)s)
            ON CONFLICT DO NOTHING
        """
    return await db.execute(
        tx, query, username=new.username, role=new.role, demo=new.demo, password_hash=password_hash, now=now
    ) == 1  # fmt: skip


async def client(conn: Conn, client_id: str, *, demo: bool) -> Client | None:
    query: LiteralString = """
        SELECT id, client_id, secret_hash, scopes, grants FROM oauth_client
         WHERE client_id = %(client_id)s AND (%(demo)s OR NOT demo)
        """
    found = await db.mappings(conn, query, client_id=client_id, demo=demo)
    return msgspec.convert(found[0], Client) if found else None


async def user(conn: Conn, username: str, *, demo: bool) -> User | None:
    query: LiteralString = """
        SELECT id, username, password_hash, role FROM app_user
         WHERE lower(username) = lower(%(username)s) AND (%(demo)s OR NOT demo)
        """
    found = await db.mappings(conn, query, username=username, demo=demo)
    return msgspec.convert(found[0], User) if found else None


async def user_by_id(conn: Conn, user_id: int) -> User | None:
    query: LiteralString = "SELECT id, username, password_hash, role FROM app_user WHERE id = %(id)s"
    found = await db.mappings(conn, query, id=user_id)
    return msgspec.convert(found[0], User) if found else None


async def insert_tokens(tx: Conn, rows: Sequence[dict[str, Any]]) -> None:
    """Store tokens; a digest that is there already stays as it is."""
    query: LiteralString = """
        INSERT INTO oauth_token (digest, kind, client, app_user, scopes, demo, created_at, expires_at)
        VALUES (%(digest)s, %(kind)s, %(client)s, %(app_user)s, %(scopes)s, %(demo)s, %(now)s, %(expires_at)s)
            ON CONFLICT DO NOTHING
        """
    await db.execute_many(tx, query, rows)


async def token(conn: Conn, digest: bytes, *, demo: bool) -> Token | None:
    query: LiteralString = """
        SELECT t.kind, t.client, c.client_id, t.app_user, u.username, t.scopes, t.expires_at, t.revoked_at
          FROM oauth_token t
          JOIN oauth_client c ON c.id = t.client
          LEFT JOIN app_user u ON u.id = t.app_user
         WHERE t.digest = %(digest)s AND (%(demo)s OR NOT t.demo AND NOT c.demo)
        """
    found = await db.mappings(conn, query, digest=digest, demo=demo)
    return msgspec.convert(found[0], Token) if found else None


async def revoke(tx: Conn, digest: bytes, *, now: datetime) -> bool:
    """End a token; False when it has ended before or never was, so that only one can use it up."""
    query: LiteralString = """
        UPDATE oauth_token SET revoked_at = %(now)s WHERE digest = %(digest)s AND revoked_at IS NULL
        """
    return await db.execute(tx, query, digest=digest, now=now) == 1


async def sweep(tx: Conn, *, before: datetime) -> int:
    """Delete tokens that expired before a moment; how many."""
    return await db.execute(tx, "DELETE FROM oauth_token WHERE expires_at < %(before)s", before=before)


async def failures(conn: Conn, client: int, username: str, *, since: datetime) -> datetime | None:
    """When the present row of wrong passwords began if it has used up its tries; None while it has not."""
    query: LiteralString = """
        SELECT since FROM oauth_failure
         WHERE client = %(client)s AND username = lower(%(username)s) AND since > %(since)s AND failures >= 10
        """
    found: datetime | None = await db.value(conn, query, client=client, username=username, since=since)
    return found


async def note_failure(tx: Conn, client: int, username: str, *, now: datetime, since: datetime) -> None:
    """Count a wrong password; a row that began before `since` begins anew."""
    query: LiteralString = """
        INSERT INTO oauth_failure AS kept (client, username, since, failures)
        VALUES (%(client)s, lower(%(username)s), %(now)s, 1)
            ON CONFLICT (client, username) DO UPDATE SET
               since = CASE WHEN kept.since > %(since)s THEN kept.since ELSE excluded.since END,
               failures = CASE WHEN kept.since > %(since)s THEN kept.failures + 1 ELSE 1 END
        """
    await db.execute(tx, query, client=client, username=username, now=now, since=since)


async def forget_failures(tx: Conn, client: int, username: str) -> None:
    query: LiteralString = """
        DELETE FROM oauth_failure WHERE client = %(client)s AND username = lower(%(username)s)
        """
    await db.execute(tx, query, client=client, username=username)
