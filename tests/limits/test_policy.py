"""Which limit holds, and what a count means under it."""

import pytest

from aurapromo.access.model import Caller, Limit, Limits, RateClass
from aurapromo.limits.limiter import defaults
from aurapromo.limits.policy import Standing, Window, limit_of
from aurapromo.platform import settings
from aurapromo.platform.settings import SettingError

NOON = 1_769_860_800.0  # 2026-01-31T12:00:00Z
DOCUMENTED = defaults(settings.read({}))


def caller(limits: Limits) -> Caller:
    return Caller(id="key:1", name="", contract="aura", scopes=frozenset(), limits=limits)


@pytest.mark.parametrize(
    ("rate", "calls"),
    [
        (RateClass.GENERAL, 100),
        (RateClass.COUPON, 10),
        (RateClass.DISCOUNT, 50),
        (RateClass.BULK, 5),
    ],
)
def test_a_key_without_wishes_has_the_documented_calls_an_hour(rate: RateClass, calls: int) -> None:
    assert limit_of(caller("default"), rate, DOCUMENTED) == Limit(calls, 3600)


def test_a_key_may_have_no_limits_at_all() -> None:
    assert [limit_of(caller("none"), rate, DOCUMENTED) for rate in RateClass] == [None] * 4


def test_a_class_that_a_key_does_not_name_keeps_the_services_limit() -> None:
    own = caller({RateClass.DISCOUNT: Limit(7, 60)})
    assert limit_of(own, RateClass.DISCOUNT, DOCUMENTED) == Limit(7, 60)
    assert limit_of(own, RateClass.COUPON, DOCUMENTED) == Limit(10, 3600)


def test_the_services_limits_are_settings() -> None:
    chosen = defaults(settings.read({"AURAPROMO_LIMIT_BULK": "1000/60"}))
    assert chosen[RateClass.BULK] == Limit(1000, 60)


@pytest.mark.parametrize("text", ["", "100", "100/", "0/60", "5/0", "-1/60", "1/2/3", "ten/60", " 5/60"])
def test_a_limit_that_cannot_be_read_stops_the_start_and_is_named(text: str) -> None:
    with pytest.raises(SettingError, match="AURAPROMO_LIMIT_COUPON"):
        settings.read({"AURAPROMO_LIMIT_COUPON": text})


@pytest.mark.parametrize(
    ("count", "allowed", "remaining"),
    [(1, True, 2), (3, True, 0), (4, False, 0), (400, False, 0)],
)
def test_the_last_call_within_a_limit_is_allowed_and_the_next_one_not(
    count: int, allowed: bool, remaining: int
) -> None:
    standing = Standing(RateClass.GENERAL, Limit(3, 60), Window(count, NOON))
    assert (standing.allowed, standing.remaining) == (allowed, remaining)


@pytest.mark.parametrize(
    ("left", "seconds"),
    [
        pytest.param(60, 60, id="whole seconds as they are"),
        pytest.param(59.001, 60, id="a fraction counts as a second"),
        pytest.param(0.001, 1, id="never nothing while the window lasts"),
        pytest.param(-1, 1, id="nor afterwards"),
    ],
)
def test_waiting_the_seconds_left_is_always_enough(left: float, seconds: int) -> None:
    window = Window(4, NOON + left)
    assert Standing(RateClass.GENERAL, Limit(3, 60), window).seconds_left(NOON) == seconds
