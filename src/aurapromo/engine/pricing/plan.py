"""Actions made ready once for many carts, and then for one cart."""

from collections.abc import Mapping
from typing import Final

import msgspec

from aurapromo.engine.actions import (
    EVERYTHING,
    Action,
    BuyXGetY,
    FreeShipping,
    ItemFilter,
    OrderFixedDiscount,
    ShippingPercentageDiscount,
    UnitFixedDiscount,
    UnitPercentageDiscount,
)
from aurapromo.engine.decision import Reason
from aurapromo.engine.options import AllocatorName
from aurapromo.engine.pricing import largest_remainder, sylius
from aurapromo.engine.pricing.filters import Filter, filter_of
from aurapromo.engine.pricing.kinds.table import Kind, kind_of
from aurapromo.engine.pricing.state import Basket, Effect, State
from aurapromo.engine.pricing.target import Spread, Target

SPREADS: Final[Mapping[AllocatorName, Spread]] = {
    "largest_remainder": largest_remainder.spread,
    "sylius_proportional": sylius.spread,
}


class Task(msgspec.Struct, frozen=True):
    """One action on one cart. Without an action the cart's channel is not configured."""

    action: Action | None
    kind: Kind | None
    target: Target

    def price(self, state: State) -> Effect | Reason:
        if self.kind is None:
            return Reason.CHANNEL_NOT_CONFIGURED
        return self.kind.price(self.action, self.target, state)


NOT_CONFIGURED = Task(None, None, Target((), largest_remainder.spread))


class Plan(msgspec.Struct, frozen=True):
    """One action with its filters compiled."""

    action: Action
    kind: Kind
    lines: Filter
    triggers: Filter | None

    def task(self, basket: Basket, allocator: AllocatorName) -> Task:
        triggers = self.triggers(basket) if self.triggers else ()
        sylius_counts = allocator == "sylius_proportional"
        target = Target(self.lines(basket), SPREADS[allocator], triggers, sylius_counts)
        return Task(self.action, self.kind, target)


class Plans(msgspec.Struct, frozen=True):
    """One configured action: the same everywhere, or by channel."""

    everywhere: Plan | None
    by_channel: Mapping[str, Plan]

    def task(self, basket: Basket, allocator: AllocatorName) -> Task:
        plan = self.in_channel(basket.cart.channel)
        return plan.task(basket, allocator) if plan else NOT_CONFIGURED

    def subtotal(self, basket: Basket) -> int:
        """What the action's lines cost before any discount."""
        plan = self.in_channel(basket.cart.channel)
        lines = plan.lines(basket) if plan else ()
        if lines is basket.everything:
            return basket.total
        return sum([basket.subtotals[line] for line in lines])

    def in_channel(self, channel: str | None) -> Plan | None:
        return self.everywhere or self.by_channel.get(channel or "")


def plans_of(action: Action, *, applies_to_discounted: bool) -> Plans:
    channels = by_channel(action)
    if channels is None:
        return Plans(plan_of(action, applies_to_discounted=applies_to_discounted), {})
    return Plans(
        None,
        {
            channel: plan_of(plain, applies_to_discounted=applies_to_discounted)
            for channel, plain in channels.items()
        },
    )


def plan_of(action: Action, *, applies_to_discounted: bool) -> Plan:
    lines = filter_of(filter_in(action), applies_to_discounted=applies_to_discounted)
    triggers = None
    if isinstance(action, BuyXGetY):
        triggers = filter_of(action.trigger, applies_to_discounted=applies_to_discounted)
    return Plan(action, kind_of(action), lines, triggers)


def filter_in(action: Action) -> ItemFilter:
    """The filter that names the lines a (plain) action takes something off."""
    if isinstance(action, BuyXGetY):
        return action.target
    if isinstance(action, FreeShipping | ShippingPercentageDiscount):
        return EVERYTHING
    return action.filters


def by_channel(action: Action) -> dict[str, Action] | None:
    """The plain action of every channel, or None for an action that is the same everywhere."""
    match action:
        case OrderFixedDiscount(channels=dict(amounts), filters=filters, cap=cap):
            return {
                code: OrderFixedDiscount(amount=amount, filters=filters, cap=cap)
                for code, amount in amounts.items()
            }
        case UnitFixedDiscount(channels=dict(settings), cap=cap):
            return {
                code: UnitFixedDiscount(amount=setting.amount, filters=setting.filters, cap=cap)
                for code, setting in settings.items()
            }
        case UnitPercentageDiscount(channels=dict(rates), cap=cap):
            return {
                code: UnitPercentageDiscount(percentage=rate.percentage, filters=rate.filters, cap=cap)
                for code, rate in rates.items()
            }
        case _:
            return None
