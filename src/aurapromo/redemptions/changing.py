"""The claim that changes redemptions of an order as they were seen. Pure."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from aurapromo.redemptions.claims.claim import Claim, Move, OrderAfter
from aurapromo.redemptions.events import entered
from aurapromo.redemptions.ids import RandomBits
from aurapromo.redemptions.model import Order, Redemption


def after(move: Move, at: datetime) -> Redemption:
    """The redemption once it is moved."""
    before = move.redemption
    returned = before.returned + move.returned
    return msgspec.structs.replace(
        before, state=move.to, reason=move.reason, returned=returned, updated_at=at
    )


def order_after(
    order: Order, *, returned: tuple[int, ...] | None = None, cancelled: bool = False
) -> OrderAfter:
    """The order as it was, but for what came back of it and whether it is cancelled."""
    return OrderAfter(
        customer_id=order.customer_id,
        cart=order.cart,
        cart_digest=order.cart_digest,
        total=order.cart.subtotal + sum(order.cart.shipping),
        returned=order.returned if returned is None else returned,
        cancelled=cancelled or order.cancelled_at is not None,
    )


def claim_of(
    order: Order, moves: Sequence[Move], becomes: OrderAfter, *, at: datetime, random_bits: RandomBits
) -> Claim:
    """All moves or none; the order must still be as it was seen."""
    moved = [after(move, at) for move in moves]
    return Claim(
        order_id=order.id,
        seen=order.version,
        at=at,
        order=becomes,
        moves=tuple(moves),
        events=tuple([event for one in moved for event in entered(one, at, random_bits)]),
    )
