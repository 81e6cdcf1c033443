"""The work W1: what a decision costs among 10 to 10,000 live promotions, and what these cost in memory."""

import asyncio
from collections.abc import Mapping
from contextlib import ExitStack
from typing import Final

from benchmarks.harness import servers
from benchmarks.harness.load import Load
from benchmarks.harness.machine import LOAD_CORE, on_core, resident_mib
from benchmarks.harness.report import Row, Sheet
from benchmarks.harness.rounds import Contestant, Effort, alternating, middle, ratio
from benchmarks.harness.servers import Served
from benchmarks.shop import w1
from benchmarks.suites import in_process

GOAL: Final = 1.5
MEMORY_GOAL_MIB: Final = 250
SIZES: Final = (10, 100, 1_000, 10_000)
QUICK_SIZES: Final = (10, 1_000)
PATH: Final = "/evaluations"
#: Evaluations of the same work on a machine like ours, measured before aurapromo was written.
ELSEWHERE: Final = (
    "Evaluations a second among 1,000 promotions elsewhere, on such a machine: "
    "Medusa 5, Vendure 4-7, Saleor 0.5, django-oscar 0.08."
)


def run(effort: Effort) -> list[Sheet]:
    """All sizes side by side: a database and a server for each."""
    sizes = SIZES if effort.thorough else QUICK_SIZES
    with ExitStack() as stack:
        urls = dict(
            zip(sizes, stack.enter_context(servers.databases([f"w1_{n}" for n in sizes])), strict=True)
        )
        for size, url in urls.items():
            with servers.aurapromo(url) as filling:
                filling.fill(w1.promotions(size))
        running = {size: stack.enter_context(servers.aurapromo(url)) for size, url in urls.items()}
        started = {size: resident_mib(one.pid) for size, one in running.items()}
        over_http = [_over_http(running, effort, explain=explain) for explain in (False, True)]
        memory = _memory(running, started)
        with on_core(LOAD_CORE):
            inside = asyncio.run(in_process.run(urls, effort))
    return [*over_http, *inside, memory]


def _over_http(running: Mapping[int, Served], effort: Effort, *, explain: bool) -> Sheet:
    body = w1.cart(explain=explain)
    for one in running.values():
        w1.check(one.answer(PATH, body))
    loads = alternating(
        {str(size): Contestant(one.request(PATH, body), one.pid) for size, one in running.items()}, effort
    )
    fewest = loads[str(min(running))]
    return Sheet(
        title=f"W1 over HTTP, 32 clients, explain {str(explain).lower()}",
        columns=("live promotions", "decisions/s", "times the cost of 10", "server µs", "p99 ms"),
        rows=tuple(_row(size, found, fewest) for size, found in loads.items()),
        notes=(f"Goal: at most {GOAL} times.", ELSEWHERE),
    )


def _row(size: str, found: list[Load], fewest: list[Load]) -> Row:
    load = middle(found)
    return (int(size), load.per_second, 1 / ratio(found, fewest), load.server_us, load.p99_ms)


def _memory(running: Mapping[int, Served], started: Mapping[int, float]) -> Sheet:
    return Sheet(
        title="Memory of the server process",
        columns=("live promotions", "after the start, MiB", "after the load above, MiB"),
        rows=tuple((size, started[size], resident_mib(one.pid)) for size, one in running.items()),
        notes=(f"Goal: under {MEMORY_GOAL_MIB} MiB with 10,000.",),
    )
