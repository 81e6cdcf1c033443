"""Processes and databases that die under load: every answer that was given stands, and none twice."""

import asyncio
import os
import random
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.api.aura.world import item
from tests.conftest import Server
from tests.redemptions.world import Shop, broken_laws, crowd, limited, stored

from aurapromo.platform import migrate
from aurapromo.platform.postgres.embedded import EmbeddedPostgres

LIMIT = 250
TRIES = 300
CLIENTS = 24

Answers = dict[int, tuple[int, dict[str, Any]]]


class Rush:
    """Checkouts under keys, each tried until somebody answers it for good.

    After `strike_after` answers `strike` is called once, in the middle of everything.
    """

    def __init__(
        self, urls: list[str], key: str, promotion_id: int, *, strike_after: int, strike: Callable[[], None]
    ) -> None:
        self.answers: Answers = {}
        self._urls = urls
        self._headers = {"Authorization": f"Bearer {key}"}
        self._body = {"order_items": [item(quantity=2)], "promotion_ids": [promotion_id]}
        self._left = strike_after
        self._strike = strike

    async def run(self) -> Answers:
        async with httpx.AsyncClient(headers=self._headers, trust_env=False, timeout=60) as client:
            await crowd(CLIENTS, range(TRIES), lambda number: self._until_answered(client, number))
        return self.answers

    async def again(self, url: str) -> Answers:
        """Every checkout once more under its key, at one server."""
        found: Answers = {}
        async with httpx.AsyncClient(headers=self._headers, trust_env=False, timeout=60) as client:

            async def attempt(number: int) -> None:
                answer = await self._post(client, url, number)
                found[number] = (answer.status_code, answer.json())

            await crowd(CLIENTS, range(TRIES), attempt)
        return found

    async def _until_answered(self, client: httpx.AsyncClient, number: int) -> None:
        for turn in range(200):
            url = self._urls[(number + turn) % len(self._urls)]
            try:
                answer = await self._post(client, url, number)
            except httpx.TransportError:
                await asyncio.sleep(0.02)
                continue
            if answer.status_code != 503:
                break
            await asyncio.sleep(0.1)
        self.answers[number] = (answer.status_code, answer.json())
        self._left -= 1
        if self._left == 0:
            self._strike()

    async def _post(self, client: httpx.AsyncClient, url: str, number: int) -> httpx.Response:
        return await client.post(
            f"{url}/api/v1/orders/crash-{number}/apply-discount",
            json=self._body,
            headers={"Idempotency-Key": f"crash-{number}"},
        )


def redemption_ids(answers: Answers) -> set[str]:
    """The redemptions that somebody was told of."""
    return {
        body["promotions_applied"][0]["redemption_id"] for status, body in answers.values() if status == 200
    }


def without_moment(answers: Answers) -> Answers:
    """Problems tell when they were told."""
    return {
        number: (status, {name: value for name, value in body.items() if name != "timestamp"})
        for number, (status, body) in answers.items()
    }


def check(rush: Rush, url: str, database_url: str) -> None:
    answers = rush.answers
    assert sorted(answers) == list(range(TRIES))
    assert sorted(status for status, _ in answers.values()) == [200] * LIMIT + [409] * (TRIES - LIMIT)
    kept = {str(row[0]) for row in stored(database_url, "SELECT id FROM redemption WHERE state = 'redeemed'")}
    assert redemption_ids(answers) == kept
    assert without_moment(asyncio.run(rush.again(url))) == without_moment(answers)
    assert broken_laws(database_url) == {}


ROUNDS = [
    pytest.param(0, id="once"),
    *[pytest.param(seed, marks=pytest.mark.soak, id=f"round {seed}") for seed in range(1, 11)],
]


@pytest.mark.parametrize("seed", ROUNDS)
def test_a_process_is_killed_under_load(serve: Callable[[], Server], database_url: str, seed: int) -> None:
    victim, survivor = serve(), serve()
    with survivor.client() as client:
        promotion_id = Shop(client).live(limited(max_uses=LIMIT))
    rush = Rush(
        [victim.base_url, survivor.base_url],
        survivor.key,
        promotion_id,
        strike_after=random.Random(seed).randrange(20, 150),
        strike=lambda: victim.process.send_signal(signal.SIGKILL),
    )
    asyncio.run(rush.run())
    assert victim.process.wait(10) == -signal.SIGKILL
    check(rush, survivor.base_url, database_url)


def crash(database_url: str) -> None:
    """PostgreSQL answers the death of one of its processes by ending all others, and recovers."""
    query = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    os.kill(random.choice(stored(database_url, query))[0], signal.SIGKILL)


@pytest.fixture
def own_postgres(tmp_path: Path) -> Iterator[str]:
    """A migrated database on a PostgreSQL that no other test uses."""
    with EmbeddedPostgres(tmp_path / "postgres", settings={"fsync": "off"}) as running:
        migrate.upgrade(running.url)
        yield running.url


@pytest.mark.parametrize("seed", ROUNDS)
def test_postgres_crashes_under_load(own_postgres: str, tmp_path: Path, seed: int) -> None:
    with Server(own_postgres, tmp_path / "log") as server:
        with server.client() as client:
            promotion_id = Shop(client).live(limited(max_uses=LIMIT))
        rush = Rush(
            [server.base_url],
            server.key,
            promotion_id,
            strike_after=random.Random(seed).randrange(20, 150),
            strike=lambda: crash(own_postgres),
        )
        asyncio.run(rush.run())
        check(rush, server.base_url, own_postgres)
