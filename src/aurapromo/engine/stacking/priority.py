from collections.abc import Sequence

from aurapromo.engine.eligibility.question import Question
from aurapromo.engine.stacking.choice import Choice
from aurapromo.engine.stacking.turn import Candidate, Turn, take_turn


def by_priority(candidates: Sequence[Candidate], question: Question) -> Choice:
    """The first exclusive promotion alone, even if it has no effect; else one after the other.

    Whether an exclusive promotion is eligible is judged on the untouched cart, a running rule of
    any other at its turn. Inside a lane the first that has an effect wins.
    """
    for candidate in candidates:
        if candidate.promotion.exclusive and candidate.eligible:
            return alone(candidate, question)
    turns: list[tuple[Candidate, Turn]] = []
    tried: dict[int, Turn] = {}
    lanes: set[str] = set()
    state = question.start
    for candidate in candidates:
        lane = candidate.promotion.lane
        if lane in lanes or len(turns) == question.options.max_promotions:
            continue
        turn = take_turn(candidate, question, state)
        if turn.reason:
            tried[candidate.promotion.id] = turn
            continue
        turns.append((candidate, turn))
        state = turn.state
        if lane is not None:
            lanes.add(lane)
    optimal = len(candidates) <= 1
    return Choice(tuple(turns), optimal, 1, most(turns, question, optimal=optimal), tried=tried)


def alone(candidate: Candidate, question: Question) -> Choice:
    turn = take_turn(candidate, question, question.start)
    turns = () if turn.reason else ((candidate, turn),)
    if question.options.max_promotions == 0:
        turns = ()
    return Choice(
        turns, optimal=False, explored=1, bound=most(turns, question, optimal=False), blocker=candidate
    )


def most(turns: Sequence[tuple[Candidate, Turn]], question: Question, *, optimal: bool) -> int:
    """A bound without search: nothing takes off more than there is."""
    if optimal:
        return sum([turn.discount for _, turn in turns])
    return question.start.room + sum(question.cart.shipping)
