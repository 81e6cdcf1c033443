"""What the Aura contract sends and gets about redeeming."""

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from aurapromo.api.aura.decisions.types import (
    Channel,
    Codes,
    Country,
    Currency,
    Customer,
    Items,
    LineOut,
    Session,
    Shipping,
)
from aurapromo.api.aura.fields import ShopId
from aurapromo.errors import FieldError

HOLD_S = 900
LONGEST_HOLD_S = 7 * 24 * 3600

Email = Annotated[
    # Written out, since \s is not the same in Python and in JSON Schema.
    Annotated[str, Meta(pattern=r"^ *[!-?A-~\u00a1-\uffff]+@[!-?A-~\u00a1-\uffff]+ *$", max_length=254)]
    | None,
    Meta(description="A guest's e-mail, by which limits per customer count", examples=["ada@example.com"]),
]
RedemptionId = Annotated[
    UUID, Meta(description="Id of the redemption", examples=["0193f2a1-c4e0-7f86-9d08-1884c7d65a10"])
]


class Mode(StrEnum):
    """`redeem` takes the uses at once, `hold` reserves them until they are confirmed or expire."""

    REDEEM = "redeem"
    HOLD = "hold"


class ApplyIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An order at checkout. With ids or codes just those are considered, else all that need no code."""

    order_items: Annotated[
        Items | None, Meta(description="The lines of the order; not needed for one that is known")
    ] = None
    customer_id: Customer = None
    customer_email: Email = None
    session_id: Session = None
    channel: Channel = None
    currency: Currency = None
    shipping_amount: Shipping = None
    shipping_country: Country = None
    coupon_codes: Codes = None
    promotion_ids: Annotated[
        Annotated[list[Annotated[int, Meta(ge=1)]], Meta(max_length=1000)] | None,
        Meta(description="Apply these promotions", examples=[[123]]),
    ] = None
    include_automatic: Annotated[
        bool, Meta(description="Beside the named ones all live promotions that need no code")
    ] = False
    mode: Annotated[Mode, Meta(description="Take the uses or hold them", examples=["redeem"])] = Mode.REDEEM
    hold_seconds: Annotated[
        Annotated[int, Meta(ge=1, le=LONGEST_HOLD_S)],
        Meta(description="How long a hold lasts", examples=[HOLD_S]),
    ] = HOLD_S
    idempotency_key: Annotated[
        str | None, Meta(description="The same as the header Idempotency-Key", examples=["order-789-1"])
    ] = None

    def problems(self) -> Iterator[FieldError]:
        codes = [code.strip().upper() for code in self.coupon_codes or ()]
        for index, code in enumerate(codes):
            if not code:
                yield FieldError(("coupon_codes", index), "must not be blank")
            if code in codes[:index]:
                yield FieldError(("coupon_codes", index), "is given twice")


class OrderPromotion(msgspec.Struct, frozen=True, kw_only=True):
    """A promotion that the order has."""

    promotion_id: Annotated[int, Meta(description="Id of the promotion", examples=[123])]
    promotion_name: Annotated[str, Meta(description="Its name", examples=["Summer Sale 2024"])]
    discount_amount: Annotated[float, Meta(description="What it takes off", examples=[15.0])]
    redemption_id: RedemptionId
    shipping_discount: Annotated[float, Meta(description="Part of it that is off the shipping fee")]
    cashback_amount: Annotated[float, Meta(description="What it credits")]
    status: Annotated[str, Meta(description="held, redeemed or returned", examples=["redeemed"])]


class CouponUsed(msgspec.Struct, frozen=True):
    """A code that the order uses."""

    coupon_code: Annotated[str, Meta(description="The code", examples=["SUMMER25"])]
    discount_amount: Annotated[float, Meta(description="What its promotion takes off", examples=[15.0])]
    redemption_id: RedemptionId


class NotApplied(msgspec.Struct, frozen=True):
    """A promotion or a code that was asked for and is not applied."""

    promotion_id: Annotated[int | None, Meta(description="Id of the promotion", examples=[124])]
    coupon_code: Annotated[str | None, Meta(description="The code", examples=["OLD10"])]
    reason: Annotated[str, Meta(description="Stable code", examples=["coupon_expired"])]
    message: Annotated[str, Meta(description="The same as a sentence", examples=["Coupon expired"])]


class ApplyOut(msgspec.Struct, frozen=True, kw_only=True):
    """What the order has now, in all; amounts in major units."""

    order_id: Annotated[ShopId, Meta(description="The shop's id of the order", examples=[789])]
    currency: Annotated[str, Meta(description="Currency of all amounts", examples=["USD"])]
    original_total: Annotated[float, Meta(description="Items and shipping before discount", examples=[59.98])]
    total_discount: Annotated[float, Meta(description="Line and shipping discount", examples=[15.0])]
    final_total: Annotated[float, Meta(description="original_total - total_discount", examples=[44.98])]
    shipping_discount: Annotated[float, Meta(description="Part off the shipping fee", examples=[0.0])]
    promotions_applied: Annotated[list[OrderPromotion], Meta(description="In order of application")]
    coupons_used: Annotated[list[CouponUsed], Meta(description="The codes that count as used")]
    not_applied: Annotated[list[NotApplied], Meta(description="Asked for, but not applied", examples=[[]])]
    line_discounts: Annotated[list[LineOut], Meta(description="One entry for each line, in order")]
    cashback_amount: Annotated[float, Meta(description="Credit after the order", examples=[0.0])]
    status: Annotated[
        str, Meta(description="redeemed, or held while anything is held", examples=["redeemed"])
    ]
    expires_at: Annotated[
        Annotated[datetime, Meta(tz=True)] | None, Meta(description="When the hold expires", examples=[None])
    ]
