"""Who is calling: an API key or an OAuth token, in the header or, for Sylius' clients, in the address."""

from collections.abc import Mapping
from datetime import datetime

from aurapromo.access import keys
from aurapromo.access.model import Caller, TwoCredentials
from aurapromo.api.http.guards import Authenticate
from aurapromo.api.reading.query import pairs
from aurapromo.app import App

PARAMETER = "access_token"


def guard(app: App) -> Authenticate:
    """Raises Unauthorized."""

    async def authenticate(headers: Mapping[bytes, bytes], query: bytes, now: datetime) -> Caller:
        token = token_of(headers.get(b"authorization"), query)
        if keys.well_formed(token):
            return await app.authenticator.authenticate(token, now)
        return await app.tokens.authenticate(token, now)

    return authenticate


def token_of(authorization: bytes | None, query: bytes) -> str:
    """The one token that a call names; raises NoCredential and TwoCredentials."""
    if PARAMETER.encode() not in query:
        return keys.bearer(authorization)
    named = [value for name, value in pairs(query) if name == PARAMETER and value]
    if not named:
        return keys.bearer(authorization)
    if len(named) > 1 or (authorization or b"").lower().startswith(b"bearer "):
        raise TwoCredentials("Only one method may be used to authenticate at a time")
    return named[0]
