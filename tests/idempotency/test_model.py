"""When two calls are the same call, and which answers are kept."""

import msgspec
import pytest

from aurapromo.idempotency.model import Identity, Record, concealed, identity, keeps


def call(
    caller_id: str = "key:1",
    method: str = "POST",
    path: bytes = b"/api/v1/promotions",
    key: str = "k",
    body: bytes = b"{}",
) -> Identity:
    return identity(caller_id, (method, path), key, body)


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(call(caller_id="key:11"), id="another client"),
        pytest.param(call(method="PUT"), id="another method"),
        pytest.param(call(path=b"/api/v1/promotions/1"), id="another path"),
        pytest.param(call(key="k2"), id="another key"),
        pytest.param(call(caller_id="key:1POST", method=""), id="the same letters otherwise divided"),
    ],
)
def test_calls_that_are_different_calls(other: Identity) -> None:
    assert other.id != call().id


def test_another_body_makes_it_no_other_call_but_shows() -> None:
    other = call(body=b"{ }")
    assert other.id == call().id
    assert other.body_digest != call().body_digest


def test_a_slash_at_the_end_makes_no_difference() -> None:
    assert call(path=b"/api/v1/promotions/") == call()


def test_the_lock_is_a_number_that_postgresql_takes() -> None:
    locks = [call(key=str(number)).lock for number in range(200)]
    assert len(set(locks)) == 200
    assert all(-(2**63) <= lock < 2**63 for lock in locks)


@pytest.mark.parametrize("status", [200, 201, 202, 204, 404, 409, 422])
def test_what_is_done_or_refused_for_good_is_kept(status: int) -> None:
    assert keeps(status)


@pytest.mark.parametrize("status", [301, 400, 401, 403, 405, 413, 415, 429, 500, 503])
def test_what_may_be_otherwise_next_time_is_not(status: int) -> None:
    assert not keeps(status)


def test_what_is_shown_once_is_null_in_what_is_kept() -> None:
    shown = Record(b"", b"", 201, (), b'{"id":17,"key":"ap_aura_secret","limits":{"key":1}}')
    kept = msgspec.json.decode(concealed(shown, ("key", "secret")).body)
    assert kept == {"id": 17, "key": None, "limits": {"key": 1}}
