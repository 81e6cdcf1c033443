"""Long batches: made piece by piece, by whoever is there, and never too many."""

import asyncio
from random import Random
from typing import Any

import pytest
from tests.coupons.conftest import NOON

from aurapromo.coupons import batches, service
from aurapromo.coupons.codes import UNAMBIGUOUS, shape_of
from aurapromo.coupons.model import Batch, BatchStatus, Order, Terms
from aurapromo.coupons.worker import BatchWorker
from aurapromo.errors import Unavailable
from aurapromo.platform import database as db
from aurapromo.platform.database import Database


@pytest.fixture(autouse=True)
def _small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "PIECE", 100)


async def a_batch(database: Database, promotion_id: int, count: int, **form: Any) -> Batch:
    order = Order(
        promotion_id=promotion_id,
        shape=shape_of(**form),
        count=count,
        terms=Terms(max_uses=1),
        created_by="tests",
    )
    async with database.writing() as tx:
        return await batches.start(tx, order, at_once=0, entropy=Random(1).randbytes, now=NOON)


async def count(database: Database) -> int:
    async with database.reading() as conn:
        return int(await db.value(conn, "SELECT count(*) FROM coupon"))


async def state(database: Database, batch: Batch) -> tuple[BatchStatus, int]:
    async with database.reading() as conn:
        found = await batches.get(conn, batch.id)
    return found.status, found.made


def a_worker(database: Database, seed: int = 2) -> BatchWorker:
    return BatchWorker(database, lambda: NOON, Random(seed).randbytes)


async def all_of(worker: BatchWorker) -> None:
    while await worker.step() is not None:
        pass


async def done(database: Database, batch: Batch) -> None:
    for _ in range(500):
        if (await state(database, batch))[0] is not BatchStatus.RUNNING:
            return
        await asyncio.sleep(0.02)
    raise AssertionError(await state(database, batch))


async def test_progress_is_to_be_seen_after_every_piece(database: Database, promotion_id: int) -> None:
    batch, worker = await a_batch(database, promotion_id, 250), a_worker(database)
    seen = [await state(database, batch)]
    while await worker.step() is not None:
        seen.append(await state(database, batch))
    running = BatchStatus.RUNNING
    assert seen == [(running, 0), (running, 100), (running, 200), (BatchStatus.COMPLETED, 250)]
    assert await count(database) == 250


async def test_many_workers_make_no_more_than_was_wanted(database: Database, promotion_id: int) -> None:
    made = [await a_batch(database, promotion_id, 950, prefix=prefix) for prefix in "AB"]
    await asyncio.gather(*(all_of(a_worker(database, seed)) for seed in range(6)))
    await all_of(a_worker(database, 7))  # who found all batches taken has gone home
    assert [await state(database, one) for one in made] == [(BatchStatus.COMPLETED, 950)] * 2
    assert await count(database) == 1900


class Killed(BaseException):
    """What a process is that dies before it commits."""


async def killed_at_work(database: Database) -> None:
    async with database.writing() as tx:
        await batches.go_on(tx, entropy=Random(3).randbytes, now=NOON)
        raise Killed


async def test_what_a_dead_process_has_left_another_goes_on_with(
    database: Database, promotion_id: int
) -> None:
    batch = await a_batch(database, promotion_id, 250)
    await a_worker(database).step()
    with pytest.raises(Killed):
        await killed_at_work(database)
    assert await state(database, batch) == (BatchStatus.RUNNING, 100)
    assert await count(database) == 100
    await all_of(a_worker(database, 4))
    assert await state(database, batch) == (BatchStatus.COMPLETED, 250)
    assert await count(database) == 250


async def test_nobody_waits_for_a_batch_that_somebody_works_on(database: Database, promotion_id: int) -> None:
    await a_batch(database, promotion_id, 250)
    async with database.writing() as tx:
        await batches.go_on(tx, entropy=Random(3).randbytes, now=NOON)
        assert await a_worker(database).step() is None


async def test_a_batch_whose_codes_others_take_fails_and_says_why(
    database: Database, promotion_id: int
) -> None:
    batch = await a_batch(database, promotion_id, 400, pattern="V##")
    rival = await a_batch(database, promotion_id, 15, pattern="V#V")  # overlaps in 31 codes
    async with database.writing() as tx:
        every = [(f"V{one}{two}", Terms()) for one in UNAMBIGUOUS for two in UNAMBIGUOUS]
        await service.add(tx, promotion_id, every, now=NOON)
    await all_of(a_worker(database))
    assert await state(database, batch) == (BatchStatus.FAILED, 0)
    assert await state(database, rival) == (BatchStatus.FAILED, 0)
    async with database.reading() as conn:
        assert "V##" in ((await batches.get(conn, batch.id)).error or "")


async def test_a_worker_looks_when_it_is_nudged_and_stops_at_once(
    database: Database, promotion_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aurapromo.coupons.worker.PERIOD_S", 60.0)
    worker = a_worker(database)
    worker.start()
    await asyncio.sleep(0.05)
    batch = await a_batch(database, promotion_id, 250)
    await worker.nudge()
    await done(database, batch)
    async with asyncio.timeout(5):
        await worker.stop()
    assert await count(database) == 250


async def test_a_worker_outlives_a_database_that_is_away(
    database: Database, promotion_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aurapromo.coupons.worker.PERIOD_S", 0.01)
    worker, step, tries = a_worker(database), BatchWorker.step, 0

    async def failing_twice(self: BatchWorker) -> Batch | None:
        nonlocal tries
        tries += 1
        if tries < 3:
            raise Unavailable("away")
        return await step(self)

    monkeypatch.setattr(BatchWorker, "step", failing_twice)
    batch = await a_batch(database, promotion_id, 50)
    worker.start()
    await done(database, batch)
    await worker.stop()
    assert tries >= 3
