"""What the Aura contract sends and gets about promotions."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

from aurapromo.api.aura.promotions.custom.actions import Action
from aurapromo.api.aura.promotions.custom.rules import Rule
from aurapromo.api.aura.promotions.flat.fields import (
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
    Annotated[float, Meta(gt=0)] | None,
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
    Annotated[list[Rule], Meta(max_length=100)],
    Meta(
        description="When it applies: all must hold. Written only with promotion_type custom.",
        examples=[[{"type": "minimum_subtotal", "amount": 50.0}]],
    ),
]
Actions = Annotated[
    Annotated[list[Action], Meta(max_length=100)],
    Meta(
        description="What it gives. Written only with promotion_type custom.",
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
    holdout_percent: Holdout | None = None
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
    priority: Priority | UnsetType | None = UNSET
    can_stack: CanStack | UnsetType | None = UNSET
    budget_amount: Budget | UnsetType = UNSET
    lane: Lane | UnsetType = UNSET
    channels: Channels | UnsetType = UNSET
    requires_coupon: RequiresCoupon | UnsetType = UNSET
    currency: Annotated[Currency | UnsetType | None, Meta(description="Cannot change")] = UNSET
    holdout_percent: Holdout | UnsetType | None = UNSET
    rules: Rules | UnsetType | None = UNSET
    actions: Actions | UnsetType | None = UNSET
    metadata: Metadata | UnsetType | None = UNSET

    def problems(self) -> Iterator[FieldError]:
        if isinstance(self.name, str) and not self.name.strip():
            yield FieldError(("name",), "must not be blank")
