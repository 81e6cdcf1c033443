"""What the Aura contract sends and gets about promotions."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

from aurapromo.api.aura.promotions.shorthand import (
    Bogo,
    Categories,
    Discount,
    MaximumDiscount,
    MinimumOrder,
    Segments,
    ShorthandChange,
    Tiers,
    Type,
    Value,
)
from aurapromo.errors import FieldError

Name = Annotated[
    str, Meta(min_length=1, max_length=200, description="Promotion name", examples=["Summer Sale 2024"])
]
Description = Annotated[
    Annotated[str, Meta(max_length=10_000)] | None,
    Meta(description="Detailed description", examples=["Great summer discounts on all products"]),
]
Start = Annotated[
    datetime,
    Meta(
        tz=True, description="When the promotion becomes active (included)", examples=["2024-06-01T00:00:00Z"]
    ),
]
End = Annotated[
    datetime,
    Meta(tz=True, description="When the promotion expires (excluded)", examples=["2024-08-31T23:59:59Z"]),
]
Limit = Annotated[int, Meta(ge=1, le=10**15)] | None
MaxUses = Annotated[Limit, Meta(description="Maximum total uses (null = unlimited)", examples=[1000])]
MaxUsesPerCustomer = Annotated[
    Limit, Meta(description="Maximum uses by one customer (null = unlimited)", examples=[1])
]
Budget = Annotated[
    float | None,
    Meta(description="Most discount given in all, major units (null = unlimited)", examples=[5000.0]),
]
Priority = Annotated[
    int,
    Meta(
        ge=-1_000_000,
        le=1_000_000,
        description="Priority for stacking (higher = applied first)",
        examples=[5],
    ),
]
CanStack = Annotated[bool, Meta(description="Whether the promotion can stack with others", examples=[True])]
Lane = Annotated[
    Annotated[str, Meta(min_length=1, max_length=100)] | None,
    Meta(description="Stacking group: inside a lane promotions compete, between lanes they add up"),
]
Channels = Annotated[
    Annotated[list[Annotated[str, Meta(min_length=1, max_length=64)]], Meta(max_length=1000)] | None,
    Meta(description="Channels in which it applies (null = everywhere)", examples=[["default"]]),
]
Currency = Annotated[
    str, Meta(pattern="^[A-Z]{3}$", description="ISO 4217 currency of all its amounts", examples=["USD"])
]
RequiresCoupon = Annotated[
    bool | None, Meta(description="Whether it needs a coupon code (null = as soon as it has coupons)")
]
Holdout = Annotated[
    Annotated[float, Meta(ge=0, le=100)],
    Meta(description="Percent of identified customers from whom it is withheld, to measure its effect"),
]
Metadata = Annotated[
    dict[str, Any],
    Meta(description="Additional metadata, kept as given", examples=[{"campaign_id": "SUMMER2024"}]),
]
Rules = Annotated[
    Annotated[list[dict[str, Any]], Meta(max_length=100)],
    Meta(
        description="All must hold: objects with a `type` and its fields, amounts in major units "
        "(kinds: see the guide). Written only with promotion_type custom.",
        examples=[[{"type": "minimum_subtotal", "amount": 50.0}]],
    ),
]
Actions = Annotated[
    Annotated[list[dict[str, Any]], Meta(max_length=100)],
    Meta(
        description="What it gives: objects with a `type` and its fields, amounts in major units, rates "
        "in percent. Written only with promotion_type custom.",
        examples=[[{"type": "unit_percentage_discount", "percentage": 10.0}]],
    ),
]


class PromotionIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new promotion. It is a draft until it is activated."""

    name: Name
    promotion_type: Type
    start_date: Start
    end_date: End
    description: Description = None
    discount_type: Discount | None = None
    discount_value: Value | None = None
    max_uses: MaxUses = None
    max_uses_per_customer: MaxUsesPerCustomer = None
    minimum_order_amount: MinimumOrder = None
    maximum_discount_amount: MaximumDiscount = None
    priority: Priority | None = None
    can_stack: CanStack | None = None
    target_customer_segments: Segments = None
    applicable_categories: Categories = None
    bogo_config: Bogo = None
    tier_rules: Tiers = None
    budget_amount: Budget = None
    lane: Lane = None
    channels: Channels = None
    currency: Currency | None = None
    requires_coupon: RequiresCoupon = None
    holdout_percent: Holdout = 0.0
    rules: Rules | None = None
    actions: Actions | None = None
    metadata: Metadata | None = None

    def problems(self) -> Iterator[FieldError]:
        if not self.name.strip():
            yield FieldError(("name",), "must not be blank")
        if self.end_date <= self.start_date:
            yield FieldError(("end_date",), "must be after start_date")


class PromotionChange(ShorthandChange, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The fields to change; absent ones stay, null takes an optional one away."""

    name: Name | UnsetType = UNSET
    description: Description | UnsetType = UNSET
    start_date: Start | UnsetType = UNSET
    end_date: End | UnsetType = UNSET
    max_uses: MaxUses | UnsetType = UNSET
    max_uses_per_customer: MaxUsesPerCustomer | UnsetType = UNSET
    priority: Priority | UnsetType = UNSET
    can_stack: CanStack | UnsetType = UNSET
    budget_amount: Budget | UnsetType = UNSET
    lane: Lane | UnsetType = UNSET
    channels: Channels | UnsetType = UNSET
    requires_coupon: RequiresCoupon | UnsetType = UNSET
    holdout_percent: Holdout | UnsetType = UNSET
    rules: Rules | UnsetType = UNSET
    actions: Actions | UnsetType = UNSET
    metadata: Metadata | UnsetType = UNSET

    def problems(self) -> Iterator[FieldError]:
        if isinstance(self.name, str) and not self.name.strip():
            yield FieldError(("name",), "must not be blank")


Status = Annotated[
    str,
    Meta(
        description="draft, scheduled, active, paused, ended, cancelled, archived, or expired (by the clock)",
        examples=["active"],
    ),
]
At = Annotated[datetime, Meta(tz=True, examples=["2024-01-01T12:00:00Z"])]


class PromotionOut(msgspec.Struct, frozen=True, kw_only=True):
    """A promotion with everything that was set and what has happened to it."""

    id: Annotated[int, Meta(description="Id of the promotion", examples=[123])]
    uuid: Annotated[
        str,
        Meta(description="The same, unique everywhere", examples=["550e8400-e29b-41d4-a716-446655440000"]),
    ]
    code: Annotated[
        str, Meta(description="Unique code, derived from the name", examples=["summer-sale-2024-4k9x"])
    ]
    name: Name
    description: Description
    promotion_type: Type
    discount_type: Annotated[Discount | None, Meta(description="How it is calculated (null when custom)")]
    discount_value: Annotated[float | None, Meta(description="Percent or amount (null when custom)")]
    status: Status
    start_date: Annotated[Start | None, Meta(description="Start (null = always)")]
    end_date: Annotated[End | None, Meta(description="End (null = never)")]
    max_uses: MaxUses
    max_uses_per_customer: MaxUsesPerCustomer
    current_uses: Annotated[int, Meta(description="Uses so far", examples=[150])]
    held_uses: Annotated[int, Meta(description="Uses held by open checkouts", examples=[0])]
    minimum_order_amount: MinimumOrder
    maximum_discount_amount: MaximumDiscount
    priority: Priority
    can_stack: CanStack
    target_customer_segments: Segments
    applicable_categories: Categories
    bogo_config: Bogo
    tier_rules: Tiers
    budget_amount: Budget
    budget_spent: Annotated[float, Meta(description="Discount given so far, major units", examples=[0.0])]
    lane: Lane
    channels: Channels
    currency: Currency
    requires_coupon: RequiresCoupon
    holdout_percent: Holdout
    rules: Annotated[list[dict[str, Any]], Meta(description="When it applies, each with its lasting id")]
    actions: Annotated[list[dict[str, Any]], Meta(description="What it gives, each with its lasting id")]
    impressions: Annotated[int, Meta(description="Times it was shown", examples=[5000])]
    clicks: Annotated[int, Meta(description="Times it was clicked", examples=[800])]
    conversions: Annotated[int, Meta(description="Orders that used it", examples=[150])]
    conversion_rate: Annotated[
        float, Meta(description="conversions / impressions in percent", examples=[3.0])
    ]
    revenue_generated: Annotated[
        float, Meta(description="Revenue before discount of the orders that used it", examples=[15000.0])
    ]
    metadata: Metadata
    version: Annotated[int, Meta(description="Raised by every change", examples=[3])]
    created_at: Annotated[At, Meta(description="When it was created")]
    updated_at: Annotated[At, Meta(description="When it was last changed")]
    activated_at: Annotated[At | None, Meta(description="When it was last activated")]


class Transition(msgspec.Struct, frozen=True):
    """What became of a promotion's status."""

    success: Annotated[bool, Meta(description="Always true; a refusal is an error", examples=[True])]
    message: Annotated[str, Meta(description="What happened", examples=["Promotion activated successfully"])]
    promotion: Annotated[PromotionOut, Meta(description="The promotion as it now is")]


class Pagination(msgspec.Struct, frozen=True):
    """Where in the whole list this page stands."""

    page: Annotated[int, Meta(description="This page, from 1", examples=[1])]
    per_page: Annotated[int, Meta(description="Items per page", examples=[20])]
    total_items: Annotated[int, Meta(description="Items in all", examples=[45])]
    total_pages: Annotated[int, Meta(description="Pages in all", examples=[3])]
    has_next: Annotated[bool, Meta(description="Whether a page follows", examples=[True])]
    has_prev: Annotated[bool, Meta(description="Whether a page comes before", examples=[False])]


class PromotionPage(msgspec.Struct, frozen=True):
    """One page of promotions."""

    items: Annotated[list[PromotionOut], Meta(description="The promotions of this page")]
    pagination: Annotated[Pagination, Meta(description="Where this page stands")]
