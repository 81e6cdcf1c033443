"""One row of a contract's table: a path, the handler behind it, and what it asks of a caller."""

from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import KW_ONLY, dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, Final, Generic, NamedTuple, TypeVar, get_args, get_origin, get_type_hints

import msgspec

from aurapromo.access.model import Caller, RateClass, Scope
from aurapromo.idempotency.model import Identity

App = TypeVar("App")
Query = TypeVar("Query")
Body = TypeVar("Body")
Value = TypeVar("Value")

MEBIBYTE: Final = 1024 * 1024
RETRIABLE: Final = ("POST", "PUT", "PATCH")


class Chunks:
    """A body that is read while it arrives (an import): annotate the body so and iterate over it, once.

    `media_type` is the one of the route's that the caller named, the first of them when none was named;
    an empty body may come with any.
    """

    def __init__(self, pieces: AsyncIterator[bytes], media_type: str) -> None:
        self.media_type = media_type
        self._pieces = pieces

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._pieces


class Call(msgspec.Struct, Generic[App, Query, Body], frozen=True, kw_only=True):
    """What a handler is given, decoded and checked.

    `query` and `body` are None where the handler's annotation says None. `now` is aware, in UTC, and
    was read once for this request. The `caller` of a public route may be nobody, without scopes.
    `identity` tells the call from all others when it came with an Idempotency-Key. `headers` have their
    names in lower case.
    """

    app: App
    caller: Caller
    query: Query
    body: Body
    request_id: str
    now: datetime
    identity: Identity | None = None
    headers: Mapping[bytes, bytes] = {}


class Reply(msgspec.Struct, Generic[Value], frozen=True):
    """An answer whose status or headers vary; others return the bare value."""

    value: Value
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()


class Raw(msgspec.Struct, frozen=True):
    """An answer that is not JSON: bytes, or a stream of them (a CSV export, a picture)."""

    content: bytes | AsyncIterable[bytes]
    media_type: str
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()


# The path's parameters follow the call as keyword arguments, which Callable cannot spell;
# `Route` compares their names and types with the path instead.
Handler = Callable[..., Awaitable[Any]]


class Signature(NamedTuple):
    """What the annotations of a handler say."""

    query: Any
    body: Any
    answer: Any
    path: Mapping[str, Any]


@dataclass(frozen=True)
class Route:
    """One row of a contract's table.

    The types of query, body, answer and path parameters are the handler's own annotations, so the
    document and the decoder can never disagree with the code:

        async def read(call: Call[App, None, None], promotion_id: int) -> PromotionOut: ...

    `scope` None means any valid credential; `public` asks for none. `idempotent` says that a call may
    be repeated with an Idempotency-Key, by default POST, PUT and PATCH unless public or with a streamed
    body; `own_record` that its use case keeps the answer itself, beside its effect; `secrets` are fields of
    the answer that a repetition does not show again. A `body_optional` that is absent reads as `{}`. A body
    annotated `bytes` or `Chunks` is handed over as it comes, of one of the `media` types. An answer
    annotated `Raw` is of type `produces`. `also` are further statuses of success, `errors` those that the
    use case itself refuses with. `examples` are bodies that the server accepts, by the title of the case.
    """

    method: str
    path: str
    handler: Handler
    _: KW_ONLY
    scope: Scope | None
    summary: str
    tag: str
    description: str = ""
    rate: RateClass = RateClass.GENERAL
    idempotent: bool | None = None
    own_record: bool = False
    secrets: tuple[str, ...] = ()
    status: int = 200
    public: bool = False
    media: tuple[str, ...] = ("application/json",)
    body_optional: bool = False
    body_limit: int = MEBIBYTE
    produces: str = "application/json"
    also: tuple[int, ...] = ()
    errors: tuple[int, ...] = ()
    examples: Mapping[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        named = set(parameters(self.path))
        if named != set(self.signature.path):
            raise TypeError(f"{self.path} and {self.handler.__qualname__} name different parameters")

    @cached_property
    def signature(self) -> Signature:
        return signature(self.handler)

    @property
    def query(self) -> Any:
        return self.signature.query

    @property
    def body(self) -> Any:
        return self.signature.body

    @property
    def answer(self) -> Any:
        return self.signature.answer

    @property
    def repeatable(self) -> bool:
        if self.idempotent is None:
            return self.method in RETRIABLE and not self.public and self.body is not Chunks
        return self.idempotent


def parameters(path: str) -> list[str]:
    """The names in braces, in order."""
    return [step[1:-1] for step in path.split("/") if step.startswith("{")]


def signature(handler: Handler) -> Signature:
    """The types that a handler declares; NoneType where it takes or gives nothing.

    Raises TypeError where the first parameter is not a `Call` or an annotation is missing.
    """
    hints = get_type_hints(handler, include_extras=True)
    answer = hints.pop("return")
    call = hints.pop(next(iter(hints)))
    if get_origin(call) is not Call:
        raise TypeError(f"{handler.__qualname__} must take a Call first")
    _, query, body = get_args(call)
    if get_origin(answer) is Reply:
        (answer,) = get_args(answer)
    return Signature(query, body, answer, hints)
