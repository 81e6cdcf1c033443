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

    `is_monotone`: its turn keeps two states in order and no further apart, but for rounding; see
    `bound`.
    """

    ceiling: int
    credit: int
    is_monotone: bool


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
    levels: list[Level] = []
    targets: set[tuple[int, ...]] = set()
    for candidate in candidates:
        levels += candidate.prepared.levels
        for task, level in zip(candidate.tasks, candidate.prepared.levels, strict=True):
            if level is Level.ORDER:
                targets.add(task.target.lines)
    by_unit = Level.UNIT in levels
    return Surroundings(levels.count(Level.BUNDLE) <= 1, by_unit, not by_unit and len(targets) <= 1)


def prospect(candidate: Candidate, question: Question, around: Surroundings) -> Prospect:
    prepared, start = candidate.prepared, question.start
    credit = 0
    if Level.CREDIT in prepared.levels:
        credit = sum([most_credit(task, start) for task in candidate.tasks])
    if question.options.allocator != "largest_remainder":
        return Prospect(start.room + sum(start.shipping), credit, is_monotone=False)
    ceiling = sum([most_discount(task, start, lone_bundle=around.lone_bundle) for task in candidate.tasks])
    monotone = not (prepared.is_running or candidate.promotion.lane or Level.BUNDLE in prepared.levels)
    budget = candidate.promotion.limits.budget
    if budget is not None:
        left = budget - question.facts.spent.get(candidate.promotion.id, UNSPENT).amount
        monotone = monotone and ceiling + credit <= left
        ceiling = min(ceiling, left)
    return Prospect(ceiling, credit, monotone)


def slack_of(candidate: Candidate, start: State, around: Surroundings) -> int:
    """Twice the minor units by which rounding may part two states in a turn of this promotion."""
    return sum([double_slack(task, start, around) for task in candidate.tasks])


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
