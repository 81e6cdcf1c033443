"""The most that one action can do to a cart, in whatever state its turn finds it. Minor units.

Every kind but the bundles takes most from the untouched cart, since what is left only falls. A
bundle is different: units that another one has used up are not there any more, so that its reward
may fall on dearer units than on the untouched cart.
"""

from aurapromo.engine.actions import BuyXGetY, Cashback, FixedPrice
from aurapromo.engine.pricing.kinds.bundle_price import grouped
from aurapromo.engine.pricing.kinds.buy_x_get_y import chosen, feasible_sets, pool_of
from aurapromo.engine.pricing.kinds.pieces import first, unused, value
from aurapromo.engine.pricing.money import share_of
from aurapromo.engine.pricing.plan import Task
from aurapromo.engine.pricing.state import Effect, State
from aurapromo.engine.pricing.target import Target, capped


def most_discount(task: Task, start: State, *, lone_bundle: bool) -> int:
    """`lone_bundle`: no other action of any candidate can use units up."""
    action, target = task.action, task.target
    if isinstance(action, BuyXGetY):
        return capped(most_reward(action, target, start, lone_bundle=lone_bundle), action.cap)
    if isinstance(action, FixedPrice) and action.quantity > 1:
        return capped(most_gain(action, target, start), action.cap)
    unspread = Task(action, task.kind, Target(target.lines, amount_only))
    effect = unspread.price(start)
    return effect.discount + effect.shipping_discount if isinstance(effect, Effect) else 0


def amount_only(amount: int, _target: Target, state: State) -> Effect:
    """Instead of a spread: how much comes off, not where, and never less than a spread could take."""
    return Effect(state.basket.nothing, amount)


def most_reward(action: BuyXGetY, target: Target, start: State, *, lone_bundle: bool) -> int:
    """As many sets as the whole cart has; their cheapest units, or the dearest if others use units up.

    The cheapest reward is the least that so many target units cost, and falls with every unit's price.
    """
    pool = pool_of(target, start)
    sets = feasible_sets(action, pool)
    if lone_bundle:
        rewards, _ = chosen(action, sets, pool)
    else:
        dearest = sorted([*pool.targets, *pool.both], key=lambda piece: -piece.left)
        rewards = first(dearest, sets * max(1, action.get))
    return share_of(value(rewards), action.percentage)


def most_gain(action: FixedPrice, target: Target, start: State) -> int:
    """Groups of the dearest units gain most: any j groups hold at most the j·n dearest units."""
    pool = sorted(unused(target.lines, start), key=lambda piece: -piece.left)
    gains = [value(pieces) - groups * action.amount for pieces, groups in grouped(pool, action.quantity)]
    return sum([gain for gain in gains if gain > 0])


def most_credit(task: Task, start: State) -> int:
    """Of all that is in the cart, whatever the filters: credits only decide between equal discounts."""
    action = task.action
    if not isinstance(action, Cashback):
        return 0
    if action.percentage is None:
        return capped(action.amount or 0, action.cap)
    return capped(share_of(start.basket.total, action.percentage), action.cap)
