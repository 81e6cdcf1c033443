"""Create, read and change promotions, field by field as the document has them."""

import json
from typing import Any
from uuid import UUID

import pytest
from tests.api.aura.world import Aura, custom, moment, sale

SUMMER_SALE: dict[str, Any] = {
    "name": "Summer Sale 2024",
    "description": "Great summer discounts on all products",
    "promotion_type": "percentage_discount",
    "discount_type": "percentage",
    "discount_value": 25.0,
    "start_date": "2024-06-01T00:00:00Z",
    "end_date": "2024-08-31T23:59:59Z",
    "max_uses": 1000,
    "minimum_order_amount": 50.0,
    "maximum_discount_amount": 100.0,
    "priority": 5,
    "can_stack": True,
    "target_customer_segments": ["premium", "loyal"],
    "applicable_categories": [1, 2, 3],
    "metadata": {"campaign_id": "SUMMER2024", "marketing_channel": "email"},
}
TEXTS = [
    pytest.param("Été 🏖️ 50 % 👨‍👩‍👧", id="emoji"),
    pytest.param("تخفيضات الصيف / מבצע", id="right to left"),
    pytest.param("""a "quoted" 'name' \\ with <b>tags</b> & entities &amp; %s {} $1 --""", id="syntax"),
    pytest.param("  spaces kept  ", id="outer spaces"),
    pytest.param("line\nbreak\ttab\u0085\u2028", id="control characters"),
    pytest.param("e\u0301 is not \u00e9", id="not normalised"),
    pytest.param("x" * 199 + "😀", id="200 code points"),
]


@pytest.mark.parametrize("path", ["promotions/", "promotions"])
def test_the_documents_own_promotion_is_created_and_read_as_it_was_sent(aura: Aura, path: str) -> None:
    answer = aura.call("POST", path, json=SUMMER_SALE)
    assert answer.status_code == 201
    created = answer.json()
    assert created == aura.get(created["id"])
    assert SUMMER_SALE.items() <= created.items()
    assert UUID(created["uuid"])
    assert created["status"] == "draft"
    assert created["created_at"] == created["updated_at"]
    assert created["created_at"].endswith("Z")
    nothing_yet = (
        "current_uses",
        "impressions",
        "clicks",
        "conversions",
        "conversion_rate",
        "revenue_generated",
    )
    assert [created[name] for name in nothing_yet] == [0] * 6


def test_what_is_left_out_has_its_default(aura: Aura) -> None:
    body = sale()
    del body["can_stack"]
    created = aura.create(body)
    assert (created["priority"], created["can_stack"], created["currency"]) == (0, False, "USD")
    optional = ("description", "max_uses", "max_uses_per_customer", "minimum_order_amount", "budget_amount",
                "maximum_discount_amount", "lane", "channels", "requires_coupon", "bogo_config",
                "tier_rules")  # fmt: skip
    assert [created[name] for name in optional] == [None] * len(optional)
    assert (created["target_customer_segments"], created["applicable_categories"]) == ([], [])
    assert created["metadata"] == {}


def test_null_in_every_optional_field_is_the_same_as_leaving_it_out(aura: Aura) -> None:
    optional = ["description", "max_uses", "max_uses_per_customer", "minimum_order_amount", "priority",
                "maximum_discount_amount", "can_stack", "target_customer_segments", "budget_amount",
                "applicable_categories", "metadata", "bogo_config", "tier_rules", "lane", "channels",
                "currency", "requires_coupon", "holdout_percent", "rules", "actions"]  # fmt: skip
    body = sale()
    del body["can_stack"]
    with_nulls = aura.create(body | dict.fromkeys(optional))
    without = aura.create(body)
    own = {"id", "uuid", "code", "created_at", "updated_at"}
    assert {k: v for k, v in with_nulls.items() if k not in own} == {
        k: v for k, v in without.items() if k not in own
    } | {"rules": with_nulls["rules"], "actions": with_nulls["actions"]}


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("field", ["name", "description"])
def test_text_comes_back_character_by_character(aura: Aura, field: str, text: str) -> None:
    created = aura.create(sale(**{field: text}))
    assert aura.get(created["id"])[field] == text
    assert aura.get(aura.put(created["id"], **{field: text + "!" if len(text) < 200 else text})["id"])


def test_metadata_comes_back_with_its_order_its_numbers_and_its_nesting(aura: Aura) -> None:
    text = (
        '{"z":1,"a":[1.0,2,-0.5,1e-7,{"y":null,"b":[[],{}]}],"big":9223372036854775807,'
        '"small":-9223372036854775808,"":"","ключ":"значение 🎁","float":0.1,"true":true}'
    )
    body = json.dumps(sale())[:-1] + f', "metadata": {text}}}'
    answer = aura.client.post(
        "/api/v1/promotions", content=body, headers={"Content-Type": "application/json"}
    )
    assert f'"metadata":{text}' in answer.text
    assert f'"metadata":{text}' in aura.call("GET", f"promotions/{answer.json()['id']}").text


def test_put_changes_only_what_it_names(aura: Aura) -> None:
    before = aura.create(SUMMER_SALE)
    after = aura.put(before["id"], name="Autumn Sale", discount_value=12.5)
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"name", "discount_value", "version", "updated_at", "actions"}
    assert after["actions"][0]["id"] == before["actions"][0]["id"]
    assert aura.ok("PATCH", f"promotions/{before['id']}", json={"priority": -3})["priority"] == -3


@pytest.mark.parametrize(
    ("field", "empty"),
    [("description", None), ("max_uses", None), ("minimum_order_amount", None), ("metadata", {}),
     ("maximum_discount_amount", None), ("priority", 0), ("can_stack", False),
     ("target_customer_segments", []), ("applicable_categories", [])],
)  # fmt: skip
def test_null_takes_an_optional_field_away(aura: Aura, field: str, empty: Any) -> None:
    created = aura.create(SUMMER_SALE)
    assert aura.put(created["id"], **{field: None})[field] == empty
    assert aura.get(created["id"])[field] == empty


def test_a_put_without_a_change_makes_no_version(aura: Aura) -> None:
    created = aura.create(SUMMER_SALE)
    assert aura.put(created["id"], name=created["name"]) == created
    assert aura.put(created["id"]) == created


@pytest.mark.parametrize("field", ["name", "start_date", "end_date", "promotion_type"])
def test_a_required_field_cannot_be_taken_away(aura: Aura, field: str) -> None:
    created = aura.create()
    answer = aura.call("PUT", f"promotions/{created['id']}", json={field: None})
    assert answer.status_code == 422
    assert field in answer.text
    assert aura.get(created["id"]) == created


@pytest.mark.parametrize(
    ("before", "change", "shown"),
    [
        pytest.param(
            sale(),
            {"promotion_type": "fixed_amount_discount", "discount_type": "fixed_amount", "discount_value": 5},
            {"discount_type": "fixed_amount", "discount_value": 5.0},
            id="percentage to amount",
        ),
        pytest.param(
            sale(promotion_type="buy_one_get_one", discount_value=100, bogo_config={"buy_quantity": 2}),
            {"promotion_type": "percentage_discount"},
            {"bogo_config": None, "discount_value": 100.0},
            id="settings of the old type go",
        ),
        pytest.param(
            sale(minimum_order_amount=20),
            {"promotion_type": "custom", "actions": [{"type": "free_shipping"}]},
            {"discount_type": None, "discount_value": None, "minimum_order_amount": None},
            id="flat to custom keeps the rules",
        ),
        pytest.param(
            custom({"type": "unit_fixed_discount", "amount": 1.5}),
            {"promotion_type": "percentage_discount", "discount_type": "percentage", "discount_value": 10},
            {"discount_value": 10.0},
            id="custom to flat",
        ),
    ],
)
def test_the_type_can_be_switched(
    aura: Aura, before: dict[str, Any], change: dict[str, Any], shown: dict[str, Any]
) -> None:
    created = aura.create(before)
    after = aura.put(created["id"], **change)
    assert after["promotion_type"] == change["promotion_type"]
    assert shown.items() <= after.items()
    assert [rule["type"] for rule in after["rules"]] == [rule["type"] for rule in created["rules"]]
    assert aura.get(created["id"]) == after


@pytest.mark.parametrize(
    ("change", "field"),
    [
        pytest.param({"end_date": moment(-1.5)}, "end_date", id="only the end, before the start"),
        pytest.param({"start_date": moment(1.5)}, "start_date", id="only the start, after the end"),
        pytest.param({"start_date": moment(3), "end_date": moment(2)}, "end_date", id="both"),
        pytest.param({"end_date": "2026-01-01T00:00:00"}, "end_date", id="without a zone"),
        pytest.param(
            {"promotion_type": "fixed_amount_discount"}, "discount_type", id="types that do not fit"
        ),
        pytest.param({"currency": "EUR"}, "currency", id="another currency"),
        pytest.param({"status": "active"}, "status", id="the status is no field to write"),
    ],
)
def test_a_change_that_cannot_be_is_refused_by_field_and_changes_nothing(
    aura: Aura, change: dict[str, Any], field: str
) -> None:
    created = aura.create()
    answer = aura.call("PUT", f"promotions/{created['id']}", json=change)
    assert answer.status_code == 422, answer.text
    assert field in [fault["field"] for fault in answer.json()["errors"]]
    assert aura.get(created["id"]) == created


def test_the_end_equal_to_the_start_is_refused(aura: Aura) -> None:
    at = moment()
    answer = aura.post(sale(start_date=at, end_date=at))
    assert [fault["field"] for fault in answer.json()["errors"]] == ["end_date"]


def test_dates_are_kept_to_the_microsecond_and_shown_in_utc(aura: Aura) -> None:
    created = aura.create(
        start_date="2026-01-01T00:00:00.123456+05:30", end_date="9999-12-31T23:59:59.999999Z"
    )
    assert created["start_date"] == "2025-12-31T18:30:00.123456Z"
    assert created["end_date"] == "9999-12-31T23:59:59.999999Z"


def test_a_copy_is_a_new_draft_that_says_the_same(aura: Aura) -> None:
    original = aura.create(SUMMER_SALE)
    aura.put(original["id"], start_date=moment(-1), end_date=moment(1))
    aura.ok("POST", f"promotions/{original['id']}/activate")
    copy = aura.ok("POST", f"promotions/{original['id']}/duplicate")
    assert copy["status"] == "draft"
    assert copy["name"] == "Summer Sale 2024 (copy)"
    same = SUMMER_SALE.keys() - {"name", "start_date", "end_date"}
    assert {name: copy[name] for name in same} == {name: SUMMER_SALE[name] for name in same}
    assert len({original["id"], copy["id"]}) == len({original["code"], copy["code"]}) == 2


def test_a_copy_may_have_its_own_name_and_dates(aura: Aura) -> None:
    original = aura.create(name="x" * 200)
    assert aura.ok("POST", f"promotions/{original['id']}/duplicate")["name"] == "x" * 193 + " (copy)"
    wanted = {"name": "Again", "start_date": "2030-01-01T00:00:00Z", "end_date": "2030-02-01T00:00:00Z"}
    copy = aura.ok("POST", f"promotions/{original['id']}/duplicate", json=wanted)
    assert wanted.items() <= copy.items()
    late = aura.call("POST", f"promotions/{original['id']}/duplicate", json={"start_date": moment(9)})
    assert [fault["field"] for fault in late.json()["errors"]] == ["start_date"]


@pytest.mark.parametrize("path", ["999999999", str(2**63), "9" * 40, "0", "-1", "abc", "1.5"])
@pytest.mark.parametrize(
    ("method", "below"),
    [("GET", ""), ("PUT", ""), ("PATCH", ""), ("DELETE", ""), ("POST", "/activate"), ("POST", "/duplicate"),
     ("GET", "/versions"), ("GET", "/audit")],
)  # fmt: skip
def test_an_id_that_nobody_has_is_not_found(aura: Aura, method: str, below: str, path: str) -> None:
    body = {"json": {"name": "x"}} if method in {"PUT", "PATCH"} else {}
    assert aura.call(method, f"promotions/{path}{below}", **body).status_code == 404
