"""One promotion, two faces: what one contract wrote, the other reads truthfully and does not damage."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from tests.sylius.conftest import Api, code

PERIOD = {"start_date": "2020-01-01T00:00:00Z", "end_date": "2040-01-01T00:00:00Z"}
PARTS: dict[str, Any] = {
    "channels": ["WEB"],
    "rules": [
        {"type": "item_total", "configuration": {"WEB": {"amount": 100}}},
        {"type": "nth_order", "configuration": {"nth": 3}},
    ],
    "actions": [
        {"type": "unit_percentage_discount", "configuration": {"WEB": {"percentage": 15}}},
        {"type": "order_fixed_discount", "configuration": {"WEB": {"amount": 12}}},
    ],
}


@pytest.fixture
def aura(plain: Any) -> Iterator[httpx.Client]:
    with plain.client() as http:
        http.base_url = f"{plain.base_url}/aura/api/v1"
        yield http


def test_a_promotion_of_sylius_is_custom_in_aura_with_rules_and_actions(api: Api, aura: httpx.Client) -> None:
    made = api.create(**PARTS)
    seen = aura.get(f"/promotions/{made['id']}").json()
    assert (seen["name"], seen["code"], seen["status"]) == (made["name"], made["code"], "active")
    assert seen["promotion_type"] == "custom"
    assert [rule["type"] for rule in seen["rules"]] == ["item_total", "nth_order"]
    assert [action["type"] for action in seen["actions"]] == [
        "unit_percentage_discount",
        "order_fixed_discount",
    ]
    assert [rule["id"] for rule in seen["rules"]] == [rule["id"] for rule in made["rules"]]


def test_editing_its_name_in_aura_does_not_damage_it(api: Api, aura: httpx.Client) -> None:
    made = api.create(**PARTS)
    changed = aura.put(f"/promotions/{made['id']}", json={"name": "Renamed"})
    assert changed.status_code == 200, changed.text
    after = api.get(f"/promotions/{made['code']}")
    assert after.pop("name") == "Renamed"
    for body in (made, after):
        body.pop("updatedAt")
    made.pop("name")
    assert after == made


def test_a_promotion_of_aura_is_shown_in_sylius_as_what_it_is(api: Api, aura: httpx.Client) -> None:
    made = aura.post("/promotions", json=sale(maximum_discount_amount=50.0)).json()
    seen = api.get(f"/promotions/{made['code']}")
    assert [(one["type"], one["configuration"]) for one in seen["rules"]] == [
        ("minimum_subtotal", {"amount": 2000})
    ]
    assert [(one["type"], one["configuration"]) for one in seen["actions"]] == [
        ("order_percentage_discount", {"percentage": 0.25, "cap": 5000})
    ]
    assert {"default", "WEB"} <= {channel["code"] for channel in seen["channels"]}


def test_a_plain_amount_of_aura_is_one_in_each_channel_of_its_currency(api: Api, aura: httpx.Client) -> None:
    body = sale(promotion_type="fixed_amount_discount", discount_type="fixed_amount", discount_value=10)
    made = aura.post("/promotions", json=body).json()
    (action,) = api.get(f"/promotions/{made['code']}")["actions"]
    assert action["type"] == "order_fixed_discount"
    assert action["configuration"]["WEB"] == {"amount": 1000}


def test_editing_its_name_in_sylius_does_not_damage_it(api: Api, aura: httpx.Client) -> None:
    made = aura.post("/promotions", json=sale()).json()
    assert api.call("PATCH", f"/promotions/{made['code']}", {"name": "Renamed"}).status_code == 204
    after = aura.get(f"/promotions/{made['id']}").json()
    assert after["name"] == "Renamed"
    same = ("promotion_type", "discount_value", "minimum_order_amount", "rules", "actions", "priority")
    assert {name: after[name] for name in same} == {name: made[name] for name in same}


def test_an_archived_promotion_is_gone_from_sylius(api: Api, aura: httpx.Client) -> None:
    made = aura.post("/promotions", json=sale()).json()
    assert aura.delete(f"/promotions/{made['id']}").status_code == 204
    assert api.call("GET", f"/promotions/{made['code']}").status_code == 404


def test_an_ended_promotion_cannot_be_changed_in_sylius_either(api: Api, aura: httpx.Client) -> None:
    made = api.create()
    assert aura.post(f"/promotions/{made['id']}/end").status_code == 200
    answer = api.call("PATCH", f"/promotions/{made['code']}", {"name": "Other"})
    assert (answer.status_code, answer.json()["code"]) == (409, 409)


def sale(**more: Any) -> dict[str, Any]:
    return {
        "name": f"Sale {code()}",
        "promotion_type": "percentage_discount",
        "discount_type": "percentage",
        "discount_value": 25.0,
        "minimum_order_amount": 20.0,
        **PERIOD,
        **more,
    }
