"""The tree of a form's fields with what is wrong with each, as Symfony shows it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from aurapromo.api.sylius.problems import FormRefused

INVALID: Final = "This value is not valid."
BLANK: Final = "This value should not be blank."
EXTRA: Final = "This form should not contain extra fields."


class Node:
    """One field. Errors of one that `bubbles` are shown at the field around it."""

    def __init__(
        self,
        children: "Mapping[str, Node] | Sequence[Node]" = (),
        *,
        bubbles: bool = False,
    ) -> None:
        self.errors: list[str] = []
        self.children = children
        self.bubbles = bubbles

    def __getitem__(self, name: str) -> "Node":
        if not isinstance(self.children, Mapping):
            raise KeyError(name)
        return self.children[name]

    def refuse(self, message: str = INVALID) -> None:
        if message not in self.errors:
            self.errors.append(message)

    def check(self) -> None:
        """Raises FormRefused when there is an error anywhere."""
        if any(node.errors for node in self.walk()):
            self.settle()
            raise FormRefused(self.shown())

    def walk(self) -> "Iterator[Node]":
        yield self
        for child in self._inner():
            yield from child.walk()

    def settle(self) -> None:
        """Let errors rise to where they are shown."""
        for child in self._inner():
            child.settle()
            if child.bubbles:
                for error in child.errors:
                    self.refuse(error)
                child.errors = []

    def shown(self) -> dict[str, Any]:
        """Nothing but what there is: a field without errors and children is `{}`."""
        told: dict[str, Any] = {"errors": self.errors} if self.errors else {}
        if isinstance(self.children, Mapping):
            if self.children:
                told["children"] = {name: child.shown() for name, child in self.children.items()}
        elif self.children:
            told["children"] = [child.shown() for child in self.children]
        return told

    def _inner(self) -> "Iterator[Node]":
        yield from self.children.values() if isinstance(self.children, Mapping) else self.children


def fields(*names: str) -> dict[str, Node]:
    return {name: Node() for name in names}
