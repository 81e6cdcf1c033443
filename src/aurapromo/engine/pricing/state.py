"""What is left of a cart while promotions take their turns. States are never changed, only followed."""

from collections.abc import Sequence

import msgspec

from aurapromo.engine.cart import Cart
from aurapromo.engine.pricing.allocation import (
    Runs,
    add,
    allocate_over_units,
    subtract,
    value_of,
)


class Basket(msgspec.Struct, frozen=True):
    """What every state of one cart shares. Amounts are minor units.

    `floors` is the minimum price of one unit of each line, None when every line may go to zero.
    `nothing` is no discount on any line.
    """

    cart: Cart
    subtotals: tuple[int, ...]
    floors: tuple[int, ...] | None
    everything: tuple[int, ...]
    nothing: tuple[int, ...]
    total: int


class Effect(msgspec.Struct, frozen=True):
    """What one action takes off: per line, per shipment, and as a credit.

    `units` is given by actions that work on units; without it the lines' discounts are split over
    the units in proportion to what each can lose. `used` marks the units that a buy-x-get-y or a
    bundle has used up, with 1.
    """

    lines: Sequence[int]
    discount: int
    shipping: Sequence[int] | None = None
    shipping_discount: int = 0
    credit: int = 0
    units: tuple[Runs, ...] | None = None
    used: tuple[Runs, ...] | None = None


class State(msgspec.Struct):
    """What is left of each line and shipment, and how much the lines may lose in all (`room`).

    The units' share is worked out when somebody asks, since most carts are decided without it.
    """

    basket: Basket
    left: Sequence[int]
    shipping: Sequence[int]
    room: int
    used: tuple[Runs, ...] | None = None
    before: "State | None" = None
    effect: Effect | None = None
    known_units: tuple[Runs, ...] | None = None
    known_off: tuple[Runs, ...] | None = None

    def after(self, effect: Effect) -> "State":
        """The state once `effect` has been taken."""
        left, shipping, used = self.left, self.shipping, self.used
        if effect.lines is not self.basket.nothing:
            left = [now - off for now, off in zip(left, effect.lines, strict=True)]
        if effect.shipping is not None:
            shipping = [now - off for now, off in zip(shipping, effect.shipping, strict=True)]
        if effect.used is not None:
            used = both_used(used, effect.used)
        return State(self.basket, left, shipping, self.room - effect.discount, used, self, effect)

    def units(self) -> tuple[Runs, ...]:
        """What is left of every unit of every line. Remembered, for it does not change."""
        later: list[State] = []
        state = self
        while state.known_units is None and state.before is not None:
            later.append(state)
            state = state.before
        if state.known_units is None:
            state.known_units = tuple(
                [((line.quantity, line.unit_price),) for line in self.basket.cart.lines]
            )
        units = state.known_units
        for state in reversed(later):
            if off := state.off_units(units):
                units = tuple([subtract(runs, less) for runs, less in zip(units, off, strict=True)])
            state.known_units = units
        return units

    def off_units(self, before: tuple[Runs, ...]) -> tuple[Runs, ...] | None:
        """What the last effect took off every unit, given what was left; None when lines lost nothing."""
        if self.known_off is None and self.effect is not None:
            self.known_off = units_of(self.effect, before, self.basket)
        return self.known_off

    def losable(self, line: int) -> int:
        """How much the line may still lose: down to its minimum price, never below zero."""
        floors = self.basket.floors
        if floors is None or floors[line] == 0:
            return self.left[line]
        return value_of(above_floor(self.units()[line], floors[line]))


def start(cart: Cart) -> State:
    """The cart before any discount; `prior_discount` limits what the lines may lose."""
    lines = cart.lines
    subtotals = tuple([line.quantity * line.unit_price for line in lines])
    floors = tuple([line.minimum_price for line in lines])
    total = sum(subtotals)
    basket = Basket(
        cart,
        subtotals,
        floors if any(floors) else None,
        tuple(range(len(lines))),
        (0,) * len(lines),
        total,
    )
    return State(basket, subtotals, cart.shipping, max(0, total - cart.prior_discount))


def units_of(effect: Effect, units: tuple[Runs, ...], basket: Basket) -> tuple[Runs, ...] | None:
    """The discount of every unit, given what was left of them before; None when lines lose nothing."""
    if effect.units is not None or effect.lines is basket.nothing:
        return effect.units
    if basket.floors is not None:
        units = tuple([above_floor(*pair) for pair in zip(units, basket.floors, strict=True)])
    return tuple([allocate_over_units(off, runs) for off, runs in zip(effect.lines, units, strict=True)])


def above_floor(runs: Runs, floor: int) -> Runs:
    """What each unit may lose down to `floor`."""
    if floor == 0:
        return runs
    return tuple([(count, max(0, left - floor)) for count, left in runs])


def both_used(before: tuple[Runs, ...] | None, now: tuple[Runs, ...]) -> tuple[Runs, ...]:
    if before is None:
        return now
    return tuple([add(earlier, later) for earlier, later in zip(before, now, strict=True)])
