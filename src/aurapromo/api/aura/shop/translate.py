"""Between the contract's words for the shop's facts and ours."""

from collections.abc import Sequence
from typing import Any, TypeVar

import msgspec
from msgspec import UNSET, UnsetType

from aurapromo.api.aura.fields import shown_id, shown_id_or_none, stored_id
from aurapromo.api.aura.items import OrderItem, to_lines
from aurapromo.api.aura.money import digits_of, minor_of, to_major
from aurapromo.api.aura.shop.types import (
    ChannelOut,
    CustomerIn,
    CustomerOut,
    InventoryOut,
    OrderIn,
    OrderOut,
    ProductIn,
    ProductOut,
)
from aurapromo.facts.model import Channel, Customer, Item, Order, Product

Given = TypeVar("Given")


def told(value: Given | UnsetType) -> Given | None:
    """The value of a field that was sent, else None."""
    return None if value is UNSET else value


def channel_out(channel: Channel) -> ChannelOut:
    return ChannelOut(**{name: getattr(channel, name) for name in ChannelOut.__struct_fields__})


def customer_given(body: CustomerIn) -> dict[str, Any]:
    given = body.given()
    if isinstance(body.email, str):
        given["email"] = body.email.strip()
    return given


def customer_out(customer: Customer) -> CustomerOut:
    shown = msgspec.structs.asdict(customer)
    return CustomerOut(**shown | {"id": shown_id(customer.id), "segments": list(customer.segments)})


def product_given(body: ProductIn, currency: str) -> dict[str, Any]:
    """The given fields; with an amount always the `currency` that it is in."""
    given = body.given()
    for name in given.keys() & {"price", "cost"}:
        if given[name] is not None:
            given[name] = minor_of(given[name], currency, name)
            given["currency"] = currency
    for name in given.keys() & {"category_id", "brand_id"}:
        given[name] = stored_id(given[name])
    if given.get("taxons") is not None:
        given["taxons"] = [str(taxon) for taxon in given["taxons"]]
    return given


def product_out(product: Product) -> ProductOut:
    shown = msgspec.structs.asdict(product) | {
        "id": shown_id(product.id),
        "category_id": shown_id_or_none(product.category_id),
        "taxons": [shown_id(taxon) for taxon in product.taxons],
        "brand_id": shown_id_or_none(product.brand_id),
        "price": _major_or_none(product.price, product.currency),
        "cost": _major_or_none(product.cost, product.currency),
    }
    return ProductOut(**shown)


def _major_or_none(minor: int | None, currency: str | None) -> float | None:
    return None if minor is None or currency is None else to_major(minor, digits_of(currency))


def inventory_out(product: Product) -> InventoryOut:
    return InventoryOut(
        product_id=shown_id(product.id),
        quantity=product.quantity,
        capacity=product.capacity,
        updated_at=product.updated_at,
    )


def order_given(body: OrderIn, currency: str) -> dict[str, Any]:
    """The given fields, with the amounts as minor units of `currency`."""
    given = body.given() | {"currency": currency}
    if "total_amount" in given:
        given["total"] = minor_of(given.pop("total_amount"), currency, "total_amount")
    if given.get("items") is not None:
        given["items"] = stored_items(given["items"], currency)
    if "customer_id" in given:
        given["customer_id"] = stored_id(given["customer_id"])
    return given


def stored_items(items: Sequence[OrderItem], currency: str) -> list[Item]:
    """The items as an order keeps them; raises Invalid as `to_lines` does, about the field `items`."""
    lines = to_lines(items, currency, "items")
    return [
        Item(
            product_id=line.product_id,
            quantity=line.quantity,
            unit_price=line.unit_price,
            category_id=stored_id(item.category_id),
            brand_id=line.brand_id,
            taxons=tuple(str(taxon) for taxon in item.taxons or ()),
            metadata=item.metadata or {},
        )
        for item, line in zip(items, lines, strict=True)
    ]


def item_out(item: Item, digits: int) -> OrderItem:
    return OrderItem(
        product_id=shown_id(item.product_id),
        quantity=item.quantity,
        unit_price=to_major(item.unit_price, digits),
        subtotal=to_major(item.quantity * item.unit_price, digits),
        category_id=shown_id_or_none(item.category_id),
        brand_id=shown_id_or_none(item.brand_id),
        taxons=[shown_id(taxon) for taxon in item.taxons],
        metadata=item.metadata,
    )


def order_out(order: Order) -> OrderOut:
    digits = digits_of(order.currency)
    return OrderOut(
        id=shown_id(order.id),
        customer_id=shown_id_or_none(order.customer_id),
        channel=order.channel,
        currency=order.currency,
        total_amount=to_major(order.total, digits),
        status=order.status,
        items=None if order.items is None else [item_out(item, digits) for item in order.items],
        placed_at=order.placed_at,
        completed_at=order.completed_at,
        created_at=order.created_at,
        updated_at=order.updated_at,
    )
