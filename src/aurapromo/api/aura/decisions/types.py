"""What the Aura contract asks and answers about discounts."""

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from aurapromo.api.aura.fields import ShopId
from aurapromo.api.aura.items import OrderItems
from aurapromo.errors import FieldError

Customer = Annotated[ShopId | None, Meta(description="The shop's id of the customer", examples=[456])]
Session = Annotated[
    Annotated[str, Meta(min_length=1, max_length=128)] | None,
    Meta(description="Anonymous session, for A/B tests", examples=["s-81f0"]),
]
Channel = Annotated[
    Annotated[str, Meta(min_length=1, max_length=64)] | None,
    Meta(description="Channel of the cart (default: the default channel)", examples=["default"]),
]
Currency = Annotated[
    Annotated[str, Meta(pattern="^[A-Z]{3}$")] | None,
    Meta(description="Currency of all amounts (default: the channel's)", examples=["USD"]),
]
Shipping = Annotated[
    Annotated[float, Meta(ge=0)] | None,
    Meta(description="Shipping fee, major units; what free shipping takes off", examples=[4.99]),
]
Country = Annotated[
    Annotated[str, Meta(pattern="^[A-Z]{2}$")] | None,
    Meta(description="Country of delivery, ISO 3166-1 alpha-2", examples=["US"]),
]
Codes = Annotated[
    Annotated[list[Annotated[str, Meta(min_length=1, max_length=64)]], Meta(max_length=50)] | None,
    Meta(description="Coupon codes of the cart", examples=[["SUMMER25"]]),
]
Items = Annotated[OrderItems, Meta(min_length=1)]


class Strategy(StrEnum):
    """`best` finds the combination that saves most, `priority` goes by priority alone."""

    BEST = "best"
    PRIORITY = "priority"


class Explain(StrEnum):
    """`considered`: those that the cart did not rule out; `all`: every live promotion."""

    CONSIDERED = "considered"
    ALL = "all"


class CalculateIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A cart for one promotion."""

    order_items: Items
    customer_id: Customer = None
    session_id: Session = None
    existing_discounts: Annotated[
        Annotated[float, Meta(ge=0)] | None,
        Meta(description="Already taken off by others; bounds what is left to take", examples=[10.0]),
    ] = None
    shipping_amount: Shipping = None
    shipping_country: Country = None
    channel: Channel = None
    currency: Currency = None
    preview: Annotated[
        bool, Meta(description="Price it as if it were live, whatever its status, dates and limits")
    ] = False
    explain: Annotated[bool, Meta(description="Add how every rule was judged")] = False


class CalculationDetails(msgspec.Struct, frozen=True):
    """How the discount came about; amounts in major units."""

    base_amount: Annotated[float, Meta(description="Total of the eligible items", examples=[59.98])]
    discount_percentage: Annotated[
        float | None, Meta(description="Percentage (null where there is none)", examples=[25.0])
    ]
    maximum_discount: Annotated[float | None, Meta(description="Cap (null without one)", examples=[100.0])]
    applied_discount: Annotated[float, Meta(description="What is taken off", examples=[15.0])]


class RuleOut(msgspec.Struct, frozen=True, omit_defaults=True):
    """How one rule or built-in condition was judged; amounts in major units."""

    type: Annotated[str, Meta(description="Kind of rule", examples=["minimum_subtotal"])]
    passed: Annotated[bool, Meta(description="Whether it holds", examples=[False])]
    message: Annotated[str, Meta(description="The same as a sentence")] = ""
    reason: Annotated[str, Meta(description="Stable code of what is missing", examples=["below_minimum"])] = (
        ""
    )
    expected: Annotated[Any, Meta(description="What the rule asks for", examples=[50.0])] = None
    actual: Annotated[Any, Meta(description="What the cart or the customer has", examples=[37.5])] = None
    missing: Annotated[float | None, Meta(description="How much more would be enough", examples=[12.5])] = (
        None
    )
    parts: Annotated[list["RuleOut"], Meta(description="Results inside all, any and not")] = []


class StepOut(msgspec.Struct, frozen=True):
    """What became of one promotion that was considered, and why."""

    promotion_id: Annotated[int, Meta(description="Id of the promotion", examples=[123])]
    promotion_name: Annotated[str, Meta(description="Its name", examples=["Summer Sale 2024"])]
    outcome: Annotated[
        str,
        Meta(
            description="applied, not_eligible, beaten, excluded_by, limit_reached or no_effect",
            examples=["not_eligible"],
        ),
    ]
    reason: Annotated[str, Meta(description="Stable code", examples=["below_minimum"])]
    message: Annotated[
        str,
        Meta(
            description="The same as a sentence, with the nearest miss",
            examples=["Order is below the minimum amount of 50.00: 12.50 more."],
        ),
    ]
    discount_amount: Annotated[float, Meta(description="What it takes off here", examples=[0.0])]
    by_promotion_id: Annotated[int | None, Meta(description="The promotion that excluded or beat it")]
    rules: Annotated[list[RuleOut], Meta(description="How each condition was judged")]


class CalculateOut(msgspec.Struct, frozen=True, kw_only=True):
    """What one promotion takes off this cart at checkout now."""

    discount_amount: Annotated[float, Meta(description="Discount, major units", examples=[15.0])]
    applicable: Annotated[
        bool, Meta(description="Whether anything is taken off or credited", examples=[True])
    ]
    reason: Annotated[
        str, Meta(description="Why, in a sentence", examples=["25% discount applied to eligible items"])
    ]
    calculation_details: Annotated[CalculationDetails, Meta(description="How it came about")]
    cashback_amount: Annotated[float, Meta(description="Credit after the order", examples=[0.0])] = 0.0
    currency: Annotated[str, Meta(description="Currency of the amounts", examples=["USD"])]
    explanation: Annotated[list[StepOut] | None, Meta(description="With explain: how it was judged")] = None


class EvaluateIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A whole cart for all live promotions."""

    order_items: OrderItems
    customer_id: Customer = None
    session_id: Session = None
    channel: Channel = None
    currency: Currency = None
    shipping_amount: Shipping = None
    shipping_country: Country = None
    coupon_codes: Codes = None
    promotion_ids: Annotated[
        Annotated[list[Annotated[int, Meta(ge=1)]], Meta(max_length=1000)] | None,
        Meta(description="Consider only these", examples=[[123, 124]]),
    ] = None
    as_of: Annotated[
        Annotated[datetime, Meta(tz=True)] | None,
        Meta(
            description="Decide as at this moment, with today's definitions",
            examples=["2026-11-27T09:00:00Z"],
        ),
    ] = None
    strategy: Annotated[Strategy, Meta(description="How promotions are combined", examples=["best"])] = (
        Strategy.BEST
    )
    max_promotions: Annotated[
        Annotated[int, Meta(ge=1, le=1000)] | None,
        Meta(description="Most promotions that may apply (default: the channel's setting)", examples=[3]),
    ] = None
    explain: Annotated[
        Explain | bool, Meta(description="false: no explanation; true: those considered; all: every live one")
    ] = True

    def problems(self) -> Iterator[FieldError]:
        codes = [code.strip().upper() for code in self.coupon_codes or ()]
        for index, code in enumerate(codes):
            if not code:
                yield FieldError(("coupon_codes", index), "must not be blank")
            if code in codes[:index]:
                yield FieldError(("coupon_codes", index), "is given twice")


class AppliedOut(msgspec.Struct, frozen=True):
    """A promotion that applies, in order of application."""

    promotion_id: Annotated[int, Meta(description="Id of the promotion", examples=[123])]
    promotion_name: Annotated[str, Meta(description="Its name", examples=["Summer Sale 2024"])]
    discount_amount: Annotated[float, Meta(description="What it takes off", examples=[15.0])]
    shipping_discount: Annotated[float, Meta(description="Part of it that is off the shipping fee")] = 0.0
    cashback_amount: Annotated[float, Meta(description="What it credits")] = 0.0


class CouponOut(msgspec.Struct, frozen=True):
    """What became of one coupon code."""

    coupon_code: Annotated[str, Meta(description="The code as given", examples=["SUMMER25"])]
    applied: Annotated[bool, Meta(description="Whether its promotion applies", examples=[False])]
    reason: Annotated[str, Meta(description="Why, in a sentence", examples=["Coupon not found"])]


class LineOut(msgspec.Struct, frozen=True):
    """What one line of the cart gets."""

    index: Annotated[int, Meta(description="Place in order_items, from 0", examples=[0])]
    product_id: Annotated[ShopId, Meta(description="As given", examples=[1])]
    discount_amount: Annotated[float, Meta(description="Discount of the whole line", examples=[15.0])]
    unit_discounts: Annotated[
        list[float] | None,
        Meta(
            description="Discount of each unit, adding up to the line's (null in carts of over 10,000 units)",
            examples=[[7.5, 7.5]],
        ),
    ]


class EvaluateOut(msgspec.Struct, frozen=True, kw_only=True):
    """The best (or the priority) combination for this cart; amounts in major units."""

    currency: Annotated[str, Meta(description="Currency of all amounts", examples=["USD"])]
    original_total: Annotated[float, Meta(description="Items and shipping before discount", examples=[59.98])]
    total_discount: Annotated[float, Meta(description="Line and shipping discount", examples=[15.0])]
    final_total: Annotated[float, Meta(description="original_total - total_discount", examples=[44.98])]
    shipping_discount: Annotated[float, Meta(description="Part off the shipping fee", examples=[0.0])]
    cashback_amount: Annotated[float, Meta(description="Credit after the order", examples=[0.0])]
    promotions_applied: Annotated[list[AppliedOut], Meta(description="In order of application")]
    coupons: Annotated[list[CouponOut], Meta(description="One entry for each code given")]
    line_discounts: Annotated[list[LineOut], Meta(description="One entry for each line, in order")]
    strategy: Annotated[Strategy, Meta(description="How it was decided", examples=["best"])]
    optimal: Annotated[bool, Meta(description="Proven: no combination saves more", examples=[True])]
    explored: Annotated[int, Meta(description="Combinations that were priced", examples=[1])]
    bound: Annotated[float, Meta(description="No combination takes off more than this", examples=[15.0])]
    decided_at: Annotated[
        datetime, Meta(tz=True, description="Moment of the decision", examples=["2026-11-22T10:00:00Z"])
    ]
    explanation: Annotated[list[StepOut] | None, Meta(description="Why; null with explain: false")]
