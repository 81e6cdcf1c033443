"""What the shop has told us: channels, customers, products, orders. Amounts are minor units, times UTC."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any, Generic, Literal, TypeVar

import msgspec

#: Where each kind of fact is kept.
Table = Literal["channel", "customer", "product", "shop_order"]
Record = TypeVar("Record")


class Saved(msgspec.Struct, Generic[Record], frozen=True):
    """A record as it stands after a write, and whether it was unknown before."""

    record: Record
    created: bool


class Channel(msgspec.Struct, frozen=True, kw_only=True):
    """A place where the shop sells. `max_promotions` is the most that may combine there; None: no limit.

    What follows `updated_at` is what Sylius shows of a channel; nothing here depends on it.
    """

    code: str
    name: str
    currency: str
    timezone: str
    hostname: str | None
    is_default: bool
    max_promotions: int | None
    created_at: datetime
    updated_at: datetime
    id: int = 0
    description: str | None = None
    color: str | None = None
    enabled: bool = True
    tax_calculation_strategy: str = "order_items_based"


class Customer(msgspec.Struct, frozen=True, kw_only=True):
    """A customer, with what follows from the orders.

    `order_count` counts orders that are neither cancelled nor refunded. `last_order_date` is what the
    shop said or the latest such order, whichever is later.
    """

    id: str
    first_name: str | None
    last_name: str | None
    email: str | None
    segments: tuple[str, ...]
    group: str | None
    date_of_birth: date | None
    signed_up_at: datetime | None
    last_order_date: datetime | None
    order_count: int
    metadata: dict[str, Any]
    created_at: datetime
    updated_at: datetime


class Product(msgspec.Struct, frozen=True, kw_only=True):
    """A product. `price` and `cost` are of one unit in `currency`, which is None until one is known."""

    id: str
    name: str | None
    category_id: str | None
    taxons: tuple[str, ...]
    brand_id: str | None
    price: int | None
    cost: int | None
    currency: str | None
    quantity: int | None
    capacity: int | None
    metadata: dict[str, Any]
    created_at: datetime
    updated_at: datetime


class OrderStatus(StrEnum):
    """Where an order stands in the shop. Only completed ones count for referrals and triggers."""

    PENDING = "pending"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    REFUNDED = "refunded"


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One line of an order: the fields of the engine's `Line`, and what the shop wants to see again."""

    product_id: str
    quantity: int
    unit_price: int
    category_id: str | None = None
    brand_id: str | None = None
    taxons: tuple[str, ...] = ()
    metadata: dict[str, Any] = {}


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """An order. `items` is None when the shop told only the total."""

    id: str
    customer_id: str | None
    channel: str | None
    currency: str
    total: int
    status: OrderStatus
    items: tuple[Item, ...] | None
    placed_at: datetime
    completed_at: datetime | None
    created_at: datetime
    updated_at: datetime
