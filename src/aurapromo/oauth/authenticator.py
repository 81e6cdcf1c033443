"""From an OAuth token to its caller; a token looked up of late is trusted for a moment."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Final, NamedTuple

from aurapromo.access import keys
from aurapromo.access.model import Caller, Expired, Outdated
from aurapromo.errors import Unauthorized
from aurapromo.oauth import service
from aurapromo.oauth.model import Token
from aurapromo.platform.database import Database

REMEMBERED: Final = 10_000
#: The literal token of Sylius' own documents; it counts only where the demo does.
SAMPLE: Final = "SampleToken"
_SHAPE: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)


class _Known(NamedTuple):
    token: Token
    caller: Caller
    until: float


class TokenAuthenticator:
    """Trusts an access token for `ttl_s` seconds of `monotonic` once it has been looked up."""

    def __init__(
        self, database: Database, *, ttl_s: float, monotonic: Callable[[], float], demo: bool
    ) -> None:
        self._database = database
        self._ttl_s = ttl_s
        self._monotonic = monotonic
        self._demo = demo
        self._known: dict[bytes, _Known] = {}

    async def authenticate(self, token: str, now: datetime) -> Caller:
        """The caller behind a token; raises Unauthorized when it is unknown, revoked or expired."""
        digest = service.digest(token)
        known = self._known.get(digest)
        if known is None or self._monotonic() >= known.until:
            known = await self._read(token, digest)
        if known.token.revoked_at is not None:
            raise Outdated("The access token has been revoked", "sylius")
        if known.token.expires_at is not None and known.token.expires_at <= now:
            raise Expired("The access token has expired", "sylius")
        return known.caller

    async def _read(self, token: str, digest: bytes) -> _Known:
        found = None
        if _SHAPE.fullmatch(token) or (self._demo and token == SAMPLE):
            async with self._database.reading() as conn:
                found = await service.look_up(conn, token, demo=self._demo)
        if found is None or found.kind != "access":
            raise Unauthorized(keys.UNKNOWN)
        known = _Known(found, caller_of(found), self._monotonic() + self._ttl_s)
        if len(self._known) >= REMEMBERED:
            self._known.clear()
        self._known[digest] = known
        return known


def caller_of(token: Token) -> Caller:
    """The client, and the user on whose behalf it calls; both together are one caller. Without limits."""
    who = token.client_id if token.username is None else f"{token.client_id}/{token.username}"
    number = "" if token.app_user is None else f".{token.app_user}"
    return Caller(
        id=f"oauth:{token.client}{number}", name=who, contract="sylius", scopes=token.scopes, limits="none"
    )
