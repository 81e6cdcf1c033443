"""What has been bought in the demo shop lately."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final

from aurapromo.demo.catalogue import CHANNELS, PRODUCTS, Product
from aurapromo.demo.people import COUNT
from aurapromo.facts.model import Channel, Item, OrderStatus

ORDERS: Final = 1_000
DAYS: Final = 90
FIRST_ID: Final = 10_001

#: How many of a hundred orders are in which state, and how many in which channel (the rest at home).
STATUSES: Final = {
    OrderStatus.COMPLETED: 88,
    OrderStatus.PENDING: 4,
    OrderStatus.CANCELLED: 5,
    OrderStatus.REFUNDED: 3,
}
SHARES: Final = {"EU_WEB": 20, "JP_WEB": 5}


def price(product: Product, digits: int, rate: int = 100) -> int:
    """In minor units of a currency with that many digits; `rate` is what 100 at home cost there."""
    scale: int = 10**digits
    return max(1, product.price * rate * scale // 10_000)


def orders(chance: Random, home: Channel, digits: int, now: datetime) -> Iterator[tuple[str, dict[str, Any]]]:
    """Id of each order and what the shop tells of it, oldest first. `digits` are the home currency's."""
    ages = sorted((chance.uniform(0, DAYS) for _ in range(ORDERS)), reverse=True)
    for number, age in enumerate(ages):
        yield str(FIRST_ID + number), _order(chance, home, digits) | {"placed_at": now - timedelta(days=age)}


def _order(chance: Random, home: Channel, digits: int) -> dict[str, Any]:
    code = chance.choices([home.code, *SHARES], [100 - sum(SHARES.values()), *SHARES.values()])[0]
    currency, places, rate = home.currency, digits, 100
    if code in CHANNELS:
        described, rate = CHANNELS[code]
        currency = described["currency"]
        places = 0 if currency == "JPY" else 2
    # Some customers buy often, most rarely.
    customer = int(COUNT * chance.random() ** 2) + 1
    return {
        "customer_id": str(customer),
        "channel": code,
        "currency": currency,
        "status": chance.choices(list(STATUSES), list(STATUSES.values()))[0],
        "items": _items(chance, places, rate),
    }


def _items(chance: Random, digits: int, rate: int) -> tuple[Item, ...]:
    chosen = chance.sample(PRODUCTS, chance.choices((1, 2, 3, 4), (45, 30, 17, 8))[0])
    return tuple(
        Item(
            product_id=product.id,
            quantity=chance.choices((1, 2, 3), (75, 18, 7))[0],
            unit_price=price(product, digits, rate),
            category_id=product.category,
            brand_id=product.brand,
        )
        for product in chosen
    )
