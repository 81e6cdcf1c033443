"""What one promotion would take off a cart."""

from collections.abc import Callable
from functools import lru_cache
from typing import Final

from aurapromo.api.aura.decisions.carts import cart_of, channel_of
from aurapromo.api.aura.decisions.explain import step_out, step_sentence
from aurapromo.api.aura.decisions.sentences import money_text, percent_text
from aurapromo.api.aura.decisions.types import CalculateIn, CalculateOut, CalculationDetails
from aurapromo.api.aura.fields import PromotionId
from aurapromo.api.aura.money import digits_of, from_ppm, to_major
from aurapromo.api.http.route import Call
from aurapromo.app import App
from aurapromo.engine import actions as a
from aurapromo.engine.cart import Cart, Line
from aurapromo.engine.decision import Applied, Step
from aurapromo.engine.options import Options
from aurapromo.engine.pricing.filters import test_of
from aurapromo.engine.pricing.plan import filter_in
from aurapromo.promotions.model import Promotion
from aurapromo.promotions.quote import Question

WHOLE: Final = 1_000_000
ALONE: Final = Options(strategy="priority")


async def calculate(call: Call[App, None, CalculateIn], promotion_id: PromotionId) -> CalculateOut:
    """Price one promotion for a cart, as checkout would now."""
    given, app = call.body, call.app
    channel = channel_of(given, app.book.channels, app.book.default_channel)
    cart = cart_of(given, channel, prior=given.existing_discounts)
    customer = None if given.customer_id is None else str(given.customer_id)
    question = Question(cart=cart, now=call.now, options=ALONE, customer_id=customer)
    quote = await app.desk.alone(promotion_id, question, preview=given.preview)
    promotion = quote.promotions[promotion_id]
    applied = quote.decision.applied[0] if quote.decision.applied else None
    return answer(given, cart, promotion, applied, quote.decision.trace[0])


def answer(
    given: CalculateIn, cart: Cart, promotion: Promotion, applied: Applied | None, step: Step
) -> CalculateOut:
    """The contract's answer; amounts in major units of the cart's currency."""
    digits = digits_of(cart.currency)
    action = promotion.definition.actions[0] if len(promotion.definition.actions) == 1 else None
    percentage, cap = getattr(action, "percentage", None), getattr(action, "cap", None)
    discount = to_major(0 if applied is None else applied.discount, digits)
    names = {promotion.id: promotion.definition.name}
    return CalculateOut(
        discount_amount=discount,
        applicable=applied is not None,
        reason=granted(action, applied, cart) if applied else step_sentence(step, names, cart.currency),
        calculation_details=CalculationDetails(
            to_major(base(action, cart), digits),
            None if percentage is None else from_ppm(percentage),
            None if cap is None else to_major(cap, digits),
            discount,
        ),
        cashback_amount=to_major(0 if applied is None else applied.credit, digits),
        currency=cart.currency,
        explanation=[step_out(step, names, cart.currency)] if given.explain else None,
    )


def base(action: a.Action | None, cart: Cart) -> int:
    """What the discount is counted on: the eligible items, or the shipping fee; minor units."""
    if isinstance(action, a.FreeShipping | a.ShippingPercentageDiscount):
        return sum(cart.shipping)
    passes = passing(a.EVERYTHING if action is None else filter_in(action))
    return sum([line.subtotal for line in cart.lines if passes(line)])


@lru_cache(maxsize=10_000)
def passing(items: a.ItemFilter) -> Callable[[Line], bool]:
    return test_of(items)


def granted(action: a.Action | None, applied: Applied, cart: Cart) -> str:
    """What a promotion that applies gives, in a sentence."""
    amount = money_text(applied.discount, cart.currency)
    match action:
        case a.OrderPercentageDiscount(percentage=percentage):
            text = f"{percent_text(percentage)}% discount applied to eligible items"
        case a.BuyXGetY(buy=buy, get=get, percentage=percentage):
            off = "free" if percentage == WHOLE else f"at {percent_text(percentage)}% off"
            text = f"Buy {buy} get {get} {off}: {amount} discount applied to eligible items"
        case a.Tiered():
            text = f"Tier reached: {amount} discount applied to eligible items"
        case a.FreeShipping():
            text = f"Free shipping: {amount} off the shipping fee"
        case a.Cashback():
            text = f"Cashback of {money_text(applied.credit, cart.currency)} after the order"
        case _:
            text = f"{amount} discount applied to eligible items"
    return text
