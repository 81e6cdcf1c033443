"""Every kind of rule: when a promotion applies. All rules of a promotion must hold.

Stored and shown with a `type` tag beside the fields; a kind is added by one record here, one name
in `Rule`, and one row in the documentation.
"""

from typing import Annotated

import msgspec

Count = Annotated[int, msgspec.Meta(ge=1)]
Amount = Annotated[int, msgspec.Meta(ge=0)]


class RuleRecord(msgspec.Struct, frozen=True, tag_field="type", forbid_unknown_fields=True):
    """Base of the rule records; amounts are minor units of the promotion's currency."""


class MinimumSubtotal(RuleRecord, frozen=True, tag="minimum_subtotal"):
    """The items total at least `amount`, before any discount."""

    amount: Amount


class ItemTotal(RuleRecord, frozen=True, tag="item_total"):
    """The items total at least the channel's amount, after the discounts before this promotion."""

    amounts: dict[str, int]


class CartQuantity(RuleRecord, frozen=True, tag="cart_quantity"):
    """At least `count` units in the cart."""

    count: int


class CustomerSegment(RuleRecord, frozen=True, tag="customer_segment"):
    """The customer is in one of `segments`."""

    segments: tuple[str, ...]


class CustomerGroup(RuleRecord, frozen=True, tag="customer_group"):
    """The customer's group is `group`."""

    group: str


class NthOrder(RuleRecord, frozen=True, tag="nth_order"):
    """This would be the customer's order number `nth`."""

    nth: int


class FirstOrder(RuleRecord, frozen=True, tag="first_order"):
    """This would be the customer's first order."""


class NewCustomer(RuleRecord, frozen=True, tag="new_customer"):
    """The customer signed up at most `within_days` days (of 24 hours) ago."""

    within_days: Count


class HasTaxon(RuleRecord, frozen=True, tag="has_taxon"):
    """Some product is directly in one of `taxons`."""

    taxons: tuple[str, ...]


class TotalOfItemsFromTaxon(RuleRecord, frozen=True, tag="total_of_items_from_taxon"):
    """The items directly in the channel's taxon total at least its amount, after earlier discounts."""

    thresholds: dict[str, "TaxonThreshold"]


class TaxonThreshold(msgspec.Struct, frozen=True):
    taxon: str
    amount: int


class ContainsProduct(RuleRecord, frozen=True, tag="contains_product"):
    """The product is in the cart."""

    product: str


class Product(RuleRecord, frozen=True, tag="product"):
    """Some product of the cart is one of `include` (if any are named), and none is one of `exclude`."""

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()


class Category(RuleRecord, frozen=True, tag="category"):
    """Some line of the cart is in one of `include` (if any are named), and none is in one of `exclude`."""

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()


class Brand(RuleRecord, frozen=True, tag="brand"):
    """Some line is of one of the brands `include` (if any are named), and none of one in `exclude`."""

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()


class Channel(RuleRecord, frozen=True, tag="channel"):
    """The cart's channel is one of `include` (if any are named) and not one of `exclude`."""

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()


class ShippingCountry(RuleRecord, frozen=True, tag="shipping_country"):
    """The shipping country (ISO 3166-1 alpha-2) is one of `countries`."""

    countries: tuple[str, ...]


class TimeWindow(RuleRecord, frozen=True, tag="time_window"):
    """The moment lies in the weekdays and hours, in the zone's local time.

    `weekdays`: 0 is Monday; empty means every day. `from_minute` up to, not including, `to_minute`,
    in minutes of the local day (0-1440); when `to_minute` is not after `from_minute` the window runs
    over midnight and belongs to the day on which it began.
    """

    zone: str
    weekdays: tuple[int, ...] = ()
    from_minute: int = 0
    to_minute: int = 1440


class CouponCode(RuleRecord, frozen=True, tag="coupon"):
    """The cart carries one of `codes` (compared without case), or any code of this promotion when empty."""

    codes: tuple[str, ...] = ()


class AbVariant(RuleRecord, frozen=True, tag="ab_variant"):
    """The customer's stored assignment in test `test` is `variant`."""

    test: str
    variant: str


class All(RuleRecord, frozen=True, tag="all"):
    """Every one of `rules` holds."""

    rules: tuple["Rule", ...]


class AnyOf(RuleRecord, frozen=True, tag="any"):
    """At least one of `rules` holds."""

    rules: tuple["Rule", ...]


class Not(RuleRecord, frozen=True, tag="not"):
    """`rule` does not hold."""

    rule: "Rule"


Rule = (
    MinimumSubtotal | ItemTotal | CartQuantity | CustomerSegment | CustomerGroup | NthOrder | FirstOrder
    | NewCustomer | HasTaxon | TotalOfItemsFromTaxon | ContainsProduct | Product | Category | Brand | Channel
    | ShippingCountry | TimeWindow | CouponCode | AbVariant | All | AnyOf | Not
)  # fmt: skip
