"""Rules and actions as Aura callers write them: amounts in major units, percentages in percent."""

from collections.abc import Callable, Sequence
from typing import Any, Final

import msgspec

from aurapromo.api.aura import money
from aurapromo.api.aura.money import digits_of
from aurapromo.engine.actions import Action
from aurapromo.engine.rules import Rule
from aurapromo.errors import FieldError

# Engine fields that hold minor units (plain or by channel) and parts per million, whatever their record.
AMOUNTS: Final = frozenset(
    {"amount", "amounts", "cap", "minimum_amount", "minimum_price", "maximum_price", "channels"}
)
PERCENTAGES: Final = frozenset({"percentage"})
MAX_DEPTH: Final = 8
Step = str | int


class Converted:
    """What became of a list of objects: engine values, and the faults of those that could not be read."""

    def __init__(self) -> None:
        self.values: list[Any] = []
        self.faults: list[FieldError] = []


def read(given: Sequence[dict[str, Any]], kind: Any, *, field: str, currency: str) -> Converted:
    """Engine rules or actions (`kind` is the union) from the objects of `field`."""
    found = Converted()
    digits = digits_of(currency)
    for index, one in enumerate(given):
        inward = _inward(digits, found.faults, (field, index))
        try:
            found.values.append(msgspec.convert(inward(one, ()), kind))
        except msgspec.ValidationError as error:
            found.faults.append(FieldError((field, index, *_place(error)), _said(error)))
    return found


def shown(values: Sequence[Rule | Action], ids: Sequence[int], currency: str) -> list[dict[str, Any]]:
    """Engine rules or actions as Aura shows them, each with its lasting id."""
    digits = digits_of(currency)
    objects = [_outward(msgspec.to_builtins(value), digits) for value in values]
    return [{"id": id_, **one} for id_, one in zip(ids, objects, strict=True)]


def _inward(
    digits: int, faults: list[FieldError], root: tuple[Step, ...]
) -> Callable[[Any, tuple[Step, ...]], Any]:
    def number(key: str, value: float, path: tuple[Step, ...]) -> int:
        try:
            return money.to_ppm(value) if key in PERCENTAGES else money.to_minor(value, digits)
        except ValueError as error:
            faults.append(FieldError((*root, *path), str(error)))
            return 0

    def convert(value: Any, path: tuple[Step, ...], key: str = "") -> Any:
        if len(path) > MAX_DEPTH:
            faults.append(FieldError((*root, *path), f"is nested more than {MAX_DEPTH} levels deep"))
            return None
        if isinstance(value, dict):
            inside = {name: convert(one, (*path, name), _meaning(key, name)) for name, one in value.items()}
            return {name: one for name, one in inside.items() if path or name != "id"}
        if isinstance(value, list):
            return [convert(one, (*path, index)) for index, one in enumerate(value)]
        if isinstance(value, int | float) and not isinstance(value, bool) and key in AMOUNTS | PERCENTAGES:
            return number(key, value, path)
        # Shop ids are compared as strings, so 1 and "1" are the same id in a list of them.
        return str(value) if isinstance(path[-1], int) and type(value) is int and not key else value

    return convert


def _meaning(parent: str, name: str) -> str:
    """What a number below `name` means; inside a mapping by channel, what the mapping means."""
    return name if name in AMOUNTS | PERCENTAGES else parent if parent in ("amounts", "channels") else name


def _outward(value: Any, digits: int, key: str = "") -> Any:
    if isinstance(value, dict):
        return {name: _outward(one, digits, _meaning(key, name)) for name, one in value.items()}
    if isinstance(value, list):
        return [_outward(one, digits) for one in value]
    if isinstance(value, int) and not isinstance(value, bool):
        if key in PERCENTAGES:
            return money.from_ppm(value)
        return money.to_major(value, digits) if key in AMOUNTS else value
    return value


def _place(error: msgspec.ValidationError) -> tuple[Step, ...]:
    """The path in an error of msgspec, which ends in "- at `$.rules[0].count`"."""
    _, _, place = str(error).partition(" - at `$")
    steps = place.rstrip("`").replace("[", ".").replace("]", "").split(".")
    return tuple(int(step) if step.isdigit() else step for step in steps if step)


def _said(error: msgspec.ValidationError) -> str:
    return str(error).partition(" - at `$")[0]
