"""The form of a promotion."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec

from aurapromo.api.sylius.forms.configuration import ACTIONS, RULES
from aurapromo.api.sylius.forms.context import Context
from aurapromo.api.sylius.forms.node import Node, fields
from aurapromo.api.sylius.forms.parts import Part, Reader
from aurapromo.api.sylius.forms.values.moments import Clock, moment, moment_node
from aurapromo.api.sylius.forms.values.scalars import flag, integer, items, record, text
from aurapromo.api.sylius.forms.values.words import code_of, length

FIELDS: Final = (
    "name", "description", "exclusive", "usageLimit", "startsAt", "endsAt", "priority", "couponBased",
    "rules", "actions", "channels", "code",
)  # fmt: skip
#: Of later versions of Sylius, or only in its document; absent from the tree unless something is wrong.
MORE: Final = ("used", "appliesToDiscounted")
TOP: Final = -1
HIGHEST: Final = 2_000_000_000
BACKWARDS: Final = "End date cannot be set prior start date."


class Before(msgspec.Struct, frozen=True, kw_only=True):
    """What matters of the promotion that is changed: its dates, and the types of its parts."""

    starts_at: datetime | None = None
    ends_at: datetime | None = None
    rules: Sequence[str] = ()
    actions: Sequence[str] = ()


class Form:
    """A submitted promotion. `values` has the fields that are to be written, by their names in the form.

    `before` is None for a new one. A `partial` form leaves alone what it does not name, another empties it.
    """

    def __init__(self, data: Any, context: Context, before: Before | None, *, partial: bool) -> None:
        self.node = Node(self._nodes(context))
        self.context = context
        self.values: dict[str, Any] = {}
        self._before = before or Before()
        self._partial = partial
        self._given = record(data, self.node, (*FIELDS, *MORE))
        for name, read in self._readers():
            if name in self._given or (not partial and name not in MORE):
                self.values[name] = read(self._given.get(name), self._node(name))
        if before is None:
            self.values["code"] = code_of(self._given.get("code"), self.node["code"], "promotion")
        self._check()

    def check(self) -> None:
        """Raises FormRefused."""
        self.node.check()

    @staticmethod
    def _nodes(context: Context) -> dict[str, Node]:
        dates = {name: moment_node() for name in ("startsAt", "endsAt")}
        return {**fields(*FIELDS), **dates, "channels": Node([Node() for _ in context.digits])}

    def _node(self, name: str) -> Node:
        """The node of a field; of one that the tree does not show, the form itself."""
        return self.node if name in MORE else self.node[name]

    def _readers(self) -> Iterator[tuple[str, Any]]:
        before, clock = self._before, Clock(self.context.zone, self._partial)
        keeps = self._partial
        rules = Reader(RULES, self.context, before.rules if keeps else ())
        actions = Reader(ACTIONS, self.context, before.actions if keeps else ())
        yield "name", text
        yield "description", text
        yield "exclusive", flag
        yield "usageLimit", integer
        yield "startsAt", lambda value, node: moment(value, node, clock, before.starts_at)
        yield "endsAt", lambda value, node: moment(value, node, clock, before.ends_at)
        yield "priority", self._priority
        yield "couponBased", flag
        yield "rules", rules.parts
        yield "actions", actions.parts
        yield "channels", self._channels
        yield "used", integer
        yield "appliesToDiscounted", flag

    @staticmethod
    def _priority(value: Any, node: Node) -> int:
        found = integer(value, node, least=-HIGHEST, most=HIGHEST)
        return TOP if found is None else found

    def _channels(self, value: Any, node: Node) -> tuple[str, ...]:
        given = [value] if isinstance(value, str) and value else items(value, node)
        named = {text(one, node) for one in given} - {None}
        if not named <= set(self.context.digits):
            node.refuse()
        return tuple(code for code in self.context.digits if code in named)

    def _check(self) -> None:
        if "name" in self.values:
            length(self.values["name"], self.node["name"], "Promotion name", "promotion name")
        if "description" in self.values:
            length(self.values["description"], self.node["description"], "Promotion description")
        starts_at = self.values.get("startsAt", self._before.starts_at)
        ends_at = self.values.get("endsAt", self._before.ends_at)
        if starts_at is not None and ends_at is not None and ends_at < starts_at:
            self.node["endsAt"].refuse(BACKWARDS)

    @property
    def rules(self) -> list[Part] | None:
        return self.values.get("rules")

    @property
    def actions(self) -> list[Part] | None:
        return self.values.get("actions")
