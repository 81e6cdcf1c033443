"""What a credential may do, and how its calls are counted."""

from datetime import datetime
from enum import StrEnum
from typing import Literal

import msgspec

from aurapromo.errors import Unauthorized


class Scope(StrEnum):
    """What a credential is allowed to do; every route names the one it asks for.

    None of them implies another: a key with `admin` alone manages keys and reads the audit, no more.
    """

    READ = "read"
    CHECKOUT = "checkout"
    WRITE = "write"
    ADMIN = "admin"


class RateClass(StrEnum):
    """The window that a call counts in; a call counts in its own class only."""

    GENERAL = "general"
    COUPON = "coupon"
    DISCOUNT = "discount"
    BULK = "bulk"


ContractName = Literal["aura", "sylius"]


class Limit(msgspec.Struct, frozen=True):
    """At most `limit` calls in a window of `window_s` seconds."""

    limit: int
    window_s: int


#: "default" takes the service's limits and "none" has none; a class that a mapping leaves out has the
#: service's.
Limits = Literal["default", "none"] | dict[RateClass, Limit]


class Caller(msgspec.Struct, frozen=True, kw_only=True):
    """Who is calling, as far as it was proven. `id` names the credential ("key:17"), never its secret."""

    id: str
    name: str
    contract: ContractName
    scopes: frozenset[Scope]
    limits: Limits = "default"


class NewKey(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked of a key to be made; `expires_at` None is never."""

    name: str
    scopes: frozenset[Scope]
    contract: ContractName = "aura"
    limits: Limits = "default"
    expires_at: datetime | None = None


class ApiKey(msgspec.Struct, frozen=True, kw_only=True):
    """A key as stored: without its secret, of which only the digest is kept. `prefix` is its visible part.

    `last_used_at` lags by up to a minute.
    """

    id: int
    prefix: str
    name: str
    contract: ContractName
    scopes: frozenset[Scope]
    limits: Limits
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None
    created_at: datetime

    def caller(self) -> Caller:
        return Caller(
            id=f"key:{self.id}",
            name=self.name,
            contract=self.contract,
            scopes=self.scopes,
            limits=self.limits,
        )


class IssuedKey(msgspec.Struct, frozen=True):
    """A new key with its secret, which nobody can show again."""

    secret: str
    key: ApiKey


class Outdated(Unauthorized):
    """A credential that we issued but that holds no longer; it is still answered in its `contract`."""

    def __init__(self, message: str, contract: ContractName) -> None:
        self.contract = contract
        super().__init__(message)


class Expired(Outdated):
    """A credential that we issued and whose time is over."""


class NoCredential(Unauthorized):
    """The call names no credential in a way that can be read."""


class TwoCredentials(Unauthorized):
    """The call names a credential in more ways than one, so that it is not clear which counts."""
