"""Rules and actions as a form submits them: a list of types with their configurations."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from aurapromo.api.sylius.forms.configuration import Kind, node_of, read
from aurapromo.api.sylius.forms.context import Context
from aurapromo.api.sylius.forms.node import BLANK, EXTRA, Node
from aurapromo.api.sylius.forms.values.scalars import items, record, text


class Part(NamedTuple):
    """One rule or action; `values` None leaves the configuration of the one in its place as it is."""

    type: str
    values: dict[str, Any] | None


class Reader(NamedTuple):
    """What is known when parts are read: the kinds, and the types that stand there now by place.

    A part without a type keeps the one in its place, where there are any.
    """

    kinds: Mapping[str, Kind]
    context: Context
    before: Sequence[str] = ()

    def parts(self, value: Any, node: Node) -> list[Part]:
        """The parts of a field, whose node gets a child for each."""
        entries = [self._entry(place, one) for place, one in enumerate(items(value, node))]
        node.children = [child for _, child in entries]
        return [part for part, _ in entries]

    def _entry(self, place: int, value: Any) -> tuple[Part, Node]:
        node = Node({"type": Node()}, bubbles=True)
        given = record(value, node, ("type", "configuration"))
        type_ = text(given.get("type"), node["type"])
        if type_ is None and place < len(self.before):
            type_ = self.before[place]
        kind = self.kinds.get(type_ or "")
        if kind is None or type_ is None:
            self._without_kind(type_, given, node)
            return Part("", None), node
        inner = node_of(kind, self.context)
        node.children = {"type": Node(), "configuration": inner}
        if "configuration" not in given and place < len(self.before) and self.before[place] == type_:
            return Part(type_, None), node
        return Part(type_, read(kind, given.get("configuration"), inner, self.context)), node

    def _without_kind(self, type_: str | None, given: Mapping[str, Any], node: Node) -> None:
        """A type that nobody knows has no configuration; without any, what is one must be too much."""
        if type_ is not None:
            node["type"].refuse()
        elif "configuration" in given:
            node.refuse(EXTRA)
        elif not node.errors:
            node["type"].refuse(BLANK)
