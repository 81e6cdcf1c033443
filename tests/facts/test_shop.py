"""What the shop tells us comes back whole, and only what was given changes."""

import asyncio
from typing import Any, Protocol

import httpx
import pytest

AN_ORDER = {"customer_id": 456, "total_amount": 110.0, "status": "completed"}
AN_ITEM = {"product_id": 1, "quantity": 2, "unit_price": 29.99, "subtotal": 59.98, "category_id": 5}


class Moment(Protocol):
    def move(self, **by: int) -> None: ...


def wrong(answer: httpx.Response) -> list[str]:
    """The fields that a 422 names."""
    assert answer.status_code == 422, answer.text
    return [fault["field"] for fault in answer.json()["errors"]]


async def put(shop: httpx.AsyncClient, path: str, body: dict[str, Any]) -> Any:
    answer = await shop.put(path, json=body)
    assert answer.status_code in {200, 201}, answer.text
    return answer.json()


@pytest.mark.parametrize(
    ("path", "body"),
    [
        pytest.param("/customers/456", {"first_name": "Alice"}, id="customer"),
        pytest.param("/products/1", {"price": 29.99}, id="product"),
        pytest.param("/inventory/1", {"quantity": 40}, id="inventory"),
        pytest.param("/orders/789", AN_ORDER, id="order"),
        pytest.param("/channels/US_WEB", {"name": "US", "currency": "USD", "timezone": "UTC"}, id="channel"),
    ],
)
async def test_a_fact_is_new_once_and_reads_back_as_answered(
    shop: httpx.AsyncClient, path: str, body: dict[str, Any]
) -> None:
    assert (await shop.get(path)).status_code == 404
    first = await shop.put(path, json=body)
    again = await shop.put(path, json=body)
    assert (first.status_code, again.status_code) == (201, 200)
    assert (await shop.get(path)).json() == again.json() == first.json()
    assert body.items() <= first.json().items()


async def test_a_customer_is_answered_whole(shop: httpx.AsyncClient) -> None:
    body = {
        "first_name": "Alice",
        "last_name": "Example",
        "email": " Alice@Example.com ",
        "segments": ["premium", "loyal"],
        "group": "wholesale",
        "date_of_birth": "1990-06-15",
        "signed_up_at": "2024-01-01T13:00:00+01:00",
        "last_order_date": "2024-05-20T08:30:00Z",
        "metadata": {"note": "ä", "nested": {"deep": [1, None]}},
    }
    assert await put(shop, "/customers/456", body) == body | {
        "id": 456,
        "email": "Alice@Example.com",
        "signed_up_at": "2024-01-01T12:00:00Z",
        "order_count": 0,
        "created_at": "2026-01-31T12:00:00Z",
        "updated_at": "2026-01-31T12:00:00Z",
    }


async def test_only_given_fields_change_and_null_clears(shop: httpx.AsyncClient, clock: Moment) -> None:
    await put(shop, "/customers/c", {"first_name": "Alice", "segments": ["vip"], "metadata": {"a": 1}})
    clock.move(hours=1)
    changed = await put(shop, "/customers/c", {"last_name": "Example", "segments": None, "metadata": None})
    assert changed["first_name"] == "Alice"
    assert changed["last_name"] == "Example"
    assert (changed["segments"], changed["metadata"]) == ([], {})
    assert (changed["created_at"], changed["updated_at"]) == ("2026-01-31T12:00:00Z", "2026-01-31T13:00:00Z")


async def test_first_words_about_one_customer_at_the_same_time_are_all_kept(shop: httpx.AsyncClient) -> None:
    said = {"first_name": "A", "last_name": "B", "group": "g", "email": "a@b", "segments": ["s"]}
    answers = await asyncio.gather(
        *(shop.put("/customers/7", json={name: value}) for name, value in said.items())
    )
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 200, 201]
    assert said.items() <= (await shop.get("/customers/7")).json().items()


@pytest.mark.parametrize(
    ("path", "body", "fields"),
    [
        pytest.param("/customers/1", {"email": "no address"}, ["email"], id="an e-mail without @"),
        pytest.param("/customers/1", {"email": "a@b@c"}, ["email"], id="an e-mail with two @"),
        pytest.param("/customers/1", {"email": "a@" + "b" * 253}, ["email"], id="a long e-mail"),
        pytest.param("/customers/1", {"date_of_birth": "15.06.1990"}, ["date_of_birth"], id="a foreign date"),
        pytest.param("/customers/1", {"signed_up_at": "2024-01-01T12:00:00"}, ["signed_up_at"], id="no zone"),
        pytest.param("/customers/1", {"segments": [""]}, ["segments[0]"], id="an empty segment"),
        pytest.param("/customers/1", {"name": "Alice"}, ["name"], id="an unknown field"),
        pytest.param("/customers/1", {"first_name": "\0"}, ["first_name"], id="what cannot be stored"),
        pytest.param("/products/1", {"price": -1}, ["price"], id="a negative price"),
        pytest.param("/products/1", {"price": 1.999}, ["price"], id="a price finer than cents"),
        pytest.param("/products/1", {"price": 1e300}, ["price"], id="a price beyond every range"),
        pytest.param("/products/1", {"currency": "XXX"}, ["currency"], id="no such currency"),
        pytest.param("/products/1", {"taxons": [{}]}, ["taxons[0]"], id="a taxon that is no id"),
        pytest.param("/inventory/1", {"quantity": -1}, ["quantity"], id="less than nothing in stock"),
        pytest.param("/inventory/1", {"capacity": 0}, ["capacity"], id="no room for stock"),
        pytest.param("/inventory/1", {"quantity": 10**30}, ["quantity"], id="stock beyond 64 bits"),
        pytest.param("/orders/1", {"status": "completed"}, ["total_amount"], id="an order without amounts"),
        pytest.param("/orders/1", AN_ORDER | {"status": "shipped"}, ["status"], id="no such status"),
        pytest.param("/orders/1", AN_ORDER | {"channel": "moon"}, ["channel"], id="no such channel"),
        pytest.param("/orders/1", AN_ORDER | {"currency": "XXX"}, ["currency"], id="no such currency of it"),
        pytest.param(
            "/orders/1",
            {"items": [AN_ITEM, AN_ITEM | {"subtotal": 60.0}]},
            ["items[1].subtotal"],
            id="a line whose subtotal does not agree",
        ),
        pytest.param("/orders/1", {"items": [AN_ITEM] * 1001}, ["items"], id="too many lines"),
        pytest.param("/channels/x", {}, ["name", "currency", "timezone"], id="a new channel without all"),
        pytest.param(
            "/channels/x",
            {"name": "X", "currency": "XYZ", "timezone": "Mars/Olympus"},
            ["currency", "timezone"],
            id="a channel nowhere",
        ),
        pytest.param("/channels/default", {"max_promotions": 0}, ["max_promotions"], id="no promotion"),
        pytest.param("/channels/default", {"name": None}, ["name"], id="null for what must be there"),
    ],
)
async def test_what_cannot_be_accepted_is_named_and_changes_nothing(
    shop: httpx.AsyncClient, path: str, body: dict[str, Any], fields: list[str]
) -> None:
    before = await shop.get(path)
    assert wrong(await shop.put(path, json=body)) == fields
    after = await shop.get(path)
    assert (before.status_code, before.json() | {"timestamp": 0}) == (
        after.status_code,
        after.json() | {"timestamp": 0},
    )


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        pytest.param("456", 456, id="a whole number"),
        pytest.param("007", "007", id="leading zeros"),
        pytest.param("a%2Fb%20%C3%A4", "a/b ä", id="escaped characters"),
        pytest.param("x" * 64, "x" * 64, id="the longest"),
    ],
)
async def test_ids_are_the_shops_own(shop: httpx.AsyncClient, sent: str, shown: int | str) -> None:
    assert (await put(shop, f"/customers/{sent}", {}))["id"] == shown
    assert (await put(shop, f"/products/{sent}", {}))["id"] == shown
    assert (await put(shop, f"/orders/{sent}", {"total_amount": 1}))["id"] == shown


@pytest.mark.parametrize("path", ["/customers/" + "x" * 65, "/orders/a%00b", "/channels/a%20b"])
async def test_what_cannot_be_an_id_names_nothing(shop: httpx.AsyncClient, path: str) -> None:
    assert (await shop.put(path, json={})).status_code == 404


async def test_ids_in_a_body_compare_as_strings_and_are_shown_as_sent(shop: httpx.AsyncClient) -> None:
    product = await put(
        shop, "/products/1", {"category_id": 5, "brand_id": "acme", "taxons": [7, "007", "t_shirts"]}
    )
    assert (product["category_id"], product["brand_id"]) == (5, "acme")
    assert product["taxons"] == [7, "007", "t_shirts"]
    await put(shop, "/orders/1", AN_ORDER | {"customer_id": "456"})
    assert (await shop.get("/customers/456")).json()["order_count"] == 1


async def test_inventory_is_a_view_of_the_product(shop: httpx.AsyncClient) -> None:
    stock = await put(shop, "/inventory/1", {"quantity": 40, "capacity": 200})
    assert stock == {
        "product_id": 1,
        "quantity": 40,
        "capacity": 200,
        "updated_at": "2026-01-31T12:00:00Z",
    }
    product = await put(shop, "/products/1", {"name": "T-shirt", "quantity": 39})
    assert (product["quantity"], product["capacity"]) == (39, 200)
    assert (await shop.get("/inventory/1")).json()["quantity"] == 39


async def test_a_products_amounts_are_in_its_own_currency(shop: httpx.AsyncClient) -> None:
    assert (await put(shop, "/products/1", {"price": 29.99}))["currency"] == "USD"
    yen = await put(shop, "/products/2", {"price": 1200, "currency": "JPY"})
    assert (yen["price"], yen["currency"]) == (1200, "JPY")
    assert wrong(await shop.put("/products/2", json={"cost": 0.5})) == ["cost"]


async def test_a_new_currency_never_reinterprets_an_old_amount(shop: httpx.AsyncClient) -> None:
    await put(shop, "/products/1", {"price": 29.99, "cost": 12.5})
    assert wrong(await shop.put("/products/1", json={"currency": "KWD", "price": 9.999})) == ["cost"]
    changed = await put(shop, "/products/1", {"currency": "KWD", "price": 9.999, "cost": None})
    assert (changed["price"], changed["cost"], changed["currency"]) == (9.999, None, "KWD")


async def test_an_orders_items_come_back_with_their_subtotals(shop: httpx.AsyncClient) -> None:
    items = [
        {"product_id": 1, "quantity": 3, "unit_price": 29.99, "category_id": 5, "metadata": {"sku": "P"}},
        {"product_id": "SKU-2", "quantity": 1, "unit_price": 5, "brand_id": "acme", "taxons": ["a", 7]},
    ]
    order = await put(shop, "/orders/1", {"items": items})
    assert order["total_amount"] == 94.97
    assert order["items"] == [
        items[0] | {"subtotal": 89.97, "brand_id": None, "taxons": []},
        items[1] | {"subtotal": 5.0, "category_id": None, "metadata": {}},
    ]
    assert (order["customer_id"], order["status"], order["channel"]) == (None, "pending", "default")


async def test_a_total_that_was_given_stands_beside_the_items(shop: httpx.AsyncClient) -> None:
    order = await put(shop, "/orders/1", {"items": [AN_ITEM], "total_amount": 65.93})
    assert order["total_amount"] == 65.93
    again = await put(shop, "/orders/1", {"items": [AN_ITEM, AN_ITEM]})
    assert again["total_amount"] == 119.96


async def test_an_orders_currency_is_its_channels_and_stays(shop: httpx.AsyncClient) -> None:
    await put(shop, "/channels/JP", {"name": "Japan", "currency": "JPY", "timezone": "Asia/Tokyo"})
    order = await put(shop, "/orders/1", {"channel": "JP", "total_amount": 1200})
    assert (order["currency"], order["total_amount"]) == ("JPY", 1200)
    assert wrong(await shop.put("/orders/1", json={"total_amount": 0.5})) == ["total_amount"]
    refused = await shop.put("/orders/1", json={"currency": "USD", "total_amount": 12})
    assert (refused.status_code, refused.json()["code"]) == (409, "CONFLICT")


async def test_a_channels_currency_stays_once_it_has_orders(shop: httpx.AsyncClient) -> None:
    await put(shop, "/channels/default", {"currency": "EUR"})
    await put(shop, "/orders/1", AN_ORDER)
    refused = await shop.put("/channels/default", json={"currency": "USD"})
    assert refused.status_code == 409
    assert "EUR" in refused.json()["detail"]
    assert (await put(shop, "/channels/default", {"currency": "EUR", "name": "Web"}))["name"] == "Web"


async def test_completion_is_remembered_once(shop: httpx.AsyncClient, clock: Moment) -> None:
    order = await put(shop, "/orders/1", {"total_amount": 10})
    assert order["completed_at"] is None
    clock.move(hours=1)
    assert (await put(shop, "/orders/1", {"status": "completed"}))["completed_at"] == "2026-01-31T13:00:00Z"
    clock.move(hours=1)
    await put(shop, "/orders/1", {"status": "refunded"})
    assert (await put(shop, "/orders/1", {"status": "completed"}))["completed_at"] == "2026-01-31T13:00:00Z"


async def test_an_order_told_afterwards_was_complete_when_it_was_placed(shop: httpx.AsyncClient) -> None:
    order = await put(shop, "/orders/1", AN_ORDER | {"placed_at": "2024-05-20T08:30:00Z"})
    assert order["completed_at"] == order["placed_at"] == "2024-05-20T08:30:00Z"


async def test_orders_make_customers_known_and_count_unless_taken_back(shop: httpx.AsyncClient) -> None:
    for number, status in enumerate(("pending", "completed", "cancelled", "refunded")):
        placed = f"2024-05-2{number}T08:30:00Z"
        await put(shop, f"/orders/{number}", AN_ORDER | {"status": status, "placed_at": placed})
    customer = (await shop.get("/customers/456")).json()
    assert customer["order_count"] == 2
    assert customer["last_order_date"] == "2024-05-21T08:30:00Z"


async def test_the_latest_order_counts_when_the_shop_said_an_earlier_date(shop: httpx.AsyncClient) -> None:
    await put(shop, "/orders/1", AN_ORDER | {"placed_at": "2024-05-20T08:30:00Z"})
    earlier = await put(shop, "/customers/456", {"last_order_date": "2024-01-01T00:00:00Z"})
    later = await put(shop, "/customers/456", {"last_order_date": "2024-06-01T00:00:00Z"})
    assert earlier["last_order_date"] == "2024-05-20T08:30:00Z"
    assert later["last_order_date"] == "2024-06-01T00:00:00Z"


async def test_channels_are_listed_with_the_default_one_first(shop: httpx.AsyncClient) -> None:
    body = {"name": "A", "currency": "EUR", "timezone": "Europe/Berlin", "hostname": "a.example"}
    await put(shop, "/channels/A", body)
    listed = (await shop.get("/channels")).json()["items"]
    assert [(channel["code"], channel["is_default"]) for channel in listed] == [
        ("default", True),
        ("A", False),
    ]
    assert listed[1] == body | {
        "code": "A",
        "is_default": False,
        "max_promotions": None,
        "created_at": "2026-01-31T12:00:00Z",
        "updated_at": "2026-01-31T12:00:00Z",
    }
