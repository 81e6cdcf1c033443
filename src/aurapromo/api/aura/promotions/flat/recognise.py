"""From rules and actions back to the flat fields, where those can say it; `custom` where not."""

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from aurapromo.api.aura import money
from aurapromo.api.aura.fields import shown_id
from aurapromo.api.aura.money import digits_of
from aurapromo.api.aura.promotions.flat.compile import Compiled, compiled
from aurapromo.api.aura.promotions.flat.fields import (
    FIELDS,
    FITTING,
    BogoConfig,
    PromotionType,
    Shorthand,
    TierRule,
    TierRules,
)
from aurapromo.engine import actions as a
from aurapromo.engine import rules as r
from aurapromo.errors import Invalid
from aurapromo.promotions.kind import CUSTOM, kind_of
from aurapromo.promotions.model import Definition

NOTHING_FLAT: Final = Shorthand(promotion_type=PromotionType.CUSTOM)


def shorthand_of(definition: Definition) -> Shorthand:
    """The flat fields that say exactly what `definition` does.

    Those that the caller wrote if they still compile to the same rules and actions, else the ones
    found in them; `custom` when no flat form says the same.
    """
    meant = Compiled(definition.rules, definition.actions)
    for candidate in (_written(definition), _found(definition)):
        if candidate is not None and _says(candidate, meant, definition.currency):
            return candidate
    return NOTHING_FLAT


def kept(shorthand: Shorthand) -> dict[str, Any]:
    """The flat fields as plain JSON values, to be stored beside what they compile to."""
    written: dict[str, Any] = msgspec.to_builtins(shorthand)
    return {name: value for name, value in written.items() if value is not None}


def _says(candidate: Shorthand, meant: Compiled, currency: str) -> bool:
    if candidate.promotion_type is PromotionType.CUSTOM:
        return False
    try:
        return compiled(candidate, currency) == meant
    except Invalid:
        return False


def _written(definition: Definition) -> Shorthand | None:
    if definition.shorthand is None:
        return None
    return msgspec.convert({name: definition.shorthand.get(name) for name in FIELDS}, Shorthand)


def _found(definition: Definition) -> Shorthand | None:
    kind = kind_of(definition)
    if kind == CUSTOM:
        return None
    (action,) = definition.actions
    digits = digits_of(definition.currency)
    kind_type = PromotionType(kind)
    return Shorthand(
        promotion_type=kind_type,
        discount_type=FITTING[kind_type][0],
        discount_value=_value(action, digits),
        minimum_order_amount=_minimum(definition.rules, digits),
        maximum_discount_amount=_major(action.cap, digits),
        target_customer_segments=_segments(definition.rules),
        applicable_categories=_categories(action, definition.rules),
        bogo_config=_bogo(action),
        tier_rules=_tiers(action, digits),
    )


def _value(action: a.Action, digits: int) -> float:
    if isinstance(action, a.OrderFixedDiscount):
        return money.to_major(action.amount or 0, digits)
    percentage = getattr(action, "percentage", None)
    return 0.0 if percentage is None else money.from_ppm(percentage)


def _minimum(rules: Sequence[r.Rule], digits: int) -> float | None:
    found = [rule.amount for rule in rules if isinstance(rule, r.MinimumSubtotal)]
    return money.to_major(found[0], digits) if found else None


def _segments(rules: Sequence[r.Rule]) -> list[str] | None:
    found = [list(rule.segments) for rule in rules if isinstance(rule, r.CustomerSegment)]
    return found[0] if found else None


def _categories(action: a.Action, rules: Sequence[r.Rule]) -> list[Any] | None:
    if isinstance(action, a.FreeShipping):
        named = [rule.include for rule in rules if isinstance(rule, r.Category)]
        return [shown_id(one) for one in named[0]] if named else None
    items = action.target if isinstance(action, a.BuyXGetY) else getattr(action, "filters", a.EVERYTHING)
    return [shown_id(one) for one in items.categories] or None


def _bogo(action: a.Action) -> BogoConfig | None:
    if not isinstance(action, a.BuyXGetY):
        return None
    return BogoConfig(action.buy, action.get, action.max_sets)


def _tiers(action: a.Action, digits: int) -> TierRules | None:
    if not isinstance(action, a.Tiered):
        return None
    return TierRules(
        [
            TierRule(
                min_amount=money.to_major(tier.minimum_amount or 0, digits),
                discount_percentage=None if tier.percentage is None else money.from_ppm(tier.percentage),
                discount_amount=_major(tier.amount, digits),
                maximum_discount=_major(tier.cap, digits),
            )
            for tier in action.tiers
        ]
    )


def _major(minor: int | None, digits: int) -> float | None:
    return None if minor is None else money.to_major(minor, digits)
