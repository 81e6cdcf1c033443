"""A whole cart against the live promotions."""

from collections.abc import Mapping
from itertools import chain, repeat

from aurapromo.api.aura.decisions.carts import cart_of, channel_of
from aurapromo.api.aura.decisions.explain import step_out
from aurapromo.api.aura.decisions.sentences import plain_sentence
from aurapromo.api.aura.decisions.types import (
    AppliedOut,
    CouponOut,
    EvaluateIn,
    EvaluateOut,
    Explain,
    LineOut,
    StepOut,
    Strategy,
)
from aurapromo.api.aura.money import digits_of, to_major
from aurapromo.api.http.route import Call
from aurapromo.app import App
from aurapromo.engine.cart import Cart
from aurapromo.engine.decision import Applied
from aurapromo.engine.options import Options
from aurapromo.errors import FieldError, Invalid
from aurapromo.facts.model import Channel
from aurapromo.promotions.quote import Question, Quote

MOST_UNITS_LISTED = 10_000


async def evaluate(call: Call[App, None, EvaluateIn]) -> EvaluateOut:
    """Decide a whole cart: discounts per promotion and line, and the reason for each promotion."""
    given, app = call.body, call.app
    channel = channel_of(given, app.book.channels, app.book.default_channel)
    question = question_of(call, channel)
    quote = await app.desk.quote(question)
    if quote.unknown:
        raise Invalid([_unknown(given, one) for one in quote.unknown])
    return answer(given, question, quote)


def question_of(call: Call[App, None, EvaluateIn], channel: Channel) -> Question:
    given = call.body
    codes = tuple(code.strip().upper() for code in given.coupon_codes or ())
    return Question(
        cart=cart_of(given, channel, codes=codes),
        now=call.now,
        options=Options(
            strategy=given.strategy.value,
            max_promotions=given.max_promotions or channel.max_promotions,
            node_budget=call.app.settings.search_nodes,
        ),
        customer_id=None if given.customer_id is None else str(given.customer_id),
        only=None if given.promotion_ids is None else tuple(dict.fromkeys(given.promotion_ids)),
        at=given.as_of,
        traced=given.explain is not False,
        every=given.explain is Explain.ALL,
    )


def answer(given: EvaluateIn, question: Question, quote: Quote) -> EvaluateOut:
    """The contract's answer; amounts in major units of the cart's currency."""
    cart, decision = question.cart, quote.decision
    digits = digits_of(cart.currency)
    names = {one.id: one.definition.name for one in quote.promotions.values()}
    total = decision.items_total + decision.shipping_total
    off_shipping = decision.shipping_discount
    off = decision.line_discount + off_shipping
    return EvaluateOut(
        currency=cart.currency,
        original_total=to_major(total, digits),
        total_discount=to_major(off, digits),
        final_total=to_major(total - off, digits),
        shipping_discount=to_major(off_shipping, digits),
        cashback_amount=to_major(decision.credit, digits),
        promotions_applied=[_applied(one, names, digits) for one in decision.applied],
        coupons=_coupons(given, quote),
        line_discounts=_lines(given, cart, decision.applied),
        strategy=Strategy(decision.strategy),
        optimal=decision.optimal,
        explored=decision.explored,
        bound=to_major(decision.bound, digits),
        decided_at=question.at or question.now,
        explanation=_explanation(given, cart, quote, names),
    )


def _applied(one: Applied, names: Mapping[int, str], digits: int) -> AppliedOut:
    return AppliedOut(
        one.promotion_id,
        names[one.promotion_id],
        to_major(one.discount, digits),
        to_major(sum(one.shipping), digits),
        to_major(one.credit, digits),
    )


def _explanation(
    given: EvaluateIn, cart: Cart, quote: Quote, names: Mapping[int, str]
) -> list[StepOut] | None:
    if given.explain is False:
        return None
    return [step_out(step, names, cart.currency) for step in quote.decision.trace]


def _coupons(given: EvaluateIn, quote: Quote) -> list[CouponOut]:
    if not given.coupon_codes:
        return []
    applied = {one.promotion_id for one in quote.decision.applied}
    reasons = {step.promotion_id: step.reason for step in quote.decision.trace}
    found = []
    for code in given.coupon_codes:
        coupon = quote.coupons.get(code.strip().upper())
        if coupon is None:
            found.append(CouponOut(code, applied=False, reason=plain_sentence("coupon_not_found")))
        elif coupon.promotion_id in applied and coupon.refusal is None:
            found.append(CouponOut(code, applied=True, reason="Valid"))
        else:
            reason = coupon.refusal or reasons.get(coupon.promotion_id, "not_active")
            found.append(CouponOut(code, applied=False, reason=plain_sentence(reason)))
    return found


def _lines(given: EvaluateIn, cart: Cart, applied: tuple[Applied, ...]) -> list[LineOut]:
    digits = digits_of(cart.currency)
    listed = cart.units <= MOST_UNITS_LISTED
    return [
        LineOut(
            index,
            item.product_id,
            to_major(sum([one.lines[index] for one in applied]), digits),
            _units(item.quantity, index, applied, digits) if listed else None,
        )
        for index, item in enumerate(given.order_items)
    ]


def _units(quantity: int, index: int, applied: tuple[Applied, ...], digits: int) -> list[float]:
    """Discount of each unit of one line, over all promotions."""
    parts = [
        list(chain.from_iterable(repeat(off, count) for count, off in one.units[index])) for one in applied
    ]
    if not parts:
        return [to_major(0, digits)] * quantity
    return [to_major(sum(unit), digits) for unit in zip(*parts, strict=True)]


def _unknown(given: EvaluateIn, promotion_id: int) -> FieldError:
    index = (given.promotion_ids or []).index(promotion_id)
    return FieldError(("promotion_ids", index), f"There is no promotion {promotion_id}")
