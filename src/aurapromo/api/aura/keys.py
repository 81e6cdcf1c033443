"""API keys over HTTP: made, listed and revoked by keys with the scope `admin`."""

import secrets
from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

from aurapromo.access import service
from aurapromo.access.keys import ENTROPY_BYTES
from aurapromo.access.model import ApiKey, ContractName, IssuedKey, Limit, Limits, NewKey, RateClass, Scope
from aurapromo.api.aura.pages import CursorPagination, CursorQuery, pagination
from aurapromo.api.http.route import Call, Route
from aurapromo.app import App
from aurapromo.errors import FieldError


class Window(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many calls in which time."""

    limit: Annotated[int, Meta(ge=1, le=10**9, description="Calls in one window", examples=[1000])]
    window_s: Annotated[int, Meta(ge=1, le=31 * 86_400, description="Its length, seconds", examples=[3600])]


Id = Annotated[int, Meta(description="Id of the key", examples=[17])]
Prefix = Annotated[str, Meta(description="The part of the key that may be shown", examples=["ap_aura_6mY0"])]
Name = Annotated[str, Meta(min_length=1, max_length=100, description="What it is for", examples=["Web shop"])]
Contract = Annotated[
    ContractName, Meta(description="Contract in which it is answered on shared paths", examples=["aura"])
]
Scopes = Annotated[
    list[Scope],
    Meta(
        min_length=1,
        max_length=16,
        description="What it may do; none implies another, `admin` is for keys and the audit",
        examples=[["read", "checkout"]],
    ),
]
RateLimits = Annotated[
    Literal["default", "none"] | dict[RateClass, Window],
    Meta(
        description="Rate limits: the default ones, none, or its own by class (the others stay default)",
        examples=["default", {"discount": {"limit": 100_000, "window_s": 3600}}],
        extra_json_schema={"propertyNames": {"enum": list(RateClass)}},
    ),
]
Expires = Annotated[
    Annotated[datetime, Meta(tz=True)] | None,
    Meta(description="From when it is refused (null = never)", examples=["2027-01-01T00:00:00Z"]),
]
Created = Annotated[datetime, Meta(description="When it was made", examples=["2026-01-01T12:00:00Z"])]


class KeyIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A key to be made."""

    name: Name
    scopes: Scopes
    contract: Contract = "aura"
    limits: RateLimits = "default"
    expires_at: Expires = None

    def problems(self) -> Iterator[FieldError]:
        if not self.name.strip():
            yield FieldError(("name",), "must not be blank")

    def new_key(self) -> NewKey:
        return NewKey(
            name=self.name,
            scopes=frozenset(self.scopes),
            contract=self.contract,
            limits=_limits(self.limits),
            expires_at=self.expires_at,
        )


class KeyOut(msgspec.Struct, frozen=True, kw_only=True):
    """A key, without its secret."""

    id: Id
    prefix: Prefix
    name: Name
    contract: Contract
    scopes: Scopes
    limits: RateLimits
    expires_at: Expires
    created_at: Created
    revoked_at: Annotated[
        datetime | None, Meta(description="When it was revoked", examples=["2026-03-01T12:00:00Z"])
    ]
    last_used_at: Annotated[
        datetime | None,
        Meta(description="When it was last used, to the minute", examples=["2026-02-01T12:00:00Z"]),
    ]


class KeyIssued(msgspec.Struct, frozen=True, kw_only=True):
    """A new key. This is the only time that its secret is shown."""

    id: Id
    key: Annotated[
        str | None,
        Meta(
            description="The key itself; null when an Idempotency-Key repeats this answer",
            examples=["ap_aura_6mY0vCqzJ3tW8nRk1xB5dH7fLs2pGe4Qu"],
        ),
    ]
    prefix: Prefix
    name: Name
    contract: Contract
    scopes: Scopes
    limits: RateLimits
    expires_at: Expires
    created_at: Created


class KeyPage(msgspec.Struct, frozen=True):
    """Keys, newest first, revoked ones too."""

    items: Annotated[list[KeyOut], Meta(description="The keys of this page", examples=[[]])]
    pagination: Annotated[
        CursorPagination,
        Meta(
            description="Where the list goes on",
            examples=[{"per_page": 20, "next_cursor": 17, "has_next": True}],
        ),
    ]


def _limits(given: Literal["default", "none"] | dict[RateClass, Window]) -> Limits:
    if isinstance(given, str):
        return given
    return {rate: Limit(window.limit, window.window_s) for rate, window in given.items()}


def _windows(limits: Limits) -> Literal["default", "none"] | dict[RateClass, Window]:
    if isinstance(limits, str):
        return limits
    return {rate: Window(limit.limit, limit.window_s) for rate, limit in limits.items()}


def _issued(issued: IssuedKey) -> KeyIssued:
    key = issued.key
    return KeyIssued(
        id=key.id,
        key=issued.secret,
        prefix=key.prefix,
        name=key.name,
        contract=key.contract,
        scopes=_in_order(key.scopes),
        limits=_windows(key.limits),
        expires_at=key.expires_at,
        created_at=key.created_at,
    )


def _shown(key: ApiKey) -> KeyOut:
    shown = msgspec.structs.asdict(key)
    return KeyOut(**shown | {"scopes": _in_order(key.scopes), "limits": _windows(key.limits)})


def _in_order(scopes: frozenset[Scope]) -> list[Scope]:
    return [scope for scope in Scope if scope in scopes]


async def create_key(call: Call[App, None, KeyIn]) -> KeyIssued:
    async with call.app.database.writing() as tx:
        issued = await service.create(
            tx,
            call.body.new_key(),
            held=call.caller.scopes,
            entropy=secrets.token_bytes(ENTROPY_BYTES),
            now=call.now,
        )
    return _issued(issued)


async def list_keys(call: Call[App, CursorQuery, None]) -> KeyPage:
    query = call.query
    async with call.app.database.reading() as conn:
        found = await service.newest(conn, before=query.cursor, limit=query.per_page + 1)
    shown = [_shown(key) for key in found[: query.per_page]]
    return KeyPage(shown, pagination(query, [key.id for key in found]))


async def revoke_key(call: Call[App, None, None], key_id: Id) -> None:
    async with call.app.database.writing() as tx:
        await service.revoke(tx, key_id, now=call.now)
    call.app.authenticator.forget(key_id)


ROUTES: Final[tuple[Route, ...]] = (
    Route(
        "POST",
        "/keys",
        create_key,
        scope=Scope.ADMIN,
        tag="keys",
        summary="Make an API key",
        description="The key is shown once. It cannot be given scopes that the calling key does not have.",
        status=201,
        errors=(403,),
        secrets=("key",),
        examples={"A key for the web shop": {"name": "Web shop", "scopes": ["read", "checkout"]}},
    ),
    Route("GET", "/keys", list_keys, scope=Scope.ADMIN, tag="keys", summary="List the API keys"),
    Route(
        "DELETE",
        "/keys/{key_id}",
        revoke_key,
        scope=Scope.ADMIN,
        tag="keys",
        summary="Revoke an API key",
        description="For good, and at once in the process that answers; elsewhere within a few seconds.",
        status=204,
        errors=(404,),
    ),
)
