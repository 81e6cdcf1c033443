"""`sorting` and `criteria` of the list of promotions, as their names nest in the address."""

from collections.abc import Mapping
from typing import Any, Final

from aurapromo.api.sylius.problems import Unacceptable
from aurapromo.promotions.catalogue.model import Column, Match, Order, Search, Wanted

DIRECTIONS: Final = {"asc": False, "desc": True}
WITHOUT_TEXT: Final = frozenset({Match.EMPTY, Match.NOT_EMPTY})


def wanted(query: Mapping[str, Any]) -> Wanted:
    """Raises Unacceptable for a field, a direction or a kind of comparison that there is not."""
    criteria = query.get("criteria")
    named = criteria if isinstance(criteria, dict) else {}
    found = Wanted(search=_search(named.get("search")), coupon_based=_coupon_based(named.get("couponBased")))
    orders = _orders(query.get("sorting"))
    return (
        found if not orders else Wanted(search=found.search, coupon_based=found.coupon_based, orders=orders)
    )


def _orders(sorting: Any) -> tuple[Order, ...]:
    if not sorting:
        return ()
    if not isinstance(sorting, dict):
        raise Unacceptable("The sorting has to name a field: sorting[code]=asc.")
    return tuple(_order(name, direction) for name, direction in sorting.items())


def _order(name: str, direction: Any) -> Order:
    if name not in set(Column):
        raise Unacceptable(f'There is no sorting by "{name}"; there are {", ".join(Column)}.')
    descending = DIRECTIONS.get(direction.lower()) if isinstance(direction, str) else None
    if descending is None:
        raise Unacceptable(f'The direction of the sorting by "{name}" must be asc or desc.')
    return Order(Column(name), descending)


def _search(given: Any) -> Search | None:
    """A bare text means `contains`; a blank one switches the filter off."""
    if isinstance(given, dict):
        kind, text = given.get("type") or Match.CONTAINS, given.get("value", "")
    else:
        kind, text = Match.CONTAINS, given
    if kind not in set(Match):
        raise Unacceptable(f"There is no such comparison; there are {', '.join(Match)}.")
    match = Match(kind)
    if match in WITHOUT_TEXT:
        return Search(match)
    return Search(match, text.strip()) if isinstance(text, str) and text.strip() else None


def _coupon_based(given: Any) -> bool | None:
    """`true` is true, nothing and `0` switch the filter off, everything else is false."""
    if given is None or given in ("", "0"):
        return None
    return bool(given == "true")
