"""Splitting an amount so that the parts are its sum, over lines and over runs of equal units.

A run is `(count, value)`: so many neighbouring units of equal value. A line of a million units is
one run, and stays a few runs however often it is discounted.
"""

from collections.abc import Iterable, Iterator, Sequence

from aurapromo.engine.decision import Run

Runs = tuple[Run, ...]


def allocate(amount: int, weights: Sequence[int]) -> list[int]:
    """Shares of `amount` in proportion to `weights`, summing to it: largest remainder, then the earlier.

    No share is larger than its weight when `amount` is at most their sum. All zero without weight.
    """
    total = sum(weights)
    if total == 0:
        return [0] * len(weights)
    shares = [amount * weight // total for weight in weights]
    missing = amount - sum(shares)
    if missing:
        remainders = [amount * weight % total for weight in weights]
        by_remainder = sorted(range(len(weights)), key=remainders.__getitem__, reverse=True)
        for i in by_remainder[:missing]:
            shares[i] += 1
    return shares


def allocate_over_units(amount: int, weights: Runs) -> Runs:
    """`allocate` over single units, given and answered as runs: what is over goes to the earliest units."""
    total = value_of(weights)
    if total == 0 or amount == 0:
        return none_of(weights)
    if len(weights) == 1:
        return even(amount, weights[0][0])
    shares = [divmod(amount * weight, total) for _, weight in weights]
    missing = amount - sum(count * low for (count, _), (low, _) in zip(weights, shares, strict=True))
    raised = [0] * len(weights)
    for i in sorted(range(len(weights)), key=lambda i: -shares[i][1]):
        raised[i] = min(missing, weights[i][0])
        missing -= raised[i]
    return merged(
        run
        for (count, _), (low, _), more in zip(weights, shares, raised, strict=True)
        for run in ((more, low + 1), (count - more, low))
    )


def even(amount: int, count: int) -> Runs:
    """`amount` over `count` equal units; the first ones get what is over. A negative amount mirrors."""
    if count == 1:
        return ((1, amount),)
    sign = 1 if amount >= 0 else -1
    low, rest = divmod(abs(amount), count)
    if rest == 0:
        return ((count, sign * low),)
    return ((rest, sign * (low + 1)), (count - rest, sign * low))


def value_of(runs: Runs) -> int:
    """The sum over all units."""
    if len(runs) == 1:
        return runs[0][0] * runs[0][1]
    return sum(count * value for count, value in runs)


def none_of(runs: Runs) -> Runs:
    """Zero for every one of these units."""
    if len(runs) == 1:
        return ((runs[0][0], 0),)
    return ((sum([count for count, _ in runs]), 0),)


def merged(runs: Iterable[Run]) -> Runs:
    """The same units in as few runs as possible."""
    found: list[Run] = []
    for count, value in runs:
        if found and found[-1][1] == value:
            found[-1] = (found[-1][0] + count, value)
        elif count:
            found.append((count, value))
    return tuple(found)


def overlay(first: Runs, second: Runs) -> Iterator[tuple[int, int, int]]:
    """Both values of every unit, as `(count, first, second)`; both cover the same units."""
    others = iter(second)
    available, other = next(others)
    for length, value in first:
        count = length
        while count:
            step = min(count, available)
            yield step, value, other
            count -= step
            available -= step
            if available == 0:
                available, other = next(others, (0, 0))


def subtract(runs: Runs, off: Runs) -> Runs:
    """What is left of every unit."""
    if len(off) == 1 and off[0][1] == 0:
        return runs
    if len(runs) == 1:
        value = runs[0][1]
        return tuple([(count, value - less) for count, less in off])
    return merged((count, value - less) for count, value, less in overlay(runs, off))


def add(runs: Runs, more: Runs) -> Runs:
    """Both values of every unit together."""
    return merged((count, value + extra) for count, value, extra in overlay(runs, more))


def laid_out(pieces: Iterable[tuple[int, int, int]], quantity: int) -> Runs:
    """Runs over all units of a line from `(start, count, value)` pieces; units between them have 0."""
    runs: list[Run] = []
    position = 0
    for start, count, value in sorted(pieces):
        runs += [(start - position, 0), (count, value)]
        position = start + count
    return merged([*runs, (quantity - position, 0)])
