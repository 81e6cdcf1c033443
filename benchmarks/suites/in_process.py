"""W1 without HTTP: from a decoded body to the encoded answer, on a book read from the database."""

from collections.abc import Mapping
from contextlib import AsyncExitStack
from typing import Final

import msgspec
from benchmarks.harness.report import Sheet
from benchmarks.harness.rounds import Effort, alternately
from benchmarks.shop import w1

from aurapromo.access.model import Caller
from aurapromo.api.aura.decisions.evaluate import evaluate
from aurapromo.api.aura.decisions.types import EvaluateIn
from aurapromo.api.http.route import Call
from aurapromo.app import App, opened
from aurapromo.platform import clock, log
from aurapromo.platform.settings import read
from aurapromo.promotions.keeper import BookKeeper

CALLER: Final = Caller(id="bench", name="", contract="aura", scopes=frozenset())
BATCH: Final = 200
encode: Final = msgspec.json.Encoder().encode


async def run(urls: Mapping[int, str], effort: Effort) -> list[Sheet]:
    """One application for each database, in this process."""
    log.configure("error")
    async with AsyncExitStack() as stack:
        apps = {
            size: await stack.enter_async_context(opened(read({}, database_url=url), clock.now))
            for size, url in urls.items()
        }
        decided = [await _decided(apps, effort, explain=explain) for explain in (False, True)]
        return [*decided, await _loaded(apps, effort)]


async def _decided(apps: Mapping[int, App], effort: Effort, *, explain: bool) -> Sheet:
    given = msgspec.json.decode(w1.cart(explain=explain), type=EvaluateIn)

    async def batch(app: App) -> float:
        started = clock.monotonic()
        for _ in range(BATCH):
            call = Call(app=app, caller=CALLER, query=None, body=given, request_id="", now=clock.now())
            encode(await evaluate(call))
        return (clock.monotonic() - started) / BATCH * 1e6

    found = await alternately(apps, batch, effort.batches)
    fewest = found[min(found)]
    return Sheet(
        title=f"W1 in process, explain {str(explain).lower()}",
        columns=("live promotions", "µs a decision", "times the cost of 10"),
        rows=tuple((size, took, took / fewest) for size, took in found.items()),
        notes=("With an explanation a book of up to 20 promotions is judged whole.",) if explain else (),
    )


async def _loaded(apps: Mapping[int, App], effort: Effort) -> Sheet:
    async def load(app: App) -> float:
        keeper = BookKeeper(app.database, clock.now)
        started = clock.monotonic()
        await keeper.start()
        took = clock.monotonic() - started
        await keeper.stop()
        return took * 1000

    found = await alternately(apps, load, effort.rounds)
    return Sheet(
        title="Reading the book at the start of a process",
        columns=("live promotions", "ms"),
        rows=tuple(found.items()),
    )
