"""A promotion as the Aura contract shows it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from aurapromo.api.aura import money
from aurapromo.api.aura.promotions.answers import PromotionOut
from aurapromo.api.aura.promotions.custom.convert import actions_out, rules_out
from aurapromo.api.aura.promotions.flat.fields import FIELDS
from aurapromo.api.aura.promotions.flat.recognise import shorthand_of
from aurapromo.api.aura.promotions.translate import SAME
from aurapromo.api.aura.units import Units
from aurapromo.promotions import lifecycle
from aurapromo.promotions.model import Counters, Definition, Promotion

LISTS: Final = ("target_customer_segments", "applicable_categories")


def out(promotion: Promotion, now: datetime, channels: Mapping[str, str]) -> PromotionOut:
    """The promotion at `now`; `channels` has the currency of each channel by its code."""
    defined = promotion.definition
    units = Units(defined.currency, channels)
    return PromotionOut(
        **_written(defined, units),
        **_counted(promotion.counters, units),
        id=promotion.id,
        uuid=str(promotion.uuid),
        code=promotion.code,
        status=lifecycle.shown(promotion.status, defined, now),
        rules=rules_out(defined.rules, promotion.rule_ids, units),
        actions=actions_out(defined.actions, promotion.action_ids, units),
        version=promotion.version,
        created_at=promotion.created_at,
        updated_at=promotion.updated_at,
        activated_at=promotion.activated_at,
    )


def _written(defined: Definition, units: Units) -> dict[str, Any]:
    """The fields that a caller writes; lists that were not given are shown as empty ones."""
    flat = shorthand_of(defined)
    return {
        **{name: getattr(flat, name) for name in FIELDS},
        **{name: getattr(flat, name) or [] for name in LISTS},
        **{name: getattr(defined, name) for name in SAME},
        "start_date": defined.starts_at,
        "end_date": defined.ends_at,
        "priority": defined.priority,
        "can_stack": not defined.exclusive,
        "budget_amount": None if defined.budget_amount is None else units.major(defined.budget_amount),
        "channels": None if defined.channels is None else list(defined.channels),
        "currency": defined.currency,
        "holdout_percent": money.from_ppm(defined.holdout_ppm),
        "metadata": defined.metadata,
    }


def _counted(counted: Counters, units: Units) -> dict[str, Any]:
    return {
        "current_uses": counted.used,
        "held_uses": counted.held,
        "budget_spent": units.major(counted.spent),
        "impressions": counted.impressions,
        "clicks": counted.clicks,
        "conversions": counted.used,
        "conversion_rate": _rate(counted.used, counted.impressions),
        "revenue_generated": units.major(counted.revenue),
    }


def _rate(part: int, whole: int) -> float:
    return round(100 * part / whole, 2) if whole else 0.0
