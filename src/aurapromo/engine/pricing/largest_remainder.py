"""Our own allocator: in proportion to what each line can still lose, exact to the minor unit."""

from collections.abc import Sequence

from aurapromo.engine.pricing.allocation import Runs, allocate, allocate_over_units, value_of
from aurapromo.engine.pricing.state import Effect, State
from aurapromo.engine.pricing.target import Target


def spread(amount: int, target: Target, state: State) -> Effect:
    """`amount` off the target's lines, or as much of it as they can lose above their minimum prices."""
    left = state.left
    whole = target.lines is state.basket.everything
    if state.basket.floors is not None:
        weights: Sequence[int] = [state.losable(line) for line in target.lines]
    else:
        weights = left if whole else [left[line] for line in target.lines]
    amount = min(amount, sum(weights))
    shares = allocate(amount, weights)
    return Effect(shares if whole else placed(shares, target.lines, len(left)), amount)


def placed(shares: list[int], lines: tuple[int, ...], count: int) -> list[int]:
    """The shares of some lines among all `count` lines."""
    off = [0] * count
    for line, share in zip(lines, shares, strict=True):
        off[line] = share
    return off


def cut(units: dict[int, Runs], limit: int, state: State) -> Effect:
    """Discounts wanted for units, by line; when they exceed `limit` all shrink in proportion to it."""
    wanted = {line: value_of(runs) for line, runs in units.items()}
    total = sum(wanted.values())
    if total > limit:
        shares = allocate(limit, list(wanted.values()))
        units = {
            line: allocate_over_units(share, runs)
            for (line, runs), share in zip(units.items(), shares, strict=True)
        }
        wanted = dict(zip(units, shares, strict=True))
    lines = state.basket.cart.lines
    off = [wanted.get(index, 0) for index in state.basket.everything]
    runs = tuple([units.get(index) or ((line.quantity, 0),) for index, line in enumerate(lines)])
    return Effect(off, min(total, limit), units=runs)
