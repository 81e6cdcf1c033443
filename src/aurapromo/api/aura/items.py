"""The document's order items, and how they become the engine's lines."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from aurapromo.api.aura.fields import Metadata, ShopId
from aurapromo.api.aura.money import MAX_MINOR, AmountError, digits_of, to_minor
from aurapromo.engine.cart import Line
from aurapromo.errors import FieldError, Invalid

MAX_LINES: Final = 1_000

_NO_CATEGORIES: Final[frozenset[str]] = frozenset()


class OrderItem(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line of a cart or an order; what its types cannot say is judged by `to_lines`."""

    product_id: Annotated[ShopId, Meta(description="The shop's id of the product", examples=[1, "SKU-1"])]
    quantity: Annotated[
        Annotated[int, Meta(ge=1, le=1_000_000)], Meta(description="Units of the product", examples=[2])
    ]
    unit_price: Annotated[
        Annotated[float, Meta(ge=0)], Meta(description="Price of one unit, major units", examples=[29.99])
    ]
    subtotal: Annotated[
        Annotated[float, Meta(ge=0)] | None,
        Meta(
            description="Price of all units; must agree with quantity * unit_price to the minor unit",
            examples=[59.98],
        ),
    ] = None
    category_id: Annotated[ShopId | None, Meta(description="Category of the product", examples=[5])] = None
    brand_id: Annotated[ShopId | None, Meta(description="Brand of the product", examples=[10])] = None
    taxons: Annotated[
        Annotated[list[ShopId], Meta(max_length=100)] | None,
        Meta(description="Further categories of the product", examples=[["t_shirts"]]),
    ] = None
    metadata: Annotated[
        Metadata | None,
        Meta(description="The shop's own notes, not looked at", examples=[{"sku": "PROD001", "weight": 1.5}]),
    ] = None


OrderItems = Annotated[
    list[OrderItem],
    Meta(
        max_length=MAX_LINES,
        description="The lines of the cart",
        examples=[
            [{"product_id": 1, "quantity": 2, "unit_price": 29.99, "subtotal": 59.98, "category_id": 5}]
        ],
    ),
]


def to_lines(items: Sequence[OrderItem], currency: str, field: str = "order_items") -> tuple[Line, ...]:
    """The lines of a cart in `currency`, one for each item and in the same order.

    Raises Invalid, naming every line of `field` that is wrong, for prices with too many decimals, for
    subtotals that do not agree, and for a cart worth more than `MAX_MINOR`.
    """
    digits = digits_of(currency)
    try:
        lines = tuple([_line(item, digits) for item in items])
    except AmountError:
        raise Invalid(tuple(_faults(items, currency, field))) from None
    if sum([line.quantity * line.unit_price for line in lines]) > MAX_MINOR:
        raise Invalid((FieldError((field,), f"cost more than {MAX_MINOR} minor units together"),))
    return lines


def _line(item: OrderItem, digits: int) -> Line:
    price = to_minor(item.unit_price, digits)
    if item.subtotal is not None and abs(item.subtotal * 10**digits - price * item.quantity) >= 0.5:
        raise AmountError("does not agree with quantity * unit_price")
    return Line(
        str(item.product_id),
        item.quantity,
        price,
        _categories(item),
        None if item.brand_id is None else str(item.brand_id),
    )


def _categories(item: OrderItem) -> frozenset[str]:
    if item.taxons:
        named = item.taxons if item.category_id is None else [item.category_id, *item.taxons]
        return frozenset(map(str, named))
    return _NO_CATEGORIES if item.category_id is None else frozenset((str(item.category_id),))


def _faults(items: Sequence[OrderItem], currency: str, field: str) -> Iterator[FieldError]:
    digits = digits_of(currency)
    for index, item in enumerate(items):
        try:
            to_minor(item.unit_price, digits)
        except AmountError as error:
            yield FieldError((field, index, "unit_price"), f"{error} for {currency}")
            continue
        try:
            _line(item, digits)
        except AmountError as error:
            yield FieldError((field, index, "subtotal"), str(error))
