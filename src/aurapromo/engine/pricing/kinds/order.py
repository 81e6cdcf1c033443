"""Actions on the total of the filtered lines; each works on what the promotions before it left."""

from aurapromo.engine.actions import OrderFixedDiscount, OrderPercentageDiscount, Tier, Tiered
from aurapromo.engine.decision import Reason
from aurapromo.engine.pricing.money import share_of
from aurapromo.engine.pricing.state import Basket, Effect, State
from aurapromo.engine.pricing.target import Target, capped, take


def total_left(target: Target, state: State) -> int:
    if target.lines is state.basket.everything:
        return sum(state.left)
    left = state.left
    return sum([left[line] for line in target.lines])


def order_percentage(action: OrderPercentageDiscount, target: Target, state: State) -> Effect | Reason:
    base = total_left(target, state)
    return take(capped(share_of(base, action.percentage), action.cap), base, target, state)


def order_fixed(action: OrderFixedDiscount, target: Target, state: State) -> Effect | Reason:
    return take(capped(action.amount or 0, action.cap), total_left(target, state), target, state)


def tiered(action: Tiered, target: Target, state: State) -> Effect | Reason:
    if not target.lines:
        return Reason.NO_MATCHING_ITEMS
    tier = reached(action.tiers, target, state.basket)
    if tier is None:
        return Reason.NO_TIER_REACHED
    base = total_left(target, state)
    off = tier.amount or 0 if tier.percentage is None else share_of(base, tier.percentage)
    return take(capped(capped(off, tier.cap), action.cap), base, target, state)


def reached(tiers: tuple[Tier, ...], target: Target, basket: Basket) -> Tier | None:
    """The highest tier that the target's lines reach before any discount; of two bounds both must hold."""
    subtotal = sum([basket.subtotals[line] for line in target.lines])
    units = sum([basket.cart.lines[line].quantity for line in target.lines])
    met = [
        tier
        for tier in tiers
        if subtotal >= (tier.minimum_amount or 0) and units >= (tier.minimum_quantity or 0)
    ]
    return max(met, key=lambda tier: (tier.minimum_amount or 0, tier.minimum_quantity or 0), default=None)
