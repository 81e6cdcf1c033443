"""Rules and actions as Sylius shows them. What Sylius has no kind for keeps its own name and fields."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from aurapromo.engine import actions as a
from aurapromo.engine import rules as r

MILLION: Final = 1_000_000
#: PHP knows one kind of array: an empty one is a list.
NOTHING: Final[list[Any]] = []


def type_of(part: r.Rule | a.Action) -> str:
    return str(part.__struct_config__.tag)


def rule_configuration(rule: r.Rule) -> Any:
    found: dict[str, Any]
    match rule:
        case r.ItemTotal(amounts=amounts):
            found = {channel: {"amount": amount} for channel, amount in amounts.items()}
        case r.TotalOfItemsFromTaxon(thresholds=thresholds):
            found = {code: {"taxon": one.taxon, "amount": one.amount} for code, one in thresholds.items()}
        case r.ContainsProduct(product=product):
            found = {"product_code": product}
        case r.CustomerGroup(group=group):
            found = {"group_code": group}
        case r.ShippingCountry(countries=countries) if len(countries) < 2:
            found = {"country": countries[0]} if countries else {}
        case _:
            found = _own(rule)
    return found or NOTHING


def action_configuration(action: a.Action, channels: Mapping[str, str], currency: str) -> Any:
    """`channels` has the currency of each by its code.

    A plain amount of `currency` is shown for every channel of that currency, since there it holds.
    """
    found: dict[str, Any]
    match action:
        case a.OrderFixedDiscount(channels=amounts) if amounts is not None:
            found = {code: {"amount": amount} for code, amount in amounts.items()}
        case a.UnitFixedDiscount(channels=units) if units is not None:
            found = {c: {"amount": one.amount, "filters": filters(one.filters)} for c, one in units.items()}
        case a.UnitPercentageDiscount(channels=shares) if shares is not None:
            found = {
                c: _share(one.percentage) | {"filters": filters(one.filters)} for c, one in shares.items()
            }
        case a.OrderPercentageDiscount(percentage=ppm) | a.ShippingPercentageDiscount(percentage=ppm):
            found = _share(ppm) | _beyond(action)
        case a.OrderFixedDiscount(amount=plain) | a.UnitFixedDiscount(amount=plain):
            homes = [code for code, of in channels.items() if of == currency]
            found = {code: {"amount": plain or 0} | _beyond(action) for code in homes}
        case a.UnitPercentageDiscount(percentage=share):
            found = {code: _share(share or 0) | _beyond(action) for code in channels}
        case _:
            found = _own(action)
    return found or NOTHING


def _share(ppm: int) -> dict[str, Any]:
    return {"percentage": fraction(ppm)}


def fraction(ppm: int) -> int | float:
    """Parts per million as a fraction; whole ones are integers, as PHP writes them."""
    return ppm // MILLION if ppm % MILLION == 0 else ppm / MILLION


def filters(wanted: a.ItemFilter) -> dict[str, Any]:
    """All three filters, empty ones too; what Sylius has no filter for stands beside them."""
    bounds = {"min": wanted.minimum_price, "max": wanted.maximum_price}
    shown: dict[str, Any] = {
        "price_range_filter": {name: bound for name, bound in bounds.items() if bound is not None} or NOTHING,
        "taxons_filter": {"taxons": wanted.categories},
        "products_filter": {"products": wanted.products},
    }
    more = ("excluded_categories", "excluded_products", "brands", "excluded_brands")
    return shown | {name: getattr(wanted, name) for name in more if getattr(wanted, name)}


def _beyond(action: a.Action) -> dict[str, Any]:
    """What the action has that no configuration of Sylius has a name for."""
    wanted = getattr(action, "filters", a.EVERYTHING)
    is_unit = isinstance(action, a.UnitFixedDiscount | a.UnitPercentageDiscount)
    found: dict[str, Any] = {} if action.cap is None else {"cap": action.cap}
    return found | ({"filters": filters(wanted)} if is_unit or wanted != a.EVERYTHING else {})


def _own(part: r.Rule | a.Action) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(part)
    return {name: value for name, value in plain.items() if name != "type" and value is not None}
