"""Carts decided, orders completed and cancelled, in Sylius' contract."""

from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from aurapromo.access.model import RateClass, Scope
from aurapromo.api.http.route import Call, Reply, Route
from aurapromo.api.sylius.evaluations import completing
from aurapromo.api.sylius.evaluations.answers import Outcomes, answer
from aurapromo.api.sylius.evaluations.carts import SYLIUS, cart_of, customer_id, told
from aurapromo.api.sylius.evaluations.types import CartIn, CartOut
from aurapromo.app import App
from aurapromo.promotions.quote import Question
from aurapromo.redemptions.settling import Asked

Number = Annotated[str, Meta(description="Number of the order", examples=["000000123"])]
Submitted = Call[App, None, CartIn]


async def evaluate(call: Submitted) -> CartOut:
    quote = await call.app.desk.quote(question_of(call))
    codes = {one.id: one.code for one in quote.promotions.values()}
    owner = next((one.promotion_id for one in quote.coupons.values()), None)
    return answer(call.body, Outcomes(quote.decision.applied, quote.decision.trace, codes, owner))


async def complete_order(call: Submitted, number: Number) -> Reply[CartOut]:
    body = await completing.complete(call, number)
    answered: Any = await evaluate(call) if body is None else msgspec.Raw(body)
    return Reply(answered)


async def cancel_order(call: Call[App, None, None], number: Number) -> None:
    asked = Asked(call.now, call.identity)
    await call.app.redeeming.settlement.cancel(number, asked, lambda _number, _gone: b"")


def question_of(call: Submitted) -> Question:
    given = call.body
    who = given.customer
    return Question(
        cart=cart_of(given, call.app.book.channels),
        now=call.now,
        options=SYLIUS,
        customer_id=customer_id(who),
        told=told(who),
        coupon_uses=None if who is None else who.orders_with_coupon,
        at=given.at,
        traced=True,
    )


CART: Final[dict[str, Any]] = {
    "channel": "default",
    "items": [
        {"product": "MUG", "variant": "MUG", "taxons": ["mugs"], "unitPrice": 2000, "quantity": 2},
    ],
    "shipping": 1000,
    "shippingCountry": "US",
    "customer": {"email": "a@example.com", "group": "retail", "placedOrders": 2},
}

ROUTES: Final[tuple[Route, ...]] = (
    Route(
        "POST",
        "/evaluations",
        evaluate,
        scope=Scope.CHECKOUT,
        rate=RateClass.DISCOUNT,
        idempotent=False,
        tag="carts",
        summary="Decide a cart",
        description="What it gets as Sylius would work it out, unit by unit, and why. Nothing is used up.",
        examples={"Two mugs": CART},
    ),
    Route(
        "POST",
        "/orders/{number}/complete",
        complete_order,
        scope=Scope.CHECKOUT,
        own_record=True,
        tag="carts",
        summary="Complete an order",
        description=(
            "Decides the cart again and takes a use of each promotion that applies, and of the coupon, "
            "never more than their limits allow. The same order again gets the same answer."
        ),
        errors=(404, 409),
        examples={"Two mugs": CART},
    ),
    Route(
        "POST",
        "/orders/{number}/cancel",
        cancel_order,
        scope=Scope.CHECKOUT,
        idempotent=False,
        status=204,
        tag="carts",
        summary="Cancel an order",
        description="Gives back the uses that it took; once more changes nothing.",
        errors=(404,),
    ),
)
