"""Links between things, and the pages of lists (HAL)."""

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeVar
from urllib.parse import quote

import msgspec

from aurapromo.api.sylius.types import Link
from aurapromo.errors import NotFound

Item = TypeVar("Item")

#: What a link begins with, under whatever prefix the call came.
ROOT: Final = "/api/v1"
DEFAULT_LIMIT: Final = 10
#: Credentials do not belong into links.
LEFT_OUT: Final = frozenset({"page", "limit", "access_token"})
INT64_MAX: Final = 2**63 - 1
DEEPEST: Final = 64  # as in PHP


def to(*steps: str) -> str:
    return "/".join([ROOT, *[quote(step, safe="") for step in steps]])


class Place(msgspec.Struct, frozen=True):
    """The page that a list is asked for: its number from 1, and how many items it has at most."""

    page: int
    limit: int

    def number(self, total: int) -> int:
        """How many pages there are; an empty list has one."""
        return max(1, math.ceil(total / self.limit))

    @property
    def skip(self) -> int:
        return min((self.page - 1) * self.limit, INT64_MAX)


def place_of(query: Mapping[str, Any]) -> Place:
    """Raises NotFound for a page or limit that is no number from 1 on."""
    return Place(_counted(query.get("page", "1")), _counted(query.get("limit", str(DEFAULT_LIMIT))))


def _counted(text: Any) -> int:
    if not isinstance(text, str) or not text.isascii() or not text.isdigit() or int(text[:30]) < 1:
        raise NotFound("There is no such page")
    return min(int(text[:30]), INT64_MAX)


def existing(place: Place, total: int) -> int:
    """How many pages there are; raises NotFound when `place` is none of them."""
    if place.page > place.number(total):
        raise NotFound("There is no such page")
    return place.number(total)


def links(path: str, query: Mapping[str, Any], place: Place, total: int) -> dict[str, Link]:
    """Links to this page and those around it; every other parameter of the request stands in them."""
    kept = "&".join(encoded({name: value for name, value in query.items() if name not in LEFT_OUT}))

    def link(page: int) -> Link:
        start = f"{kept}&" if kept else ""
        return Link(f"{path}?{start}page={page}&limit={place.limit}")

    last = place.number(total)
    found = {"self": link(place.page), "first": link(1), "last": link(last)}
    if place.page < last:
        found["next"] = link(place.page + 1)
    if place.page > 1:
        found["previous"] = link(place.page - 1)
    return found


def encoded(query: Mapping[str, Any], prefix: str = "") -> list[str]:
    """Nested parameters as PHP's http_build_query writes them with RFC 3986."""
    found: list[str] = []
    for name, value in query.items():
        full = f"{prefix}[{name}]" if prefix else name
        if isinstance(value, Mapping):
            found += encoded(value, full)
        else:
            found.append(f"{quote(full, safe='')}={quote(value, safe='')}")
    return found


def nested(given: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """Parameters as PHP reads them: `a[b]=c` is c under b under a; the last of the same name counts."""
    found: dict[str, Any] = {}
    for name, values in given.items():
        for value in values if name.endswith("[]") else values[-1:]:
            _put(found, name, value)
    return found


def _put(found: dict[str, Any], name: str, value: str) -> None:
    root, bracket, rest = name.partition("[")
    if not bracket or not root or "]" not in rest:
        found[name] = value
        return
    steps = [root, *rest[: rest.rindex("]")].split("][")]
    if len(steps) > DEEPEST:
        return
    place = found
    for step in steps[:-1]:
        inner = place.get(step)
        if not isinstance(inner, dict):
            inner = place[step] = {}
        place = inner
    place[steps[-1] or str(len(place))] = value
