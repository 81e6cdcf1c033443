"""What the outbox is told of redemptions."""

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from typing import Any

from aurapromo.outbox.model import Event
from aurapromo.redemptions.ids import RandomBits, mint
from aurapromo.redemptions.model import Redemption, State, Why


class Happened(StrEnum):
    """The events of a redemption's life."""

    HELD = "redemption.held"
    REDEEMED = "redemption.redeemed"
    RELEASED = "redemption.released"
    RETURNED = "redemption.returned"
    COUPON_USED = "coupon.used"


ENTERING = {
    State.HELD: Happened.HELD,
    State.REDEEMED: Happened.REDEEMED,
    State.RELEASED: Happened.RELEASED,
    State.RETURNED: Happened.RETURNED,
}


def entered(redemption: Redemption, at: datetime, random_bits: RandomBits) -> Iterator[Event]:
    """The events of a redemption that has just come into its state; a coupon is used once it is redeemed."""
    data = told(redemption)
    yield Event(id=mint(at, random_bits), event=ENTERING[redemption.state], at=at, data=data)
    if redemption.state is State.REDEEMED and redemption.coupon_code is not None:
        yield Event(id=mint(at, random_bits), event=Happened.COUPON_USED, at=at, data=data)


def told(redemption: Redemption) -> dict[str, Any]:
    """The redemption as events carry it."""
    reason: Why | None = redemption.reason
    return {
        "redemption_id": str(redemption.id),
        "promotion_id": redemption.promotion_id,
        "promotion_name": redemption.promotion_name,
        "coupon_code": redemption.coupon_code,
        "order_id": redemption.order_id,
        "customer_id": redemption.customer_id,
        "currency": redemption.currency,
        "discount": redemption.discount,
        "shipping_discount": redemption.shipping_discount,
        "credit": redemption.credit,
        "returned": redemption.returned,
        "order_total": redemption.order_total,
        "state": redemption.state,
        "reason": reason,
    }
