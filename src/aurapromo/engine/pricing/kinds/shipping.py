"""Actions on the shipping fees; each shipment on its own, at most what is left of its fee."""

from aurapromo.engine.actions import FreeShipping, ShippingPercentageDiscount
from aurapromo.engine.decision import Reason
from aurapromo.engine.pricing.allocation import allocate
from aurapromo.engine.pricing.money import share_of
from aurapromo.engine.pricing.state import Effect, State
from aurapromo.engine.pricing.target import Target


def shipping_percentage(action: ShippingPercentageDiscount, _target: Target, state: State) -> Effect | Reason:
    fees = zip(state.basket.cart.shipping, state.shipping, strict=True)
    return off_shipping(
        [min(share_of(fee, action.percentage), left) for fee, left in fees], action.cap, state
    )


def free_shipping(action: FreeShipping, _target: Target, state: State) -> Effect | Reason:
    return off_shipping(list(state.shipping), action.cap, state)


def off_shipping(off: list[int], cap: int | None, state: State) -> Effect | Reason:
    if not off:
        return Reason.NO_SHIPPING_FEE
    total = sum(off)
    if cap is not None and total > cap:
        off, total = allocate(cap, off), cap
    if total == 0:
        return Reason.NOTHING_LEFT
    return Effect(state.basket.nothing, 0, shipping=off, shipping_discount=total)
