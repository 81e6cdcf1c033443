"""From what a strategy chose to the answer: what was applied, and what became of every promotion."""

from collections.abc import Sequence

from aurapromo.engine.decision import Applied, Outcome, Part, Reason, Run, Step
from aurapromo.engine.eligibility.question import Question
from aurapromo.engine.pricing.allocation import add
from aurapromo.engine.pricing.kinds.table import Level
from aurapromo.engine.pricing.plan import Task
from aurapromo.engine.pricing.state import State
from aurapromo.engine.stacking.choice import Choice
from aurapromo.engine.stacking.turn import Candidate, Turn, take_turn

UNIT_LEVELS = (Level.UNIT, Level.BUNDLE)


def applied(candidate: Candidate, turn: Turn, *, units: bool) -> Applied:
    """What the turn did, in the terms of the answer; what each unit gets only if `units` are asked for."""
    state = turn.state
    effects = [after.effect for _, after in turn.steps if after.effect is not None]
    shipping = [effect.shipping for effect in effects if effect.shipping is not None]
    parts = [part for done in turn.steps if (part := part_of(*done)) is not None] if units else []
    return Applied(
        candidate.promotion.id,
        summed([effect.lines for effect in effects], len(state.left)),
        together(parts, state) if units else (),
        summed(shipping, len(state.shipping)),
        turn.credit,
        any(is_unit_level(task) for task, _ in turn.steps),
        tuple(parts) if len(parts) > 1 else (),
    )


def is_unit_level(task: Task) -> bool:
    return task.kind is not None and task.kind.level in UNIT_LEVELS


def part_of(task: Task, after: State) -> Part | None:
    """The units' discount of one action; None when it took nothing off the lines."""
    before = after.before
    if before is None or after.effect is None or after.effect.lines is after.basket.nothing:
        return None
    return Part(after.off_units(before.units()) or (), is_unit_level(task))


def summed(rows: Sequence[Sequence[int]], width: int) -> tuple[int, ...]:
    if len(rows) == 1:
        return tuple(rows[0])
    return tuple([sum(column) for column in zip(*rows, strict=True)]) if rows else (0,) * width


def together(parts: Sequence[Part], state: State) -> tuple[tuple[Run, ...], ...]:
    """The discount of every unit by all parts."""
    if not parts:
        return tuple([((line.quantity, 0),) for line in state.basket.cart.lines])
    units = parts[0].units
    for part in parts[1:]:
        units = tuple([add(runs, more) for runs, more in zip(units, part.units, strict=True)])
    return units


def trace(candidates: Sequence[Candidate], choice: Choice, question: Question) -> tuple[Step, ...]:
    """One step for every promotion, in stacking order."""
    taken = {candidate.promotion.id: turn for candidate, turn in choice.turns}
    steps: list[Step] = []
    for candidate in candidates:
        turn = taken.get(candidate.promotion.id)
        told = step(candidate, turn) if turn is not None else not_applied(candidate, choice, question)
        steps.append(told)
    return tuple(steps)


def not_applied(candidate: Candidate, choice: Choice, question: Question) -> Step:
    """Why not: by itself first, then because of the others."""
    by_itself = take_turn(candidate, question, question.start)
    if by_itself.reason and not candidate.prepared.can_begin_to_hold:
        return step(candidate, by_itself)
    blocker = choice.blocker
    if blocker is not None:
        if blocker is candidate:  # only when nothing at all may apply
            return beaten(candidate, Reason.MAX_PROMOTIONS)
        by = blocker.promotion.id
        return Step(candidate.promotion.id, Outcome.EXCLUDED_BY, Reason.EXCLUSIVE, 0, by, candidate.rules)
    return among_others(candidate, choice, question)


def among_others(candidate: Candidate, choice: Choice, question: Question) -> Step:
    promotion = candidate.promotion
    if promotion.exclusive:
        return beaten(candidate, Reason.BETTER_COMBINATION)
    for other, _ in choice.turns:
        if promotion.lane is not None and other.promotion.lane == promotion.lane:
            return beaten(candidate, Reason.LANE, other.promotion.id)
    turn = choice.tried.get(promotion.id) or take_turn(
        candidate, question, state_at(candidate, choice, question)
    )
    if turn.reason:
        return step(candidate, turn)
    if len(choice.turns) == question.options.max_promotions:
        return beaten(candidate, Reason.MAX_PROMOTIONS)
    return beaten(candidate, Reason.BETTER_COMBINATION)


def state_at(candidate: Candidate, choice: Choice, question: Question) -> State:
    """What was left when the candidate's turn came."""
    state = question.start
    for other, turn in choice.turns:
        if other.prepared.order > candidate.prepared.order:
            break
        state = turn.state
    return state


def step(candidate: Candidate, turn: Turn) -> Step:
    return Step(candidate.promotion.id, turn.outcome, turn.reason, turn.discount, None, turn.rules)


def beaten(candidate: Candidate, reason: Reason, by: int | None = None) -> Step:
    return Step(candidate.promotion.id, Outcome.BEATEN, reason, 0, by, candidate.rules)
