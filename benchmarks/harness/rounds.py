"""Measuring side by side: every round takes each contestant once, so that a noisy moment meets all."""

from collections.abc import Awaitable, Callable, Mapping
from statistics import median
from typing import Final, TypeVar

import msgspec
from benchmarks.harness import load
from benchmarks.harness.load import Load, Request

CONNECTIONS: Final = 32

Key = TypeVar("Key")
Thing = TypeVar("Thing")


class Effort(msgspec.Struct, frozen=True, kw_only=True):
    """How long to measure; what is not `thorough` leaves sizes out and is for a first look."""

    rounds: int = 7
    seconds: float = 2.0
    batches: int = 25
    shops: int = 200
    thorough: bool = True


QUICK: Final = Effort(rounds=3, seconds=1.0, batches=5, shops=20, thorough=False)


class Contestant(msgspec.Struct, frozen=True):
    request: Request
    server_pid: int


def alternating(
    contestants: Mapping[str, Contestant], effort: Effort, *, connections: int = CONNECTIONS
) -> dict[str, list[Load]]:
    """The loads of all rounds by contestant, after one that warms up and is not kept."""
    found: dict[str, list[Load]] = {name: [] for name in contestants}
    for at in range(effort.rounds + 1):
        for name, one in contestants.items():
            seconds = effort.seconds if at else min(effort.seconds, 1.0)
            measured = load.apply(one.request, one.server_pid, connections=connections, seconds=seconds)
            if at:
                found[name].append(measured)
    return found


def middle(loads: list[Load]) -> Load:
    """The median of each figure."""
    return Load(**{name: median([getattr(one, name) for one in loads]) for name in Load.__struct_fields__})


def ratio(ours: list[Load], base: list[Load]) -> float:
    """The median over the rounds of our throughput to theirs, in the same round."""
    return median([one.per_second / other.per_second for one, other in zip(ours, base, strict=True)])


async def alternately(
    contestants: Mapping[Key, Thing], measure: Callable[[Thing], Awaitable[float]], rounds: int
) -> dict[Key, float]:
    """The median of what `measure` gives for each, taken in turn; the first round is not kept."""
    found: dict[Key, list[float]] = {key: [] for key in contestants}
    for at in range(rounds + 1):
        for key, thing in contestants.items():
            measured = await measure(thing)
            if at:
                found[key].append(measured)
    return {key: median(values) for key, values in found.items()}
