from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Final

from aurapromo.engine.cart import Cart
from aurapromo.engine.decision import Appraisal, Decision
from aurapromo.engine.eligibility.question import Question
from aurapromo.engine.facts import Facts
from aurapromo.engine.options import BEST, Options, StrategyName
from aurapromo.engine.prepare import Prepared, in_stacking_order
from aurapromo.engine.pricing.kinds.table import Level
from aurapromo.engine.pricing.state import State
from aurapromo.engine.promotion import Promotion
from aurapromo.engine.stacking.best import best_combination
from aurapromo.engine.stacking.choice import Choice
from aurapromo.engine.stacking.outcome import applied, step, trace
from aurapromo.engine.stacking.priority import by_priority
from aurapromo.engine.stacking.turn import Candidate, candidate, take_turn

STRATEGIES: Final[Mapping[StrategyName, Callable[[Sequence[Candidate], Question], Choice]]] = {
    "best": best_combination,
    "priority": by_priority,
}


def decide(
    cart: Cart,
    promotions: Sequence[Promotion | Prepared],
    facts: Facts,
    *,
    now: datetime,
    options: Options = BEST,
) -> Decision:
    """What the cart gets at `now` (UTC), and what became of each of `promotions`.

    The promotions are those that may apply (live by their status); their order here does not matter.
    Pass `Prepared` ones where the same are used again. Raises `Invalid` for a promotion with a time
    zone that does not exist, and nothing else.
    """
    question = Question(cart, facts, now, options)
    candidates = [candidate(prepared, question) for prepared in in_stacking_order(promotions)]
    choice = STRATEGIES[options.strategy](candidates, question)
    return Decision(
        items_total=question.start.basket.total,
        shipping_total=sum(cart.shipping),
        applied=tuple([applied(*chosen, units=options.units) for chosen in choice.turns]),
        trace=trace(candidates, choice, question),
        strategy=options.strategy,
        optimal=choice.optimal,
        explored=choice.explored,
        bound=choice.bound,
    )


def appraise(
    cart: Cart, prepared: Prepared, facts: Facts, *, now: datetime, options: Options = BEST
) -> Appraisal:
    """What one promotion by itself gives: as `decide` for it alone, in less time for saying less."""
    question = Question(cart, facts, now, options)
    alone = candidate(prepared, question)
    turn = take_turn(alone, question, question.start)
    return Appraisal(step(alone, turn), turn.credit, basis(prepared, question.start))


def basis(prepared: Prepared, start: State) -> int:
    """What the promotion's action works on, in minor units; see `Appraisal`."""
    if len(prepared.plans) != 1:
        return start.basket.total
    if prepared.levels[0] is Level.SHIPPING:
        return sum(start.shipping)
    return prepared.plans[0].subtotal(start.basket)
