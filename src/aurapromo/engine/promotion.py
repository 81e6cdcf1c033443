"""A promotion as the engine sees it: rules say when, actions say what."""

from datetime import datetime

import msgspec

from aurapromo.engine.actions import Action
from aurapromo.engine.rules import Rule


class Period(msgspec.Struct, frozen=True):
    """From `starts_at` up to, not including, `ends_at`; None is unbounded. UTC."""

    starts_at: datetime | None = None
    ends_at: datetime | None = None

    def contains(self, at: datetime) -> bool:
        started = self.starts_at is None or self.starts_at <= at
        return started and (self.ends_at is None or at < self.ends_at)


class Limits(msgspec.Struct, frozen=True):
    """How often and how much; None is unlimited. `budget` is the most discount in all, minor units."""

    max_uses: int | None = None
    max_uses_per_customer: int | None = None
    budget: int | None = None


class Promotion(msgspec.Struct, frozen=True):
    """One version of one promotion, ready to decide with.

    `priority`: higher is applied first, then the smaller id. `exclusive` combines with nothing.
    `lane`: inside a lane promotions compete, between lanes they add up; None stacks with all.
    `currency` is that of every plain amount in `rules`, `actions` and `limits`. `channels` is None
    for "everywhere"; an empty set applies nowhere. `requires_coupon` needs one of its own codes in
    the cart. `granted_only` needs a grant. `holdout_ppm` withholds it from that share of customers
    (parts per million, by hash). `ab_test`/`ab_variant`: only for those assigned to the variant.
    """

    id: int
    version: int
    name: str
    rules: tuple[Rule, ...] = ()
    actions: tuple[Action, ...] = ()
    code: str = ""
    priority: int = 0
    exclusive: bool = False
    lane: str | None = None
    currency: str = "USD"
    channels: frozenset[str] | None = None
    period: Period = Period()
    limits: Limits = Limits()
    requires_coupon: bool = False
    applies_to_discounted: bool = True
    granted_only: bool = False
    holdout_ppm: int = 0
    ab_test: str | None = None
    ab_variant: str | None = None
