import msgspec

from aurapromo.engine.pricing.state import State
from aurapromo.engine.stacking.turn import Candidate, Turn

Turns = tuple[tuple[Candidate, Turn], ...]


class Node(msgspec.Struct, frozen=True):
    """A beginning of a combination: decided up to, not including, the candidate at `index`."""

    index: int
    state: State
    turns: Turns = ()
    discount: int = 0
    credit: int = 0
    lanes: frozenset[str] = frozenset()

    def without(self, index: int) -> "Node":
        """The candidate at `index` stays out, and so do those before it that are not decided yet."""
        return Node(index + 1, self.state, self.turns, self.discount, self.credit, self.lanes)

    def joined_by(self, candidate: Candidate, turn: Turn, index: int) -> "Node":
        """The candidate at `index` joins."""
        lane = candidate.promotion.lane
        return Node(
            index + 1,
            turn.state,
            (*self.turns, (candidate, turn)),
            self.discount + turn.discount,
            self.credit + turn.credit,
            self.lanes if lane is None else self.lanes | {lane},
        )


class Worth(msgspec.Struct, frozen=True):
    """How good a combination is; compare by `rank`, the larger the better.

    Most discount, then most credit, then the fewest promotions, then those that stand first.
    """

    discount: int
    credit: int
    turns: Turns

    @property
    def rank(self) -> tuple[int, int, int]:
        return (self.discount, self.credit, -len(self.turns))

    @property
    def places(self) -> tuple[tuple[int, int], ...]:
        """Where its promotions stand; of equally many the smaller tuple has the higher priorities."""
        return tuple([candidate.prepared.order for candidate, _ in self.turns])

    def beats(self, other: "Worth") -> bool:
        return self.places < other.places if self.rank == other.rank else self.rank > other.rank
