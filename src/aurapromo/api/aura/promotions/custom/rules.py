"""Every kind of rule as Aura callers write and see it; it means the engine's record of the same tag."""

from collections.abc import Iterator
from functools import cache
from typing import Annotated
from zoneinfo import available_timezones

import msgspec
from babel.core import get_global
from msgspec import Meta

from aurapromo.api.aura.fields import ShopId
from aurapromo.api.aura.promotions.custom.values import (
    Amount,
    ChannelCode,
    Channels,
    ChannelThreshold,
    Count,
    CouponCode,
    Ids,
    LastingId,
    Name,
    SomeIds,
    sorted_out,
    unless_empty,
)
from aurapromo.errors import FieldError

Minute = Annotated[int, Meta(ge=0, le=1440)]


@cache
def countries() -> frozenset[str]:
    """The two-letter codes of ISO 3166-1, those that it reserves, and Kosovo's XK."""
    known = get_global("territory_languages")
    return frozenset(code for code in known if len(code) == 2 and code.isalpha() and code != "ZZ")


class RuleBase(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    tag_field="type",
    omit_defaults=True,
    forbid_unknown_fields=True,
):
    id: LastingId = None


class MinimumSubtotalRule(RuleBase, frozen=True, kw_only=True, tag="minimum_subtotal"):
    """The items total at least `amount` (inclusive), before any discount."""

    amount: Amount


class ItemTotalRule(RuleBase, frozen=True, kw_only=True, tag="item_total"):
    """The items total at least the channel's amount after the discounts before; elsewhere it fails."""

    amounts: Annotated[
        dict[ChannelCode, ChannelThreshold], Meta(description="By channel", examples=[{"default": 50.0}])
    ]

    def problems(self) -> Iterator[FieldError]:
        return unless_empty(self, "amounts")


class CartQuantityRule(RuleBase, frozen=True, kw_only=True, tag="cart_quantity"):
    """At least `count` units are in the cart."""

    count: Annotated[Count, Meta(description="Units", examples=[3])]


class CustomerSegmentRule(RuleBase, frozen=True, kw_only=True, tag="customer_segment"):
    """The customer is in one of `segments`."""

    segments: Annotated[
        Annotated[list[Name], Meta(min_length=1, max_length=1_000)],
        Meta(description="The shop's own names", examples=[["premium"]]),
    ]


class CustomerGroupRule(RuleBase, frozen=True, kw_only=True, tag="customer_group"):
    """The customer's group is `group`."""

    group: Annotated[Name, Meta(description="The shop's own name", examples=["wholesale"])]


class NthOrderRule(RuleBase, frozen=True, kw_only=True, tag="nth_order"):
    """This would be the customer's order number `nth`."""

    nth: Annotated[Count, Meta(description="1 is the first order", examples=[3])]


class FirstOrderRule(RuleBase, frozen=True, kw_only=True, tag="first_order"):
    """This would be the customer's first order."""


class NewCustomerRule(RuleBase, frozen=True, kw_only=True, tag="new_customer"):
    """The customer signed up at most `within_days` days (of 24 hours) ago."""

    within_days: Annotated[Count, Meta(description="Days", examples=[30])]


class HasTaxonRule(RuleBase, frozen=True, kw_only=True, tag="has_taxon"):
    """Some product is directly in one of `taxons`."""

    taxons: Annotated[SomeIds, Meta(description="Taxons or categories", examples=[["t_shirts"]])]


class TaxonThreshold(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A taxon and the amount that its items must reach."""

    taxon: Annotated[ShopId, Meta(description="Taxon or category", examples=["t_shirts"])]
    amount: ChannelThreshold


class TotalOfItemsFromTaxonRule(RuleBase, frozen=True, kw_only=True, tag="total_of_items_from_taxon"):
    """The items in the channel's taxon total at least its amount after the discounts before."""

    thresholds: Annotated[dict[ChannelCode, TaxonThreshold], Meta(description="By channel")]

    def problems(self) -> Iterator[FieldError]:
        return unless_empty(self, "thresholds")


class ContainsProductRule(RuleBase, frozen=True, kw_only=True, tag="contains_product"):
    """The product is in the cart."""

    product: Annotated[ShopId, Meta(description="The shop's id of it", examples=[1])]


class NamesRule(RuleBase, frozen=True, kw_only=True):
    """One of `include` is there (if any are named), and none of `exclude`."""

    include: Annotated[Ids, Meta(description="One of these must be there", examples=[[1, 2]])] = []
    exclude: Annotated[Ids, Meta(description="None of these may be there", examples=[[9]])] = []

    def problems(self) -> Iterator[FieldError]:
        return sorted_out(self.include, self.exclude)


class ProductRule(NamesRule, frozen=True, kw_only=True, tag="product"):
    """Some product of the cart is one of `include` (if any are named), and none is one of `exclude`."""


class CategoryRule(NamesRule, frozen=True, kw_only=True, tag="category"):
    """Some line is in one of the categories `include` (if any are named), and none in one of `exclude`."""


class BrandRule(NamesRule, frozen=True, kw_only=True, tag="brand"):
    """Some line is of one of the brands `include` (if any are named), and none of one in `exclude`."""


class ChannelRule(RuleBase, frozen=True, kw_only=True, tag="channel"):
    """The cart's channel is one of `include` (if any are named) and not one of `exclude`."""

    include: Annotated[Channels, Meta(description="Codes of channels", examples=[["default"]])] = []
    exclude: Annotated[Channels, Meta(description="Codes of channels")] = []

    def problems(self) -> Iterator[FieldError]:
        return sorted_out(self.include, self.exclude)


class ShippingCountryRule(RuleBase, frozen=True, kw_only=True, tag="shipping_country"):
    """The order is sent to one of `countries`."""

    countries: Annotated[
        Annotated[list[Annotated[str, Meta(pattern="^[A-Z]{2}$")]], Meta(min_length=1, max_length=300)],
        Meta(description="ISO 3166-1 alpha-2", examples=[["DE", "FR"]]),
    ]

    def problems(self) -> Iterator[FieldError]:
        for index, code in enumerate(self.countries):
            if code not in countries():
                yield FieldError(("countries", index), f"{code} is not a country of ISO 3166-1")


class TimeWindowRule(RuleBase, frozen=True, kw_only=True, tag="time_window"):
    """The moment lies in the days and hours of the zone.

    When `to_minute` is not after `from_minute` the window runs over midnight and belongs to the day on
    which it began.
    """

    zone: Annotated[str, Meta(max_length=64, description="IANA time zone", examples=["Europe/Paris"])]
    weekdays: Annotated[
        Annotated[list[Annotated[int, Meta(ge=0, le=6)]], Meta(max_length=7)],
        Meta(description="0 is Monday; empty means every day", examples=[[5, 6]]),
    ] = []
    from_minute: Annotated[Minute, Meta(description="Minute of the day, included", examples=[360])] = 0
    to_minute: Annotated[Minute, Meta(description="Minute of the day, excluded", examples=[600])] = 1440

    def problems(self) -> Iterator[FieldError]:
        if self.zone not in available_timezones():
            yield FieldError(("zone",), f"{self.zone} is not an IANA time zone")
        for index, day in enumerate(self.weekdays):
            if day in self.weekdays[:index]:
                yield FieldError(("weekdays", index), "is given twice")


class CouponRule(RuleBase, frozen=True, kw_only=True, tag="coupon"):
    """The cart carries one of `codes` (compared without case), or any code of this promotion when empty."""

    codes: Annotated[
        Annotated[list[CouponCode], Meta(max_length=1_000)],
        Meta(description="Coupon codes", examples=[["SUMMER25"]]),
    ] = []

    def problems(self) -> Iterator[FieldError]:
        for index, code in enumerate(self.codes):
            if not code.strip():
                yield FieldError(("codes", index), "must not be blank")


class AbVariantRule(RuleBase, frozen=True, kw_only=True, tag="ab_variant"):
    """The customer is assigned to `variant` of the A/B test `test`."""

    test: Annotated[Name, Meta(description="Id of the test", examples=["ab_1704110400_1234"])]
    variant: Annotated[Name, Meta(description="control, variant_1, …", examples=["variant_1"])]


Parts = Annotated[list["Rule"], Meta(min_length=1, max_length=100, description="Any rules")]


class AllRule(RuleBase, frozen=True, kw_only=True, tag="all"):
    """Every one of `rules` holds."""

    rules: Parts


class AnyRule(RuleBase, frozen=True, kw_only=True, tag="any"):
    """At least one of `rules` holds."""

    rules: Parts


class NotRule(RuleBase, frozen=True, kw_only=True, tag="not"):
    """`rule` does not hold."""

    rule: Annotated["Rule", Meta(description="Any rule")]


Rule = (
    MinimumSubtotalRule | ItemTotalRule | CartQuantityRule | CustomerSegmentRule | CustomerGroupRule
    | NthOrderRule | FirstOrderRule | NewCustomerRule | HasTaxonRule | TotalOfItemsFromTaxonRule
    | ContainsProductRule | ProductRule | CategoryRule | BrandRule | ChannelRule | ShippingCountryRule
    | TimeWindowRule | CouponRule | AbVariantRule | AllRule | AnyRule | NotRule
)  # fmt: skip
