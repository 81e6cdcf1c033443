from aurapromo.engine.actions import Cashback
from aurapromo.engine.decision import Reason
from aurapromo.engine.pricing.kinds.order import total_left
from aurapromo.engine.pricing.money import share_of
from aurapromo.engine.pricing.state import Effect, State
from aurapromo.engine.pricing.target import Target, capped


def cashback(action: Cashback, target: Target, state: State) -> Effect | Reason:
    """A credit on what is left of the target's lines after the promotions before; nothing comes off."""
    if not target.lines:
        return Reason.NO_MATCHING_ITEMS
    if action.percentage is None:
        credit = action.amount or 0
    else:
        credit = share_of(total_left(target, state), action.percentage)
    if credit := capped(credit, action.cap):
        return Effect(state.basket.nothing, 0, credit=credit)
    return Reason.NOTHING_LEFT
