"""The configurations of Sylius' rules and actions: what each kind asks for, and how it is read."""

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from aurapromo.api.sylius.forms.context import Context, Thing
from aurapromo.api.sylius.forms.node import BLANK, EXTRA, Node
from aurapromo.api.sylius.forms.values.countries import COUNTRIES
from aurapromo.api.sylius.forms.values.scalars import codes, integer, money, percentage, record, text

#: A field's value, its node, the digits of the channel's currency.
Read = Callable[[Any, Node, Context, int], Any]


class Field(NamedTuple):
    """One field of a configuration. A required one must not be empty."""

    read: Read
    required: bool = True
    node: Callable[[], Node] = Node


class Kind(NamedTuple):
    """What a kind of rule or action asks for, in each channel or in all alike."""

    fields: Mapping[str, Field]
    per_channel: bool = False

    def node(self) -> Node:
        return Node({name: field.node() for name, field in self.fields.items()}, bubbles=True)


def _count(value: Any, node: Node, _context: Context, _digits: int) -> int | None:
    return integer(value, node)


def _amount(value: Any, node: Node, _context: Context, digits: int) -> int | None:
    return money(value, node, digits)


def _percentage(value: Any, node: Node, _context: Context, _digits: int) -> int | None:
    return percentage(value, node)


def _one(thing: Thing) -> Read:
    def read(value: Any, node: Node, context: Context, _digits: int) -> str | None:
        code = text(value, node)
        if code is not None:
            context.name(thing, code, node)
        return code

    return read


def _some(thing: Thing) -> Read:
    def read(value: Any, node: Node, context: Context, _digits: int) -> tuple[str, ...]:
        found = codes(value, node)
        for code in found:
            context.name(thing, code, node)
        return found

    return read


def _country(value: Any, node: Node, _context: Context, _digits: int) -> str | None:
    code = text(value, node)
    if code is not None and code not in COUNTRIES:
        node.refuse()
    return code


_TAXONS: Final = Kind({"taxons": Field(_some(Thing.TAXON), required=False)})
_FILTERS: Final = {
    "price_range_filter": Kind(
        {"min": Field(_amount, required=False), "max": Field(_amount, required=False)}
    ),
    "taxons_filter": _TAXONS,
    "products_filter": Kind({"products": Field(_some(Thing.PRODUCT), required=False)}),
}


def _filters_node() -> Node:
    return Node({name: kind.node() for name, kind in _FILTERS.items()}, bubbles=True)


def _filters(value: Any, node: Node, context: Context, digits: int) -> dict[str, Any]:
    given = record(value, node, _FILTERS)
    return {
        name: one
        for filter_name, kind in _FILTERS.items()
        for name, one in _plain(kind, given.get(filter_name), node[filter_name], context, digits).items()
    }


_FILTERED: Final = {"filters": Field(_filters, required=False, node=_filters_node)}

RULES: Final[Mapping[str, Kind]] = {
    "cart_quantity": Kind({"count": Field(_count)}),
    "nth_order": Kind({"nth": Field(_count)}),
    "item_total": Kind({"amount": Field(_amount)}, per_channel=True),
    "has_taxon": _TAXONS,
    "total_of_items_from_taxon": Kind(
        {"taxon": Field(_one(Thing.TAXON), required=False), "amount": Field(_amount, required=False)},
        per_channel=True,
    ),
    "contains_product": Kind({"product_code": Field(_one(Thing.PRODUCT))}),
    "customer_group": Kind({"group_code": Field(_one(Thing.GROUP))}),
    "shipping_country": Kind({"country": Field(_country, required=False)}),
}
ACTIONS: Final[Mapping[str, Kind]] = {
    "order_fixed_discount": Kind({"amount": Field(_amount)}, per_channel=True),
    "order_percentage_discount": Kind({"percentage": Field(_percentage)}),
    "unit_fixed_discount": Kind({"amount": Field(_amount), **_FILTERED}, per_channel=True),
    "unit_percentage_discount": Kind({"percentage": Field(_percentage), **_FILTERED}, per_channel=True),
    "shipping_percentage_discount": Kind({"percentage": Field(_percentage)}),
}


def node_of(kind: Kind, context: Context) -> Node:
    """The empty tree of a configuration."""
    return Node({code: kind.node() for code in context.digits}) if kind.per_channel else kind.node()


def read(kind: Kind, value: Any, node: Node, context: Context) -> dict[str, Any]:
    """The values by field; by channel and field where the kind is configured by channel.

    Channels that are not named are left out; one at least must be named where a field is required.
    """
    if not kind.per_channel:
        return _plain(kind, value, node, context, 0)
    given = record(value, node, context.digits)
    named = {code: given[code] for code in context.digits if given.get(code) is not None}
    if not named and not node.errors:
        for code in context.digits:
            _plain(kind, None, node[code], context, context.digits[code])
    return {
        code: _plain(kind, part, node[code], context, context.digits[code]) for code, part in named.items()
    }


def _plain(kind: Kind, value: Any, node: Node, context: Context, digits: int) -> dict[str, Any]:
    given = record(value, node, kind.fields)
    if node.errors and node.errors != [EXTRA]:
        return {}
    found: dict[str, Any] = {}
    for name, field in kind.fields.items():
        found[name] = field.read(given.get(name), node[name], context, digits)
        if field.required and found[name] is None and not node[name].errors:
            node[name].refuse(BLANK)
    return found
