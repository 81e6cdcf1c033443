"""Make, list, look up and revoke API keys."""

from datetime import datetime, timedelta
from typing import Final

from aurapromo.access import keys, store
from aurapromo.access.model import ApiKey, IssuedKey, NewKey, Scope
from aurapromo.errors import Forbidden, NotFound, invalid
from aurapromo.platform.database import Conn

LAST: Final = 2**63 - 1  # above every id
USE_NOTED_EVERY: Final = timedelta(minutes=1)


async def create(
    tx: Conn, new: NewKey, *, held: frozenset[Scope], entropy: bytes, now: datetime
) -> IssuedKey:
    """Make a key on behalf of someone who has the scopes `held` (the operator at the shell: all).

    Raises Forbidden when it would be allowed more than its maker, Invalid when it has no scope or has
    expired already.
    """
    if not new.scopes:
        raise invalid("scopes", message="must not be empty")
    if beyond := sorted(new.scopes - held):
        raise Forbidden(f"A key cannot hand out scopes that it does not have: {', '.join(beyond)}")
    if new.expires_at is not None and new.expires_at <= now:
        raise invalid("expires_at", message="must lie in the future")
    secret = keys.secret(new.contract, entropy)
    stored = await store.insert(tx, new, digest=keys.digest(secret), prefix=keys.prefix(secret), now=now)
    return IssuedKey(secret, stored)


async def newest(conn: Conn, *, before: int | None, limit: int) -> list[ApiKey]:
    """Keys, newest first, revoked ones too; only ids below `before` when it is given."""
    return await store.newest(conn, before=LAST if before is None else before, limit=limit)


async def revoke(tx: Conn, key_id: int, *, now: datetime) -> None:
    """End a key for good; once more changes nothing. Raises NotFound.

    Processes that have the key cached go on accepting it for up to `key_cache_s`; the own one does not
    after `Authenticator.forget`.
    """
    if not await store.revoke(tx, key_id, now):
        raise NotFound(f"There is no API key {key_id}")


async def look_up(conn: Conn, digest: bytes, *, now: datetime) -> ApiKey | None:
    """The key with this digest, whatever its state; notes that it is in use, at most once a minute."""
    found = await store.by_digest(conn, digest)
    if found is None or found.revoked_at is not None:
        return found
    if found.last_used_at is None or found.last_used_at <= now - USE_NOTED_EVERY:
        await store.touch(conn, found.id, now)
    return found
