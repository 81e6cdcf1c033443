"""Actions on every filtered unit, each on its own."""

from collections.abc import Callable

from aurapromo.engine.actions import FixedPrice, UnitFixedDiscount, UnitPercentageDiscount
from aurapromo.engine.decision import Reason
from aurapromo.engine.pricing.allocation import Runs
from aurapromo.engine.pricing.largest_remainder import cut
from aurapromo.engine.pricing.money import share_of
from aurapromo.engine.pricing.state import Effect, State
from aurapromo.engine.pricing.target import Target, capped


def unit_percentage(action: UnitPercentageDiscount, target: Target, state: State) -> Effect | Reason:
    """Of the unit's original price, rounded per unit."""
    lines = state.basket.cart.lines
    percentage = action.percentage or 0

    def off(line: int) -> Callable[[int], int]:
        amount = share_of(lines[line].unit_price, percentage)
        return lambda left: min(amount, left)

    return every_unit(off, action.cap, target, state)


def unit_fixed(action: UnitFixedDiscount, target: Target, state: State) -> Effect | Reason:
    amount = action.amount or 0
    if amount == 0:
        return Reason.ROUNDS_TO_NOTHING
    return every_unit(lambda _line: lambda left: min(amount, left), action.cap, target, state)


def unit_price(action: FixedPrice, target: Target, state: State) -> Effect | Reason:
    """Every unit costs `amount`, unless it already costs less."""
    price = action.amount
    return every_unit(lambda _line: lambda left: max(0, left - price), action.cap, target, state)


def every_unit(
    off: Callable[[int], Callable[[int], int]], cap: int | None, target: Target, state: State
) -> Effect | Reason:
    """`off(line)(left)` from every unit of the target's lines, at most down to its minimum price."""
    if not target.lines:
        return Reason.NO_MATCHING_ITEMS
    floors = state.basket.floors or state.basket.nothing
    units = state.units()
    wanted: dict[int, Runs] = {}
    for line in target.lines:
        off_unit, floor = off(line), floors[line]
        wanted[line] = tuple(
            [(count, max(0, min(off_unit(left), left - floor))) for count, left in units[line]]
        )
    effect = cut(wanted, capped(state.room, cap), state)
    return effect if effect.discount or target.counts_without_effect else Reason.NOTHING_LEFT
