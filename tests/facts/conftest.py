"""The shop's routes on a fresh database, called as a client calls them."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import httpx
import pytest
import pytest_asyncio
from prometheus_client import CollectorRegistry

from aurapromo.access.model import Caller, Scope
from aurapromo.api.aura.problems import ProblemBody, render
from aurapromo.api.aura.shop.routes import ROUTES
from aurapromo.api.http.application import Service, build
from aurapromo.api.http.contract import Contract
from aurapromo.api.http.guards import Guards
from aurapromo.api.http.operate import Check
from aurapromo.app import opened
from aurapromo.facts import service
from aurapromo.platform.database import Database
from aurapromo.platform.settings import read

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)


@dataclass
class Moment:
    """A clock that stands still until it is moved."""

    now: datetime = field(default=NOON)

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: int) -> None:
        self.now += timedelta(**by)


@pytest.fixture
def clock() -> Moment:
    return Moment()


async def everyone(headers: Mapping[bytes, bytes], query: bytes, now: datetime) -> Caller:
    return Caller(id="key:1", name="tests", contract="aura", scopes=frozenset(Scope))


async def ready() -> list[Check]:
    return []


@pytest_asyncio.fixture
async def shop(database: Database, database_url: str, clock: Moment) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a service whose default channel sells in dollars."""
    async with database.writing() as tx:
        await service.ensure_default_channel(tx, currency="USD", timezone="UTC", now=NOON)
    contract = Contract(
        name="aura",
        title="Aura",
        version="1",
        description="The shop's facts",
        prefixes=("/api/v1",),
        routes=ROUTES,
        render=render,
        problem_body=ProblemBody,
        tags={"shop": "Facts"},
    )
    async with opened(read({}, database_url=database_url), clock) as app:
        application = build(
            Service(
                app=app,
                contracts=[contract],
                anonymous="aura",
                guards=Guards(authenticate=everyone),
                clock=clock,
                ready=ready,
                registry=CollectorRegistry(),
            )
        )
        transport = httpx.ASGITransport(application)
        async with httpx.AsyncClient(transport=transport, base_url="http://shop/api/v1") as client:
            yield client
