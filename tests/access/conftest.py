"""Keys on a fresh database, with a clock and a stop watch that stand still until they are moved."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import httpx
import pytest
import pytest_asyncio
from prometheus_client import CollectorRegistry

from aurapromo.access import keys, service
from aurapromo.access.authenticator import Authenticator
from aurapromo.access.model import Caller, NewKey, Scope
from aurapromo.api.aura.keys import ROUTES
from aurapromo.api.aura.problems import ProblemBody, render
from aurapromo.api.http.application import Service, build
from aurapromo.api.http.contract import Contract
from aurapromo.api.http.guards import Guards
from aurapromo.api.http.operate import Check
from aurapromo.platform.database import Database

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
TTL_S = 5.0


@dataclass
class Moment:
    """Both clocks at once."""

    now: datetime = field(default=NOON)
    seconds: float = 0.0

    def __call__(self) -> datetime:
        return self.now

    def monotonic(self) -> float:
        return self.seconds

    def move(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        self.seconds += seconds


@dataclass(frozen=True)
class Application:
    database: Database
    authenticator: Authenticator


class Issue:
    """Makes keys as the operator at the shell does."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._made = 0

    async def __call__(
        self, *scopes: Scope, name: str = "a key", expires_at: datetime | None = None
    ) -> tuple[int, str]:
        """Id and secret of a new key; without scopes it gets them all."""
        self._made += 1
        wanted = NewKey(name=name, scopes=frozenset(scopes or Scope), expires_at=expires_at)
        entropy = self._made.to_bytes(keys.ENTROPY_BYTES)
        async with self._database.writing() as tx:
            issued = await service.create(tx, wanted, held=frozenset(Scope), entropy=entropy, now=NOON)
        return issued.key.id, issued.secret


@pytest.fixture
def clock() -> Moment:
    return Moment()


@pytest.fixture
def issue(database: Database) -> Issue:
    return Issue(database)


@pytest.fixture
def authenticator(database: Database, clock: Moment) -> Authenticator:
    return Authenticator(database, ttl_s=TTL_S, monotonic=clock.monotonic)


async def ready() -> list[Check]:
    return []


@pytest_asyncio.fixture
async def client(
    database: Database, authenticator: Authenticator, clock: Moment
) -> AsyncIterator[httpx.AsyncClient]:
    """A client without a key of a service that asks for one."""

    async def authenticate(headers: Mapping[bytes, bytes], query: bytes, now: datetime) -> Caller:
        return await authenticator.authenticate(keys.bearer(headers.get(b"authorization")), now)

    contract = Contract(
        name="aura",
        title="Aura",
        version="1",
        description="Keys",
        prefixes=("/api/v1",),
        routes=ROUTES,
        render=render,
        problem_body=ProblemBody,
        tags={"keys": "Keys"},
    )
    application = build(
        Service(
            app=Application(database, authenticator),
            contracts=[contract],
            anonymous="aura",
            guards=Guards(authenticate=authenticate),
            clock=clock,
            ready=ready,
            registry=CollectorRegistry(),
        )
    )
    transport = httpx.ASGITransport(application)
    async with httpx.AsyncClient(transport=transport, base_url="http://shop/api/v1") as found:
        yield found
