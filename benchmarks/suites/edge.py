"""One call over HTTP against the least that an ASGI function can do for the same JSON."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from benchmarks.harness import servers
from benchmarks.harness.report import Row, Sheet
from benchmarks.harness.rounds import Contestant, Effort, alternating, middle, ratio
from benchmarks.harness.servers import Served

GOAL: Final = 0.5
CLIENTS: Final = (32, 64)

SUMMER: Final[dict[str, Any]] = {
    "name": "Summer Sale",
    "promotion_type": "percentage_discount",
    "discount_type": "percentage",
    "discount_value": 25,
    "maximum_discount_amount": 100,
    "minimum_order_amount": 50,
    "start_date": "2020-01-01T00:00:00Z",
    "end_date": "2099-01-01T00:00:00Z",
}
ITEM: Final = {"product_id": 1, "quantity": 2, "unit_price": 29.99, "subtotal": 59.98, "category_id": 5}
CART: Final = json.dumps({"order_items": [ITEM], "customer_id": 456})


def run(effort: Effort) -> list[Sheet]:
    """Both hot calls, beside a bare function with the same answer and body."""
    with servers.databases(["edge"]) as (url,), servers.aurapromo(url) as ours:
        ours.fill([SUMMER])
        return [
            _compared(ours, path, effort) for path in ("/promotions/1/calculate-discount", "/evaluations")
        ]


def _compared(ours: Served, path: str, effort: Effort) -> Sheet:
    answer = ours.answer(path, CART)
    with servers.bare(answer, "msgspec") as quick, servers.bare(answer, "json") as usual:
        running = {"bare, msgspec": quick, "bare, json": usual, "aurapromo": ours}
        rows = [
            row for connections in CLIENTS for row in _rows(running, path, effort, connections=connections)
        ]
    return Sheet(
        title=f"POST {path}",
        columns=(
            "server",
            "clients",
            "answers/s",
            "ours to it",
            "server µs",
            "its to ours",
            "p99 ms",
            "client",
        ),
        rows=tuple(rows),
        notes=(
            f"Goal: at least {GOAL} of the bare function's throughput.",
            "Server µs: its processor time per answer, which neighbours on the machine disturb least.",
            "Client: share of its own core that the load generator used.",
        ),
    )


def _rows(running: Mapping[str, Served], path: str, effort: Effort, *, connections: int) -> Iterator[Row]:
    contestants = {name: Contestant(one.request(path, CART), one.pid) for name, one in running.items()}
    loads = alternating(contestants, effort, connections=connections)
    ours = loads["aurapromo"]
    for name, found in loads.items():
        load = middle(found)
        time = (load.server_us, load.server_us / middle(ours).server_us)
        yield (name, connections, load.per_second, ratio(ours, found), *time, load.p99_ms, load.client_busy)
