"""A cart in Sylius' terms, and what it gets. Minor units throughout; discounts are negative."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from aurapromo.errors import FieldError

MOST_MINOR = 10**13
Amount = Annotated[int, Meta(ge=0, le=MOST_MINOR)]
Text = Annotated[str, Meta(min_length=1, max_length=255)]


class ItemIn(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """One line of the cart."""

    product: Annotated[Text, Meta(description="Code of the product", examples=["MUG"])]
    variant: Annotated[Text | None, Meta(description="Code of the variant", examples=["MUG"])] = None
    taxons: Annotated[
        list[Text], Meta(max_length=1000, description="Taxons it is directly in", examples=[["mugs"]])
    ] = []
    unit_price: Annotated[Amount, Meta(description="Price of one unit", examples=[2000])]
    quantity: Annotated[int, Meta(ge=1, le=1_000_000, description="Units", examples=[2])]
    minimum_price: Annotated[Amount, Meta(description="No unit goes below this", examples=[0])] = 0
    catalog_promotion_applied: Annotated[
        bool, Meta(description="Whether its price is reduced already", examples=[False])
    ] = False


class CustomerIn(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """Who buys; what is left out we count ourselves."""

    email: Annotated[Text, Meta(description="E-mail address", examples=["a@example.com"])]
    group: Annotated[Text | None, Meta(description="Code of the group", examples=["retail"])] = None
    placed_orders: Annotated[
        Annotated[int, Meta(ge=0, le=MOST_MINOR)] | None,
        Meta(description="Orders placed before", examples=[2]),
    ] = None
    orders_with_coupon: Annotated[
        Annotated[int, Meta(ge=0, le=MOST_MINOR)] | None,
        Meta(description="Those of them that count against the coupon's limit", examples=[1]),
    ] = None


class CartIn(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """A cart to be decided."""

    channel: Annotated[Text, Meta(description="Code of the channel", examples=["US_WEB"])]
    items: Annotated[list[ItemIn], Meta(max_length=1000, description="What is in it")] = []
    shipping: Annotated[
        Amount | Annotated[list[Amount], Meta(max_length=100)] | None,
        Meta(description="The fee, or one for each shipment", examples=[1000]),
    ] = None
    shipping_country: Annotated[
        Text | None, Meta(description="Where it goes, ISO 3166-1", examples=["US"])
    ] = None  # fmt: skip
    coupon: Annotated[Text | None, Meta(description="The coupon's code", examples=["SANTA2016"])] = None
    at: Annotated[
        Annotated[datetime, Meta(tz=True)] | None,
        Meta(description="Decide as at this moment", examples=["2026-11-22T10:00:00+00:00"]),
    ] = None
    customer: Annotated[CustomerIn | None, Meta(description="Who buys, if that is known")] = None

    def problems(self) -> Iterator[FieldError]:
        total = sum(item.unit_price * item.quantity for item in self.items)
        if total > MOST_MINOR:
            yield FieldError(("items",), f"cost more than {MOST_MINOR} together")


class AdjustmentOut(msgspec.Struct, frozen=True):
    """What one promotion takes off one unit."""

    type: Annotated[str, Meta(description="Level of the action", examples=["order_promotion"])]
    promotion: Annotated[str, Meta(description="Code of the promotion", examples=["christmas_sale"])]
    amount: Annotated[int, Meta(description="Never above zero", examples=[-1000])]


class UnitOut(msgspec.Struct, frozen=True):
    """One unit."""

    total: Annotated[int, Meta(description="What it costs in the end", examples=[1500])]
    adjustments: Annotated[list[AdjustmentOut], Meta(description="In order of application")]


class ItemOut(msgspec.Struct, frozen=True):
    """One line."""

    variant: Annotated[str, Meta(description="Code of the variant, else of the product", examples=["MUG"])]
    total: Annotated[int, Meta(description="What its units cost in the end", examples=[3000])]
    units: Annotated[list[UnitOut], Meta(description="Each unit; none in carts of more than 10,000")]


class RuleOut(msgspec.Struct, frozen=True):
    """How a rule was judged."""

    type: Annotated[str, Meta(description="Kind of the rule", examples=["item_total"])]
    passed: Annotated[bool, Meta(description="Whether it holds", examples=[False])]
    reason: Annotated[str, Meta(description="Code; empty when it holds", examples=["below_item_total"])]
    expected: Annotated[Any, Meta(description="What it asks for", examples=[10000])]
    actual: Annotated[Any, Meta(description="What there is", examples=[6000])]
    missing: Annotated[int | None, Meta(description="How much more would do", examples=[4000])]


class StepOut(msgspec.Struct, frozen=True):
    """What became of one promotion."""

    promotion: Annotated[str, Meta(description="Code of the promotion", examples=["christmas_sale"])]
    outcome: Annotated[str, Meta(description="What became of it", examples=["applied"])]
    reason: Annotated[str, Meta(description="Why, as a code", examples=[""])]
    discount: Annotated[int, Meta(description="Never above zero", examples=[-1000])]
    by: Annotated[str | None, Meta(description="The promotion that kept it out", examples=["vip"])]
    rules: Annotated[list[RuleOut], Meta(description="Each rule and condition that was asked")]


class CartOut(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What the cart costs, and why."""

    items_total: Annotated[int, Meta(description="Items after all discounts", examples=[3000])]
    order_promotion_total: Annotated[int, Meta(description="By actions on the order", examples=[-1000])]
    unit_promotion_total: Annotated[int, Meta(description="By actions on units", examples=[0])]
    shipping_promotion_total: Annotated[int, Meta(description="By actions on shipping", examples=[0])]
    shipping_total: Annotated[int, Meta(description="Shipping after discounts", examples=[1000])]
    total: Annotated[int, Meta(description="Items and shipping", examples=[4000])]
    promotions: Annotated[list[str], Meta(description="Codes of those that did something, in order")]
    coupon_error: Annotated[
        str | None, Meta(description="Why the coupon does nothing", examples=["Coupon code is invalid."])
    ]
    items: Annotated[list[ItemOut], Meta(description="The lines, in order")]
    explanation: Annotated[list[StepOut], Meta(description="Every promotion that was considered")]
