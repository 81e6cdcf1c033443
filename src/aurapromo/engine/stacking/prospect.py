from collections.abc import Sequence

import msgspec

from aurapromo.engine.actions import OrderFixedDiscount
from aurapromo.engine.eligibility.conditions import UNSPENT
from aurapromo.engine.eligibility.question import Question
from aurapromo.engine.pricing.kinds.table import Level
from aurapromo.engine.pricing.plan import Task
from aurapromo.engine.pricing.state import State
from aurapromo.engine.stacking.ceiling import most_credit, most_discount
from aurapromo.engine.stacking.turn import Candidate


class Prospect(msgspec.Struct, frozen=True):
    """The most that a promotion can take off and credit, in any state; minor units.

    `is_monotone`: its turn keeps two states in order and no further apart (see `bound`), but for
    rounding, which may part them by half of `double_slack` minor units.
    """

    ceiling: int
    credit: int
    is_monotone: bool = False
    double_slack: int = 0


class Surroundings(msgspec.Struct, frozen=True):
    """What all candidates together tell about each.

    `lone_bundle`: at most one action uses units up. `by_unit`: some action works unit by unit, so
    that it matters how a line's discount is split over its units. `one_target`: all actions on order
    totals have the same lines, so that nothing but the sum of these matters.
    """

    lone_bundle: bool
    by_unit: bool
    one_target: bool


def surroundings(candidates: Sequence[Candidate]) -> Surroundings:
    tasks = [(task, task.kind.level) for one in candidates for task in one.tasks if task.kind is not None]
    levels = [level for _, level in tasks]
    by_unit = Level.UNIT in levels
    targets = {task.target.lines for task, level in tasks if level is Level.ORDER}
    return Surroundings(levels.count(Level.BUNDLE) <= 1, by_unit, not by_unit and len(targets) <= 1)


def prospect(candidate: Candidate, question: Question, around: Surroundings) -> Prospect:
    start, tasks, promotion = question.start, candidate.tasks, candidate.promotion
    credit = sum([most_credit(task, start) for task in tasks])
    if question.options.allocator != "largest_remainder":
        return Prospect(start.room + sum(start.shipping), credit)
    ceiling = sum([most_discount(task, start, lone_bundle=around.lone_bundle) for task in tasks])
    left = ceiling + credit
    if promotion.limits.budget is not None:
        left = promotion.limits.budget - question.facts.spent.get(promotion.id, UNSPENT).amount
    always_fits = ceiling + credit <= left
    bundles = any(task.kind is not None and task.kind.level is Level.BUNDLE for task in tasks)
    if candidate.prepared.is_running or promotion.lane is not None or bundles or not always_fits:
        return Prospect(min(ceiling, left), credit)
    slack = sum([double_slack(task, start, around) for task in tasks])
    return Prospect(ceiling, credit, is_monotone=True, double_slack=slack)


def double_slack(task: Task, start: State, around: Surroundings) -> int:
    """Twice the minor units by which rounding may part two states in one such step; see `bound`."""
    action, kind, lines = task.action, task.kind, task.target.lines
    if action is None or kind is None or kind.level is Level.CREDIT:
        return 0
    if kind.level is Level.SHIPPING:
        return several(len(start.shipping)) if action.cap is not None else 0
    quantities = [start.basket.cart.lines[line].quantity for line in lines] if around.by_unit else []
    split = several(len(lines)) + sum([several(quantity) for quantity in quantities])
    if kind.level is Level.UNIT:
        return split if action.cap is not None else 0
    if around.one_target:
        return 0
    return split if isinstance(action, OrderFixedDiscount) else split + 2


def several(parts: int) -> int:
    """A split into one part is exact."""
    return parts if parts > 1 else 0
