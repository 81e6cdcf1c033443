"""A small contract with one route of every sort, on a real server."""

import socket
import threading
import time
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any, Self

import httpx
import msgspec
import pytest
import uvicorn
from msgspec import Meta
from prometheus_client import CollectorRegistry

from aurapromo.access.model import Caller, ContractName, Outdated, RateClass, Scope
from aurapromo.api.aura.problems import ProblemBody, render
from aurapromo.api.http.application import Service, build
from aurapromo.api.http.contract import Answer, Contract, Problem
from aurapromo.api.http.guards import Allowance, Attempt, Guards, Perform
from aurapromo.api.http.operate import Check
from aurapromo.api.http.route import Call, Chunks, Handler, Raw, Reply, Route
from aurapromo.errors import Conflict, FieldError, NotFound, Unauthorized, Unavailable

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)


class Shelf:
    """The toy's composition root."""

    def __init__(self) -> None:
        self.ready = True
        self.left = 2


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    product_id: Annotated[int, Meta(ge=1, description="The shop's id of the product", examples=[7])]
    quantity: Annotated[int, Meta(ge=1, le=999, description="How many", examples=[2])]
    unit_price: Annotated[float, Meta(ge=0, le=1e6, description="Price of one", examples=[29.99])]
    subtotal: Annotated[float, Meta(ge=0, le=1e9, description="Price of all", examples=[59.98])]

    def problems(self) -> Iterable[FieldError]:
        if round(self.quantity * self.unit_price * 100) != round(self.subtotal * 100):
            yield FieldError(("subtotal",), "must be the quantity times the unit price")


class Cart(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    order_items: Annotated[list[Line], Meta(min_length=1, max_length=1000, description="The lines")]
    customer_id: Annotated[int | str | None, Meta(description="The shop's id of the customer")] = None
    colour: Annotated[Colour, Meta(description="Of the wrapping")] = Colour.RED
    placed_at: Annotated[
        Annotated[datetime, Meta(tz=True)] | None,
        Meta(description="When it was placed", examples=["2026-01-31T09:00:00Z"]),
    ] = None
    metadata: Annotated[dict[str, Any], Meta(description="Anything else")] = {}


class Wrapping(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    colour: Annotated[Colour, Meta(description="Of the paper")] = Colour.RED


class Priced(msgspec.Struct, frozen=True):
    discount_amount: Annotated[float, Meta(description="What is taken off", examples=[15.0])]
    at: Annotated[datetime, Meta(description="When it was worked out", examples=["2026-01-31T12:00:00Z"])]
    placed_at: Annotated[datetime | None, Meta(description="When the cart was placed")] = None
    caller: Annotated[str, Meta(description="Who asked", examples=["ours"])] = ""


class Filter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    page: Annotated[int, Meta(ge=1, description="Which page", examples=[1])] = 1
    active: Annotated[bool | None, Meta(description="Only those that are, or are not")] = None
    colour: Annotated[Colour | None, Meta(description="Only of this colour")] = None
    since: Annotated[Annotated[datetime, Meta(tz=True)] | None, Meta(description="Only those made since")] = (
        None
    )
    promotion_ids: Annotated[list[int], Meta(description="Only these", examples=[[1, 2]])] = []


class Seen(msgspec.Struct, frozen=True):
    name: Annotated[str, Meta(description="What was understood", examples=["7"])]


async def price(call: Call[Shelf, None, Cart], promotion_id: int) -> Priced:
    if promotion_id == 404:
        raise NotFound("There is no promotion 404")
    return Priced(15.0, call.now, call.body.placed_at, call.caller.id)


async def listing(call: Call[Shelf, Filter, None]) -> Filter:
    return call.query


async def named(call: Call[Shelf, None, None], name: str) -> Seen:
    return Seen(name)


async def active(call: Call[Shelf, None, None]) -> Seen:
    return Seen("the active ones")


async def take(call: Call[Shelf, None, None]) -> Reply[Seen]:
    if call.app.left == 0:
        raise Conflict("Nothing is left")
    call.app.left -= 1
    return Reply(Seen(f"{call.app.left} left"), status=201, headers=(("X-Left", str(call.app.left)),))


async def remove(call: Call[Shelf, None, None]) -> None:
    return None


async def broken(call: Call[Shelf, None, None]) -> Seen:
    raise ZeroDivisionError("a secret of ours")


async def away(call: Call[Shelf, None, None]) -> Seen:
    raise Unavailable("The database is away", retry_after_s=7)


async def export(call: Call[Shelf, None, None]) -> Raw:
    async def rows() -> AsyncIterator[bytes]:
        yield b"a,b\n"
        yield b"1,2\n"

    return Raw(rows(), "text/csv")


async def load(call: Call[Shelf, None, Chunks]) -> Seen:
    return Seen(str(sum([len(chunk) async for chunk in call.body])))


async def wrap(call: Call[Shelf, None, Wrapping]) -> Wrapping:
    return call.body


async def ping(call: Call[Shelf, None, None]) -> Seen:
    return Seen(call.caller.id)


def row(method: str, path: str, handler: Handler, scope: Scope | None, **rest: Any) -> Route:
    return Route(
        method, path, handler, scope=scope, summary=f"{handler.__name__} of things", tag="things", **rest
    )


A_CART = {
    "order_items": [{"product_id": 7, "quantity": 2, "unit_price": 29.99, "subtotal": 59.98}],
    "customer_id": 456,
}

TOY = Contract(
    name="aura",
    title="Toy",
    version="1",
    description="Routes of every sort",
    prefixes=("/api/v1", "/toy/api/v1"),
    render=render,
    problem_body=ProblemBody,
    tags={"things": "What there is"},
    routes=(
        row(
            "POST",
            "/promotions/{promotion_id}/price",
            price,
            Scope.CHECKOUT,
            rate=RateClass.DISCOUNT,
            idempotent=False,
            errors=(404,),
            examples={"one line": A_CART},
        ),
        row("GET", "/promotions", listing, Scope.READ),
        row("GET", "/promotions/active", active, Scope.READ),
        row("GET", "/promotions/{name}", named, Scope.READ),
        row("POST", "/take", take, Scope.WRITE, status=201, errors=(409,)),
        row("DELETE", "/things", remove, Scope.ADMIN, status=204),
        row("GET", "/broken", broken, None),
        row("GET", "/away", away, None),
        row("GET", "/export.csv", export, Scope.READ, produces="text/csv"),
        row("POST", "/import", load, Scope.WRITE, media=("text/csv",), body_limit=2_000_000),
        row("POST", "/wrap", wrap, Scope.WRITE, body_optional=True, rate=RateClass.BULK),
        row("GET", "/ping", ping, None, public=True),
    ),
)


def terse(problem: Problem) -> Answer:
    return Answer(problem.kind.status, msgspec.json.encode({"code": problem.kind.status}), problem.headers)


#: A second contract on the same paths, with its own words for errors.
TWIN = Contract(
    name="sylius",
    title="Twin",
    version="1",
    description="The other face",
    prefixes=("/api/v1", "/twin/api/v1"),
    render=terse,
    problem_body=ProblemBody,
    tags={"things": "What there is"},
    routes=(row("GET", "/twins/{name}", named, Scope.READ),),
)


def credential(name: str, contract: ContractName, *scopes: Scope) -> Caller:
    return Caller(id=name, name=name, contract=contract, scopes=frozenset(scopes))


KEYS = {
    b"Bearer ours": credential("ours", "aura", *Scope),
    b"Bearer reader": credential("reader", "aura", Scope.READ),
    b"Bearer spent": credential("spent", "aura", *Scope),
    b"Bearer twin": credential("twin", "sylius", Scope.READ),
}


async def authenticate(headers: Mapping[bytes, bytes], query: bytes, now: datetime) -> Caller:
    given = headers.get(b"authorization", b"")
    if given == b"Bearer old twin":
        raise Outdated("The key has expired", "sylius")
    if given not in KEYS:
        raise Unauthorized("Send a key as Authorization: Bearer <key>")
    return KEYS[given]


async def limit(caller: Caller, rate: RateClass, now: datetime) -> Allowance:
    headers = ((b"x-ratelimit-class", rate.encode()),)
    return Allowance(headers, retry_after_s=30 if caller.id == "spent" else None)


class Kept:
    """Remembers answers by key, as the real guard does in the database."""

    def __init__(self) -> None:
        self._answers: dict[bytes, Answer] = {}

    async def __call__(self, attempt: Attempt, perform: Perform) -> Answer:
        known = attempt.call.id
        if known not in self._answers:
            self._answers[known] = await perform()
        return self._answers[known]


class Server:
    """The application on a free port of the loopback, and what it logged."""

    def __init__(self, service: Service) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        config = uvicorn.Config(build(service), log_level="error", lifespan="off")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],))

    def __enter__(self) -> Self:
        self._thread.start()
        while not self._server.started:
            time.sleep(0.01)
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join()
        self._socket.close()

    def client(self, **headers: str) -> httpx.Client:
        return httpx.Client(base_url=f"http://127.0.0.1:{self.port}", headers=headers, trust_env=False)


@pytest.fixture(scope="session")
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture(scope="session")
def service(shelf: Shelf) -> Service:
    async def ready() -> list[Check]:
        return [Check("shelf", shelf.ready)]

    return Service(
        app=shelf,
        contracts=(TOY, TWIN),
        anonymous="aura",
        guards=Guards(authenticate=authenticate, limit=limit, once=Kept()),
        clock=lambda: NOON,
        ready=ready,
        registry=CollectorRegistry(),
    )


@pytest.fixture(scope="session")
def server(service: Service) -> Iterator[Server]:
    with Server(service) as running:
        yield running


@pytest.fixture
def ours(server: Server) -> Iterator[httpx.Client]:
    """A client whose key may do everything."""
    with server.client(authorization="Bearer ours") as client:
        yield client


@pytest.fixture
def stranger(server: Server) -> Iterator[httpx.Client]:
    """A client without a key."""
    with server.client() as client:
        yield client
