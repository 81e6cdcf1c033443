"""Bodies and query strings as typed values, or every reason why not.

Broken text is `Malformed`; text that can be read but not accepted is `Invalid` with all its fields.
Beyond the types: strings that PostgreSQL cannot store (NUL) and integers beyond 64 bits are refused
wherever they stand, datetimes come out in UTC, and a Struct may have the method
`problems() -> Iterable[FieldError]` for what no type can say (asked when the types are right).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

import msgspec
from msgspec import inspect

from aurapromo.api.reading.explain import Path, alternatives, bare, explain
from aurapromo.errors import AuraPromoError, FieldError, Invalid, Malformed

MAX_DEPTH: Final = 64
INT64_MIN: Final = -(2**63)
INT64_MAX: Final = 2**63 - 1

_BRACKETS: Final = bytes.maketrans(b"{}", b"[]")
_NOT_BRACKETS: Final = bytes(set(range(256)) - set(b"[]{}"))
_DIGITS: Final = bytes(ord("9") if byte in b"0123456789" else ord(" ") for byte in range(256))
_LONG_NUMBER: Final = b"9" * 19

CONTAINERS: Final = (list, tuple, dict)

Read = Callable[[bytes], Any]


def body_reader(expected: Any) -> Read:
    """Reads JSON text as `expected`."""
    decode = msgspec.json.Decoder(expected).decode
    node = inspect.type_info(expected)
    refine = refiner(node)

    def read(body: bytes) -> Any:
        if nested_too_deep(body):
            raise Malformed(f"The body is nested more than {MAX_DEPTH} levels deep")
        try:
            value = decode(body)
        except msgspec.ValidationError as error:
            raise body_refusal(node, body, error) from None
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise malformed(error) from None
        if b"\\u0000" in body or _LONG_NUMBER in body.translate(_DIGITS):
            refuse(unstorable(untyped(body)))
        return value if refine is None else refine(value)

    return read


def untyped(body: bytes) -> Any:
    """The body as plain dicts, lists and scalars."""
    try:
        return msgspec.json.decode(body)
    except msgspec.ValidationError as error:
        raise Invalid((FieldError((), f"holds a number out of range ({error})"),)) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise malformed(error) from None


def malformed(error: Exception) -> Malformed:
    if isinstance(error, UnicodeDecodeError):
        return Malformed("The body is not valid UTF-8")
    return Malformed(f"The body is not valid JSON: {str(error).removeprefix('JSON is malformed: ')}")


def body_refusal(node: inspect.Type, body: bytes, error: msgspec.ValidationError) -> AuraPromoError:
    """Every fault of `body`, or where the number stands that no type can hold."""
    try:
        data = msgspec.json.decode(body)
    except msgspec.ValidationError:
        return Invalid((FieldError(place(error), "is a number out of range"),))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as broken:
        return malformed(broken)
    return refusal(node, data, error)


def refusal(node: inspect.Type, data: Any, error: msgspec.ValidationError) -> Invalid:
    """Every fault of `data`; at the very least what msgspec itself said, and where."""
    faults = {fault.path: fault for fault in explain(node, data)}
    faults.update((fault.path, fault) for fault in unstorable(data))
    said, _, _ = str(error).partition(" - at `")
    return Invalid(tuple(faults.values()) or (FieldError(place(error), said),))


def place(error: msgspec.ValidationError) -> Path:
    """The path at the end of msgspec's message: "… - at `$.order_items[0].quantity`"."""
    _, _, where = str(error).partition(" - at `$")
    steps = where.rstrip("`").replace("[", ".").replace("]", "").split(".")
    return tuple(int(step) if step.isdigit() else step for step in steps if step not in ("", "..."))


def refuse(faults: Iterator[FieldError]) -> None:
    """Raises `Invalid` if there is any fault."""
    if found := tuple(faults):
        raise Invalid(found)


def nested_too_deep(body: bytes) -> bool:
    """Whether brackets outside strings are nested deeper than `MAX_DEPTH`; exact for valid JSON.

    Each round takes away the innermost pairs, so it costs a few passes in C over a fraction of the text.
    """
    if body.count(b"[") + body.count(b"{") <= MAX_DEPTH:
        return False
    outside = b"".join(body.replace(b"\\\\", b"").replace(b'\\"', b"").split(b'"')[::2])
    left = outside.translate(_BRACKETS, _NOT_BRACKETS)
    for _ in range(MAX_DEPTH):
        left = left.replace(b"[]", b"")
    return bool(left)


def unstorable(data: Any, path: Path = ()) -> Iterator[FieldError]:
    """Each string with a NUL and each integer beyond 64 bits in plain data."""
    if isinstance(data, str):
        if "\0" in data:
            yield FieldError(path, "must not contain the character NUL")
    elif isinstance(data, int):
        if not INT64_MIN <= data <= INT64_MAX:
            yield FieldError(path, f"must be between {INT64_MIN} and {INT64_MAX}")
    elif isinstance(data, dict):
        for key, item in data.items():
            if "\0" in key:
                yield FieldError((*path, key), "must not contain the character NUL")
            yield from unstorable(item, (*path, key))
    elif isinstance(data, list):
        for index, item in enumerate(data):
            yield from unstorable(item, (*path, index))


def refiner(node: inspect.Type) -> Callable[[Any], Any] | None:
    """The second look that values of this type need, or None when the types have said it all."""
    if not any(_remarkable(kind) for kind in structs(node)):
        return None
    looks = {
        kind.cls: Look(
            tuple((f.name, f.encode_name) for f in kind.fields if any(map(_counts, leads(f.type)))),
            getattr(kind.cls, "problems", None),
        )
        for kind in structs(node)
    }

    def refine(value: Any) -> Any:
        if faults := _second_look(value, looks):
            raise Invalid(faults)
        return value

    return refine


class Look(NamedTuple):
    """Where a Struct needs a second look: fields by their names in Python and JSON, and its own say."""

    fields: tuple[tuple[str, str], ...]
    problems: Callable[[Any], Iterable[FieldError]] | None


def _counts(node: inspect.Type) -> bool:
    if isinstance(node, inspect.StructType):
        return any(_remarkable(kind) for kind in structs(node))
    return isinstance(node, inspect.DateTimeType)


def _remarkable(kind: inspect.StructType) -> bool:
    moments = (lead for field in kind.fields for lead in leads(field.type))
    return hasattr(kind.cls, "problems") or any(isinstance(lead, inspect.DateTimeType) for lead in moments)


def structs(node: inspect.Type) -> list[inspect.StructType]:
    """All Struct types that a value of this type may hold, itself included."""
    found: dict[type, inspect.StructType] = {}
    queue = [node]
    while queue:
        for lead in leads(queue.pop()):
            if isinstance(lead, inspect.StructType) and lead.cls not in found:
                found[lead.cls] = lead
                queue.extend(field.type for field in lead.fields)
    return list(found.values())


def leads(node: inspect.Type) -> Iterator[inspect.Type]:
    """The scalars and Structs that stand directly in a value of this type, containers looked through."""
    node = bare(node)
    match node:
        case inspect.UnionType():
            inner = alternatives(node)
        case inspect.ListType() | inspect.SetType() | inspect.FrozenSetType() | inspect.VarTupleType():
            inner = [node.item_type]
        case inspect.DictType():
            inner = [node.value_type]
        case _:
            yield node
            return
    for part in inner:
        yield from leads(part)


def _second_look(value: Any, looks: Mapping[type, Look]) -> list[FieldError]:
    """The faults below `value`, with paths from there; its datetimes are in UTC afterwards."""
    look = looks.get(type(value))
    if look is not None:
        return _look_into(value, look, looks)
    if not isinstance(value, CONTAINERS):
        return []
    faults: list[FieldError] = []
    for step, item in value.items() if isinstance(value, dict) else enumerate(value):
        if found := _second_look(item, looks):
            faults += _below(step, found)
    return faults


def _look_into(value: msgspec.Struct, look: Look, looks: Mapping[type, Look]) -> list[FieldError]:
    faults: list[FieldError] = []
    for name, shown in look.fields:
        if found := _field(value, name, looks):
            faults += _below(shown, found)
    if look.problems is not None:
        faults += look.problems(value)
    return faults


def _field(holder: msgspec.Struct, name: str, looks: Mapping[type, Look]) -> list[FieldError]:
    held = getattr(holder, name)
    if not isinstance(held, datetime):
        return _second_look(held, looks) if held else []
    if held.tzinfo is not UTC:
        try:
            # The value is being made; nobody has seen it yet, so its being frozen is not broken.
            msgspec.structs.force_setattr(holder, name, held.astimezone(UTC))
        except OverflowError:
            return [FieldError((), "must lie between the years 1 and 9999 in UTC")]
    return []


def _below(step: str | int, faults: list[FieldError]) -> list[FieldError]:
    return [FieldError((step, *fault.path), fault.message) for fault in faults]
