"""An order completed through the ledger."""

from aurapromo.api.http.endpoint import encode
from aurapromo.api.http.route import Call
from aurapromo.api.sylius.evaluations.answers import Outcomes, answer
from aurapromo.api.sylius.evaluations.carts import SYLIUS, cart_of, codes_of, customer_of
from aurapromo.api.sylius.evaluations.types import CartIn
from aurapromo.app import App
from aurapromo.engine.decision import Applied
from aurapromo.errors import FieldError
from aurapromo.redemptions.checkout.plan import Given, Receipt
from aurapromo.redemptions.checkout.wanted import LimitReached, NothingApplies, Wanted


async def complete(call: Call[App, None, CartIn], number: str) -> bytes | None:
    """Take what applies; the answer, None when nothing does. Raises OrderCancelled and CartChanged."""
    given = call.body
    wanted = Wanted(
        order_id=number,
        cart=cart_of(given, call.app.book.channels),
        customer=customer_of(given.customer),
        now=call.now,
        options=SYLIUS,
        codes=codes_of(given),
        identity=call.identity,
    )
    try:
        return await call.app.redeeming.checkout.apply(wanted, Worded(given))
    except (NothingApplies, LimitReached):
        return None


class Worded:
    """The outcome in Sylius' terms."""

    def __init__(self, given: CartIn) -> None:
        self._given = given

    def receipt(self, receipt: Receipt) -> bytes:
        applied = [applied_of(one) for one in receipt.given]
        owner = next(iter(receipt.coupons.values()), None)
        found = Outcomes(applied, receipt.trace, receipt.promotion_codes, owner)
        return encode(answer(self._given, found))

    def missed(self, _receipt: Receipt) -> list[FieldError]:
        return []


def applied_of(one: Given) -> Applied:
    """What the promotion did; of one taken before, what is stored of it."""
    if one.applied is not None:
        return one.applied
    redemption = one.redemption
    lines = tuple(sum(count * off for count, off in runs) for runs in one.units)
    shipping = (redemption.shipping_discount,) if redemption.shipping_discount else ()
    return Applied(redemption.promotion_id, lines, one.units, shipping, redemption.credit)
