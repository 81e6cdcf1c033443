"""Clients, users and the tokens that they are given."""

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec

from aurapromo.access.model import Scope
from aurapromo.errors import Conflict, invalid
from aurapromo.oauth import passwords, store
from aurapromo.oauth.model import (
    ACCESS_LASTS,
    REFRESH_LASTS,
    SCOPES_OF,
    Asked,
    Client,
    Grant,
    Issued,
    NewClient,
    NewUser,
    Refused,
    Token,
    TooManyFailures,
    User,
)
from aurapromo.platform.database import Conn, Database

TOKEN_BYTES: Final = 32
#: Ten wrong passwords of one user through one client within this time, and the rest of it is waited for.
FAILURES_COUNT: Final = timedelta(minutes=15)
WRONG_PASSWORD: Final = "Invalid username and password combination"  # noqa: S105 a message
#: Grants of RFC 6749 that no client here has, beside those that are URIs.
FOREIGN: Final = ("authorization_code", "token", "http://", "https://", "urn:")

#: That many random bytes, from a source that cannot be predicted.
Entropy = Callable[[int], bytes]


class NameTaken(Conflict):
    """There is a client or user with this name already."""

    code = "NAME_TAKEN"


class Desk(msgspec.Struct, frozen=True):
    """Where tokens are asked for. `demo`: whether the credentials of the demo count."""

    database: Database
    entropy: Entropy
    demo: bool


async def create_client(tx: Conn, new: NewClient, *, now: datetime) -> None:
    """Raises NameTaken, and Invalid for an empty id or secret."""
    for name in ("client_id", "secret"):
        if not getattr(new, name):
            raise invalid(name, message="must not be empty")
    secret_hash = await passwords.hashed(new.secret)
    if not await store.insert_client(tx, new, secret_hash=secret_hash, now=now):
        raise NameTaken(f"There is a client {new.client_id} already")


async def create_user(tx: Conn, new: NewUser, *, now: datetime) -> None:
    """Raises NameTaken, and Invalid for an empty name or password."""
    for name in ("username", "password"):
        if not getattr(new, name):
            raise invalid(name, message="must not be empty")
    password_hash = await passwords.hashed(new.password)
    if not await store.insert_user(tx, new, password_hash=password_hash, now=now):
        raise NameTaken(f"There is a user {new.username} already")


async def ensure(tx: Conn, client: NewClient, user: NewUser, *, now: datetime) -> None:
    """Add the client and the user of the demo unless their names are taken."""
    if await store.client(tx, client.client_id, demo=True) is None:
        await create_client(tx, client, now=now)
    if await store.user(tx, user.username, demo=True) is None:
        await create_user(tx, user, now=now)


def digest(token: str) -> bytes:
    """What is stored of a token: it is made of 256 random bits, so slowness would add nothing."""
    return hashlib.sha256(token.encode()).digest()


async def look_up(conn: Conn, token: str, *, demo: bool) -> Token | None:
    """The token, whatever its state."""
    return await store.token(conn, digest(token), demo=demo)


async def revoke(tx: Conn, token: str, *, now: datetime) -> bool:
    """End a token before its time; whether it was in force. Who has it cached trusts it a little longer."""
    return await store.revoke(tx, digest(token), now=now)


async def put_token(tx: Conn, token: str, *, client_id: str, username: str, now: datetime) -> None:
    """Let the demo's user come with this token for ever; nothing changes when it may already."""
    client = await store.client(tx, client_id, demo=True)
    user = await store.user(tx, username, demo=True)
    if client is not None and user is not None:
        row = _row(token, "access", client, user, SCOPES_OF[user.role])
        await store.insert_tokens(tx, [row | {"demo": True, "now": now, "expires_at": None}])


async def issue(desk: Desk, asked: Asked, *, now: datetime) -> Issued:
    """Tokens for whoever has proven to be a client, and a user where the grant is about one.

    Raises Refused with the errors of RFC 6749, and TooManyFailures.
    """
    kind = asked.grant_type or ""
    if kind not in GRANTS and not kind.startswith(FOREIGN):
        raise Refused("invalid_request", "Invalid grant_type parameter or parameter missing")
    client = await _client(desk, asked)
    if kind not in client.grants:
        raise Refused("unauthorized_client", "The grant type is unauthorized for this client_id")
    user, scopes = await GRANTS[Grant(kind)](desk, client, asked, now)
    wanted = _wanted(asked.scope, scopes)
    access, refresh = desk.entropy(TOKEN_BYTES).hex(), desk.entropy(TOKEN_BYTES).hex()
    rows = [_row(access, "access", client, user, wanted) | {"expires_at": now + ACCESS_LASTS}]
    if user is not None:
        rows.append(_row(refresh, "refresh", client, user, wanted) | {"expires_at": now + REFRESH_LASTS})
    async with desk.database.writing() as tx:
        await store.sweep(tx, before=now - REFRESH_LASTS)
        await store.insert_tokens(tx, [row | {"now": now, "demo": False} for row in rows])
    return Issued(access, asked.scope or None, None if user is None else refresh)


def _row(
    token: str, kind: str, client: Client, user: User | None, scopes: frozenset[Scope]
) -> dict[str, Any]:
    return {
        "digest": digest(token),
        "kind": kind,
        "client": client.id,
        "app_user": None if user is None else user.id,
        "scopes": sorted(scopes),
    }


def _wanted(asked: str | None, allowed: frozenset[Scope]) -> frozenset[Scope]:
    names = frozenset((asked or "").split())
    if not names <= allowed:
        raise Refused("invalid_scope", "An unsupported scope was requested.")
    return frozenset(Scope(name) for name in names) or allowed


async def _client(desk: Desk, asked: Asked) -> Client:
    if not asked.client_id:
        raise Refused("invalid_client", "Client id was not found in the headers or body")
    async with desk.database.reading() as conn:
        found = await store.client(conn, asked.client_id, demo=desk.demo)
    stored = None if found is None else found.secret_hash
    if not await passwords.matches(stored, asked.client_secret or "") or found is None:
        raise Refused("invalid_client", "The client credentials are invalid")
    return found


Proven = tuple[User | None, frozenset[Scope]]


async def _by_password(desk: Desk, client: Client, asked: Asked, now: datetime) -> Proven:
    if not asked.username or not asked.password:
        raise Refused("invalid_request", 'Missing parameters. "username" and "password" required')
    async with desk.database.reading() as conn:
        blocked = await store.failures(conn, client.id, asked.username, since=now - FAILURES_COUNT)
        user = await store.user(conn, asked.username, demo=desk.demo)
    if blocked is not None:
        raise TooManyFailures(int((blocked + FAILURES_COUNT - now).total_seconds()) + 1)
    right = await passwords.matches(None if user is None else user.password_hash, asked.password)
    async with desk.database.writing() as tx:
        if not right or user is None:
            await store.note_failure(tx, client.id, asked.username, now=now, since=now - FAILURES_COUNT)
        else:
            await store.forget_failures(tx, client.id, asked.username)
    if not right or user is None:
        raise Refused("invalid_grant", WRONG_PASSWORD)
    return user, client.scopes & SCOPES_OF[user.role]


async def _by_refresh(desk: Desk, client: Client, asked: Asked, now: datetime) -> Proven:
    if not asked.refresh_token:
        raise Refused("invalid_request", 'No "refresh_token" parameter found')
    async with desk.database.writing() as tx:
        token = await store.token(tx, digest(asked.refresh_token), demo=desk.demo)
        if token is None or token.kind != "refresh" or token.client != client.id or token.app_user is None:
            raise Refused("invalid_grant", "Invalid refresh token")
        if token.expires_at is not None and token.expires_at <= now:
            raise Refused("invalid_grant", "Refresh token has expired")
        _wanted(asked.scope, token.scopes)
        user = await store.user_by_id(tx, token.app_user)
        if user is None or not await store.revoke(tx, digest(asked.refresh_token), now=now):
            raise Refused("invalid_grant", "Invalid refresh token")
    return user, token.scopes & client.scopes & SCOPES_OF[user.role]


async def _by_itself(_desk: Desk, client: Client, _asked: Asked, _now: datetime) -> Proven:
    return None, client.scopes


GRANTS: Final[Mapping[Grant, Callable[[Desk, Client, Asked, datetime], Awaitable[Proven]]]] = {
    Grant.PASSWORD: _by_password,
    Grant.REFRESH: _by_refresh,
    Grant.CLIENT: _by_itself,
}
