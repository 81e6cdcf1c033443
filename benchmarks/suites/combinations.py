"""How well and how fast `best` combines promotions, against the two ways in which shops do it by hand."""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles
from typing import Final

import msgspec
from benchmarks.harness.picture import bars
from benchmarks.harness.report import Row, Sheet
from benchmarks.harness.rounds import Effort
from benchmarks.shop.random_shops import Shop, plain_shop, shop

from aurapromo.engine.decide import decide
from aurapromo.engine.decision import Decision
from aurapromo.engine.facts import NOTHING_KNOWN
from aurapromo.engine.options import Options
from aurapromo.engine.prepare import Prepared, prepare
from aurapromo.platform.clock import monotonic

NOON: Final = datetime(2026, 11, 27, 12, tzinfo=UTC)
COUNTS: Final = (10, 20, 30)
NODES: Final = 500
PICTURE: Final = Path(__file__).parents[2] / "docs" / "images" / "best-over-greedy.svg"
DRAWN: Final = 10  # promotions in the shops of the picture, where nearly every answer is proven best
EDGES: Final = (0.0, 1.0, 5.0, 10.0, 20.0, 50.0)
BUCKETS: Final = ("the same", "up to 1", "1 to 5", "5 to 10", "10 to 20", "20 to 50", "over 50")


class Comparison(msgspec.Struct, frozen=True):
    """One shop: what each way takes off (minor units), and what `best` says of itself."""

    best: int
    greedy: int
    priority: int
    optimal: bool
    bound: int
    milliseconds: float


def run(effort: Effort) -> list[Sheet]:
    """All counts of promotions, in plain shops and in those where they compete."""
    plain = {count: comparisons(plain_shop, count, effort.shops) for count in COUNTS}
    competing = {count: comparisons(shop, count, effort.shops) for count in COUNTS}
    if effort.thorough:
        PICTURE.write_text(drawn(competing[DRAWN]))
    return [
        _cost("best in plain shops", plain),
        _cost("best where promotions compete", competing),
        _gain(competing),
    ]


def comparisons(make: Callable[[int, int], Shop], count: int, shops: int) -> list[Comparison]:
    """One for each shop, the same every time."""
    return [compare(make(seed, count)) for seed in range(shops)]


def compare(one: Shop) -> Comparison:
    """The three ways on one shop."""
    offers = [prepare(promotion) for promotion in one.promotions]
    options = Options(max_promotions=one.max_promotions, node_budget=NODES, units=False)
    started = monotonic()
    best = decide(one.cart, offers, NOTHING_KNOWN, now=NOON, options=options)
    took = monotonic() - started
    return Comparison(
        off(best),
        greedy(one, offers),
        by_priority(one, offers),
        best.optimal,
        best.bound,
        took * 1000,
    )


def by_priority(one: Shop, offers: Sequence[Prepared]) -> int:
    """One promotion after the other by its priority, or the first exclusive one alone."""
    options = Options(strategy="priority", max_promotions=one.max_promotions, units=False)
    return off(decide(one.cart, offers, NOTHING_KNOWN, now=NOON, options=options))


def greedy(one: Shop, offers: Sequence[Prepared]) -> int:
    """The promotion that takes off most, then always the one that adds most, until none adds anything.

    Or an exclusive one alone, where that takes off more.
    """
    chosen: list[Prepared] = []
    free = [offer for offer in offers if not offer.promotion.exclusive]
    taken = 0
    while free:
        most, at = max((by_priority(one, [*chosen, offer]), -at) for at, offer in enumerate(free))
        if most <= taken:
            break
        chosen.append(free.pop(-at))
        taken = most
    alone = [by_priority(one, [offer]) for offer in offers if offer.promotion.exclusive]
    return max([taken, *alone])


def off(decision: Decision) -> int:
    return decision.line_discount + decision.shipping_discount


def drawn(found: list[Comparison]) -> str:
    """How often `best` takes off how much more, as a picture."""
    return bars(
        f"What best takes off beyond others ({len(found)} random shops, {DRAWN} offers)",
        "how much more discount, in percent (height: share of the shops)",
        BUCKETS,
        {
            "than by greedy choice": shares([gain(one.best, one.greedy) for one in found]),
            "than by priority alone": shares([gain(one.best, one.priority) for one in found]),
        },
    )


def shares(gains: list[float]) -> list[float]:
    """Percent of the gains in each bucket; its upper edge belongs to it."""
    places = [bisect_left(EDGES, one) for one in gains]
    return [100 * places.count(place) / len(gains) for place in range(len(BUCKETS))]


def gain(best: int, other: int) -> float:
    """How much more in percent."""
    return 100 * (best - other) / other if other else 0.0


def _cost(title: str, compared: dict[int, list[Comparison]]) -> Sheet:
    return Sheet(
        title=f"{title}, {NODES} nodes",
        columns=("promotions", "shops", "median ms", "p95 ms", "proven best, %", "to the cent, %", "gap, %"),
        rows=tuple(_cost_row(count, found) for count, found in compared.items()),
        notes=(
            "To the cent: no combination takes off more, but one of fewer promotions may take off as much.",
            "Gap: from what was found up to the stated bound, median of those that are not.",
        ),
    )


def _cost_row(count: int, found: list[Comparison]) -> Row:
    times = [one.milliseconds for one in found]
    gaps = [gain(one.bound, one.best) for one in found if one.bound > one.best]
    return (
        count,
        len(found),
        median(times),
        quantiles(times, n=20)[-1],
        100 * sum(one.optimal for one in found) / len(found),
        100 * (len(found) - len(gaps)) / len(found),
        median(gaps) if gaps else 0.0,
    )


def _gain(compared: dict[int, list[Comparison]]) -> Sheet:
    rows = [
        (count, way, *_gain_row([gain(one.best, getattr(one, way)) for one in found]))
        for count, found in compared.items()
        for way in ("greedy", "priority")
    ]
    return Sheet(
        title="What best takes off beyond the other ways",
        columns=("promotions", "against", "better in %", "worse in %", "mean more, %", "p95, %", "most, %"),
        rows=tuple(rows),
    )


def _gain_row(gains: list[float]) -> tuple[float, ...]:
    better, worse = sum(one > 0 for one in gains), sum(one < 0 for one in gains)
    shares = (100 * better / len(gains), 100 * worse / len(gains))
    return (*shares, sum(gains) / len(gains), quantiles(gains, n=20)[-1], max(gains))
