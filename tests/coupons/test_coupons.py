"""Single coupons over HTTP."""

from typing import Any

import pytest
from tests.coupons.conftest import Shop

SUMMER = {
    "max_uses": 100,
    "max_uses_per_customer": 1,
    "expires_at": "2034-08-31T23:59:59Z",
    "metadata": {"campaign": "summer_email"},
}


def test_a_coupon_is_answered_whole(shop: Shop) -> None:
    promotion_id, code = shop.promotion(), shop.own("SUMMER25")
    answer = shop.call("POST", f"coupons/{promotion_id}", json={"code": code, **SUMMER})
    created = answer.json()
    assert answer.status_code == 201
    assert created == {
        **SUMMER,
        "id": created["id"],
        "promotion_id": promotion_id,
        "code": code,
        "status": "active",
        "current_uses": 0,
        "held_uses": 0,
        "customer_id": None,
        "created_at": created["created_at"],
        "updated_at": created["created_at"],
    }
    assert shop.ok("GET", f"coupons/codes/{code.lower()}") == created


def test_without_a_body_a_code_is_drawn(shop: Shop) -> None:
    answer = shop.call("POST", f"coupons/{shop.promotion()}")
    assert answer.status_code == 201
    assert len(answer.json()["code"]) == 8


def test_a_coupon_that_has_expired_already_may_be_stored(shop: Shop) -> None:
    created = shop.coupon(shop.promotion(), expires_at="2024-08-31T23:59:59Z")
    assert created["status"] == "expired"


def test_a_coupon_ends_with_its_promotion(shop: Shop) -> None:
    promotion_id = shop.promotion(live=False, end_date="2024-08-31T23:59:59Z")
    created = shop.coupon(promotion_id)
    assert (created["status"], created["expires_at"]) == ("expired", None)


@pytest.mark.parametrize("spelled", [str.upper, str.lower, str.title], ids=lambda f: f.__name__)
def test_a_code_is_unique_over_all_promotions_whatever_its_case(shop: Shop, spelled: Any) -> None:
    code = shop.own("Only-One")
    shop.coupon(shop.promotion(), code=code)
    answer = shop.call("POST", f"coupons/{shop.promotion()}", json={"code": spelled(code)})
    assert (answer.status_code, answer.json()["code"]) == (409, "COUPON_CODE_EXISTS")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        pytest.param({"code": "AB"}, "code", id="a code of two characters"),
        pytest.param({"code": "A" * 51}, "code", id="a code of 51"),
        pytest.param({"code": "SUM MER"}, "code", id="a code with a space"),
        pytest.param({"code": "=1+1"}, "code", id="a code that is a formula"),
        pytest.param({"max_uses": 0}, "max_uses", id="no uses at all"),
        pytest.param({"max_uses_per_customer": 0}, "max_uses_per_customer", id="no uses for anybody"),
        pytest.param({"expires_at": "2034-08-31T23:59:59"}, "expires_at", id="an end without a zone"),
        pytest.param({"metadata": {"x": "\0"}}, "metadata.x", id="what cannot be stored"),
        pytest.param({"max_usage": 1}, "max_usage", id="an unknown field"),
    ],
)
def test_what_cannot_be_a_coupon(shop: Shop, body: dict[str, Any], field: str) -> None:
    answer = shop.call("POST", f"coupons/{shop.promotion()}", json=body)
    assert answer.status_code == 422
    assert [fault["field"] for fault in answer.json()["errors"]] == [field]


def test_a_coupon_needs_a_promotion_that_is_not_over(shop: Shop) -> None:
    assert shop.call("POST", "coupons/9000000000").json()["code"] == "PROMOTION_NOT_FOUND"
    promotion_id = shop.promotion()
    shop.ok("POST", f"promotions/{promotion_id}/end")
    answer = shop.call("POST", f"coupons/{promotion_id}")
    assert (answer.status_code, answer.json()["code"]) == (409, "INVALID_STATUS")


@pytest.mark.parametrize("code", ["bulk", "validate", "codes", "batches", "import", "12345"])
def test_a_coupon_may_be_called_like_a_part_of_a_path(shop: Shop, code: str) -> None:
    promotion_id = shop.promotion()
    shop.coupon(promotion_id, code=code)
    assert shop.ok("GET", f"coupons/codes/{code}")["code"] == code
    assert shop.validate(code)["is_valid"] is True
    assert shop.call("DELETE", f"coupons/codes/{code}").status_code == 204


def test_only_the_given_fields_change(shop: Shop) -> None:
    code = shop.own("CHANGED")
    before = shop.coupon(shop.promotion(), code=code, **SUMMER)
    after = shop.ok("PATCH", f"coupons/codes/{code}", json={"max_uses": 5, "expires_at": None})
    assert after | {"updated_at": None} == before | {"max_uses": 5, "expires_at": None, "updated_at": None}
    assert shop.ok("GET", f"coupons/codes/{code}") == after


def test_a_coupon_is_taken_out_of_use_and_brought_back(shop: Shop) -> None:
    code = shop.own("SWITCH")
    shop.coupon(shop.promotion(), code=code)
    for _ in range(2):
        assert shop.call("DELETE", f"coupons/codes/{code}").status_code == 204
    assert shop.ok("GET", f"coupons/codes/{code}")["status"] == "disabled"
    assert shop.reason(code) == "Coupon expired"
    assert shop.ok("PATCH", f"coupons/codes/{code}", json={"status": "active"})["status"] == "active"
    assert shop.reason(code) == "Valid"


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_an_unknown_code_is_not_found(shop: Shop, method: str) -> None:
    answer = shop.call(method, "coupons/codes/NO-SUCH-CODE", json={} if method == "PATCH" else None)
    assert (answer.status_code, answer.json()["code"]) == (404, "COUPON_NOT_FOUND")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "coupons/1"),
        ("POST", "coupons/bulk/1"),
        ("POST", "coupons/1/import"),
        ("GET", "coupons/1"),
        ("GET", "coupons/1/export.csv"),
        ("GET", "coupons/codes/ANY"),
        ("PATCH", "coupons/codes/ANY"),
        ("DELETE", "coupons/codes/ANY"),
        ("GET", "coupons/batches"),
        ("GET", "coupons/batches/batch_001"),
    ],
)
def test_codes_are_shown_to_those_who_may_make_them(shop: Shop, method: str, path: str) -> None:
    assert shop.with_scopes("read", "checkout").call(method, path).status_code == 403


def test_a_promotion_asks_for_a_code_as_soon_as_it_has_one(shop: Shop) -> None:
    promotion_id, code = shop.promotion(discount_value=5.0), shop.own("FIRST")
    assert shop.evaluate(promotion_ids=[promotion_id])["total_discount"] == 5.0
    shop.coupon(promotion_id, code=code)
    assert shop.evaluate(promotion_ids=[promotion_id])["total_discount"] == 0.0
    assert shop.evaluate(f" {code.lower()} ", promotion_ids=[promotion_id])["total_discount"] == 5.0


def test_a_decision_says_of_each_code_what_became_of_it(shop: Shop) -> None:
    promotion_id = shop.promotion()
    good, old, own, once = (shop.own(name) for name in ("GOOD", "OLD", "OWN", "ONCE"))
    shop.coupon(promotion_id, code=good)
    shop.coupon(promotion_id, code=old, expires_at="2024-01-01T00:00:00Z")
    shop.coupon(promotion_id, code=own, customer_id=7)
    shop.coupon(promotion_id, code=once, max_uses_per_customer=1)
    found = shop.evaluate(good, old, own, once, "NO-SUCH", promotion_ids=[promotion_id])["coupons"]
    assert {one["coupon_code"]: one["reason"] for one in found} == {
        good: "Valid",
        old: "Coupon expired",
        own: "Customer not eligible",
        once: "It needs to know the customer",
        "NO-SUCH": "Coupon not found",
    }
