"""What cannot be accepted is refused with its field, changes nothing, and never is a fault of ours."""

import json
from typing import Any

import httpx
import pytest
from tests.api.aura.world import Aura, faults, item, moment, sale

BODIES = (
    "POST promotions",
    "PUT promotions/{id}",
    "POST promotions/{id}/calculate-discount",
    "POST evaluations",
)
each_body = pytest.mark.parametrize("where", BODIES)


@pytest.fixture
def promotion_id(aura: Aura) -> int:
    return int(aura.create(name=aura.own("kept"))["id"])


def send(aura: Aura, where: str, promotion_id: int, **more: Any) -> httpx.Response:
    method, _, path = where.partition(" ")
    return aura.call(method, path.format(id=promotion_id), **more)


def text_of(where: str, **changes: Any) -> str:
    """A body that the path would take, with changes."""
    fits = {"order_items": [item()]} if where.endswith(("discount", "evaluations")) else sale()
    return json.dumps(fits | changes)


@each_body
@pytest.mark.parametrize(
    ("content", "status"),
    [
        pytest.param(b"", 400, id="nothing"),
        pytest.param(b"{", 400, id="broken off"),
        pytest.param(b"{} {}", 400, id="two bodies"),
        pytest.param(b"{'name': 1}", 400, id="no JSON"),
        pytest.param(b'{"name": NaN}', 400, id="NaN"),
        pytest.param(b'{"name": Infinity}', 400, id="Infinity"),
        pytest.param(b'{"name": "\xff"}', 400, id="broken UTF-8"),
        pytest.param(b'{"name": "\\ud800"}', 400, id="half a surrogate pair"),
        pytest.param(b"[" * 65 + b"]" * 65, 400, id="65 levels"),
        pytest.param(b"[" * 100_000, 400, id="100,000 levels"),
        pytest.param(b"[]", 422, id="a list"),
        pytest.param(b'"text"', 422, id="a string"),
        pytest.param(b"null", 422, id="null"),
        pytest.param(b"1", 422, id="a number"),
        pytest.param(b" " * (10 * 1024 * 1024), 413, id="10 MB"),
    ],
)
def test_a_body_that_is_none(aura: Aura, promotion_id: int, where: str, content: bytes, status: int) -> None:
    before = aura.get(promotion_id)
    answer = send(aura, where, promotion_id, content=content, headers={"Content-Type": "application/json"})
    assert answer.status_code == status, answer.text
    assert {"error", "detail", "code", "timestamp"} <= answer.json().keys()
    assert aura.get(promotion_id) == before


@each_body
@pytest.mark.parametrize("media", ["text/plain", "application/xml", "multipart/form-data; boundary=x"])
def test_a_body_of_another_type_is_refused(aura: Aura, promotion_id: int, where: str, media: str) -> None:
    headers = {"Content-Type": media}
    assert send(aura, where, promotion_id, content=text_of(where), headers=headers).status_code == 415


@each_body
def test_a_field_that_nobody_knows_is_named(aura: Aura, promotion_id: int, where: str) -> None:
    answer = send(aura, where, promotion_id, content=text_of(where, colour="red"))
    assert list(faults(answer)) == ["colour"]


@each_body
def test_a_parameter_that_nobody_knows_is_named(aura: Aura, promotion_id: int, where: str) -> None:
    answer = send(aura, f"{where}?colour=red", promotion_id, content=text_of(where))
    assert list(faults(answer)) == ["colour"]


@each_body
def test_a_key_given_twice_counts_once(aura: Aura, promotion_id: int, where: str) -> None:
    content = text_of(where, currency="USD")[:-1] + ', "currency": "USD"}'
    assert send(aura, where, promotion_id, content=content).is_success


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", None), ("name", ""), ("name", "   "), ("name", "x" * 201), ("name", 5), ("name", "a\0b"),
        ("name", "x" * 500_000), ("name", ["x"]),
        ("description", 5), ("description", "x" * 10_001), ("description", "\0"),
        ("promotion_type", "discount"), ("promotion_type", None), ("promotion_type", 1),
        ("discount_type", "percent"), ("discount_type", "fixed_amount"), ("discount_type", None),
        ("discount_value", None), ("discount_value", "25"), ("discount_value", True), ("discount_value", -1),
        ("discount_value", 0), ("discount_value", 100.0001), ("discount_value", 2.55555),
        ("discount_value", 10**30), ("discount_value", [25]),
        ("start_date", None), ("start_date", "2026-01-01"), ("start_date", "2026-01-01T00:00:00"),
        ("start_date", "2026-13-01T00:00:00Z"), ("start_date", "2026-02-30T00:00:00Z"), ("start_date", 0),
        ("start_date", "0000-01-01T00:00:00Z"), ("start_date", "0001-01-01T00:00:00+01:00"),
        ("end_date", None), ("end_date", "9999-12-31T23:59:59-01:00"), ("end_date", "tomorrow"),
        ("end_date", "10000-01-01T00:00:00Z"), ("end_date", "2020-01-01T00:00:00Z"),
        ("max_uses", 0), ("max_uses", -1), ("max_uses", 1.5), ("max_uses", "1"), ("max_uses", True),
        ("max_uses", 2**63), ("max_uses", 10**40),
        ("max_uses_per_customer", 0), ("max_uses_per_customer", "1"),
        ("minimum_order_amount", -1), ("minimum_order_amount", 0.001), ("minimum_order_amount", "50"),
        ("minimum_order_amount", 1e12), ("minimum_order_amount", True),
        ("maximum_discount_amount", 0), ("maximum_discount_amount", -5), ("maximum_discount_amount", 1.005),
        ("budget_amount", 0), ("budget_amount", 0.001),
        ("priority", "high"), ("priority", 1.5), ("priority", 2**31), ("priority", True),
        ("can_stack", "true"), ("can_stack", 1),
        ("target_customer_segments", "premium"), ("target_customer_segments", [1]),
        ("target_customer_segments", [""]), ("target_customer_segments", ["\0"]),
        ("applicable_categories", 1), ("applicable_categories", [1.5]), ("applicable_categories", [-1]),
        ("applicable_categories", [""]), ("applicable_categories", [None]),
        ("metadata", []), ("metadata", "x"), ("metadata", {"a": "\0"}), ("metadata", {"\0": 1}),
        ("metadata", {"a": [2**63]}), ("metadata", {"a": {"b": -(2**63) - 1}}),
        ("bogo_config", {}), ("bogo_config", {"buy_quantity": 0}), ("bogo_config", {"max_sets": 0}),
        ("tier_rules", {"tiers": []}), ("tier_rules", {"tiers": [{}]}),
        ("lane", ""), ("channels", ["nowhere"]), ("channels", "default"), ("currency", "XXQ"),
        ("currency", "usd"), ("currency", ""), ("requires_coupon", "no"), ("holdout_percent", 101),
        ("holdout_percent", -1), ("holdout_percent", 0.00001),
        ("status", "active"), ("id", 5), ("uuid", "x"), ("current_uses", 5), ("code", "mine"),
    ],
)  # fmt: skip
def test_a_promotion_with_one_field_that_cannot_be(aura: Aura, field: str, value: Any) -> None:
    answer = aura.post(sale(name=aura.own("bad")) | {field: value})
    named = {fault.partition("[")[0].partition(".")[0] for fault in faults(answer)}
    assert field in named
    assert aura.ok("GET", "promotions", params={"search": aura.own("bad")})["items"] == []


@pytest.mark.parametrize(
    "field", ["name", "promotion_type", "start_date", "end_date", "discount_type", "discount_value"]
)
def test_a_required_field_that_is_missing_is_named(aura: Aura, field: str) -> None:
    body = sale()
    del body[field]
    assert faults(aura.post(body)) == {field: "is required"}


def test_a_number_that_is_too_large_for_json_is_refused(aura: Aura) -> None:
    content = json.dumps(sale()).replace("25.0", "1e400")
    answer = aura.call("POST", "promotions", content=content)
    assert faults(answer) == {"discount_value": "is a number out of range"}


def test_every_fault_is_named_at_once(aura: Aura) -> None:
    body = {"name": "", "promotion_type": "x", "discount_value": "1", "end_date": "soon", "priority": 1.5}
    assert set(faults(aura.post(body))) == {
        "name",
        "promotion_type",
        "discount_value",
        "start_date",
        "end_date",
        "priority",
    }


@pytest.mark.parametrize(
    ("promotion_type", "discount_type"),
    [
        ("percentage_discount", "fixed_amount"),
        ("fixed_amount_discount", "percentage"),
        ("buy_one_get_one", "fixed_amount"),
        ("tiered_discount", "fixed_amount"),
        ("free_shipping", "cashback"),
        ("cashback", "tiered"),
    ],
)
def test_types_that_do_not_fit_are_refused(aura: Aura, promotion_type: str, discount_type: str) -> None:
    body = sale(promotion_type=promotion_type, discount_type=discount_type)
    assert "discount_type" in faults(aura.post(body))


@pytest.mark.parametrize(
    ("tiers", "field"),
    [
        ([{"min_amount": -1, "discount_percentage": 5}], "tier_rules.tiers[0].min_amount"),
        ([{"min_amount": 0.001, "discount_percentage": 5}], "tier_rules.tiers[0].min_amount"),
        ([{"min_amount": 1, "discount_percentage": 0}], "tier_rules.tiers[0].discount_percentage"),
        ([{"min_amount": 1, "discount_percentage": 101}], "tier_rules.tiers[0].discount_percentage"),
        ([{"min_amount": 1, "discount_amount": 0}], "tier_rules.tiers[0].discount_amount"),
        ([{"min_amount": 1}], "tier_rules.tiers[0]"),
        ([{"min_amount": 1, "discount_amount": 1, "discount_percentage": 1}], "tier_rules.tiers[0]"),
        ([{"min_amount": 1, "discount_amount": 1}] * 2, "tier_rules.tiers[1].min_amount"),
        ([{"min_amount": 1, "discount_amount": 1, "maximum_discount": 0}],
         "tier_rules.tiers[0].maximum_discount"),
        ([{"discount_amount": 1}], "tier_rules.tiers[0].min_amount"),
    ],
)  # fmt: skip
def test_tiers_that_make_no_sense_are_refused_by_field(aura: Aura, tiers: Any, field: str) -> None:
    body = sale(
        promotion_type="tiered_discount",
        discount_type="tiered",
        discount_value=0,
        tier_rules={"tiers": tiers},
    )
    assert field in faults(aura.post(body))


@pytest.mark.parametrize(
    ("currency", "amount", "is_fine"),
    [
        ("JPY", 5, True),
        ("JPY", 5.5, False),
        ("KWD", 5.555, True),
        ("KWD", 5.5555, False),
        ("USD", 5.555, False),
    ],
)
def test_amounts_may_be_as_fine_as_the_currency(
    aura: Aura, currency: str, amount: float, is_fine: bool
) -> None:
    answer = aura.post(sale(currency=currency, minimum_order_amount=amount))
    assert answer.status_code == (201 if is_fine else 422)
    if is_fine:
        assert answer.json()["minimum_order_amount"] == amount


def test_a_thousand_lines_are_decided(aura: Aura) -> None:
    items = [item(0.01, 1, str(number)) for number in range(1000)]
    found = aura.evaluate(*items, promotion_ids=[aura.live()])
    assert found["total_discount"] == 2.5


def test_a_duplicate_cannot_have_a_blank_name_or_broken_dates(aura: Aura, promotion_id: int) -> None:
    path = f"promotions/{promotion_id}/duplicate"
    assert list(faults(aura.call("POST", path, json={"name": " "}))) == ["name"]
    assert list(faults(aura.call("POST", path, json={"end_date": moment(-9)}))) == ["end_date"]
    assert list(faults(aura.call("POST", path, json={"start_date": "now"}))) == ["start_date"]
