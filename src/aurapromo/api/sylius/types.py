"""Answers of the Sylius contract, fields named and ordered as there; what is null is left out."""

from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

Code = Annotated[str, Meta(description="Code of the promotion", examples=["sd-promo"])]
ChannelCode = Annotated[str, Meta(description="Code of the channel", examples=["US_WEB"])]
Date = Annotated[str, Meta(examples=["2017-03-06T11:40:38+0100"])]


class Link(msgspec.Struct, frozen=True):
    """Where something is."""

    href: Annotated[str, Meta(description="Path", examples=["/api/v1/promotions/sd-promo"])]


class PromotionLinks(msgspec.Struct, frozen=True):
    """The promotion itself, and its coupons if it asks for one."""

    self: Annotated[Link, Meta(description="This promotion")]
    coupons: Annotated[Link | UnsetType, Meta(description="Its coupons, when it is coupon based")] = UNSET


class PartOut(msgspec.Struct, frozen=True):
    """A rule or an action."""

    id: Annotated[int, Meta(description="Id that lasts as long as its place", examples=[3])]
    type: Annotated[str, Meta(description="Kind, as Sylius names it", examples=["nth_order"])]
    configuration: Annotated[
        Any, Meta(description="As it is stored: amounts in minor units", examples=[{"nth": 3}])
    ]


class ChannelOut(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A place where the shop sells."""

    id: Annotated[int, Meta(description="Number of the channel", examples=[1])]
    code: Annotated[str, Meta(description="Code of the channel", examples=["US_WEB"])]
    name: Annotated[str, Meta(description="Name for people", examples=["US Web Store"])]
    description: Annotated[str | UnsetType, Meta(description="More words", examples=["Our first"])] = UNSET
    hostname: Annotated[str | UnsetType, Meta(description="Host of its shop", examples=["localhost"])] = UNSET
    color: Annotated[str | UnsetType, Meta(description="Colour in lists", examples=["LawnGreen"])] = UNSET
    created_at: Annotated[Date, Meta(description="When it was added")]
    updated_at: Annotated[Date, Meta(description="When it was changed")]
    enabled: Annotated[bool, Meta(description="Whether it is open", examples=[True])]
    tax_calculation_strategy: Annotated[
        str, Meta(description="How Sylius works out taxes there", examples=["order_items_based"])
    ]
    links: Annotated[dict[str, Link], Meta(description="Where it is")] = msgspec.field(name="_links")


class PromotionOut(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A promotion in full."""

    id: Annotated[int, Meta(description="Id of the promotion", examples=[6])]
    code: Annotated[str, Meta(description="Unique code", examples=["sd-promo"])]
    name: Annotated[str, Meta(description="Name", examples=["Sunday promotion"])]
    priority: Annotated[int, Meta(description="Place among all; the highest goes first", examples=[4])]
    exclusive: Annotated[bool, Meta(description="Whether it goes alone", examples=[False])]
    usage_limit: Annotated[int | UnsetType, Meta(description="Most uses in all", examples=[10])] = UNSET
    used: Annotated[int, Meta(description="Uses so far", examples=[0])]
    starts_at: Annotated[Date | UnsetType, Meta(description="From when")] = UNSET
    ends_at: Annotated[Date | UnsetType, Meta(description="Until when")] = UNSET
    coupon_based: Annotated[bool, Meta(description="Whether it needs a coupon", examples=[False])]
    rules: Annotated[list[PartOut], Meta(description="When it applies: all of them")]
    actions: Annotated[list[PartOut], Meta(description="What it does, in order")]
    created_at: Annotated[Date, Meta(description="When it was made")]
    updated_at: Annotated[Date, Meta(description="When it was changed")]
    channels: Annotated[list[ChannelOut], Meta(description="Where it applies; nowhere when empty")]
    applies_to_discounted: Annotated[
        bool | UnsetType,
        Meta(description="false: reduced products are left out", examples=[False]),
    ] = UNSET
    links: Annotated[PromotionLinks, Meta(description="Where it is")] = msgspec.field(name="_links")


class ShortPromotion(msgspec.Struct, frozen=True):
    """A promotion in a list."""

    id: Annotated[int, Meta(description="Id of the promotion", examples=[6])]
    code: Annotated[str, Meta(description="Unique code", examples=["sd-promo"])]
    name: Annotated[str, Meta(description="Name", examples=["Sunday promotion"])]
    priority: Annotated[int, Meta(description="Place among all", examples=[4])]
    links: Annotated[PromotionLinks, Meta(description="Where it is")] = msgspec.field(name="_links")


class PromotionItems(msgspec.Struct, frozen=True):
    """The promotions of a page."""

    items: Annotated[list[ShortPromotion], Meta(description="In the order asked for")]


class PromotionPage(msgspec.Struct, frozen=True):
    """A page of promotions."""

    page: Annotated[int, Meta(description="This page, from 1", examples=[1])]
    limit: Annotated[int, Meta(description="Most items of a page", examples=[10])]
    pages: Annotated[int, Meta(description="Pages in all", examples=[1])]
    total: Annotated[int, Meta(description="Items in all", examples=[2])]
    links: Annotated[dict[str, Link], Meta(description="This page and those around it")] = msgspec.field(
        name="_links"
    )
    embedded: Annotated[PromotionItems, Meta(description="What is on it")] = msgspec.field(name="_embedded")


class CouponLinks(msgspec.Struct, frozen=True):
    """The coupon itself and its promotion."""

    self: Annotated[Link, Meta(description="This coupon")]
    promotion: Annotated[Link | UnsetType, Meta(description="Its promotion; not in lists")] = UNSET


class CouponOut(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A coupon in full; a list leaves out what is only about this one."""

    id: Annotated[int, Meta(description="Id of the coupon", examples=[1])]
    code: Annotated[str, Meta(description="What customers type", examples=["SANTA2016"])]
    usage_limit: Annotated[int | UnsetType, Meta(description="Most uses in all", examples=[10])] = UNSET
    used: Annotated[int, Meta(description="Uses so far", examples=[0])]
    expires_at: Annotated[Date | UnsetType, Meta(description="The first moment without it")] = UNSET
    created_at: Annotated[Date | UnsetType, Meta(description="When it was made")] = UNSET
    updated_at: Annotated[Date | UnsetType, Meta(description="When it was changed")] = UNSET
    per_customer_usage_limit: Annotated[
        int | UnsetType, Meta(description="Most uses of one customer", examples=[1])
    ] = UNSET
    reusable_from_cancelled_orders: Annotated[
        bool | UnsetType, Meta(description="false: cancelling gives no use back", examples=[False])
    ] = UNSET
    links: Annotated[CouponLinks, Meta(description="Where it is")] = msgspec.field(name="_links")


class CouponItems(msgspec.Struct, frozen=True):
    """The coupons of a page."""

    items: Annotated[list[CouponOut], Meta(description="Oldest first")]


class CouponPage(msgspec.Struct, frozen=True):
    """A page of coupons."""

    page: Annotated[int, Meta(description="This page, from 1", examples=[1])]
    limit: Annotated[int, Meta(description="Most items of a page", examples=[10])]
    pages: Annotated[int, Meta(description="Pages in all", examples=[1])]
    total: Annotated[int, Meta(description="Items in all", examples=[2])]
    links: Annotated[dict[str, Link], Meta(description="This page and those around it")] = msgspec.field(
        name="_links"
    )
    embedded: Annotated[CouponItems, Meta(description="What is on it")] = msgspec.field(name="_embedded")
