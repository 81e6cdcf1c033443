"""The combination that gives the customer most, found by branch and bound."""

from collections.abc import Sequence
from functools import cached_property
from heapq import heappop, heappush
from typing import Final

from aurapromo.engine.eligibility.question import Question
from aurapromo.engine.stacking.bound import Horizon
from aurapromo.engine.stacking.choice import Choice
from aurapromo.engine.stacking.node import Node, Worth
from aurapromo.engine.stacking.turn import Candidate, take_turn

UNPRICED: Final = -(2**63)  # sorts before every amount


def best_combination(candidates: Sequence[Candidate], question: Question) -> Choice:
    """The best of all combinations of promotions that stack, and of each exclusive one alone.

    Lanes and `max_promotions` limit what may be combined; a promotion without effect at its turn is
    not part of a combination. Past the node budget the best found so far stands, and `bound` covers
    what was not looked at.
    """
    possible = [one for one in candidates if one.eligible or one.prepared.can_begin_to_hold]
    if len(possible) == 1 and question.options.max_promotions != 0:
        return alone(possible[0], question)
    search = Search([one for one in possible if not one.promotion.exclusive], question)
    if question.options.max_promotions != 0:
        for one in possible:
            if one.promotion.exclusive:
                search.consider_alone(one)
    bounds = search.run()
    best = search.best
    blocker = next((one for one, _ in best.turns if one.promotion.exclusive), None)
    return Choice(best.turns, not bounds, search.explored, max([best.discount, *bounds]), blocker)


def alone(candidate: Candidate, question: Question) -> Choice:
    """A single promotion needs no search."""
    turn = take_turn(candidate, question, question.start)
    turns = ((candidate, turn),) if turn.discount or turn.credit else ()
    blocker = candidate if turns and candidate.promotion.exclusive else None
    return Choice(turns, optimal=True, explored=1, bound=turn.discount, blocker=blocker)


class Search:
    """Depth first, each promotion in before it is out, so that the first leaf has all of them.

    Where more discount may be had than that, a greedy choice is taken for comparison: lanes and
    `max_promotions` can make the first leaf a poor one, and a good one spares most of the search.
    """

    def __init__(self, candidates: Sequence[Candidate], question: Question) -> None:
        self.candidates = candidates
        self.question = question
        self.best = Worth(0, 0, ())
        self.explored = 0
        self.at_a_leaf = False

    @cached_property
    def horizon(self) -> Horizon:
        return Horizon(self.candidates, self.question)

    def run(self) -> list[int]:
        """Search until all is looked at or the budget is spent; bounds of what could be better still.

        The first leaf is always reached, so that there is an answer for any budget.
        """
        left_open = [Node(0, self.question.start)]
        budget = self.question.options.node_budget
        while left_open and not self.at_a_leaf:
            node = left_open.pop()
            budget -= self.cost(node)
            left_open += self.branches(node)
        bounds = [(node, self.most_at_the_end(node)) for node in left_open]
        left_open = [node for node, most in bounds if self.can_be_better(node, most)]
        if any(most > self.best.discount for _, most in bounds):
            budget -= self.choose_greedily(budget // 2)
        while left_open and budget > 0:
            node = left_open.pop()
            budget -= self.cost(node)
            if self.can_be_better(node, self.most(node)):
                left_open += self.branches(node)
        bounds = [(node, self.most_at_the_end(node)) for node in left_open]
        return [most for node, most in bounds if self.can_be_better(node, most)]

    def cost(self, node: Node) -> int:
        """One, and one more for every thousand lines to price, so that the budget bounds the time."""
        return 1 + len(node.state.left) * (len(self.candidates) - node.index) // 1_000

    def branches(self, node: Node) -> list[Node]:
        """Without and with the next promotion that has an effect; a leaf when there is none."""
        full = len(node.turns) == self.question.options.max_promotions
        for index in range(node.index, 0 if full else len(self.candidates)):
            candidate = self.candidates[index]
            if candidate.promotion.lane in node.lanes:
                continue
            turn = take_turn(candidate, self.question, node.state)
            if not turn.reason:
                return [node.without(index), node.joined_by(candidate, turn, index)]
        self.at_a_leaf = True
        self.consider(Worth(node.discount, node.credit, node.turns))
        return []

    def choose_greedily(self, budget: int) -> int:
        """Consider what comes of always adding the promotion that adds most; what it cost, about `budget`.

        Beside others a promotion seldom adds more than before, so each waits at what it last added and is
        priced anew only when it comes to the top.
        """
        worth, chosen, spent = Worth(0, 0, ()), list[Candidate](), 0
        cost = self.cost(Node(0, self.question.start))
        waiting = [(UNPRICED, UNPRICED, place, -1, worth) for place in range(len(self.candidates))]
        while waiting and spent < budget and len(worth.turns) != self.question.options.max_promotions:
            _, _, place, beside, wider = heappop(waiting)
            one = self.candidates[place]
            if one.promotion.lane in {other.promotion.lane for other in chosen} - {None}:
                continue
            if beside < len(chosen):
                wider = self.together([*chosen, one])
                less = (worth.discount - wider.discount, worth.credit - wider.credit)
                heappush(waiting, (*less, place, len(chosen), wider))
                spent += cost
            elif wider.beats(worth):
                worth, chosen = wider, [*chosen, one]
            else:
                break
        self.consider(worth)
        return spent

    def together(self, candidates: Sequence[Candidate]) -> Worth:
        """What these do together; one without effect at its turn is not part of it."""
        node = Node(0, self.question.start)
        for one in sorted(candidates, key=lambda candidate: candidate.prepared.order):
            turn = take_turn(one, self.question, node.state)
            if not turn.reason:
                node = node.joined_by(one, turn, 0)
        return Worth(node.discount, node.credit, node.turns)

    def consider_alone(self, candidate: Candidate) -> None:
        turn = take_turn(candidate, self.question, self.question.start)
        if not turn.reason:
            self.consider(Worth(turn.discount, turn.credit, ((candidate, turn),)))

    def consider(self, worth: Worth) -> None:
        self.explored += 1
        if worth.beats(self.best):
            self.best = worth

    def can_be_better(self, node: Node, most: int) -> bool:
        """Whether some combination that begins so, of at most that discount, may beat the best."""
        best = self.best
        if most != best.discount:
            return most > best.discount
        credit = node.credit + self.horizon.credits[node.index]
        if credit != best.credit:
            return credit > best.credit
        places = [one.prepared.order for one, _ in node.turns]
        if node.discount < best.discount or node.credit < best.credit:
            places.append(self.candidates[node.index].prepared.order)
        if len(places) != len(best.turns):
            return len(places) < len(best.turns)
        return tuple(places) < best.places

    def most_at_the_end(self, node: Node) -> int:
        """The same when the budget is spent: on a large cart the quick bound has to do."""
        return self.most(node) if self.cost(node) == 1 else node.discount + self.horizon.quick(node)

    def most(self, node: Node) -> int:
        """The most discount of any combination that begins so."""
        if node.index == len(self.candidates):
            return node.discount
        quick = node.discount + self.horizon.quick(node)
        if quick <= self.best.discount:
            return quick
        return min(quick, node.discount + self.horizon.thorough(node))
