"""From the values of a form to the engine's rules and actions."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeVar

from aurapromo.api.sylius.forms.parts import Part
from aurapromo.engine import actions as a
from aurapromo.engine import rules as r

Values = Mapping[str, Any]
Record = TypeVar("Record")


def rules_of(parts: Sequence[Part], before: Sequence[r.Rule]) -> tuple[r.Rule, ...]:
    """The rules; one without values is the one that stood in its place."""
    return _records(parts, before, RULES)


def actions_of(parts: Sequence[Part], before: Sequence[a.Action]) -> tuple[a.Action, ...]:
    """The actions, likewise."""
    return _records(parts, before, ACTIONS)


def _records(
    parts: Sequence[Part], before: Sequence[Record], makers: Mapping[str, Callable[[Values], Record]]
) -> tuple[Record, ...]:
    return tuple(
        before[place] if part.values is None else makers[part.type](part.values)
        for place, part in enumerate(parts)
    )


def _thresholds(values: Values) -> dict[str, r.TaxonThreshold]:
    """What is not complete can never hold, and is left out."""
    return {
        channel: r.TaxonThreshold(one["taxon"], one["amount"])
        for channel, one in values.items()
        if one["taxon"] is not None and one["amount"] is not None
    }


def _country(values: Values) -> tuple[str, ...]:
    return () if values["country"] is None else (values["country"],)


def _filter(values: Values) -> a.ItemFilter:
    return a.ItemFilter(
        categories=values.get("taxons", ()),
        products=values.get("products", ()),
        minimum_price=values.get("min"),
        maximum_price=values.get("max"),
    )


def _amounts(values: Values) -> dict[str, int]:
    return {channel: one["amount"] for channel, one in values.items()}


def _unit_amounts(values: Values) -> dict[str, a.UnitAmount]:
    return {channel: a.UnitAmount(one["amount"], _filter(one["filters"])) for channel, one in values.items()}


def _unit_percentages(values: Values) -> dict[str, a.UnitPercentage]:
    return {
        channel: a.UnitPercentage(one["percentage"], _filter(one["filters"]))
        for channel, one in values.items()
    }


RULES: Final[Mapping[str, Callable[[Values], r.Rule]]] = {
    "cart_quantity": lambda values: r.CartQuantity(values["count"]),
    "nth_order": lambda values: r.NthOrder(values["nth"]),
    "item_total": lambda values: r.ItemTotal(_amounts(values)),
    "has_taxon": lambda values: r.HasTaxon(values["taxons"]),
    "total_of_items_from_taxon": lambda values: r.TotalOfItemsFromTaxon(_thresholds(values)),
    "contains_product": lambda values: r.ContainsProduct(values["product_code"]),
    "customer_group": lambda values: r.CustomerGroup(values["group_code"]),
    "shipping_country": lambda values: r.ShippingCountry(_country(values)),
}
ACTIONS: Final[Mapping[str, Callable[[Values], a.Action]]] = {
    "order_fixed_discount": lambda values: a.OrderFixedDiscount(channels=_amounts(values)),
    "order_percentage_discount": lambda values: a.OrderPercentageDiscount(percentage=values["percentage"]),
    "unit_fixed_discount": lambda values: a.UnitFixedDiscount(channels=_unit_amounts(values)),
    "unit_percentage_discount": lambda values: a.UnitPercentageDiscount(channels=_unit_percentages(values)),
    "shipping_percentage_discount": lambda values: a.ShippingPercentageDiscount(
        percentage=values["percentage"]
    ),
}
