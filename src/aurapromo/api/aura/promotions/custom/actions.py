"""Every kind of action as Aura callers write and see it; it means the engine's record of the same tag."""

from collections.abc import Iterator
from typing import Annotated

import msgspec
from msgspec import Meta

from aurapromo.api.aura.promotions.custom.values import (
    Amount,
    Cap,
    ChannelAmount,
    ChannelCode,
    Count,
    Ids,
    LastingId,
    Percentage,
    Threshold,
    one_of,
    unless_empty,
)
from aurapromo.errors import FieldError

Bound = Annotated[float, Meta(ge=0)] | None


class Part(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """What defaults say need not be sent, and is not shown."""


class ItemFilter(Part, frozen=True, kw_only=True):
    """Which lines an action works on; empty means all, exclusions win, price bounds are inclusive."""

    categories: Annotated[Ids, Meta(description="Only lines in one of these", examples=[[1, 2]])] = []
    excluded_categories: Annotated[Ids, Meta(description="No line in one of these")] = []
    products: Annotated[Ids, Meta(description="Only these products")] = []
    excluded_products: Annotated[Ids, Meta(description="Not these products")] = []
    brands: Annotated[Ids, Meta(description="Only these brands")] = []
    excluded_brands: Annotated[Ids, Meta(description="Not these brands")] = []
    minimum_price: Annotated[Bound, Meta(description="Lowest price of a unit, major units")] = None
    maximum_price: Annotated[Bound, Meta(description="Highest price of a unit, major units")] = None

    def problems(self) -> Iterator[FieldError]:
        low, high = self.minimum_price, self.maximum_price
        if low is not None and high is not None and high < low:
            yield FieldError(("maximum_price",), "must not be below minimum_price")


Filters = Annotated[ItemFilter, Meta(description="The lines it works on")]
ANY_LINE = ItemFilter()


class ActionBase(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    tag_field="type",
    omit_defaults=True,
    forbid_unknown_fields=True,
):
    id: LastingId = None
    cap: Cap = None


class OrderPercentageAction(ActionBase, frozen=True, kw_only=True, tag="order_percentage_discount"):
    """A percentage of what earlier promotions left of the lines."""

    percentage: Percentage
    filters: Filters = ANY_LINE


class OrderFixedAction(ActionBase, frozen=True, kw_only=True, tag="order_fixed_discount"):
    """An amount off the lines, the same everywhere or by channel."""

    amount: Amount | None = None
    channels: Annotated[dict[ChannelCode, ChannelAmount] | None, Meta(description="By channel")] = None
    filters: Filters = ANY_LINE

    def problems(self) -> Iterator[FieldError]:
        yield from one_of(self, ("amount", "channels"))
        yield from unless_empty(self, "channels")


class UnitPercentage(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """The percentage of one channel."""

    percentage: Percentage
    filters: Filters = ANY_LINE


class UnitAmount(Part, frozen=True, kw_only=True):
    """The amount of one channel."""

    amount: ChannelAmount
    filters: Filters = ANY_LINE


class UnitPercentageAction(ActionBase, frozen=True, kw_only=True, tag="unit_percentage_discount"):
    """A percentage of the original price off every unit, the same everywhere or by channel."""

    percentage: Percentage | None = None
    filters: Filters = ANY_LINE
    channels: Annotated[dict[ChannelCode, UnitPercentage] | None, Meta(description="By channel")] = None

    def problems(self) -> Iterator[FieldError]:
        yield from one_of(self, ("percentage", "channels"))
        yield from unless_empty(self, "channels")


class UnitFixedAction(ActionBase, frozen=True, kw_only=True, tag="unit_fixed_discount"):
    """An amount off every unit, the same everywhere or by channel."""

    amount: Amount | None = None
    filters: Filters = ANY_LINE
    channels: Annotated[dict[ChannelCode, UnitAmount] | None, Meta(description="By channel")] = None

    def problems(self) -> Iterator[FieldError]:
        yield from one_of(self, ("amount", "channels"))
        yield from unless_empty(self, "channels")


class ShippingPercentageAction(ActionBase, frozen=True, kw_only=True, tag="shipping_percentage_discount"):
    """A percentage of the shipping fee."""

    percentage: Percentage


class FreeShippingAction(ActionBase, frozen=True, kw_only=True, tag="free_shipping"):
    """The whole of what is left of the shipping fee."""


class BuyXGetYAction(ActionBase, frozen=True, kw_only=True, tag="buy_x_get_y"):
    """For every `buy` units of the trigger, `get` of the cheapest units of the target come cheaper."""

    buy: Annotated[Count, Meta(description="Units that have to be bought", examples=[2])] = 1
    get: Annotated[Count, Meta(description="Units that are discounted", examples=[1])] = 1
    percentage: Annotated[Percentage, Meta(description="Percent off each of them (100 = free)")] = 100.0
    max_sets: Annotated[Count | None, Meta(description="How often at most in one order")] = None
    trigger: Annotated[ItemFilter, Meta(description="The lines that have to be bought")] = ANY_LINE
    target: Annotated[ItemFilter, Meta(description="The lines that come cheaper")] = ANY_LINE


class Tier(Part, frozen=True, kw_only=True):
    """One tier: reached by amount, by quantity or by both."""

    minimum_amount: Threshold | None = None
    minimum_quantity: Annotated[Count | None, Meta(description="Reached at this many units")] = None
    percentage: Percentage | None = None
    amount: Amount | None = None
    cap: Cap = None

    def problems(self) -> Iterator[FieldError]:
        yield from one_of(self, ("percentage", "amount"))
        if self.minimum_amount is None and self.minimum_quantity is None:
            yield FieldError((), "needs minimum_amount or minimum_quantity")


class TieredAction(ActionBase, frozen=True, kw_only=True, tag="tiered"):
    """The highest tier that the lines reach before any discount, on all that is left of them."""

    tiers: Annotated[
        Annotated[list[Tier], Meta(min_length=1, max_length=100)],
        Meta(description="In any order; each threshold once"),
    ]
    filters: Filters = ANY_LINE

    def problems(self) -> Iterator[FieldError]:
        reached = [(tier.minimum_amount or 0, tier.minimum_quantity or 0) for tier in self.tiers]
        for index, threshold in enumerate(reached):
            if threshold in reached[:index]:
                yield FieldError(("tiers", index), "is reached where another tier is")


class FixedPriceAction(ActionBase, frozen=True, kw_only=True, tag="fixed_price"):
    """Every `quantity` units together cost `amount`; never more than before."""

    amount: Annotated[float, Meta(ge=0, description="Price of the units together, major units")]
    quantity: Annotated[Count, Meta(description="Units of one bundle", examples=[3])] = 1
    filters: Filters = ANY_LINE


class CashbackAction(ActionBase, frozen=True, kw_only=True, tag="cashback"):
    """A credit: a percentage of what is left of the lines or a plain amount; nothing comes off."""

    percentage: Percentage | None = None
    amount: Amount | None = None
    filters: Filters = ANY_LINE

    def problems(self) -> Iterator[FieldError]:
        return one_of(self, ("percentage", "amount"))


Action = (
    OrderPercentageAction | OrderFixedAction | UnitPercentageAction | UnitFixedAction
    | ShippingPercentageAction | FreeShippingAction | BuyXGetYAction | TieredAction | FixedPriceAction
    | CashbackAction
)  # fmt: skip
