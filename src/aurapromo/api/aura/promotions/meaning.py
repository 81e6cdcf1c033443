"""What a promotion does, as written by a create or a change: flat fields, or rules and actions."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec
from msgspec import UNSET

from aurapromo.api.aura.promotions.custom.actions import Action
from aurapromo.api.aura.promotions.custom.convert import actions_in, rules_in
from aurapromo.api.aura.promotions.custom.rules import Rule
from aurapromo.api.aura.promotions.flat.compile import Compiled, compiled_by
from aurapromo.api.aura.promotions.flat.fields import FIELDS, PromotionType, Shorthand
from aurapromo.api.aura.promotions.flat.recognise import NOTHING_FLAT, kept, shorthand_of
from aurapromo.api.aura.promotions.types import PromotionChange, PromotionIn
from aurapromo.api.aura.units import Units
from aurapromo.errors import FieldError
from aurapromo.promotions.model import Definition

CUSTOM: Final = PromotionType.CUSTOM
# Fields that the flat form leaves to `rules` and `actions` when the type is custom.
FLAT_ONLY: Final = tuple(name for name in FIELDS if name != "promotion_type")


class Meaning(msgspec.Struct, frozen=True):
    """What a promotion does, and the form in which that was written: flat fields, or just `custom`."""

    compiled: Compiled
    shorthand: dict[str, Any] | None


def meaning_of(given: PromotionIn, units: Units) -> Meaning:
    """What a new promotion does; what is wrong is among the faults of `units`."""
    flat = Shorthand(**{name: getattr(given, name) for name in FIELDS})
    if flat.promotion_type is not CUSTOM:
        return _flat(flat, given.rules, given.actions, units)
    if not given.actions:
        units.faults.append(FieldError(("actions",), "is required with promotion_type custom"))
    return _custom(flat, given.rules or [], given.actions or [], units)


def changed_meaning(before: Definition, given: PromotionChange, units: Units) -> Meaning:
    """What a changed promotion does; what is wrong is among the faults of `units`."""
    changes = {name: value for name in FIELDS if (value := getattr(given, name)) is not UNSET}
    rules = None if given.rules is UNSET else given.rules
    actions = None if given.actions is UNSET else given.actions
    if not changes and rules is None and actions is None:
        return Meaning(Compiled(before.rules, before.actions), before.shorthand)
    flat = msgspec.structs.replace(_base(before, changes), **changes)
    if flat.promotion_type is not CUSTOM:
        return _flat(flat, rules, actions, units)
    if actions == []:
        units.faults.append(FieldError(("actions",), "must not be empty"))
    meaning = _custom(flat, rules or [], actions or [], units)
    return Meaning(
        Compiled(
            before.rules if rules is None else meaning.compiled.rules,
            before.actions if actions is None else meaning.compiled.actions,
        ),
        kept(NOTHING_FLAT),
    )


def _base(before: Definition, changes: Mapping[str, Any]) -> Shorthand:
    """The flat form that a change starts from; another type starts without the old one's own settings."""
    flat = shorthand_of(before)
    turned = changes.get("promotion_type", flat.promotion_type)
    if turned is flat.promotion_type:
        return flat
    if turned is CUSTOM:
        return Shorthand(promotion_type=CUSTOM)
    return msgspec.structs.replace(flat, bogo_config=None, tier_rules=None)


def _flat(
    flat: Shorthand, rules: Sequence[Rule] | None, actions: Sequence[Action] | None, units: Units
) -> Meaning:
    for name, value in (("rules", rules), ("actions", actions)):
        if value is not None:
            units.faults.append(FieldError((name,), "is only for promotion_type custom"))
    return Meaning(compiled_by(units, flat), kept(flat))


def _custom(flat: Shorthand, rules: Sequence[Rule], actions: Sequence[Action], units: Units) -> Meaning:
    units.faults += [
        FieldError((name,), "cannot be set with promotion_type custom; use rules and actions")
        for name in FLAT_ONLY
        if getattr(flat, name) is not None
    ]
    meant = Compiled(rules_in(rules, units), actions_in(actions, units))
    return Meaning(meant, kept(NOTHING_FLAT))
