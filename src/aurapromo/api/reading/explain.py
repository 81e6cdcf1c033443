"""Every reason why a value does not fit a type, in plain words. Used once msgspec has said no.

msgspec stops at the first mistake; a caller wants to hear of all of them.
"""

import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime, time
from typing import Annotated, Any, Final
from uuid import UUID

import msgspec
from msgspec import inspect

from aurapromo.errors import FieldError

Path = tuple[str | int, ...]
Array = inspect.ListType | inspect.SetType | inspect.FrozenSetType | inspect.VarTupleType

STRING: Final = (str,)
NUMBER: Final = (int, float)
OBJECT: Final = (dict,)
LIST: Final = (list,)
#: For each kind of value what JSON text gives for it, and what it is called after "must be".
KINDS: Final[Mapping[type[inspect.Type], tuple[tuple[type, ...], str]]] = {
    inspect.BoolType: ((bool,), "true or false"),
    inspect.IntType: ((int,), "a whole number"),
    inspect.FloatType: (NUMBER, "a number"),
    inspect.DecimalType: (NUMBER, "a number"),
    inspect.StrType: (STRING, "a string"),
    inspect.DateTimeType: (STRING, "a date and time with a zone, like 2026-01-31T09:00:00Z"),
    inspect.DateType: (STRING, "a date, like 2026-01-31"),
    inspect.TimeType: (STRING, "a time of day, like 09:30:00"),
    inspect.UUIDType: (STRING, "a UUID, like 0193f2a1-c4e0-7f86-9d08-1884c7d65a10"),
    inspect.StructType: (OBJECT, "an object"),
    inspect.DictType: (OBJECT, "an object"),
    inspect.ListType: (LIST, "a list"),
    inspect.SetType: (LIST, "a list"),
    inspect.FrozenSetType: (LIST, "a list"),
    inspect.VarTupleType: (LIST, "a list"),
}
#: Kinds that travel as strings and are judged by msgspec itself.
SPELLED: Final[Mapping[type[inspect.Type], Any]] = {
    inspect.DateTimeType: Annotated[datetime, msgspec.Meta(tz=True)],
    inspect.DateType: date,
    inspect.TimeType: time,
    inspect.UUIDType: UUID,
}
BOUNDS: Final[tuple[tuple[str, str, Callable[[Any, Any], bool]], ...]] = (
    ("ge", "at least", lambda value, bound: value >= bound),
    ("gt", "more than", lambda value, bound: value > bound),
    ("le", "at most", lambda value, bound: value <= bound),
    ("lt", "less than", lambda value, bound: value < bound),
    ("multiple_of", "a multiple of", lambda value, bound: value % bound == 0),
)


def explain(node: inspect.Type, value: Any, path: Path = ()) -> Iterator[FieldError]:
    """Each place below `path` where `value` (as read from JSON) does not fit the type `node`."""
    node = bare(node)
    if isinstance(node, inspect.AnyType | inspect.RawType):
        return
    if isinstance(node, inspect.UnionType):
        yield from _union(node, value, path)
    elif not _carries(node, value):
        yield FieldError(path, _expectation(node, value))
    elif isinstance(node, inspect.StructType):
        yield from _struct(node, value, path)
    elif isinstance(node, inspect.DictType):
        for key, item in value.items():
            yield from explain(node.key_type, key, (*path, key))
            yield from explain(node.value_type, item, (*path, key))
    elif isinstance(node, Array):
        yield from _array(node, value, path)
    elif fault := _fault(node, value):
        yield FieldError(path, fault)


def bare(node: inspect.Type) -> inspect.Type:
    """The type without the words that `Meta` hangs on it."""
    while isinstance(node, inspect.Metadata):
        node = node.type
    return node


def choices(node: inspect.Type) -> list[Any] | None:
    """The values that an enumeration or a Literal admits, or None for any other type."""
    if isinstance(node, inspect.EnumType):
        return [member.value for member in node.cls]
    return list(node.values) if isinstance(node, inspect.LiteralType) else None


def alternatives(node: inspect.UnionType) -> list[inspect.Type]:
    """The members of a union, without null."""
    plain = (bare(member) for member in node.types)
    return [member for member in plain if not isinstance(member, inspect.NoneType)]


def _carries(node: inspect.Type, value: Any) -> bool:
    """Whether JSON has the right kind of value; true is an int only to Python."""
    carriers = KINDS[type(node)][0] if choices(node) is None else (str, int)
    return bool in carriers if isinstance(value, bool) else isinstance(value, carriers)


def _expectation(node: inspect.Type, value: Any) -> str:
    if value is None:
        return "must not be null"
    return f"must be {_called(node)}"


def _called(node: inspect.Type) -> str:
    allowed = choices(node)
    return KINDS[type(node)][1] if allowed is None else _one_of(allowed)


def _one_of(allowed: list[Any]) -> str:
    return f"one of: {', '.join(str(choice) for choice in allowed)}"


def _union(node: inspect.UnionType, value: Any, path: Path) -> Iterator[FieldError]:
    open_to = alternatives(node)
    if value is None and len(open_to) < len(node.types):
        return
    if len(open_to) == 1:
        yield from explain(open_to[0], value, path)
        return
    fitting = [member for member in open_to if _carries(member, value)]
    tagged = [member for member in fitting if isinstance(member, inspect.StructType) and member.tag_field]
    if tagged:
        yield from _tagged(tagged, value, path)
    elif fitting:
        # Of kinds that share a carrier (a date or any string) one fitting member is enough.
        found = [list(explain(member, value, path)) for member in fitting]
        yield from min(found, key=len)
    else:
        yield FieldError(path, f"must be {' or '.join(dict.fromkeys(map(_called, open_to)))}")


def _tagged(kinds: list[inspect.StructType], value: dict[str, Any], path: Path) -> Iterator[FieldError]:
    field = str(kinds[0].tag_field)
    chosen = next((kind for kind in kinds if kind.tag == value.get(field)), None)
    if chosen is not None:
        yield from explain(chosen, value, path)
    elif field in value:
        yield FieldError((*path, field), f"must be {_one_of([kind.tag for kind in kinds])}")
    else:
        yield FieldError((*path, field), "is required")


def _struct(node: inspect.StructType, value: dict[str, Any], path: Path) -> Iterator[FieldError]:
    known = {field.encode_name: field for field in node.fields}
    for name, field in known.items():
        if name in value:
            yield from explain(field.type, value[name], (*path, name))
        elif field.required:
            yield FieldError((*path, name), "is required")
    if node.forbid_unknown_fields:
        for name in value.keys() - known.keys() - {node.tag_field}:
            yield FieldError((*path, name), unknown(name, known))


def unknown(name: str, known: Iterable[str], noun: str = "field") -> str:
    """Says that nothing has this name, and what was probably meant."""
    close = difflib.get_close_matches(name, known, n=1)
    return f"is not a known {noun}; did you mean {close[0]}?" if close else f"is not a known {noun}"


def _array(node: Array, value: list[Any], path: Path) -> Iterator[FieldError]:
    if fault := _length(node, len(value), "items"):
        yield FieldError(path, fault)
    for index, item in enumerate(value):
        yield from explain(node.item_type, item, (*path, index))


def _fault(node: inspect.Type, value: Any) -> str | None:
    """What is wrong with a scalar of the right kind."""
    if isinstance(node, inspect.StrType):
        fault = _length(node, len(value), "characters")
        if fault is None and node.pattern is not None and not re.search(node.pattern, value):
            return f"must match {node.pattern}"
        return fault
    if isinstance(node, inspect.IntType | inspect.FloatType):
        return _out_of_bounds(node, value)
    allowed = choices(node)
    if allowed is not None:
        return None if value in allowed else _expectation(node, value)
    return None if type(node) not in SPELLED or _spelled(node, value) else _expectation(node, value)


def _spelled(node: inspect.Type, value: str) -> bool:
    try:
        msgspec.convert(value, SPELLED[type(node)])
    except msgspec.ValidationError:
        return False
    return True


def _out_of_bounds(node: inspect.IntType | inspect.FloatType, value: float) -> str | None:
    for constraint, words, holds in BOUNDS:
        bound = getattr(node, constraint)
        if bound is not None and not holds(value, bound):
            return f"must be {words} {bound}"
    return None


def _length(node: Array | inspect.StrType, length: int, unit: str) -> str | None:
    if node.min_length is not None and length < node.min_length:
        return "must not be empty" if node.min_length == 1 else f"must have at least {node.min_length} {unit}"
    if node.max_length is not None and length > node.max_length:
        return f"must have at most {node.max_length} {unit}"
    return None
