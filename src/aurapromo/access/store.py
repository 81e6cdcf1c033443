"""API keys in PostgreSQL; one function, one statement."""

from datetime import datetime
from typing import Any, LiteralString

import msgspec
from psycopg.types.json import Json

from aurapromo.access.model import ApiKey, NewKey
from aurapromo.platform import database as db
from aurapromo.platform.database import Conn


async def insert(tx: Conn, new: NewKey, *, digest: bytes, prefix: str, now: datetime) -> ApiKey:
    query: LiteralString = """
        INSERT INTO api_key (digest, prefix, name, contract, scopes, limits, expires_at, created_at)
        VALUES (%(digest)s, %(prefix)s, %(name)s, %(contract)s, %(scopes)s, %(limits)s,
                %(expires_at)s, %(now)s)
        RETURNING *
        """
    values = msgspec.structs.asdict(new) | {"scopes": sorted(new.scopes), "limits": Json(new.limits)}
    (found,) = await db.mappings(tx, query, **values, digest=digest, prefix=prefix, now=now)
    return _key(found)


async def by_digest(conn: Conn, digest: bytes) -> ApiKey | None:
    found = await db.mappings(conn, "SELECT * FROM api_key WHERE digest = %(digest)s", digest=digest)
    return _key(found[0]) if found else None


async def newest(conn: Conn, *, before: int, limit: int) -> list[ApiKey]:
    """Keys with ids below `before`, newest first, revoked ones too."""
    query: LiteralString = "SELECT * FROM api_key WHERE id < %(before)s ORDER BY id DESC LIMIT %(limit)s"
    return [_key(found) for found in await db.mappings(conn, query, before=before, limit=limit)]


async def revoke(tx: Conn, key_id: int, now: datetime) -> bool:
    """Mark as revoked, once; whether there is such a key."""
    query: LiteralString = "UPDATE api_key SET revoked_at = COALESCE(revoked_at, %(now)s) WHERE id = %(id)s"
    return await db.execute(tx, query, id=key_id, now=now) == 1


async def touch(conn: Conn, key_id: int, now: datetime) -> None:
    """Note a use, unless another process has noted one in the last minute."""
    query: LiteralString = """
        UPDATE api_key SET last_used_at = %(now)s
         WHERE id = %(id)s AND (last_used_at IS NULL OR last_used_at <= %(now)s - interval '1 minute')
        """
    await db.execute(conn, query, id=key_id, now=now)


def _key(found: dict[str, Any]) -> ApiKey:
    return msgspec.convert(found, ApiKey)
