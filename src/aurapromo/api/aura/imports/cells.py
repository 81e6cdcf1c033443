"""What the text of a CSV cell stands for in JSON, by the type of its field."""

import re
from collections.abc import Callable
from typing import Any, Final

import msgspec
from msgspec import inspect

from aurapromo.api.reading.explain import Array, alternatives, bare

Cell = Callable[[str], Any]

TRUTH: Final = {"true": True, "1": True, "false": False, "0": False}
_NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?", re.ASCII)
_JSON: Final = (inspect.StructType, inspect.DictType)


def cell_reader(node: inspect.Type) -> Cell:
    """Reads cells of one column. What cannot be read stays text, for the type check to judge.

    A list is `a|b` or JSON; an object is JSON; an id that looks like a number stays text, since ids
    compare as text.
    """
    node = bare(node)
    if isinstance(node, inspect.UnionType):
        open_to = alternatives(node)
        node = next((one for one in open_to if isinstance(one, inspect.StrType)), open_to[0])
    if isinstance(node, Array):
        item = cell_reader(node.item_type)
        return lambda text: _list(text, item)
    if isinstance(node, _JSON):
        return _json
    if isinstance(node, inspect.IntType | inspect.FloatType):
        return _number
    return _truth if isinstance(node, inspect.BoolType) else str


def _list(text: str, item: Cell) -> Any:
    return _json(text) if text.startswith("[") else [item(part) for part in text.split("|")]


def _number(text: str) -> Any:
    # Handed on as it is written, so that a number means the same here as in JSON.
    return msgspec.Raw(text.encode()) if _NUMBER.fullmatch(text) else text


def _truth(text: str) -> Any:
    return TRUTH.get(text.lower(), text)


def _json(text: str) -> Any:
    try:
        msgspec.json.decode(text, type=msgspec.Raw)
    except (msgspec.DecodeError, RecursionError):
        return text
    return msgspec.Raw(text.encode())
