"""Whether a coupon may be used, as a table; pure."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from aurapromo.coupons.model import Known, Status
from aurapromo.coupons.rules import Refusal, refusal, status_of

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
LATER, EARLIER = NOON + timedelta(seconds=1), NOON - timedelta(seconds=1)


def a_coupon(**fields: Any) -> Known:
    harmless: dict[str, Any] = {
        "id": 1,
        "promotion_id": 1,
        "code": "SUMMER25",
        "customer_id": None,
        "disabled": False,
        "max_uses": None,
        "max_uses_per_customer": None,
        "used": 0,
        "held": 0,
        "expires_at": None,
        "promotion_ends_at": None,
        "batch_id": None,
        "reusable_from_cancelled_orders": True,
        "metadata": {},
        "created_at": EARLIER,
        "updated_at": EARLIER,
        "customer_uses": 0,
    }
    return Known(**harmless | fields)


@pytest.mark.parametrize(
    ("coupon", "expected"),
    [
        pytest.param(a_coupon(), None, id="without limits"),
        pytest.param(a_coupon(expires_at=LATER), None, id="before its end"),
        pytest.param(a_coupon(expires_at=NOON), Refusal.EXPIRED, id="at its end"),
        pytest.param(a_coupon(disabled=True), Refusal.EXPIRED, id="taken out of use"),
        pytest.param(a_coupon(promotion_ends_at=EARLIER), None, id="its promotion is judged elsewhere"),
        pytest.param(a_coupon(max_uses=2, used=1), None, id="one use is left"),
        pytest.param(a_coupon(max_uses=2, used=2), Refusal.USED_UP, id="used up"),
        pytest.param(a_coupon(max_uses=2, used=1, held=1), Refusal.USED_UP, id="the last use is held"),
        pytest.param(a_coupon(max_uses_per_customer=2, customer_uses=1), None, id="one is left for them"),
        pytest.param(
            a_coupon(max_uses_per_customer=2, customer_uses=2), Refusal.CUSTOMER_LIMIT, id="none for them"
        ),
        pytest.param(a_coupon(customer_id="456"), None, id="their own"),
        pytest.param(a_coupon(customer_id="7"), Refusal.NOT_THEIRS, id="somebody else's"),
        pytest.param(
            a_coupon(customer_id="7", expires_at=EARLIER), Refusal.NOT_THEIRS, id="somebody else's, expired"
        ),
    ],
)
def test_a_known_customer(coupon: Known, expected: Refusal | None) -> None:
    assert refusal(coupon, "456", NOON, strangers=False) is expected


@pytest.mark.parametrize(
    ("coupon", "strangers", "expected"),
    [
        pytest.param(a_coupon(), False, None, id="a coupon for anybody"),
        pytest.param(a_coupon(customer_id="7"), True, Refusal.NOT_THEIRS, id="a personal coupon"),
        pytest.param(
            a_coupon(max_uses_per_customer=1), False, Refusal.CUSTOMER_UNKNOWN, id="a limit nobody could hold"
        ),
        pytest.param(a_coupon(max_uses_per_customer=1), True, None, id="a limit that is not held to"),
    ],
)
def test_a_customer_who_is_not_known(coupon: Known, strangers: bool, expected: Refusal | None) -> None:
    assert refusal(coupon, None, NOON, strangers=strangers) is expected


@pytest.mark.parametrize(
    ("coupon", "expected"),
    [
        pytest.param(a_coupon(max_uses=2, used=1, held=1), Status.ACTIVE, id="held uses may come back"),
        pytest.param(a_coupon(max_uses=2, used=2), Status.USED_UP, id="used up"),
        pytest.param(a_coupon(max_uses=1, used=2), Status.USED_UP, id="the limit fell below its uses"),
        pytest.param(a_coupon(expires_at=NOON), Status.EXPIRED, id="at its end"),
        pytest.param(a_coupon(promotion_ends_at=NOON), Status.EXPIRED, id="at its promotion's end"),
        pytest.param(a_coupon(expires_at=LATER, promotion_ends_at=EARLIER), Status.EXPIRED, id="the earlier"),
        pytest.param(a_coupon(max_uses=1, used=1, expires_at=NOON), Status.EXPIRED, id="used up and expired"),
        pytest.param(a_coupon(disabled=True, expires_at=EARLIER), Status.DISABLED, id="disabled above all"),
    ],
)
def test_the_status_that_people_see(coupon: Known, expected: Status) -> None:
    assert status_of(coupon, NOON) is expected
