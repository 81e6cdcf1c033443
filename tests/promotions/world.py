"""Stored promotions with harmless defaults, without a database."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from aurapromo.engine import promotion as engine
from aurapromo.promotions.model import Counters, Definition, Promotion, Status

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def a_definition(**more: Any) -> Definition:
    return Definition(**{"name": "Sale", "currency": "USD"} | more)


def a_promotion(
    number: int = 1, *, status: Status = Status.ACTIVE, counters: Counters | None = None, **more: Any
) -> Promotion:
    """An active promotion; `more` are fields of its definition or its own."""
    own = {name: more.pop(name) for name in list(more) if name in Promotion.__struct_fields__}
    plain: dict[str, Any] = {
        "id": number, "uuid": UUID(int=number), "code": f"sale-{number}", "status": status, "origin": "aura",
        "kind": "custom", "version": 1, "book_version": 1, "definition": a_definition(**more),
        "counters": counters or Counters(), "rule_ids": (), "action_ids": (), "has_coupons": False,
        "created_at": NOW, "updated_at": NOW, "activated_at": NOW, "ended_at": None,
    }  # fmt: skip
    return Promotion(**plain | own)


def stored(promotion: engine.Promotion) -> Promotion:
    """The engine's promotion as it would be stored."""
    fields = {name: getattr(promotion, name) for name in promotion.__struct_fields__}
    same = {name: value for name, value in fields.items() if name in Definition.__struct_fields__}
    channels = None if promotion.channels is None else tuple(sorted(promotion.channels))
    return a_promotion(
        promotion.id,
        **same | {"channels": channels},
        starts_at=promotion.period.starts_at,
        ends_at=promotion.period.ends_at,
        max_uses=promotion.limits.max_uses,
        max_uses_per_customer=promotion.limits.max_uses_per_customer,
        budget_amount=promotion.limits.budget,
    )


def same_for_engine(promotion: engine.Promotion) -> bool:
    """Whether nothing is lost between the engine and the store."""
    return msgspec.structs.replace(stored(promotion).for_engine(), code=promotion.code) == promotion
