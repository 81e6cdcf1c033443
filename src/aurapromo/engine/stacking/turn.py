from collections.abc import Sequence

import msgspec

from aurapromo.engine.decision import Outcome, Reason, RuleResult
from aurapromo.engine.eligibility.conditions import UNSPENT
from aurapromo.engine.eligibility.question import Question
from aurapromo.engine.eligibility.verdict import judged
from aurapromo.engine.prepare import Prepared
from aurapromo.engine.pricing.plan import Task
from aurapromo.engine.pricing.state import Effect, State
from aurapromo.engine.promotion import Promotion

LIMITS = frozenset(
    {Reason.USAGE_LIMIT_REACHED, Reason.CUSTOMER_LIMIT_REACHED, Reason.BUDGET_EXHAUSTED},
)


class Candidate(msgspec.Struct, frozen=True):
    """A promotion on one cart, with the verdict on the cart as it came."""

    prepared: Prepared
    promotion: Promotion
    tasks: tuple[Task, ...]
    rules: tuple[RuleResult, ...]
    eligible: bool


class Turn(msgspec.Struct, frozen=True):
    """What a promotion did to a state. It did nothing when there is a `reason`.

    `steps` are its actions that did something, each with the state after it.
    """

    state: State
    steps: tuple[tuple[Task, State], ...] = ()
    discount: int = 0
    credit: int = 0
    reason: str = ""
    outcome: Outcome = Outcome.APPLIED
    rules: tuple[RuleResult, ...] = ()


def candidate(prepared: Prepared, question: Question) -> Candidate:
    """All conditions and all rules are judged, so that everything that is missing can be told."""
    state = question.start
    results = judged_on(prepared, question, state)
    eligible = first_failure(results) is None
    tasks: tuple[Task, ...] = ()
    if eligible or prepared.can_begin_to_hold:
        allocator = question.options.allocator
        tasks = tuple([plans.task(state.basket, allocator) for plans in prepared.plans])
    return Candidate(prepared, prepared.promotion, tasks, results, eligible)


def judged_on(prepared: Prepared, question: Question, state: State) -> tuple[RuleResult, ...]:
    """The conditions that fail, and every rule."""
    promotion = prepared.promotion
    refused = [refusal for ask in prepared.conditions if (refusal := ask(promotion, question)) is not None]
    if promotion.id in question.options.withheld:
        refused.insert(0, judged("withheld", question.options.withheld[promotion.id]))
    return tuple(refused + [check(question, state) for check in prepared.checks])


def take_turn(candidate: Candidate, question: Question, state: State) -> Turn:
    """What the promotion does to what is left. Running rules are judged now, and so is the budget."""
    rules = candidate.rules
    if candidate.prepared.is_running and state is not question.start:
        rules = judged_on(candidate.prepared, question, state)
    if (rules is not candidate.rules or not candidate.eligible) and (failure := first_failure(rules)):
        return refused(state, failure.reason, rules)
    turn = priced(candidate.tasks, state, rules)
    if candidate.promotion.limits.budget is None or turn.reason:
        return turn
    return within_budget(turn, candidate.promotion, question, state)


def within_budget(turn: Turn, promotion: Promotion, question: Question, state: State) -> Turn:
    """The turn, unless it gives more than is left of the budget: then nothing at all."""
    budget = promotion.limits.budget or 0
    wanted = question.facts.spent.get(promotion.id, UNSPENT).amount + turn.discount + turn.credit
    if wanted <= budget:
        return turn
    shortfall = judged("budget", Reason.BUDGET_EXHAUSTED, expected=budget, actual=wanted)
    return refused(state, Reason.BUDGET_EXHAUSTED, (shortfall, *turn.rules))


def priced(tasks: Sequence[Task], state: State, rules: tuple[RuleResult, ...] = ()) -> Turn:
    """All actions one after another; those that do nothing are passed over."""
    steps: list[tuple[Task, State]] = []
    discount = credit = 0
    reason: str = "" if tasks else Reason.NO_ACTIONS
    for task in tasks:
        effect = task.price(state)
        if isinstance(effect, Effect):
            discount += effect.discount + effect.shipping_discount
            credit += effect.credit
            state = state.after(effect)
            steps.append((task, state))
        else:
            reason = reason or effect
    if steps:
        return Turn(state, tuple(steps), discount, credit, rules=rules)
    return Turn(state, (), 0, 0, reason, Outcome.NO_EFFECT, rules)


def first_failure(rules: tuple[RuleResult, ...]) -> RuleResult | None:
    for result in rules:
        if not result.passed:
            return result
    return None


def refused(state: State, reason: str, rules: tuple[RuleResult, ...]) -> Turn:
    outcome = Outcome.LIMIT_REACHED if reason in LIMITS else Outcome.NOT_ELIGIBLE
    return Turn(state, (), 0, 0, reason, outcome, rules)
