"""The live promotions, compiled once and indexed, so that a decision sees only those that may apply."""

import heapq
from collections.abc import Collection
from datetime import datetime
from typing import Final

from msgspec.structs import replace

from aurapromo.engine import rules as r
from aurapromo.engine.cart import Cart
from aurapromo.engine.eligibility.requirements import requirements
from aurapromo.engine.facts import Spent
from aurapromo.engine.prepare import flattened, prepare
from aurapromo.promotions.lifecycle import LIVE
from aurapromo.promotions.model import Promotion
from aurapromo.promotions.shelves import Entry, Shelves

TURNS_EACH: Final = 4  # twice as many as promotions have
SLACK: Final = 1_000
ASKS_CUSTOMER: Final = (r.CustomerSegment, r.CustomerGroup, r.NthOrder, r.FirstOrder, r.NewCustomer)


def entry_of(promotion: Promotion) -> Entry:
    """The promotion compiled."""
    compiled = promotion.for_engine()
    asks = (
        compiled.limits.max_uses_per_customer is not None
        or compiled.granted_only
        or compiled.ab_test is not None
        or any(isinstance(rule, ASKS_CUSTOMER) for rule in flattened(compiled.rules))
    )
    ready = prepare(compiled)
    alone = prepare(replace(compiled, requires_coupon=False)) if compiled.requires_coupon else ready
    return Entry(promotion, ready, alone, requirements(compiled), asks)


class Book:
    """Every promotion that is active or scheduled; changed only by `put` and `remove`.

    Those that have not started wait aside until their time, those that are over are taken off the
    shelves when their time has come, both by the clock of the decision and without anybody's help.
    """

    def __init__(self) -> None:
        self.entries: dict[int, Entry] = {}
        self.spent: dict[int, Spent] = {}
        self._shelves = Shelves()
        self._turns: list[tuple[datetime, int]] = []

    def __len__(self) -> int:
        return len(self.entries)

    @property
    def asks_for_segments(self) -> bool:
        """Whether the customer's segments decide what is looked at."""
        return bool(self._shelves.segments)

    def put(self, promotion: Promotion, now: datetime) -> None:
        """Take in a promotion as it now is; one that is not live any more goes."""
        self.remove(promotion.id)
        if promotion.status not in LIVE:
            return
        entry = entry_of(promotion)
        self.entries[entry.id] = entry
        counted = promotion.counters
        self.spent[entry.id] = Spent(counted.used, counted.held, counted.spent)
        for turn in (promotion.definition.starts_at, promotion.definition.ends_at):
            if turn is not None and turn > now:
                heapq.heappush(self._turns, (turn, entry.id))
        self._follow_clock(entry, now)
        if len(self._turns) > TURNS_EACH * len(self.entries) + SLACK:
            self._forget_old_turns(now)

    def remove(self, promotion_id: int) -> None:
        """Forget a promotion, if it is known."""
        entry = self.entries.pop(promotion_id, None)
        self.spent.pop(promotion_id, None)
        if entry is not None:
            self._shelves.discard(entry)

    def candidates(
        self, cart: Cart, *, segments: Collection[str], promotions_of_codes: Collection[int], now: datetime
    ) -> list[Entry]:
        """The promotions that the cart does not rule out at `now`, which never goes back.

        `segments` are the customer's, `promotions_of_codes` those to which codes of the cart belong.
        """
        self._advance(now)
        return self._shelves.look_up(cart, segments=segments, promotions_of_codes=promotions_of_codes)

    def _advance(self, now: datetime) -> None:
        while self._turns and self._turns[0][0] <= now:
            _, promotion_id = heapq.heappop(self._turns)
            entry = self.entries.get(promotion_id)
            if entry is not None:
                self._follow_clock(entry, now)

    def _forget_old_turns(self, now: datetime) -> None:
        """A promotion that changes often leaves its former dates behind; keep only those that count."""
        periods = [(entry.id, entry.promotion.definition) for entry in self.entries.values()]
        self._turns = [
            (turn, promotion_id)
            for promotion_id, period in periods
            for turn in (period.starts_at, period.ends_at)
            if turn is not None and turn > now
        ]
        heapq.heapify(self._turns)

    def _follow_clock(self, entry: Entry, now: datetime) -> None:
        self._shelves.discard(entry)
        if entry.prepared.promotion.period.contains(now):
            self._shelves.add(entry)
