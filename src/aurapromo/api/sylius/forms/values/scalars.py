"""Single values as Symfony's fields read them; None is an empty field. Errors are left at the node."""

import re
from collections.abc import Collection
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from aurapromo.api.sylius.forms.node import EXTRA, Node

NUMBER: Final = re.compile(r"[-+]?(\d{1,30}([.,]\d{0,30})?|[.,]\d{1,30})", re.ASCII)
#: Numbers of any use are shorter; and nobody shall make us write out 10 to the power of a million.
LONGEST: Final = 30
INT32_MAX: Final = 2**31 - 1
MOST_MINOR: Final = 10**15
PPM_OF_ONE_PERCENT: Final = 10_000
TOO_MUCH: Final = "The maximum value of a percentage discount is 100%."
TOO_LITTLE: Final = "The value of a percentage discount must be at least 0%."


def text(value: Any, node: Node) -> str | None:
    """Text without space around it; numbers are taken as they are written."""
    match value:
        case None | False:
            return None
        case True:
            return "1"
        case str() if "\0" not in value:
            return value.strip() or None
        case int() | Decimal():
            return str(value)
        case _:
            node.refuse()
            return None


def flag(value: Any, node: Node) -> bool:
    """False is false, null or missing; everything else that is no list is true, also 0 and "false"."""
    if isinstance(value, list | dict):
        node.refuse()
    return value is not None and value is not False


def decimal(value: Any, node: Node) -> Decimal | None:
    """A number, or the text of one, with a point or a comma."""
    match value:
        case None | False | "":
            return None
        case True:
            return Decimal(1)
        case str() if NUMBER.fullmatch(value.strip()):
            found = Decimal(value.strip().replace(",", "."))
        case int() | Decimal():
            found = Decimal(value)
        case str() if not value.strip():
            return None
        case _:
            node.refuse()
            return None
    if not found.is_finite() or abs(found.adjusted()) > LONGEST:
        node.refuse()
        return None
    return found


def integer(value: Any, node: Node, *, least: int = 0, most: int = INT32_MAX) -> int | None:
    """A whole number; a fraction is cut off."""
    found = decimal(value, node)
    if found is None:
        return None
    if not least <= int(found) <= most:
        node.refuse()
        return None
    return int(found)


def money(value: Any, node: Node, digits: int) -> int | None:
    """An amount in major units as minor ones, half up; a currency has so many `digits`."""
    found = decimal(value, node)
    if found is None:
        return None
    minor = (found.scaleb(digits)).quantize(Decimal(1), ROUND_HALF_UP)
    if not 0 <= minor <= MOST_MINOR:
        node.refuse()
        return None
    return int(minor)


def percentage(value: Any, node: Node) -> int | None:
    """A percentage as parts per million; finer than that is refused."""
    found = decimal(value, node)
    if found is None:
        return None
    parts = found * PPM_OF_ONE_PERCENT
    if found > 100:
        node.refuse(TOO_MUCH)
    elif found < 0:
        node.refuse(TOO_LITTLE)
    elif parts != int(parts):
        node.refuse()
    else:
        return int(parts)
    return None


def codes(value: Any, node: Node) -> tuple[str, ...]:
    """Codes from text with commas between them, or from a list; each once."""
    given = value.split(",") if isinstance(value, str) else items(value, node)
    found = [text(one, node) for one in given]
    return tuple(dict.fromkeys(one for one in found if one is not None))


def items(value: Any, node: Node) -> list[Any]:
    """The items of a list, or of an object, whose keys do not matter."""
    match value:
        case None | False | "":
            return []
        case list():
            return value
        case dict():
            return list(value.values())
        case _:
            node.refuse()
            return []


def record(value: Any, node: Node, known: Collection[str]) -> dict[str, Any]:
    """The fields of an object; one that is not among the `known` is refused as extra."""
    match value:
        case None | False | "" | []:
            return {}
        case dict():
            if any(name not in known for name in value):
                node.refuse(EXTRA)
            return value
        case list():
            node.refuse(EXTRA)
            return {}
        case _:
            node.refuse()
            return {}
