"""A bound on what is still to be had: the most that any choice among the remaining promotions takes off.

Let x be the vector of what is left to lose (of each line, of each unit if some action works unit by
unit, and of each shipment), and f the step of one action. Without rounding, the steps called
monotone here (order percentages and amounts, tiers, unit percentages, amounts and prices, shipping,
with or without a cap) have two properties:

1. x <= y implies f(x) <= f(y). An order action scales its lines by g(T), where T is their total and g
   grows with T: 1 - p for a percentage, max(0, 1 - a/T) for an amount, their maximum for a cap. A unit
   or shipping action takes min(c, x) from each part; a cap scales this by cap / M, M the sum of all.
2. x <= y implies |f(y)| - |f(x)| <= |y| - |x| for the sums |.|: who has more also loses at least as much.

Follow two sequences from one state: s applies the promotions of some choice S, a all monotone ones
that remain; let e be the sum of the positive parts of a - s. By 1 and 2 a step that both take does not
raise e (compare f(a) with f of the maximum of a and s). A step that only a takes lowers a, and does
not raise e. A step that only s takes raises e by at most its ceiling. Rounding adds, per step that
both take, at most 1/2 in each sequence for the amount and, since a largest remainder split over n
parts has errors of at most n/4 above its exact shares and as much below, n/4 in each for the split:
together 1 + n/2. Hence

    discount of S <= discount of all monotone ones + ceilings of the others in S + sum of 1 + n/2.

If all order actions have the same lines and nothing works on units, only the total of these lines
matters; T -> T - round(p T) and T -> T - min(a, T) are monotone on integers and raise no difference,
so that the slack is 0. Of a lane at most one promotion is in S, so the largest ceiling counts for all.
What `prior_discount` leaves room for cuts every sequence at the same total and changes nothing.
"""

from collections.abc import Sequence
from functools import cached_property
from itertools import accumulate

from aurapromo.engine.eligibility.question import Question
from aurapromo.engine.stacking.node import Node
from aurapromo.engine.stacking.prospect import prospect, slack_of, surroundings
from aurapromo.engine.stacking.turn import Candidate, priced


class Horizon:
    """What the candidates from a given one on can do at most."""

    def __init__(self, candidates: Sequence[Candidate], question: Question) -> None:
        self.around = around = surroundings(candidates)
        self.start = question.start
        self.candidates = candidates
        self.max_promotions = question.options.max_promotions
        self.prospects = [prospect(candidate, question, around) for candidate in candidates]
        self.credits = suffix_sums([prospect.credit for prospect in self.prospects])

    @cached_property
    def double_slacks(self) -> list[int]:
        """Twice what rounding may do to the bound, from each candidate on."""
        found = zip(self.candidates, self.prospects, strict=True)
        return suffix_sums(
            [
                slack_of(candidate, self.start, self.around) if prospect.is_monotone else 0
                for candidate, prospect in found
            ]
        )

    def quick(self, node: Node) -> int:
        """The most that can be taken off after `node`: the ceilings, and no more than is left."""
        ceilings = self.ceilings(node, monotone=True)
        if self.max_promotions is not None:
            ceilings = sorted(ceilings, reverse=True)[: self.max_promotions - len(node.turns)]
        state = node.state
        return min(sum(ceilings), min(sum(state.left), state.room) + sum(state.shipping))

    def thorough(self, node: Node) -> int:
        """The bound above: all monotone ones are priced, for the others the ceilings are added."""
        state, discount = node.state, 0
        for index in range(node.index, len(self.candidates)):
            if self.prospects[index].is_monotone:
                turn = priced(self.candidates[index].tasks, state)
                state, discount = turn.state, discount + turn.discount
        others = sum(self.ceilings(node, monotone=False))
        return discount + others + self.double_slacks[node.index] // 2

    def ceilings(self, node: Node, *, monotone: bool) -> list[int]:
        """One for each promotion that may still join, one for each lane; `monotone`: those too."""
        found: list[int] = []
        of_lane: dict[str, int] = {}
        for index in range(node.index, len(self.candidates)):
            prospect, lane = self.prospects[index], self.candidates[index].promotion.lane
            if lane is not None and lane not in node.lanes:
                of_lane[lane] = max(of_lane.get(lane, 0), prospect.ceiling)
            elif lane is None and (monotone or not prospect.is_monotone):
                found.append(prospect.ceiling)
        return [*found, *of_lane.values()]


def suffix_sums(values: Sequence[int]) -> list[int]:
    """The sum from each index on, and 0 after the last."""
    sums = list(accumulate(reversed(values), initial=0))
    sums.reverse()
    return sums
