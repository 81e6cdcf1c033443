"""From a token to its caller, without a database on the way of most calls."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Final, NamedTuple

from aurapromo.access import keys, service
from aurapromo.access.model import ApiKey, Caller
from aurapromo.errors import Unauthorized
from aurapromo.platform.database import Database

CACHED_KEYS: Final = 10_000


class _Known(NamedTuple):
    key: ApiKey
    caller: Caller
    until: float


class Authenticator:
    """Trusts a key that it has looked up for `ttl_s` seconds of `monotonic`; keeps `size` keys at most.

    One per process. Unknown tokens are not remembered, so they cannot push out good keys; many calls
    with one key that come while it is being looked up share one statement.
    """

    def __init__(
        self,
        database: Database,
        *,
        ttl_s: float,
        monotonic: Callable[[], float],
        size: int = CACHED_KEYS,
    ) -> None:
        self._database = database
        self._ttl_s = ttl_s
        self._monotonic = monotonic
        self._size = size
        self._known: dict[bytes, _Known] = {}
        self._reads: dict[bytes, asyncio.Task[ApiKey | None]] = {}

    async def authenticate(self, token: str, now: datetime) -> Caller:
        """The caller behind a token; raises Unauthorized when it is unknown, revoked or expired."""
        digest = keys.digest(token)
        known = self._known.get(digest)
        if known is not None and self._monotonic() < known.until:
            keys.admitted(known.key, now)
            return known.caller
        if not keys.well_formed(token):
            raise Unauthorized(keys.UNKNOWN)
        return keys.admitted(await self._shared_read(digest, now), now).caller()

    def forget(self, key_id: int) -> None:
        """Look this key up again at its next call; to be called after a revocation is committed."""
        self._known = {digest: known for digest, known in self._known.items() if known.key.id != key_id}
        # What is being read right now may have been read before the commit.
        self._reads.clear()

    async def _shared_read(self, digest: bytes, now: datetime) -> ApiKey | None:
        read = self._reads.get(digest)
        if read is None:
            read = self._reads[digest] = asyncio.create_task(self._read(digest, now))
        # One caller who leaves must not take the answer away from the others.
        return await asyncio.shield(read)

    async def _read(self, digest: bytes, now: datetime) -> ApiKey | None:
        try:
            async with self._database.reading() as conn:
                key = await service.look_up(conn, digest, now=now)
            if key is not None and self._reads.get(digest) is asyncio.current_task():
                self._keep(digest, key)
            return key
        finally:
            if self._reads.get(digest) is asyncio.current_task():
                del self._reads[digest]

    def _keep(self, digest: bytes, key: ApiKey) -> None:
        self._known.pop(digest, None)
        if len(self._known) >= self._size:
            del self._known[next(iter(self._known))]
        self._known[digest] = _Known(key, key.caller(), self._monotonic() + self._ttl_s)
