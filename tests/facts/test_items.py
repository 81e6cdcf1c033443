"""The document's order items become the engine's lines, or every wrong line is named."""

from typing import Any

import msgspec
import pytest

from aurapromo.api.aura.fields import shown_id
from aurapromo.api.aura.items import OrderItem, OrderItems, to_lines
from aurapromo.api.reading.decode import body_reader
from aurapromo.engine.cart import Line
from aurapromo.errors import Invalid

SAMPLE = {
    "product_id": 1,
    "quantity": 2,
    "unit_price": 29.99,
    "subtotal": 59.98,
    "category_id": 5,
    "brand_id": 10,
    "metadata": {"sku": "PROD001", "weight": 1.5},
}


def an_item(**given: Any) -> OrderItem:
    return msgspec.convert({"product_id": 1, "quantity": 1, "unit_price": 10.0} | given, OrderItem)


def read(*items: dict[str, Any]) -> list[OrderItem]:
    decoded: list[OrderItem] = body_reader(OrderItems)(msgspec.json.encode(items))
    return decoded


def test_the_sample_of_the_document_is_a_line() -> None:
    assert to_lines(read(SAMPLE), "USD") == (Line("1", 2, 2999, frozenset({"5"}), "10"),)


def test_category_and_taxons_are_one_set_of_strings() -> None:
    (line,) = to_lines([an_item(category_id=5, taxons=["t_shirts", 5, 7])], "USD")
    assert line.categories == {"5", "7", "t_shirts"}


def test_prices_are_in_the_minor_units_of_the_currency() -> None:
    prices = [
        to_lines([an_item(unit_price=1200)], currency)[0].unit_price for currency in ("JPY", "USD", "KWD")
    ]
    assert prices == [1200, 120_000, 1_200_000]


def test_every_wrong_line_is_named_and_no_other() -> None:
    items = [
        an_item(quantity=2, subtotal=20.0),
        an_item(quantity=2, subtotal=20.01),
        an_item(unit_price=1.999, subtotal=1.999),
        an_item(),
    ]
    with pytest.raises(Invalid) as refused:
        to_lines(items, "USD")
    assert [(fault.path, fault.message) for fault in refused.value.fields] == [
        (("order_items", 1, "subtotal"), "does not agree with quantity * unit_price"),
        (("order_items", 2, "unit_price"), "has more than 2 decimals for USD"),
    ]


@pytest.mark.parametrize(
    ("subtotal", "agrees"),
    [
        pytest.param(0.3, True, id="exact"),
        pytest.param(0.1 + 0.1 + 0.1, True, id="the noise of a sum of doubles"),
        pytest.param(0.31, False, id="a cent more"),
        pytest.param(0.29, False, id="a cent less"),
        pytest.param(1e308, False, id="beyond every range"),
    ],
)
def test_a_subtotal_agrees_to_the_minor_unit(subtotal: float, agrees: bool) -> None:
    items = [an_item(quantity=3, unit_price=0.1, subtotal=subtotal)]
    try:
        to_lines(items, "USD")
    except Invalid:
        assert not agrees
    else:
        assert agrees


def test_a_cart_beyond_every_amount_is_refused_as_a_whole() -> None:
    with pytest.raises(Invalid) as refused:
        to_lines([an_item(quantity=1_000_000, unit_price=10**8)], "USD", "items")
    assert [fault.path for fault in refused.value.fields] == [("items",)]


@pytest.mark.parametrize(
    ("change", "path"),
    [
        pytest.param({"quantity": 0}, (0, "quantity"), id="no unit"),
        pytest.param({"quantity": 1_000_001}, (0, "quantity"), id="too many units"),
        pytest.param({"quantity": 1.5}, (0, "quantity"), id="half a unit"),
        pytest.param({"quantity": "2"}, (0, "quantity"), id="a number in quotes"),
        pytest.param({"unit_price": -1}, (0, "unit_price"), id="a negative price"),
        pytest.param({"product_id": ""}, (0, "product_id"), id="an empty id"),
        pytest.param({"product_id": "x" * 65}, (0, "product_id"), id="a long id"),
        pytest.param({"product_id": None}, (0, "product_id"), id="no id"),
        pytest.param({"product_id": True}, (0, "product_id"), id="a truth for an id"),
        pytest.param({"colour": "red"}, (0, "colour"), id="an unknown field"),
    ],
)
def test_lines_that_cannot_be_read_are_named(change: dict[str, Any], path: tuple[int, str]) -> None:
    with pytest.raises(Invalid) as refused:
        read(SAMPLE | change)
    assert [fault.path for fault in refused.value.fields] == [path]


def test_a_cart_has_a_thousand_lines_at_most() -> None:
    assert len(read(*[SAMPLE] * 1000)) == 1000
    with pytest.raises(Invalid, match="at most 1000 items"):
        read(*[SAMPLE] * 1001)


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        pytest.param("456", 456, id="a whole number"),
        pytest.param("0", 0, id="zero"),
        pytest.param("9" * 18, 10**18 - 1, id="the longest number"),
        pytest.param("9" * 19, "9" * 19, id="one digit too long"),
        pytest.param("007", "007", id="leading zeros are part of the id"),
        pytest.param("-1", "-1", id="a sign"),
        pytest.param("٣", "٣", id="digits of another script"),
        pytest.param("1\n", "1\n", id="a line break"),
        pytest.param("SKU-1", "SKU-1", id="letters"),
    ],
)
def test_ids_are_shown_as_the_shop_sent_them(stored: str, shown: int | str) -> None:
    assert shown_id(stored) == shown
