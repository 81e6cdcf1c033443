"""Between the rules and actions that Aura callers write and those of the engine.

Both sides have the same fields in records of the same tag; what differs are units (major and minor,
percent and parts per million) and ids (as sent, and as strings).
"""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, Final, get_args

import msgspec

from aurapromo.api.aura import money
from aurapromo.api.aura.fields import shown_id
from aurapromo.api.aura.promotions.custom import actions as aura_actions
from aurapromo.api.aura.promotions.custom import rules as aura_rules
from aurapromo.api.aura.units import Step, Units
from aurapromo.engine import actions as engine_actions
from aurapromo.engine import rules as engine_rules
from aurapromo.errors import FieldError

MAX_DEPTH: Final = 8
AMOUNTS: Final = frozenset(
    {"amount", "amounts", "cap", "minimum_amount", "minimum_price", "maximum_price", "channels"}
)
IDS: Final = frozenset(
    {"products", "excluded_products", "categories", "excluded_categories", "brands", "excluded_brands"}
    | {"product", "taxon", "taxons", "include", "exclude"}
)
INNER: Final[dict[type[msgspec.Struct], type[msgspec.Struct]]] = {
    aura_rules.TaxonThreshold: engine_rules.TaxonThreshold,
    aura_actions.ItemFilter: engine_actions.ItemFilter,
    aura_actions.Tier: engine_actions.Tier,
    aura_actions.UnitAmount: engine_actions.UnitAmount,
    aura_actions.UnitPercentage: engine_actions.UnitPercentage,
}


def _by_tag(union: Any) -> dict[Any, type[msgspec.Struct]]:
    return {kind.__struct_config__.tag: kind for kind in get_args(union)}


def _pairs(written: Any, meant: Any) -> dict[type[msgspec.Struct], type[msgspec.Struct]]:
    engine = _by_tag(meant)
    return {kind: engine[tag] for tag, kind in _by_tag(written).items()}


INWARD: Final = (
    _pairs(aura_rules.Rule, engine_rules.Rule) | _pairs(aura_actions.Action, engine_actions.Action) | INNER
)
OUTWARD: Final = {engine: aura for aura, engine in INWARD.items()}


def rules_in(given: Iterable[aura_rules.Rule], units: Units) -> tuple[engine_rules.Rule, ...]:
    """The engine's rules; what is wrong with one is among the faults of `units`."""
    found = []
    for index, rule in enumerate(given):
        if depth(rule) > MAX_DEPTH:
            units.faults.append(FieldError(("rules", index), f"is nested more than {MAX_DEPTH} levels deep"))
        found.append(_inward(rule, "", units, ("rules", index)))
    return tuple(found)


def actions_in(given: Iterable[aura_actions.Action], units: Units) -> tuple[engine_actions.Action, ...]:
    """The engine's actions; what is wrong with one is among the faults of `units`."""
    return tuple([_inward(action, "", units, ("actions", index)) for index, action in enumerate(given)])


def depth(rule: aura_rules.Rule) -> int:
    """How deep the rule is nested; a plain one is 1."""
    match rule:
        case aura_rules.AllRule() | aura_rules.AnyRule():
            return 1 + max(depth(part) for part in rule.rules)
        case aura_rules.NotRule():
            return 1 + depth(rule.rule)
        case _:
            return 1


def rules_out(
    rules: Sequence[engine_rules.Rule], ids: Sequence[int | None], units: Units
) -> list[aura_rules.Rule]:
    """Rules as Aura shows them, each with its lasting id."""
    return [_shown(rule, id_, units) for rule, id_ in zip(rules, ids, strict=True)]


def actions_out(
    actions: Sequence[engine_actions.Action], ids: Sequence[int | None], units: Units
) -> list[aura_actions.Action]:
    """Actions as Aura shows them, each with its lasting id."""
    return [_shown(action, id_, units) for action, id_ in zip(actions, ids, strict=True)]


def _shown(value: Any, id_: int | None, units: Units) -> Any:
    return msgspec.structs.replace(_outward(value, "", units), id=id_)


def _inward(value: Any, name: str, units: Units, path: tuple[Step, ...]) -> Any:
    """The engine's value of the field `name`."""
    match value:
        case msgspec.Struct():
            _check_channels(value, units, path)
            return INWARD[type(value)](**_fields(value, units, path))
        case dict():
            return {
                code: _inward(one, name, units.of_channel(code, *path, code), (*path, code))
                for code, one in value.items()
            }
        case list():
            return tuple([_inward(one, name, units, (*path, index)) for index, one in enumerate(value)])
        case _:
            return _scalar_in(value, name, units, path)


def _fields(value: msgspec.Struct, units: Units, path: tuple[Step, ...]) -> dict[str, Any]:
    return {
        name: _inward(getattr(value, name), name, units, (*path, name))
        for name in value.__struct_fields__
        if name != "id"
    }


def _scalar_in(value: Any, name: str, units: Units, path: tuple[Step, ...]) -> Any:
    match value:
        case int() | float() if name in AMOUNTS:
            return units.amount(value, *path)
        case int() | float() if name == "percentage":
            return units.percentage(value, *path)
        case int() if name in IDS:
            return str(value)
        case _:
            return value


def _check_channels(value: msgspec.Struct, units: Units, path: tuple[Step, ...]) -> None:
    if not isinstance(value, aura_rules.ChannelRule):
        return
    for name in ("include", "exclude"):
        for index, code in enumerate(getattr(value, name)):
            units.check_channel(code, *path, name, index)


def _outward(value: Any, name: str, units: Units) -> Any:
    """Aura's value of the engine's field `name`."""
    match value:
        case msgspec.Struct():
            # The names in a channel rule are codes of ours and no ids of the shop's.
            plain = isinstance(value, engine_rules.Channel)
            said = {
                field: getattr(value, field)
                for field, default in _fields_of(type(value))
                if getattr(value, field) != default
            }
            shown = {field: _outward(one, "" if plain else field, units) for field, one in said.items()}
            return OUTWARD[type(value)](**shown)
        case dict():
            return {code: _outward(one, name, units.of_channel(code)) for code, one in value.items()}
        case tuple():
            return [_outward(one, name, units) for one in value]
        case _:
            return _scalar_out(value, name, units)


@cache
def _fields_of(kind: type[msgspec.Struct]) -> tuple[tuple[str, Any], ...]:
    """Each field and its default; both sides have the same defaults, and what they say is not shown."""
    return tuple([(field.name, field.default) for field in msgspec.structs.fields(kind)])


def _scalar_out(value: Any, name: str, units: Units) -> Any:
    match value:
        case int() if name in AMOUNTS:
            return units.major(value)
        case int() if name == "percentage":
            return money.from_ppm(value)
        case str() if name in IDS:
            return shown_id(value)
        case _:
            return value
