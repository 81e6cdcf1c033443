"""The allocator of Sylius 2.0, to the minor unit.

Over the items in proportion to their current totals, half towards zero, what is missing to the
first items whatever their weight; an item that would reach its minimum price is cut there and the
rest goes round again; then evenly over the units, each cut at its minimum price. So a rounding
surplus can raise the first item by a minor unit, and what nobody can take is lost. One thing is not
copied: a unit that is already below its minimum price stays as it is, where Sylius raises it.
"""

from collections.abc import Mapping

from aurapromo.engine.pricing.allocation import Runs, even, merged, none_of, overlay, value_of
from aurapromo.engine.pricing.state import Effect, State
from aurapromo.engine.pricing.target import Target


def spread(amount: int, target: Target, state: State) -> Effect:
    basket = state.basket
    floors = basket.floors or basket.nothing
    chosen = set(target.lines)
    weights = {line: left if line in chosen else 0 for line, left in enumerate(state.left)}
    lines = basket.cart.lines
    room = {line: left - floors[line] * lines[line].quantity for line, left in enumerate(state.left)}
    shares = above_minimum(amount, weights, room)
    units = tuple(
        [
            shared_evenly(shares[line], left, floors[line]) if shares[line] else none_of(left)
            for line, left in enumerate(state.units())
        ]
    )
    off = [value_of(runs) for runs in units]
    return Effect(off, sum(off), units=units)


def proportional(amount: int, weights: list[int]) -> list[int]:
    """Shares in proportion, half towards zero; the first ones take what is missing or over."""
    total = sum(weights)
    shares = [(2 * amount * weight + total - 1) // (2 * total) if weight else 0 for weight in weights]
    missing = amount - sum(shares)
    if missing != amount:
        step = 1 if missing > 0 else -1
        for i in range(abs(missing)):
            shares[i] += step
    return shares


def above_minimum(amount: int, weights: Mapping[int, int], room: Mapping[int, int]) -> dict[int, int]:
    """`proportional`, where no line loses more than its `room` and others take what it could not."""
    shares = dict(zip(weights, proportional(amount, list(weights.values())), strict=True))
    rest = 0
    open_room: dict[int, int] = {}
    for line, share in shares.items():
        if share >= room[line]:
            shares[line] = max(0, room[line])
            rest += share - shares[line]
        else:
            open_room[line] = room[line] - share
    if rest > 0 and open_room:
        again = above_minimum(rest, {line: weights[line] for line in open_room}, open_room)
        for line, share in again.items():
            shares[line] += share
    return shares


def shared_evenly(amount: int, left: Runs, floor: int) -> Runs:
    """The same for every unit, the first ones take what is over; no unit goes below `floor`."""
    count = sum(count for count, _ in left)
    return merged(
        (units, min(share, max(0, before - floor)))
        for units, before, share in overlay(left, even(amount, count))
    )
