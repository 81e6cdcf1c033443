"""Between the Aura contract's promotion and ours: names, units, and the flat fields."""

import re
import secrets
import unicodedata
from datetime import datetime
from typing import Any, Final
from uuid import uuid4

import msgspec
from msgspec import UNSET

from aurapromo.api.aura import money
from aurapromo.api.aura.money import digits_of
from aurapromo.api.aura.promotions import custom
from aurapromo.api.aura.promotions.compile import Compiled, Units, compiled
from aurapromo.api.aura.promotions.queries import DuplicateIn
from aurapromo.api.aura.promotions.recognise import kept, shorthand_of
from aurapromo.api.aura.promotions.shorthand import FIELDS, PromotionType, Shorthand
from aurapromo.api.aura.promotions.types import PromotionChange, PromotionIn, PromotionOut
from aurapromo.engine.actions import Action
from aurapromo.engine.rules import Rule
from aurapromo.errors import FieldError, Invalid
from aurapromo.promotions import lifecycle
from aurapromo.promotions.model import Definition, Promotion
from aurapromo.promotions.service import Identity

SUFFIX: Final = "23456789abcdefghjkmnpqrstuvwxyz"
CUSTOM: Final = PromotionType.CUSTOM
LISTS: Final = ("target_customer_segments", "applicable_categories")
# Fields that the flat form leaves to `rules` and `actions` when the type is custom.
FLAT_ONLY: Final = tuple(name for name in FIELDS if name != "promotion_type")
# Named the same in the contract and in our definition, and taken over as they are.
SAME: Final = ("name", "description", "max_uses", "max_uses_per_customer", "lane", "requires_coupon")
OTHERS: Final = ("start_date", "end_date", "priority", "can_stack", "channels", "budget_amount",
                 "holdout_percent", "metadata")  # fmt: skip


class Meaning(msgspec.Struct, frozen=True):
    """What a promotion does, and the flat form in which that was written (None when custom)."""

    compiled: Compiled
    shorthand: dict[str, Any] | None


def definition_of(given: PromotionIn, currency: str) -> Definition:
    """Our definition of a new promotion; raises Invalid with every field at fault."""
    flat = Shorthand(**{name: getattr(given, name) for name in FIELDS})
    meaning = _meaning(flat, given.rules, given.actions, currency=currency)
    fields = {name: getattr(given, name) for name in SAME + OTHERS}
    return _with(Definition(name=given.name, currency=currency), fields, meaning)


def edited(promotion: Promotion, given: PromotionChange) -> Definition:
    """The definition with the given fields changed; raises Invalid with every field at fault."""
    before = promotion.definition
    fields = {name: getattr(given, name) for name in SAME + OTHERS}
    after = _with(before, {name: value for name, value in fields.items() if value is not UNSET},
                  _changed_meaning(before, given))  # fmt: skip
    if before.ab_test is not None:
        after = msgspec.structs.replace(
            after, metadata=after.metadata | {"ab_test": before.metadata.get("ab_test")}
        )
    if after.starts_at is not None and after.ends_at is not None and after.ends_at <= after.starts_at:
        raise Invalid([FieldError(("end_date",), "must be after start_date")])
    return after


def out(promotion: Promotion, now: datetime) -> PromotionOut:
    """The promotion as the Aura contract shows it at `now`."""
    defined, counted = promotion.definition, promotion.counters
    flat = shorthand_of(defined)
    digits = digits_of(defined.currency)
    return PromotionOut(
        **{name: getattr(flat, name) for name in FIELDS if name not in LISTS},
        target_customer_segments=flat.target_customer_segments or [],
        applicable_categories=flat.applicable_categories or [],
        **{name: getattr(defined, name) for name in SAME},
        id=promotion.id,
        uuid=str(promotion.uuid),
        code=promotion.code,
        status=lifecycle.shown(promotion.status, defined, now),
        start_date=defined.starts_at,
        end_date=defined.ends_at,
        current_uses=counted.used,
        held_uses=counted.held,
        priority=defined.priority,
        can_stack=not defined.exclusive,
        budget_amount=None
        if defined.budget_amount is None
        else money.to_major(defined.budget_amount, digits),
        budget_spent=money.to_major(counted.spent, digits),
        channels=None if defined.channels is None else list(defined.channels),
        currency=defined.currency,
        holdout_percent=money.from_ppm(defined.holdout_ppm),
        rules=custom.shown(defined.rules, promotion.rule_ids, defined.currency),
        actions=custom.shown(defined.actions, promotion.action_ids, defined.currency),
        impressions=counted.impressions,
        clicks=counted.clicks,
        conversions=counted.used,
        conversion_rate=_rate(counted.used, counted.impressions),
        revenue_generated=money.to_major(counted.revenue, digits),
        metadata=defined.metadata,
        version=promotion.version,
        created_at=promotion.created_at,
        updated_at=promotion.updated_at,
        activated_at=promotion.activated_at,
    )


def copied(original: Definition, given: DuplicateIn) -> Definition:
    """The definition of a copy; raises Invalid when its dates do not fit together."""
    copy = msgspec.structs.replace(
        original,
        name=given.name or f"{original.name[:193]} (copy)",
        starts_at=given.start_date or original.starts_at,
        ends_at=given.end_date or original.ends_at,
    )
    if copy.starts_at is not None and copy.ends_at is not None and copy.ends_at <= copy.starts_at:
        raise Invalid([FieldError(("end_date",), "must be after start_date")])
    return copy


def identity(name: str) -> Identity:
    """What machines call a new promotion: a code from its name with a suffix of chance, and a UUID."""
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = re.findall("[a-z0-9]+", ascii_name) or ["promotion"]
    suffix = "".join(secrets.choice(SUFFIX) for _ in range(6))
    return Identity(uuid4(), f"{'-'.join(words)[:60]}-{suffix}", "aura")


def _with(base: Definition, fields: dict[str, Any], meaning: Meaning) -> Definition:
    """`base` with contract fields written over it."""
    units = Units(base.currency)
    same = {name: value for name, value in fields.items() if name in SAME}
    translated = {
        ours: read(fields[theirs], units) for theirs, (ours, read) in READERS.items() if theirs in fields
    }
    if units.faults:
        raise Invalid(units.faults)
    return msgspec.structs.replace(
        base,
        **same,
        **translated,
        rules=meaning.compiled.rules,
        actions=meaning.compiled.actions,
        shorthand=meaning.shorthand,
    )


READERS: Final[dict[str, tuple[str, Any]]] = {
    "start_date": ("starts_at", lambda value, _: value),
    "end_date": ("ends_at", lambda value, _: value),
    "priority": ("priority", lambda value, _: value or 0),
    "can_stack": ("exclusive", lambda value, _: not value),
    "channels": ("channels", lambda value, _: None if value is None else tuple(value)),
    "budget_amount": ("budget_amount", lambda value, units: units.positive(value, "budget_amount")),
    "holdout_percent": ("holdout_ppm", lambda value, units: units.percentage(value, "holdout_percent")),
    "metadata": ("metadata", lambda value, _: value or {}),
}


def _changed_meaning(before: Definition, given: PromotionChange) -> Meaning:
    changes = {name: value for name in FIELDS if (value := getattr(given, name)) is not UNSET}
    rules = None if given.rules is UNSET else given.rules
    actions = None if given.actions is UNSET else given.actions
    if not changes and rules is None and actions is None:
        return Meaning(Compiled(before.rules, before.actions), before.shorthand)
    flat = msgspec.structs.replace(_base(before, changes), **changes)
    if flat.promotion_type is not CUSTOM:
        return _meaning(flat, rules, actions, currency=before.currency)
    meaning = _meaning(flat, rules or [], actions or [], currency=before.currency, partly=True)
    return Meaning(
        Compiled(
            before.rules if rules is None else meaning.compiled.rules,
            before.actions if actions is None else meaning.compiled.actions,
        ),
        None,
    )


def _base(before: Definition, changes: dict[str, Any]) -> Shorthand:
    """The flat form that a change starts from; another type starts without the old one's own settings."""
    flat = shorthand_of(before)
    turned = changes.get("promotion_type", flat.promotion_type)
    if turned is flat.promotion_type:
        return flat
    if turned is CUSTOM:
        return Shorthand(promotion_type=CUSTOM)
    return msgspec.structs.replace(flat, bogo_config=None, tier_rules=None)


def _meaning(
    flat: Shorthand,
    rules: list[dict[str, Any]] | None,
    actions: list[dict[str, Any]] | None,
    *,
    currency: str,
    partly: bool = False,
) -> Meaning:
    if flat.promotion_type is CUSTOM:
        return Meaning(_custom(flat, rules or [], actions or [], currency=currency, partly=partly), None)
    given = [name for name, value in (("rules", rules), ("actions", actions)) if value is not None]
    if given:
        raise Invalid([FieldError((name,), "is only for promotion_type custom") for name in given])
    return Meaning(compiled(flat, currency), kept(flat))


def _custom(
    flat: Shorthand,
    rules: list[dict[str, Any]],
    actions: list[dict[str, Any]],
    *,
    currency: str,
    partly: bool,
) -> Compiled:
    read_rules = custom.read(rules, Rule, field="rules", currency=currency)
    read_actions = custom.read(actions, Action, field="actions", currency=currency)
    faults = read_rules.faults + read_actions.faults
    faults += [
        FieldError((name,), "cannot be set with promotion_type custom; use rules and actions")
        for name in FLAT_ONLY
        if getattr(flat, name) is not None
    ]
    if not actions and not partly:
        faults.append(FieldError(("actions",), "is required with promotion_type custom"))
    if faults:
        raise Invalid(faults)
    return Compiled(tuple(read_rules.values), tuple(read_actions.values))


def _rate(part: int, whole: int) -> float:
    return round(100 * part / whole, 2) if whole else 0.0
