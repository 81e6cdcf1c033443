"""A promotion as we keep it: an immutable definition per version, a status, and counters apart."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import msgspec

from aurapromo.engine import promotion as engine
from aurapromo.engine.actions import Action
from aurapromo.engine.promotion import Limits, Period
from aurapromo.engine.rules import Rule


class Status(StrEnum):
    """What a promotion is; `EXPIRED` is never stored, it is what the clock makes of an active one."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    ACTIVE = "active"
    PAUSED = "paused"
    ENDED = "ended"
    CANCELLED = "cancelled"
    ARCHIVED = "archived"
    EXPIRED = "expired"


class Definition(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that one version of a promotion fixes.

    Amounts are minor units of `currency`, percentages parts per million, times UTC. The period is
    half-open. `channels` None means everywhere. `requires_coupon` None means "as soon as it has
    one". `shorthand` is the flat form in which a contract wrote it, kept so that it reads back as
    written; it counts only while it still compiles to `rules` and `actions`.
    """

    name: str
    currency: str
    description: str | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    priority: int = 0
    exclusive: bool = False
    lane: str | None = None
    channels: tuple[str, ...] | None = None
    max_uses: int | None = None
    max_uses_per_customer: int | None = None
    budget_amount: int | None = None
    requires_coupon: bool | None = None
    applies_to_discounted: bool = True
    granted_only: bool = False
    holdout_ppm: int = 0
    ab_test: str | None = None
    ab_variant: str | None = None
    rules: tuple[Rule, ...] = ()
    actions: tuple[Action, ...] = ()
    shorthand: dict[str, Any] | None = None
    metadata: dict[str, Any] = {}


class Counters(msgspec.Struct, frozen=True):
    """What has happened to a promotion so far; amounts in minor units."""

    used: int = 0
    held: int = 0
    spent: int = 0
    revenue: int = 0
    impressions: int = 0
    clicks: int = 0


class Promotion(msgspec.Struct, frozen=True, kw_only=True):
    """A stored promotion. `rule_ids` and `action_ids` stand in the order of the definition's lists."""

    id: int
    uuid: UUID
    code: str
    status: Status
    origin: str
    kind: str
    version: int
    book_version: int
    definition: Definition
    counters: Counters
    rule_ids: tuple[int, ...]
    action_ids: tuple[int, ...]
    has_coupons: bool
    created_at: datetime
    updated_at: datetime
    activated_at: datetime | None
    ended_at: datetime | None

    def for_engine(self) -> engine.Promotion:
        """This promotion as the engine decides with it."""
        kept = self.definition
        asks_for_code = self.has_coupons if kept.requires_coupon is None else kept.requires_coupon
        return engine.Promotion(
            id=self.id,
            version=self.version,
            name=kept.name,
            rules=kept.rules,
            actions=kept.actions,
            code=self.code,
            priority=kept.priority,
            exclusive=kept.exclusive,
            lane=kept.lane,
            currency=kept.currency,
            channels=None if kept.channels is None else frozenset(kept.channels),
            period=Period(kept.starts_at, kept.ends_at),
            limits=Limits(kept.max_uses, kept.max_uses_per_customer, kept.budget_amount),
            requires_coupon=asks_for_code,
            applies_to_discounted=kept.applies_to_discounted,
            granted_only=kept.granted_only,
            holdout_ppm=kept.holdout_ppm,
            ab_test=kept.ab_test,
            ab_variant=kept.ab_variant,
        )


class Version(msgspec.Struct, frozen=True):
    """What a promotion was after one change; `changed_by` names the credential."""

    version: int
    definition: Definition
    changed_by: str
    changed_at: datetime


class AuditEntry(msgspec.Struct, frozen=True):
    """Who changed what; `before` and `after` hold definition and status, None where there was none."""

    id: int
    at: datetime
    actor: str
    request_id: str | None
    action: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None


class Actor(msgspec.Struct, frozen=True):
    """Who asks for a change, and with which request.

    `by_place`: a changed rule or action is the one that stood in its place, whatever it was.
    """

    name: str
    request_id: str | None = None
    by_place: bool = False


def lasting_ids(before: Sequence[Any], ids: Sequence[int], after: Sequence[Any]) -> tuple[int | None, ...]:
    """The ids of the rules or actions `after`, when `before` had `ids`; None where one is new.

    What stays as it was keeps its id wherever it now stands; of the rest, what stands in the same place
    and is of the same type is a changed one and keeps its id, too.
    """
    left: list[tuple[int, Any]] = list(zip(ids, before, strict=True))
    found: list[int | None] = []
    for part in after:
        same = next((known for known in left if known[1] == part), None)
        found.append(None if same is None else same[0])
        if same is not None:
            left.remove(same)
    for place, (id_, part) in enumerate(zip(ids, before, strict=True)):
        changed = place < len(after) and found[place] is None and type(after[place]) is type(part)
        if changed and id_ not in found:
            found[place] = id_
    return tuple(found)


def ids_by_place(ids: Sequence[int], after: Sequence[Any]) -> tuple[int | None, ...]:
    """The ids of the rules or actions `after`: each has that of the one before it in its place."""
    return tuple(ids[place] if place < len(ids) else None for place in range(len(after)))
