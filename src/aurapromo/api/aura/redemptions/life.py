"""What the Aura contract sends and gets about redemptions once they are there."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from aurapromo.api.aura.fields import ShopId
from aurapromo.api.aura.redemptions.types import RedemptionId
from aurapromo.errors import FieldError
from aurapromo.redemptions.model import State


class RedemptionOut(msgspec.Struct, frozen=True, kw_only=True):
    """One use of a promotion by an order; amounts in major units."""

    id: RedemptionId
    promotion_id: Annotated[int, Meta(description="Id of the promotion", examples=[123])]
    promotion_name: Annotated[str, Meta(description="Its name", examples=["Summer Sale 2024"])]
    promotion_version: Annotated[int, Meta(description="Version that was applied", examples=[1])]
    coupon_code: Annotated[str | None, Meta(description="The code that was used", examples=["SUMMER25"])]
    order_id: Annotated[ShopId, Meta(description="The shop's id of the order", examples=[789])]
    customer_id: Annotated[ShopId | None, Meta(description="Its customer", examples=[456])]
    customer_email: Annotated[str | None, Meta(description="E-mail of a guest", examples=[None])]
    channel: Annotated[str | None, Meta(description="Channel of the order", examples=["default"])]
    currency: Annotated[str, Meta(description="Currency of the amounts", examples=["USD"])]
    status: Annotated[str, Meta(description="held, redeemed, released or returned", examples=["redeemed"])]
    reason: Annotated[
        str | None,
        Meta(description="Why it was released: released, expired, replaced, cancelled", examples=[None]),
    ]
    discount_amount: Annotated[float, Meta(description="Line and shipping discount", examples=[15.0])]
    shipping_discount: Annotated[float, Meta(description="Part off the shipping fee", examples=[0.0])]
    cashback_amount: Annotated[float, Meta(description="Credit", examples=[0.0])]
    returned_amount: Annotated[float, Meta(description="Part that came back with returns", examples=[0.0])]
    order_total: Annotated[float, Meta(description="The order before discount", examples=[59.98])]
    expires_at: Annotated[
        Annotated[datetime, Meta(tz=True)] | None, Meta(description="End of a hold", examples=[None])
    ]
    created_at: Annotated[datetime, Meta(tz=True, description="When", examples=["2026-11-22T10:00:00Z"])]
    updated_at: Annotated[
        datetime, Meta(tz=True, description="Last change", examples=["2026-11-22T10:00:00Z"])
    ]


class CancelOut(msgspec.Struct, frozen=True):
    """An order that was cancelled, with what it gave back."""

    order_id: Annotated[ShopId, Meta(description="The shop's id of the order", examples=[789])]
    status: Annotated[str, Meta(description="cancelled", examples=["cancelled"])]
    redemptions: Annotated[list[RedemptionOut], Meta(description="What was given back", examples=[[]])]


class ReturnItem(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Units that came back: by the line's place in the order, or by its product."""

    index: Annotated[
        Annotated[int, Meta(ge=0)] | None, Meta(description="Place of the line, from 0", examples=[0])
    ] = None
    product_id: Annotated[
        ShopId | None, Meta(description="The product, if only one line has it", examples=[1])
    ] = None
    quantity: Annotated[
        Annotated[int, Meta(ge=1, le=1_000_000)], Meta(description="Units that came back", examples=[1])
    ]


class ReturnIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A return, in part or in whole."""

    items: Annotated[
        Annotated[list[ReturnItem], Meta(min_length=1, max_length=1000)],
        Meta(description="What came back", examples=[[{"index": 0, "quantity": 1}]]),
    ]

    def problems(self) -> Iterator[FieldError]:
        for at, item in enumerate(self.items):
            if (item.index is None) == (item.product_id is None):
                yield FieldError(("items", at), "needs either index or product_id")


class ReturnedOut(msgspec.Struct, frozen=True):
    """What one line gets back; amounts in major units."""

    index: Annotated[int, Meta(description="Place of the line", examples=[0])]
    product_id: Annotated[ShopId, Meta(description="Its product", examples=[1])]
    quantity: Annotated[int, Meta(description="Units that came back now", examples=[1])]
    price: Annotated[float, Meta(description="Their price before discount", examples=[29.99])]
    discount_amount: Annotated[float, Meta(description="What they had been given", examples=[7.5])]
    refund_amount: Annotated[float, Meta(description="price - discount_amount", examples=[22.49])]


class ReturnOut(msgspec.Struct, frozen=True):
    """What goes back to the customer for a return."""

    order_id: Annotated[ShopId, Meta(description="The shop's id of the order", examples=[789])]
    currency: Annotated[str, Meta(description="Currency of the amounts", examples=["USD"])]
    refund_total: Annotated[float, Meta(description="Sum of the refunds", examples=[22.49])]
    items: Annotated[list[ReturnedOut], Meta(description="Line by line")]


class ListQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which redemptions, newest first."""

    promotion_id: Annotated[
        Annotated[int, Meta(ge=1)] | None, Meta(description="Of this promotion", examples=[123])
    ] = None
    order_id: Annotated[
        Annotated[str, Meta(min_length=1, max_length=64)] | None,
        Meta(description="Of this order", examples=["789"]),
    ] = None
    customer_id: Annotated[
        Annotated[str, Meta(min_length=1, max_length=64)] | None,
        Meta(description="Of this customer", examples=["456"]),
    ] = None
    state: Annotated[State | None, Meta(description="In this state", examples=["redeemed"])] = None
    from_: Annotated[
        Annotated[datetime, Meta(tz=True)] | None,
        Meta(description="Created at or after", examples=["2026-11-01T00:00:00Z"]),
    ] = msgspec.field(default=None, name="from")
    to: Annotated[
        Annotated[datetime, Meta(tz=True)] | None,
        Meta(description="Created before", examples=["2026-12-01T00:00:00Z"]),
    ] = None
    per_page: Annotated[int, Meta(ge=1, le=100, description="Items per page", examples=[20])] = 20
    cursor: Annotated[
        UUID | None,
        Meta(
            description="`next_cursor` of the page before", examples=["0193f2a1-c4e0-7f86-9d08-1884c7d65a10"]
        ),
    ] = None


class RedemptionCursor(msgspec.Struct, frozen=True):
    """Where the list goes on."""

    per_page: Annotated[int, Meta(description="Items per page", examples=[20])]
    next_cursor: Annotated[
        UUID | None, Meta(description="`cursor` of the next page; null on the last", examples=[None])
    ]
    has_next: Annotated[bool, Meta(description="Whether there is a next page", examples=[False])]


class RedemptionPage(msgspec.Struct, frozen=True):
    redemptions: Annotated[list[RedemptionOut], Meta(description="Newest first")]
    pagination: Annotated[RedemptionCursor, Meta(description="Where the list goes on")]
