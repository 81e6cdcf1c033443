"""Whether a code can be used. Who may not check out learns nothing about codes that cannot."""

from collections.abc import Mapping
from decimal import ROUND_FLOOR, Decimal
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from aurapromo.access.model import Scope
from aurapromo.api.aura.coupons import fields as f
from aurapromo.api.aura.fields import ShopId, stored_id
from aurapromo.api.aura.money import MAX_MINOR, digits_of
from aurapromo.api.aura.promotions.flat.recognise import shorthand_of
from aurapromo.api.http.route import Call
from aurapromo.app import App
from aurapromo.coupons import service
from aurapromo.coupons.model import Known
from aurapromo.coupons.rules import Refusal, refusal
from aurapromo.engine.cart import Cart, Line
from aurapromo.engine.decision import Reason, Step
from aurapromo.engine.options import Options
from aurapromo.promotions import service as promotions
from aurapromo.promotions.model import Promotion
from aurapromo.promotions.quote import NOT_ACTIVE, Question

VALID: Final = "Valid"
NOT_FOUND: Final = "Coupon not found"

OF_COUPON: Final[Mapping[Refusal, str]] = {
    Refusal.NOT_THEIRS: "Customer not eligible",
    Refusal.EXPIRED: "Coupon expired",
    Refusal.USED_UP: "Coupon usage limit reached",
    Refusal.CUSTOMER_LIMIT: "Customer usage limit reached",
    Refusal.CUSTOMER_UNKNOWN: "Customer not eligible",
}
#: What of a promotion can be judged without a cart, the reason that counts most first.
OF_PROMOTION: Final[Mapping[str, str]] = {
    NOT_ACTIVE: "Promotion not active",
    Reason.NOT_STARTED: "Promotion not started",
    Reason.EXPIRED: "Promotion expired",
    Reason.USAGE_LIMIT_REACHED: "Coupon usage limit reached",
    Reason.BUDGET_EXHAUSTED: "Coupon usage limit reached",
}
OF_CUSTOMER: Final[Mapping[str, str]] = {
    Reason.CUSTOMER_LIMIT_REACHED: "Customer usage limit reached",
    **dict.fromkeys(
        (
            Reason.WRONG_SEGMENT,
            Reason.WRONG_GROUP,
            Reason.WRONG_ORDER_NUMBER,
            Reason.NOT_FIRST_ORDER,
            Reason.NOT_NEW_CUSTOMER,
            Reason.NOT_GRANTED,
            Reason.OTHER_VARIANT,
            Reason.HELD_OUT,
        ),
        "Customer not eligible",
    ),
}
OF_AMOUNT: Final[Mapping[str, str]] = {Reason.BELOW_MINIMUM: "Minimum order amount not reached"}


class ValidateIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who wants to use the code, and on what; what is left out is not judged."""

    customer_id: Annotated[
        ShopId | None, Meta(description="The shop's id of the customer (null = not known)", examples=[456])
    ] = None
    order_amount: Annotated[
        Annotated[float, Meta(ge=0)] | None,
        Meta(
            description="Items total before discounts, major units of the promotion's currency",
            examples=[75.0],
        ),
    ] = None


class ValidCoupon(msgspec.Struct, frozen=True, kw_only=True):
    """The coupon that was asked about."""

    id: f.CouponId
    code: f.ShownCode
    promotion_id: f.PromotionId
    max_uses: f.MaxUses
    current_uses: f.CurrentUses
    expires_at: f.ExpiresAt


class ItsPromotion(msgspec.Struct, frozen=True, kw_only=True):
    """The promotion that the coupon opens."""

    id: f.PromotionId
    name: Annotated[str, Meta(description="Promotion name", examples=["Summer Sale 2024"])]
    discount_value: Annotated[
        float | None, Meta(description="Percent or amount (null when custom)", examples=[25.0])
    ]


class ValidateOut(msgspec.Struct, frozen=True, kw_only=True):
    """Whether the code can be used, and why not."""

    is_valid: Annotated[bool, Meta(description="Whether the code can be used now", examples=[True])]
    reason: Annotated[
        str,
        Meta(
            description="Valid, Coupon not found, Coupon expired, Coupon usage limit reached, Customer usage "
            "limit reached, Promotion not active, Promotion not started, Promotion expired, Minimum order "
            "amount not reached or Customer not eligible",
            examples=["Valid"],
        ),
    ]
    coupon: Annotated[ValidCoupon | None, Meta(description="The coupon (null = not found)")] = None
    promotion: Annotated[ItsPromotion | None, Meta(description="Its promotion (null = not found)")] = None


#: The one answer about every code that cannot be used, for keys that may not check out.
NOTHING: Final = ValidateOut(is_valid=False, reason=NOT_FOUND)


async def validate(call: Call[App, None, ValidateIn], coupon_code: f.PathCode) -> ValidateOut:
    """Judge the code, its promotion, and as far as they are told customer and amount."""
    customer = stored_id(call.body.customer_id)
    async with call.app.database.reading() as conn:
        coupon = await service.known(conn, coupon_code, customer, now=call.now)
        if coupon is None:
            return NOTHING
        promotion = await promotions.get(conn, coupon.promotion_id)
    answer = _answer(coupon, promotion, await _reason(call, coupon, promotion, customer))
    return answer if answer.is_valid or Scope.CHECKOUT in call.caller.scopes else NOTHING


async def _step(call: Call[App, None, ValidateIn], promotion: Promotion, customer: str | None) -> Step:
    """What the promotion says to a cart of the given amount."""
    currency = promotion.definition.currency
    amount = least_minor(call.body.order_amount or 0, digits_of(currency))
    question = Question(
        cart=Cart(currency, (Line("", 1, amount),), call.app.book.default_channel.code),
        now=call.now,
        options=Options(strategy="priority"),
        customer_id=customer,
    )
    _, appraisal = await call.app.desk.alone(promotion.id, question)
    return appraisal.step


def least_minor(amount: float, digits: int) -> int:
    """The whole minor units that the amount reaches.

    Nothing is refused: an error that depends on the promotion's currency would tell that there is one.
    """
    exact = Decimal(str(amount)) * 10**digits
    return int(min(exact, Decimal(MAX_MINOR)).to_integral_value(ROUND_FLOOR))


async def _reason(
    call: Call[App, None, ValidateIn], coupon: Known, promotion: Promotion, customer: str | None
) -> str:
    refused = refusal(coupon, customer, call.now, strangers=True)
    if refused is not None:
        return OF_COUPON[refused]
    step = await _step(call, promotion, customer)
    judged = dict(OF_PROMOTION)
    if customer is not None:
        judged |= OF_CUSTOMER
    if call.body.order_amount is not None:
        judged |= OF_AMOUNT
    failed = {step.reason, *[result.reason for result in step.rules if not result.passed]}
    return next((sentence for code, sentence in judged.items() if code in failed), VALID)


def _answer(coupon: Known, promotion: Promotion, reason: str) -> ValidateOut:
    return ValidateOut(
        is_valid=reason == VALID,
        reason=reason,
        coupon=ValidCoupon(
            id=coupon.id,
            code=coupon.code,
            promotion_id=coupon.promotion_id,
            max_uses=coupon.max_uses,
            current_uses=coupon.used,
            expires_at=coupon.expires_at,
        ),
        promotion=ItsPromotion(
            id=promotion.id,
            name=promotion.definition.name,
            discount_value=shorthand_of(promotion.definition).discount_value,
        ),
    )
