"""What one promotion would take off a cart."""

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
from aurapromo.engine.decision import Appraisal, Outcome
from aurapromo.engine.options import Options
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
    promotion, appraisal = await app.desk.alone(promotion_id, question, preview=given.preview)
    return answer(promotion, appraisal, cart.currency, explain=given.explain)


def answer(promotion: Promotion, appraisal: Appraisal, currency: str, *, explain: bool) -> CalculateOut:
    """The contract's answer; amounts in major units of the cart's currency."""
    digits, actions, step = digits_of(currency), promotion.definition.actions, appraisal.step
    action = actions[0] if len(actions) == 1 else None
    percentage, cap = getattr(action, "percentage", None), getattr(action, "cap", None)
    discount = to_major(step.discount, digits)
    names = {promotion.id: promotion.definition.name}
    applies = step.outcome is Outcome.APPLIED
    return CalculateOut(
        discount_amount=discount,
        applicable=applies,
        reason=granted(action, appraisal, currency) if applies else step_sentence(step, names, currency),
        calculation_details=CalculationDetails(
            to_major(appraisal.basis, digits),
            None if percentage is None else from_ppm(percentage),
            None if cap is None else to_major(cap, digits),
            discount,
        ),
        cashback_amount=to_major(appraisal.credit, digits),
        currency=currency,
        explanation=[step_out(step, names, currency)] if explain else None,
    )


def granted(action: a.Action | None, appraisal: Appraisal, currency: str) -> str:
    """What a promotion that applies gives, in a sentence."""
    if isinstance(action, a.OrderPercentageDiscount):
        return f"{percent_text(action.percentage)}% discount applied to eligible items"
    amount = money_text(appraisal.step.discount, currency)
    match action:
        case a.BuyXGetY(buy=buy, get=get, percentage=percentage):
            off = "free" if percentage == WHOLE else f"at {percent_text(percentage)}% off"
            text = f"Buy {buy} get {get} {off}: {amount} discount applied to eligible items"
        case a.Tiered():
            text = f"Tier reached: {amount} discount applied to eligible items"
        case a.FreeShipping():
            text = f"Free shipping: {amount} off the shipping fee"
        case a.Cashback():
            text = f"Cashback of {money_text(appraisal.credit, currency)} after the order"
        case _:
            text = f"{amount} discount applied to eligible items"
    return text
