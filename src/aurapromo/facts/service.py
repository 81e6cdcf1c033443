"""What the shop tells us, kept and given back. `given` maps fields to values; the rest stays as it is."""

from collections.abc import Iterable
from datetime import datetime
from typing import TypeVar
from zoneinfo import available_timezones

from aurapromo.engine import facts as engine
from aurapromo.errors import Conflict, FieldError, Invalid, NotFound
from aurapromo.facts import changes, store
from aurapromo.facts.changes import Given
from aurapromo.facts.currency import currencies
from aurapromo.facts.model import Channel, Customer, Order, Product, Saved
from aurapromo.platform.database import Conn

Record = TypeVar("Record")


async def ensure_default_channel(tx: Conn, *, currency: str, timezone: str, now: datetime) -> bool:
    """Give a fresh database the channel `default`; whether it had none. Raises Invalid as `put_channel`."""
    _check_channel({"currency": currency, "timezone": timezone})
    return await store.ensure_default_channel(tx, currency=currency, timezone=timezone, now=now)


async def put_channel(tx: Conn, code: str, given: Given, *, now: datetime) -> Saved[Channel]:
    """Add or change a channel.

    Raises Invalid for an unknown currency or zone, or when a new channel lacks its name, currency or
    zone; Conflict when the currency would change under orders.
    """
    _check_channel(given)
    await store.lock(tx, "channel", code)
    before = await store.channel(tx, code)
    if before is None:
        missing = [name for name in ("name", "currency", "timezone") if name not in given]
        if missing:
            raise Invalid([FieldError((name,), "is required for a new channel") for name in missing])
    elif given.get("currency", before.currency) != before.currency and await store.has_orders(tx, code):
        raise Conflict(f"Channel {code} has orders in {before.currency}, so its currency cannot change")
    await (store.put if before is None else store.change)(tx, "channel", code, given, now=now)
    return Saved(await channel(tx, code), before is None)


def _check_channel(given: Given) -> None:
    faults = []
    if "currency" in given and given["currency"] not in currencies():
        faults.append(FieldError(("currency",), f"{given['currency']} is not a currency of ISO 4217"))
    if "timezone" in given and given["timezone"] not in available_timezones():
        faults.append(FieldError(("timezone",), f"{given['timezone']} is not an IANA time zone"))
    if faults:
        raise Invalid(faults)


async def channel(conn: Conn, code: str) -> Channel:
    return _known(await store.channel(conn, code), f"There is no channel {code}")


async def channels(conn: Conn) -> list[Channel]:
    """All of them, the default one first."""
    return await store.channels(conn)


async def default_channel(conn: Conn) -> Channel:
    return _known(await store.default_channel(conn), "There is no default channel")


async def put_customer(tx: Conn, customer_id: str, given: Given, *, now: datetime) -> Saved[Customer]:
    created = await store.put(tx, "customer", customer_id, changes.customer(given), now=now)
    return Saved(await customer(tx, customer_id), created)


async def customer(conn: Conn, customer_id: str) -> Customer:
    return _known(await store.customer(conn, customer_id), f"There is no customer {customer_id}")


async def customer_facts(conn: Conn, customer_id: str, *, besides: str | None = None) -> engine.Customer:
    """What a decision may ask about a customer, in one indexed read.

    Orders count from the first PUT on, whether the customer was ever told to us or not; an id nobody
    has heard of is a customer with 0 orders. The order `besides` (the one being decided) is not counted.
    """
    return await store.customer_facts(conn, customer_id, besides=besides)


async def pricing_currency(tx: Conn, product_id: str, given: str | None) -> str:
    """The currency of a product's amounts in a write: the `given` one, else its own, else the default's.

    Keeps other writers of the product away until the end of the transaction.
    """
    await store.lock(tx, "product", product_id)
    if given is not None:
        return given
    known = await store.product(tx, product_id)
    if known is not None and known.currency is not None:
        return known.currency
    return (await default_channel(tx)).currency


async def put_product(tx: Conn, product_id: str, given: Given, *, now: datetime) -> Saved[Product]:
    """Add or change a product; amounts are in the given `currency`, else in the product's own.

    Raises Invalid for an unknown currency, and for a new one that would leave an old amount behind.
    """
    if given.get("currency") is not None:
        changes.check_repricing(await store.product(tx, product_id), given)
    created = await store.put(tx, "product", product_id, changes.filled(given), now=now)
    return Saved(await product(tx, product_id), created)


async def product(conn: Conn, product_id: str) -> Product:
    return _known(await store.product(conn, product_id), f"There is no product {product_id}")


async def products(conn: Conn, product_ids: Iterable[str]) -> dict[str, Product]:
    """Those of the products that are known, by id, in one statement."""
    return {found.id: found for found in await store.products(conn, sorted(set(product_ids)))}


async def unknown(
    conn: Conn, *, products: Iterable[str] = (), taxons: Iterable[str] = (), groups: Iterable[str] = ()
) -> tuple[set[str], set[str], set[str]]:
    """Those of the codes that nothing is known by; a kind of which nothing at all is known has none."""
    return (
        set(await store.unknown_products(conn, sorted(set(products)))),
        set(await store.unknown_taxons(conn, sorted(set(taxons)))),
        set(await store.unknown_groups(conn, sorted(set(groups)))),
    )


async def order_currency(tx: Conn, order_id: str, *, channel_code: str | None, currency: str | None) -> str:
    """The currency of an order's amounts in a write: the given one, else its own, else its channel's.

    Keeps other writers of the order away until the end of the transaction. Raises Conflict when it
    differs from that of the stored order, Invalid for an unknown currency or channel.
    """
    await store.lock(tx, "shop_order", order_id)
    before = await store.order(tx, order_id)
    home = await (default_channel(tx) if channel_code is None else store.channel(tx, channel_code))
    asked = {"id": order_id, "channel": channel_code, "currency": currency}
    return changes.order_currency(before, home, asked)


async def put_order(tx: Conn, order_id: str, given: Given, *, now: datetime) -> Saved[Order]:
    """Add or change an order whose `currency` (see `order_currency`) and amounts are in `given`.

    Items without a `total` set it to their sum. A customer first seen here becomes known.
    `completed_at` is set once: to `now`, or to `placed_at` when the order was complete at first sight.
    Raises Invalid when a new order has neither `total` nor `items`.
    """
    before = await store.order(tx, order_id)
    home = (await default_channel(tx)).code
    columns = changes.order(given, before, home=home, now=now)
    if columns.get("customer_id") is not None:
        await store.ensure_customer(tx, columns["customer_id"], now)
    await (store.put if before is None else store.change)(tx, "shop_order", order_id, columns, now=now)
    return Saved(await order(tx, order_id), before is None)


async def order(conn: Conn, order_id: str) -> Order:
    return _known(await store.order(conn, order_id), f"There is no order {order_id}")


def _known(found: Record | None, message: str) -> Record:
    if found is None:
        raise NotFound(message)
    return found
