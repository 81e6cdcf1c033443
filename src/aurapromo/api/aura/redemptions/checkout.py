"""Checking out over HTTP: from the contract's body to what is wanted, and from the receipt to the answer."""

from collections.abc import Sequence
from typing import Final

import msgspec

from aurapromo.api.aura.decisions.carts import cart_of, channel_of
from aurapromo.api.aura.decisions.explain import step_sentence
from aurapromo.api.aura.decisions.sentences import sentence
from aurapromo.api.aura.fields import ShopId, shown_id
from aurapromo.api.aura.items import OrderItem
from aurapromo.api.aura.money import digits_of, minor_of, to_major
from aurapromo.api.aura.redemptions.types import (
    ApplyIn,
    ApplyOut,
    CouponUsed,
    Mode,
    NotApplied,
    OrderPromotion,
)
from aurapromo.api.aura.redemptions.units import lines_out
from aurapromo.api.http.endpoint import encode
from aurapromo.api.http.route import Call
from aurapromo.app import App
from aurapromo.engine.facts import Customer
from aurapromo.engine.options import Options
from aurapromo.errors import FieldError
from aurapromo.redemptions.checkout.plan import Given, Missed, Receipt
from aurapromo.redemptions.checkout.wanted import Wanted
from aurapromo.redemptions.model import State

GUEST: Final = "email:"
WITHHELD: Final = "withheld"  # left out of the decision, since the ledger has refused it


def customer_of(given: ApplyIn) -> Customer | None:
    """Who checks out: a customer of the shop, else a guest by e-mail, else nobody in particular."""
    email = None if given.customer_email is None else given.customer_email.strip().lower()
    if given.customer_id is not None:
        return Customer(str(given.customer_id), email=email)
    return None if email is None else Customer(GUEST + email, email=email)


class Basket(msgspec.Struct, frozen=True, kw_only=True):
    """The part of the body that makes a cart."""

    order_items: list[OrderItem]
    channel: str | None
    currency: str | None
    shipping_amount: float | None
    shipping_country: str | None


def basket_of(given: ApplyIn) -> Basket:
    return Basket(
        order_items=given.order_items or [],
        channel=given.channel,
        currency=given.currency,
        shipping_amount=given.shipping_amount,
        shipping_country=given.shipping_country,
    )


def wanted_of(call: Call[App, None, ApplyIn], order_id: str) -> Wanted:
    """What is asked for; raises Invalid with every amount at fault."""
    given, app = call.body, call.app
    basket = basket_of(given)
    channel = channel_of(basket, app.book.channels, app.book.default_channel)
    codes = tuple([code.strip().upper() for code in given.coupon_codes or ()])
    named = tuple(dict.fromkeys(given.promotion_ids or ()))
    shipping, currency = given.shipping_amount, given.currency or channel.currency
    return Wanted(
        order_id=order_id,
        cart=None if given.order_items is None else cart_of(basket, channel),
        customer=customer_of(given),
        now=call.now,
        options=Options(max_promotions=channel.max_promotions, node_budget=app.settings.search_nodes),
        codes=codes,
        named=named,
        automatic=given.include_automatic or not (codes or named),
        shipping=() if shipping is None else (minor_of(shipping, currency, "shipping_amount"),),
        currency=currency,
        country=given.shipping_country,
        hold_s=given.hold_seconds if given.mode is Mode.HOLD else None,
        identity=call.identity,
    )


class Worded:
    """The outcome in the contract's words; ids are shown as the body gave them."""

    def __init__(self, given: ApplyIn) -> None:
        self._given = given

    def receipt(self, receipt: Receipt) -> bytes:
        return encode(self.answer(receipt))

    def missed(self, receipt: Receipt) -> list[FieldError]:
        shown = [(one, self.message(one, receipt)) for one in receipt.missed]
        return [FieldError(self.path(one), f"{message} ({one.reason})") for one, message in shown]

    def answer(self, receipt: Receipt) -> ApplyOut:
        cart, given = receipt.cart, receipt.given
        digits = digits_of(cart.currency)
        total = cart.subtotal + sum(cart.shipping)
        off = sum([one.discount for one in given])
        held = [one.redemption for one in given if one.redemption.state is State.HELD]
        return ApplyOut(
            order_id=shown_id(receipt.order_id),
            currency=cart.currency,
            original_total=to_major(total, digits),
            total_discount=to_major(off, digits),
            final_total=to_major(total - off, digits),
            shipping_discount=to_major(sum([one.redemption.shipping_discount for one in given]), digits),
            promotions_applied=[applied(one, digits) for one in given],
            coupons_used=[used for one in given if (used := self.coupon(one, digits)) is not None],
            not_applied=[
                NotApplied(one.promotion_id, one.code, one.reason, self.message(one, receipt))
                for one in receipt.missed
            ],
            line_discounts=lines_out(self.product_ids(receipt), receipt),
            cashback_amount=to_major(sum([one.redemption.credit for one in given]), digits),
            status=State.HELD if held else State.REDEEMED,
            expires_at=held[0].expires_at if held else None,
        )

    def coupon(self, one: Given, digits: int) -> CouponUsed | None:
        code = one.redemption.coupon_code
        if code is None:
            return None
        shown = next(
            (given for given in self._given.coupon_codes or () if given.strip().upper() == code), code
        )
        return CouponUsed(shown, to_major(one.discount, digits), one.redemption.id)

    def product_ids(self, receipt: Receipt) -> Sequence[ShopId]:
        if self._given.order_items is not None:
            return [item.product_id for item in self._given.order_items]
        return [shown_id(line.product_id) for line in receipt.cart.lines]

    def message(self, missed: Missed, receipt: Receipt) -> str:
        step = missed.step
        if step is not None and not (step.rules and step.rules[0].type == WITHHELD):
            return step_sentence(step, receipt.names, receipt.cart.currency)
        return sentence(missed.reason, None, receipt.cart.currency)

    def path(self, missed: Missed) -> tuple[str | int, ...]:
        """The field of the body that asked for it; none for a promotion that nobody named."""
        codes = [code.strip().upper() for code in self._given.coupon_codes or ()]
        if missed.code is not None and missed.code in codes:
            return ("coupon_codes", codes.index(missed.code))
        ids = self._given.promotion_ids or []
        if missed.promotion_id in ids:
            return ("promotion_ids", ids.index(missed.promotion_id))
        return ("promotions", str(missed.promotion_id))


def applied(one: Given, digits: int) -> OrderPromotion:
    redemption = one.redemption
    return OrderPromotion(
        promotion_id=redemption.promotion_id,
        promotion_name=redemption.promotion_name,
        discount_amount=to_major(one.discount, digits),
        redemption_id=redemption.id,
        shipping_discount=to_major(redemption.shipping_discount, digits),
        cashback_amount=to_major(redemption.credit, digits),
        status=redemption.state,
    )
