"""What a form has to know of the shop, and what it has yet to ask about it."""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from aurapromo.api.sylius.forms.node import Node


class Thing(StrEnum):
    """What a code may name; it must exist as soon as any of its kind is known."""

    TAXON = "taxon"
    PRODUCT = "product"
    GROUP = "group"


class Named(NamedTuple):
    """A code that a field names."""

    thing: Thing
    code: str
    node: Node


class Context(msgspec.Struct):
    """`digits` has every channel by code, in order, with the digits of its currency; `named` fills up."""

    digits: Mapping[str, int]
    zone: ZoneInfo
    named: list[Named] = []

    def name(self, thing: Thing, code: str, node: Node) -> None:
        self.named.append(Named(thing, code, node))
