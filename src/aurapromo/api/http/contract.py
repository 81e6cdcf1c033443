"""A contract: its table of routes, where it stands, and how it words an error."""

from collections.abc import AsyncIterable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Final, Generic, TypeVar

import msgspec

from aurapromo.api.http.errors import Headers, Kind
from aurapromo.api.http.route import Route
from aurapromo.api.reading.query import segment_reader
from aurapromo.errors import AuraPromoError

Row = TypeVar("Row")

REMEMBERED: Final = 1_000
LONGEST_REMEMBERED: Final = 200


class Answer(msgspec.Struct, frozen=True):
    """A finished answer, as it goes over the wire (without the headers that every answer gets)."""

    status: int
    body: bytes | AsyncIterable[bytes] = b""
    headers: Headers = ()


class Problem(msgspec.Struct, frozen=True):
    """What stands in the way of a request, for a contract to put into its own words.

    `headers` are those that HTTP asks for whatever the contract (`Allow`, `Retry-After`); the renderer
    passes them on. `accept` is the request's header of that name.
    """

    error: AuraPromoError
    kind: Kind
    path: str
    accept: bytes
    now: datetime
    headers: Headers


@dataclass(frozen=True, kw_only=True)
class Contract:
    """One face of the service. Contracts do not know each other.

    `prefixes` are its own one and those shared with other contracts, where the caller's credential
    decides; the first is the one that its document shows. `problem_body` is the type of the error
    bodies that `render` writes, for the document.
    """

    name: str
    title: str
    version: str
    description: str
    prefixes: tuple[str, ...]
    routes: tuple[Route, ...]
    render: Callable[[Problem], Answer]
    problem_body: Any
    tags: Mapping[str, str]


class Paths(Generic[Row]):
    """Finds what stands at a path in as many steps as the path has segments, literal names first.

    The paths asked for most recently are known at once: most calls are for the same few.
    """

    def __init__(self, rows: Iterable[tuple[Route, Row]]) -> None:
        self._root: _Node[Row] = _Node()
        self._recent = lru_cache(maxsize=REMEMBERED)(self._walk)
        for route, row in rows:
            self._add(route, row)

    def find(self, path: bytes) -> "tuple[Mapping[str, Row], Mapping[str, Any]] | None":
        """Rows by method and the path's parameters; one slash at the end makes no difference.

        `path` is still percent-encoded, so an encoded slash belongs to its segment. Raises Malformed
        where an escape in a parameter is broken.
        """
        # Long ones are not kept, so that nobody can fill the memory with paths.
        return self._recent(path) if len(path) <= LONGEST_REMEMBERED else self._walk(path)

    def _walk(self, path: bytes) -> "tuple[Mapping[str, Row], Mapping[str, Any]] | None":
        steps = path.split(b"/")[1:]
        if steps and steps[-1] == b"":
            steps.pop()
        return _descend(self._root, steps, 0)

    def _add(self, route: Route, row: Row) -> None:
        node = self._root
        for step in route.path.strip("/").split("/"):
            if step.startswith("{"):
                node = node.under(step[1:-1], route.signature.path[step[1:-1]])
            else:
                node = node.literals.setdefault(step.encode(), _Node())
        if route.method in node.methods:
            raise TypeError(f"{route.method} {route.path} stands twice in the table")
        node.methods[route.method] = row
        if route.method == "GET":
            node.methods.setdefault("HEAD", row)


class _Node(Generic[Row]):
    """What may follow after one step of a path. Numbers are tried before names."""

    def __init__(self) -> None:
        self.literals: dict[bytes, _Node[Row]] = {}
        self.parameters: list[tuple[str, Any, Callable[[bytes], Any], _Node[Row]]] = []
        self.methods: dict[str, Row] = {}

    def under(self, name: str, kind: Any) -> "_Node[Row]":
        for known, known_kind, _, node in self.parameters:
            if (known, known_kind) == (name, kind):
                return node
        child: _Node[Row] = _Node()
        self.parameters.append((name, kind, segment_reader(kind), child))
        self.parameters.sort(key=lambda parameter: "str" in str(parameter[1]))
        return child


def _descend(
    node: _Node[Row], steps: list[bytes], at: int
) -> tuple[Mapping[str, Row], dict[str, Any]] | None:
    if at == len(steps):
        return (node.methods, {}) if node.methods else None
    literal = node.literals.get(steps[at])
    if literal is not None and (found := _descend(literal, steps, at + 1)):
        return found
    for name, _, read, child in node.parameters:
        value = read(steps[at])
        if value is not None and (found := _descend(child, steps, at + 1)):
            found[1][name] = value
            return found
    return None
