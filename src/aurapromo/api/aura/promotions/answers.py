"""What the Aura contract answers about promotions."""

from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from aurapromo.api.aura.pages import CursorPagination
from aurapromo.api.aura.promotions.custom.actions import Action
from aurapromo.api.aura.promotions.custom.rules import Rule
from aurapromo.api.aura.promotions.flat.fields import (
    Bogo,
    Categories,
    Discount,
    MaximumDiscount,
    MinimumOrder,
    Segments,
    Tiers,
    Type,
)
from aurapromo.api.aura.promotions.types import (
    Budget,
    CanStack,
    Channels,
    Currency,
    Description,
    End,
    Holdout,
    Lane,
    MaxUses,
    MaxUsesPerCustomer,
    Metadata,
    Name,
    Priority,
    RequiresCoupon,
    Start,
)

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
    rules: Annotated[list[Rule], Meta(description="When it applies, each with its lasting id")]
    actions: Annotated[list[Action], Meta(description="What it gives, each with its lasting id")]
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


class VersionOut(msgspec.Struct, frozen=True):
    """The promotion as one change left it."""

    version: Annotated[int, Meta(description="Number of the version, from 1", examples=[3])]
    changed_by: Annotated[str, Meta(description="Credential that made the change", examples=["key:1"])]
    changed_at: Annotated[datetime, Meta(tz=True, description="When", examples=["2024-01-01T12:00:00Z"])]
    promotion: Annotated[PromotionOut, Meta(description="What it was; counters are today's")]


class VersionPage(msgspec.Struct, frozen=True):
    """Versions, newest first."""

    items: Annotated[list[VersionOut], Meta(description="The versions of this page")]
    pagination: Annotated[CursorPagination, Meta(description="Where the next page begins")]


class AuditOut(msgspec.Struct, frozen=True):
    """Who did what, with the state before and after."""

    id: Annotated[int, Meta(description="Id of the entry", examples=[17])]
    at: Annotated[datetime, Meta(tz=True, description="When", examples=["2024-01-01T12:00:00Z"])]
    actor: Annotated[str, Meta(description="Credential that asked for it", examples=["key:1"])]
    request_id: Annotated[str | None, Meta(description="X-Request-Id of the request")]
    action: Annotated[str, Meta(description="What was done", examples=["promotion.updated"])]
    before: Annotated[dict[str, Any] | None, Meta(description="Status and definition before, minor units")]
    after: Annotated[dict[str, Any] | None, Meta(description="Status and definition after, minor units")]


class AuditPage(msgspec.Struct, frozen=True):
    """Audit entries, newest first."""

    items: Annotated[list[AuditOut], Meta(description="The entries of this page")]
    pagination: Annotated[CursorPagination, Meta(description="Where the next page begins")]
