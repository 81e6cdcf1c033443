"""Clients, users and tokens of OAuth 2.0, as far as a machine that calls this service needs them."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

import msgspec

from aurapromo.access.model import Scope
from aurapromo.errors import Malformed

ACCESS_LASTS: Final = timedelta(hours=1)
REFRESH_LASTS: Final = timedelta(days=14)


class Grant(StrEnum):
    """How a client may come by a token."""

    PASSWORD = "password"  # noqa: S105 the name of a grant
    REFRESH = "refresh_token"
    CLIENT = "client_credentials"


class Role(StrEnum):
    """What a user is in the shop."""

    ADMIN = "admin"
    MANAGER = "manager"
    VIEWER = "viewer"


SCOPES_OF: Final[Mapping[Role, frozenset[Scope]]] = {
    Role.ADMIN: frozenset(Scope),
    Role.MANAGER: frozenset({Scope.READ, Scope.CHECKOUT, Scope.WRITE}),
    Role.VIEWER: frozenset({Scope.READ}),
}


class NewClient(msgspec.Struct, frozen=True, kw_only=True):
    """A client to be made. A `demo` one counts only while the server runs with demo data."""

    client_id: str
    secret: str
    scopes: frozenset[Scope]
    grants: frozenset[Grant]
    demo: bool = False


class NewUser(msgspec.Struct, frozen=True, kw_only=True):
    """A user to be made; names are compared without case."""

    username: str
    password: str
    role: Role
    demo: bool = False


class Client(msgspec.Struct, frozen=True, kw_only=True):
    """A stored client."""

    id: int
    client_id: str
    secret_hash: str
    scopes: frozenset[Scope]
    grants: frozenset[Grant]


class User(msgspec.Struct, frozen=True, kw_only=True):
    """A stored user."""

    id: int
    username: str
    password_hash: str
    role: Role


class Token(msgspec.Struct, frozen=True, kw_only=True):
    """A stored token with the names of its client and user; `expires_at` None is never."""

    kind: str
    client: int
    client_id: str
    app_user: int | None
    username: str | None
    scopes: frozenset[Scope]
    expires_at: datetime | None
    revoked_at: datetime | None


class Asked(msgspec.Struct, frozen=True):
    """What a request for a token says; None where it says nothing. Long names are those of RFC 6749."""

    grant_type: str | None = None
    client_id: str | None = None
    client_secret: str | None = None
    username: str | None = None
    password: str | None = None
    refresh_token: str | None = None
    scope: str | None = None


class Issued(msgspec.Struct, frozen=True):
    """New tokens. `scope` is what was asked for; without a user there is no refresh token."""

    access_token: str
    scope: str | None
    refresh_token: str | None


class Refused(Malformed):
    """No token is issued; `error` is the code of RFC 6749, section 5.2."""

    code = "OAUTH_REFUSED"

    def __init__(self, error: str, description: str) -> None:
        self.error = error
        super().__init__(description)


class TooManyFailures(Refused):
    """So many wrong passwords of one user that no more are tried for `retry_after_s` seconds."""

    code = "TOO_MANY_FAILURES"

    def __init__(self, retry_after_s: int) -> None:
        self.retry_after_s = retry_after_s
        super().__init__("invalid_grant", "Too many wrong passwords; try again later")
