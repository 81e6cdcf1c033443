"""Whether a code holds: every reason of the contract, and nothing for those who guess."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from tests.conftest import Server
from tests.coupons.conftest import Shop

from aurapromo.platform import clock

NEXT_CENTURY = "2098-01-01T00:00:00Z"
LAST_CENTURY = "1999-01-01T00:00:00Z"


@pytest.mark.parametrize(
    ("promotion", "coupon", "body", "reason"),
    [
        pytest.param({}, {}, {}, "Valid", id="nothing is asked"),
        pytest.param({}, {"expires_at": LAST_CENTURY}, {}, "Coupon expired", id="an expired coupon"),
        pytest.param({"live": False}, {}, {}, "Promotion not active", id="a draft"),
        pytest.param(
            {"start_date": NEXT_CENTURY}, {}, {}, "Promotion not started", id="a promotion of the future"
        ),
        pytest.param(
            {"minimum_order_amount": 50.0},
            {},
            {"order_amount": 49.99},
            "Minimum order amount not reached",
            id="one cent short",
        ),
        pytest.param(
            {"minimum_order_amount": 50.0}, {}, {"order_amount": 50.0}, "Valid", id="the minimum amount"
        ),
        pytest.param(
            {"minimum_order_amount": 50.0},
            {},
            {"order_amount": 49.999},
            "Minimum order amount not reached",
            id="less than a cent short",
        ),
        pytest.param({"minimum_order_amount": 50.0}, {}, {}, "Valid", id="an amount that was not told"),
        pytest.param({}, {}, {"order_amount": 1e300}, "Valid", id="an amount beyond all bounds"),
        pytest.param({}, {"customer_id": 456}, {"customer_id": "456"}, "Valid", id="their own coupon"),
        pytest.param(
            {}, {"customer_id": 7}, {"customer_id": 456}, "Customer not eligible", id="somebody else's"
        ),
        pytest.param({}, {"customer_id": 7}, {}, "Customer not eligible", id="somebody's, by nobody"),
        pytest.param(
            {"target_customer_segments": ["premium"]},
            {},
            {"customer_id": 456},
            "Customer not eligible",
            id="a customer of no segment",
        ),
        pytest.param(
            {"target_customer_segments": ["premium"]}, {}, {}, "Valid", id="a customer who was not told"
        ),
        pytest.param(
            {"applicable_categories": [5]}, {}, {"order_amount": 10.0}, "Valid", id="what only a cart shows"
        ),
    ],
)
def test_the_reason(
    shop: Shop, promotion: dict[str, Any], coupon: dict[str, Any], body: dict[str, Any], reason: str
) -> None:
    code = shop.own("CODE")
    shop.coupon(shop.promotion(**promotion), code=code, **coupon)
    assert shop.reason(code, **body) == reason


def test_a_promotion_that_has_ended_by_the_clock_is_not_active_as_a_draft(shop: Shop) -> None:
    code = shop.own("DRAFT")
    shop.coupon(shop.promotion(live=False, end_date="2024-01-01T00:00:00Z"), code=code)
    assert shop.reason(code) == "Promotion not active"


def test_a_promotion_ends_by_the_clock(shop: Shop) -> None:
    code, soon = shop.own("SOON"), clock.now() + timedelta(seconds=0.5)
    shop.coupon(shop.promotion(end_date=soon.isoformat()), code=code)
    time.sleep(max(0.0, (soon - clock.now()).total_seconds()) + 0.01)
    assert shop.reason(code) == "Promotion expired"


def test_a_coupon_and_what_one_customer_may_take_of_it_are_used_up(
    serve: Callable[[], Server], database_url: str
) -> None:
    with serve().client() as client, psycopg.connect(database_url, autocommit=True) as conn:
        shop = Shop(client)
        promotion_id = shop.promotion()
        shop.coupon(promotion_id, code="TWICE", max_uses=2, max_uses_per_customer=1)
        conn.execute(
            "INSERT INTO redemption (id, promotion_id, promotion_version, coupon_id, order_id, customer_id,"
            " currency, state, discount, order_total, created_at, updated_at) SELECT gen_random_uuid(),"
            " promotion_id, 1, id, 'o-1', '456', 'USD', 'redeemed', 1, 4, now(), now() FROM coupon"
        )
        assert shop.reason("TWICE", customer_id=456) == "Customer usage limit reached"
        assert shop.reason("TWICE", customer_id=7) == "Valid"
        conn.execute("UPDATE coupon SET used = 1, held = 1")
        assert shop.reason("TWICE", customer_id=7) == "Coupon usage limit reached"
        assert shop.ok("GET", "coupons/codes/TWICE")["status"] == "active"


def test_who_may_check_out_sees_coupon_and_promotion(shop: Shop) -> None:
    promotion_id, code = shop.promotion(), shop.own("SUMMER25")
    coupon = shop.coupon(promotion_id, code=code, max_uses=100)
    assert shop.with_scopes("checkout").validate(code.lower(), customer_id=456, order_amount=75.0) == {
        "is_valid": True,
        "reason": "Valid",
        "coupon": {
            "id": coupon["id"],
            "code": code,
            "promotion_id": promotion_id,
            "max_uses": 100,
            "current_uses": 0,
            "expires_at": None,
        },
        "promotion": {"id": promotion_id, "name": "Summer Sale", "discount_value": 25.0},
    }


@pytest.mark.parametrize("scopes", [["read"], ["write"], ["read", "write", "admin"]], ids="+".join)
def test_who_may_not_gets_one_answer_about_all_codes_that_do_not_hold(shop: Shop, scopes: list[str]) -> None:
    promotion_id = shop.promotion(minimum_order_amount=50.0)
    codes = {name: shop.own(name) for name in ("EXPIRED", "FOREIGN", "DISABLED", "SMALL", "DRAFT")}
    shop.coupon(promotion_id, code=codes["EXPIRED"], expires_at=LAST_CENTURY)
    shop.coupon(promotion_id, code=codes["FOREIGN"], customer_id=7)
    shop.coupon(promotion_id, code=codes["DISABLED"])
    shop.ok("DELETE", f"coupons/codes/{codes['DISABLED']}")
    shop.coupon(promotion_id, code=codes["SMALL"])
    shop.coupon(shop.promotion(live=False, currency="JPY"), code=codes["DRAFT"])
    guesser = shop.with_scopes(*scopes)
    body = {"customer_id": 456, "order_amount": 9.99}
    answers = [
        guesser.call("POST", f"coupons/validate/{code}", json=body)
        for code in [*codes.values(), shop.own("UNKNOWN"), "no code at all", "%27", "x" * 500]
    ]
    nothing = {"is_valid": False, "reason": "Coupon not found", "coupon": None, "promotion": None}
    assert [answer.json() for answer in answers] == [nothing] * len(answers)
    assert {(answer.status_code, answer.content) for answer in answers} == {(200, answers[0].content)}
    names = [sorted(set(answer.headers) - {"date", "x-request-id"}) for answer in answers]
    assert names == [names[0]] * len(names)


def test_a_code_that_holds_is_valid_for_them_too(shop: Shop) -> None:
    code = shop.own("GOOD")
    shop.coupon(shop.promotion(), code=code)
    assert shop.with_scopes("read").reason(code, customer_id=456) == "Valid"
