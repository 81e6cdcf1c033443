"""Constraints on texts, in Sylius' words."""

import re
from typing import Any, Final

from aurapromo.api.sylius.forms.node import Node
from aurapromo.api.sylius.forms.values.scalars import text

CODE: Final = re.compile(r"[\w-]*", re.ASCII)
LONGEST: Final = 255


def length(found: str | None, node: Node, title: str, asked_for: str | None = None) -> None:
    """2 to 255 characters; empty only where nothing is `asked_for`."""
    if node.errors:
        return
    if found is None:
        if asked_for is not None:
            node.refuse(f"Please enter {asked_for}.")
    elif len(found) < 2:
        node.refuse(f"{title} must be at least 2 characters long.")
    elif len(found) > LONGEST:
        node.refuse(f"{title} must not be longer than {LONGEST} characters.")


def code_of(value: Any, node: Node, thing: str) -> str | None:
    """The code of a new `thing`: letters, digits, dashes and underscores."""
    found = text(value, node)
    if node.errors:
        return None
    if found is None:
        node.refuse(f"Please enter {thing} code.")
    elif not CODE.fullmatch(found):
        node.refuse(
            f"{thing.capitalize()} code can only be comprised of letters, numbers, dashes and underscores."
        )
    elif len(found) > LONGEST:
        node.refuse(f"{thing.capitalize()} code must not be longer than {LONGEST} characters.")
    return found
