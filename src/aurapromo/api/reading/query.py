"""Query strings and path segments as typed values.

A list is a repeated parameter or a comma list. A parameter nobody knows is refused: a typing error in a
filter must not silently widen the result.
"""

from collections.abc import Callable, Iterator, Mapping
from math import isfinite
from types import NoneType
from typing import Any, Final, get_origin
from urllib.parse import unquote_to_bytes
from uuid import UUID

import msgspec
from msgspec import inspect

from aurapromo.api.reading.decode import INT64_MAX, Read, refiner, refusal, refuse, unstorable
from aurapromo.api.reading.explain import Array, alternatives, bare, unknown
from aurapromo.errors import FieldError, Malformed

HEXADECIMAL: Final = frozenset(b"0123456789abcdefABCDEF")
TRUTH: Final[Mapping[str, bool]] = {"true": True, "1": True, "false": False, "0": False}


class NoParameters(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The query of a route that takes none."""


def query_reader(expected: Any) -> Read:
    """Reads a query string as the Struct `expected`; None takes no parameters.

    `dict[str, list[str]]` takes any, as text, for contracts whose names are made of patterns.
    """
    if get_origin(expected) is dict:
        return _any_lists
    shape = NoParameters if expected is NoneType else expected
    node = inspect.type_info(shape)
    if not isinstance(node, inspect.StructType):
        raise TypeError(f"{expected} is not a Struct")
    fields = {field.encode_name: _plain(field.type) for field in node.fields}
    refine = refiner(node)

    def read(query: bytes) -> Any:
        found = dict(_values(query, fields))
        refuse(unstorable(found))
        try:
            value = msgspec.convert(found, shape)
        except msgspec.ValidationError as error:
            raise refusal(node, found, error) from None
        if expected is NoneType:
            return None
        return value if refine is None else refine(value)

    return read


def _any_lists(query: bytes) -> dict[str, list[str]]:
    found = _lists(query)
    refuse(unstorable(found))
    return found


def _lists(query: bytes) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, text in pairs(query):
        found.setdefault(name, []).append(text)
    return found


def _values(query: bytes, fields: Mapping[str, inspect.Type]) -> Iterator[tuple[str, Any]]:
    """Each parameter once, converted as far as its text allows; the type check judges the rest."""
    given = _lists(query)
    faults = [
        FieldError((name,), unknown(name, fields, "parameter")) for name in given.keys() - fields.keys()
    ]
    for name in given.keys() & fields.keys():
        node, texts = fields[name], given[name]
        if isinstance(node, Array):
            item = _plain(node.item_type)
            yield name, [_value(item, piece) for text in texts for piece in text.split(",")]
        elif len(texts) > 1:
            faults.append(FieldError((name,), "must be given once"))
        else:
            yield name, _value(node, texts[0])
    refuse(iter(faults))


def _plain(node: inspect.Type) -> inspect.Type:
    """The one alternative to null, if there is only one."""
    node = bare(node)
    if isinstance(node, inspect.UnionType) and len(open_to := alternatives(node)) == 1:
        return open_to[0]
    return node


def _value(node: inspect.Type, text: str) -> Any:
    """The number or truth that the text spells, else the text itself."""
    match node:
        case inspect.IntType() if text.isascii() and text.removeprefix("-").isdigit() and len(text) < 40:
            return int(text)
        case inspect.FloatType():
            return _float(text)
        case inspect.BoolType():
            return TRUTH.get(text.lower(), text)
        case _:
            return text


def _float(text: str) -> float | str:
    try:
        number = float(text)
    except ValueError:
        return text
    # Python also reads "nan", "infinity", "1_000" and other scripts' digits; JSON has none of them.
    return number if isfinite(number) and text.isascii() and "_" not in text else text


def pairs(query: bytes) -> Iterator[tuple[str, str]]:
    """Names and values in the order given. Raises Malformed for a broken escape or broken UTF-8."""
    for piece in query.split(b"&"):
        if piece:
            name, _, value = piece.replace(b"+", b" ").partition(b"=")
            yield unescaped(name), unescaped(value)


def unescaped(raw: bytes) -> str:
    """Percent-encoded bytes as text. Raises Malformed for a broken escape or broken UTF-8."""
    if b"%" in raw:
        for escape in raw.split(b"%")[1:]:
            if len(escape) < 2 or not HEXADECIMAL.issuperset(escape[:2]):
                raise Malformed("The address holds a broken percent-escape")
        raw = unquote_to_bytes(raw)
    try:
        return raw.decode()
    except UnicodeDecodeError:
        raise Malformed("The address is not valid UTF-8") from None


def segment_reader(expected: Any) -> Callable[[bytes], Any]:
    """Reads a path segment as int, str or UUID (Annotated or not); None says that it cannot be one.

    A segment that cannot be an id names nothing, so it is a matter of 404 and not of 422.
    """
    kind = {inspect.IntType: _number, inspect.UUIDType: _uuid, inspect.StrType: _name}[
        type(bare(inspect.type_info(expected)))
    ]

    def read(segment: bytes) -> Any:
        value = kind(segment)
        try:
            return None if value is None else msgspec.convert(value, expected)
        except msgspec.ValidationError:
            return None

    return kind if expected in {int, str, UUID} else read


def _number(segment: bytes) -> int | None:
    digits = segment if b"%" not in segment else unescaped(segment).encode()
    return int(digits) if digits.isdigit() and len(digits) < 20 and int(digits) <= INT64_MAX else None


def _name(segment: bytes) -> str | None:
    text = unescaped(segment)
    return text if text and "\0" not in text else None


def _uuid(segment: bytes) -> UUID | None:
    try:
        return UUID(unescaped(segment))
    except ValueError:
        return None
