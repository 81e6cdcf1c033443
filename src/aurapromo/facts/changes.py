"""What a write makes of the fields it is given; pure. `given` maps fields to values, null ones included."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final, Protocol

from aurapromo.errors import Conflict, FieldError, Invalid, invalid
from aurapromo.facts.currency import currencies
from aurapromo.facts.model import Channel, Item, OrderStatus

Given = Mapping[str, Any]
Columns = dict[str, Any]

#: What a field reads after it was given as null, where the column itself is never null.
EMPTY: Final[Given] = {"segments": [], "taxons": [], "metadata": {}}


class Priced(Protocol):
    """What matters of a stored product when another one is written over it."""

    @property
    def currency(self) -> str | None: ...
    @property
    def price(self) -> int | None: ...
    @property
    def cost(self) -> int | None: ...


class Placed(Protocol):
    """What matters of a stored order when another one is written over it."""

    @property
    def currency(self) -> str: ...
    @property
    def completed_at(self) -> datetime | None: ...


def filled(given: Given) -> Columns:
    return {name: EMPTY.get(name) if value is None else value for name, value in given.items()}


def customer(given: Given) -> Columns:
    return {"customer_group" if name == "group" else name: value for name, value in filled(given).items()}


def check_repricing(before: Priced | None, given: Given) -> None:
    """Raises Invalid for an unknown currency, and for a new one that would leave an old amount behind."""
    currency = given.get("currency")
    if currency is None:
        return
    if currency not in currencies():
        raise invalid("currency", message=f"{currency} is not a currency of ISO 4217")
    if before is None or before.currency in (None, currency):
        return
    stale = [name for name in ("price", "cost") if getattr(before, name) is not None and name not in given]
    if stale:
        message = f"is stored in {before.currency}; give it in {currency} or as null"
        raise Invalid([FieldError((name,), message) for name in stale])


def order_currency(before: Placed | None, home: Channel | None, asked: Given) -> str:
    """The currency of an order's amounts in a write: the `asked` one, else its own, else that of `home`.

    `asked` has the order's `id`, and `currency` and `channel` as they were sent, or None; `home` is that
    channel. Raises Conflict when the currency differs from that of the stored order, Invalid for an
    unknown currency or channel.
    """
    currency = asked["currency"]
    if currency is not None and currency not in currencies():
        raise invalid("currency", message=f"{currency} is not a currency of ISO 4217")
    if home is None:
        raise invalid("channel", message=f"There is no channel {asked['channel']}")
    if before is None:
        return str(currency or home.currency)
    if currency not in (None, before.currency):
        raise Conflict(f"Order {asked['id']} is in {before.currency}, and that cannot change")
    return before.currency


def order(given: Given, before: Placed | None, *, home: str, now: datetime) -> Columns:
    """The columns of an order; a new one belongs to the channel `home` unless it names another.

    Items without a `total` set it to their sum. `completed_at` is set once: to `now`, or to `placed_at`
    when the order was complete at first sight. Raises Invalid when a new order has neither `total` nor
    `items`.
    """
    columns = _priced(given)
    completed = columns.get("status") == OrderStatus.COMPLETED
    if before is not None:
        return columns | {"completed_at": now} if completed and before.completed_at is None else columns
    columns = {"status": OrderStatus.PENDING, "placed_at": now, "channel": home} | columns
    if "total" not in columns:
        raise invalid("total_amount", message="is required for a new order without items")
    return columns | {"completed_at": columns["placed_at"]} if completed else columns


def _priced(given: Given) -> Columns:
    if given.get("items") is None:
        return dict(given)
    return {"total": total_of(given["items"]), **given}


def total_of(items: Iterable[Item]) -> int:
    """What the items cost together, minor units."""
    return sum(item.quantity * item.unit_price for item in items)
