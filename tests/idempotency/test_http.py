"""Idempotency keys as a client uses them."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import httpx
import psycopg

if TYPE_CHECKING:
    from tests.conftest import Server

Serve = Callable[..., "Server"]


def promotion(name: str) -> dict[str, Any]:
    return {
        "name": name,
        "promotion_type": "percentage_discount",
        "discount_type": "percentage",
        "discount_value": 10,
        "start_date": "2026-01-01T00:00:00Z",
        "end_date": "2099-01-01T00:00:00Z",
    }


def create(client: httpx.Client, name: str, key: str) -> httpx.Response:
    return client.post("/api/v1/promotions", json=promotion(name), headers={"Idempotency-Key": key})


def named(client: httpx.Client, name: str) -> list[dict[str, Any]]:
    """The promotions with just this name."""
    found = client.get("/api/v1/promotions", params={"search": name, "per_page": 100})
    assert found.status_code == 200, found.text
    return [item for item in found.json()["items"] if item["name"] == name]


def replayed(answer: httpx.Response) -> bool:
    return bool(answer.headers.get("idempotent-replayed") == "true")


def test_a_repeated_call_gets_the_first_answer_and_says_so(client: httpx.Client) -> None:
    first, again = (create(client, "Once only", "http-1") for _ in range(2))
    assert (first.status_code, replayed(first)) == (201, False)
    assert (again.status_code, replayed(again)) == (201, True)
    assert again.content == first.content
    assert again.headers["content-type"] == first.headers["content-type"]
    assert again.headers["x-request-id"] != first.headers["x-request-id"]
    assert len(named(client, "Once only")) == 1


def test_what_was_created_under_a_key_counts_at_once(client: httpx.Client) -> None:
    created = create(client, "Counts at once", "http-2").json()["id"]
    path = f"/api/v1/promotions/{created}/activate"
    assert client.post(path, headers={"Idempotency-Key": "http-2"}).status_code == 200
    line = {"product_id": 1, "quantity": 1, "unit_price": 50.0, "subtotal": 50.0}
    cart = {"order_items": [line], "promotion_ids": [created]}
    decided = client.post("/api/v1/evaluations", json=cart).json()
    assert decided["total_discount"] == 5.0


def test_another_body_under_the_same_key_is_refused(client: httpx.Client) -> None:
    create(client, "First body", "http-3")
    other = create(client, "Other body", "http-3")
    assert (other.status_code, other.json()["code"]) == (422, "IDEMPOTENCY_KEY_REUSED")
    assert named(client, "Other body") == []


def test_the_same_key_elsewhere_is_another_call(client: httpx.Client) -> None:
    created = create(client, "Elsewhere", "http-4").json()["id"]
    paths = [f"/api/v1/promotions/{created}/{verb}" for verb in ("activate", "pause")]
    answers = [client.post(path, headers={"Idempotency-Key": "http-4"}) for path in paths]
    assert [answer.json()["promotion"]["status"] for answer in answers] == ["active", "paused"]


def test_keys_of_one_client_mean_nothing_to_another(server: "Server", client: httpx.Client) -> None:
    wanted = {"name": "other", "scopes": ["read", "write"], "limits": "none"}
    with server.client(client.post("/api/v1/keys", json=wanted).json()["key"]) as other:
        answers = [create(who, "Two clients", "http-5") for who in (client, other)]
    assert [replayed(answer) for answer in answers] == [False, False]
    assert len(named(client, "Two clients")) == 2


def test_a_refusal_of_the_use_case_is_repeated_even_if_it_would_not_happen_again(
    client: httpx.Client,
) -> None:
    created = create(client, "Paused too early", "http-6").json()["id"]
    path, headers = f"/api/v1/promotions/{created}/pause", {"Idempotency-Key": "http-6"}
    first = client.post(path, headers=headers)
    client.post(f"/api/v1/promotions/{created}/activate")
    again = client.post(path, headers=headers)
    assert (first.status_code, again.status_code, replayed(again)) == (409, 409, True)
    assert again.json() == first.json()
    assert named(client, "Paused too early")[0]["status"] == "active"


def test_what_the_edge_refuses_leaves_the_key_unused(server: "Server", client: httpx.Client) -> None:
    headers = {"Idempotency-Key": "http-7"}
    wanted = {"name": "reader", "scopes": ["read"], "limits": "none"}
    with server.client(client.post("/api/v1/keys", json=wanted).json()["key"]) as reader:
        assert create(reader, "Edge", "http-7").status_code == 403
    refused = [
        client.post("/api/v1/promotions", content=b"{", headers=headers),
        client.post("/api/v1/promotions", json={"name": ""}, headers=headers),
        client.post("/api/v1/promotions", content=b"x", headers=headers | {"content-type": "text/plain"}),
    ]
    assert [answer.status_code for answer in refused] == [400, 422, 415]
    first = create(client, "Edge", "http-7")
    assert (first.status_code, replayed(first)) == (201, False)


def test_a_secret_is_shown_once(client: httpx.Client) -> None:
    wanted = {"name": "made once", "scopes": ["read"]}
    headers = {"Idempotency-Key": "http-8"}
    first, again = (client.post("/api/v1/keys", json=wanted, headers=headers) for _ in range(2))
    assert first.json()["key"].startswith("ap_")
    assert again.json() == first.json() | {"key": None}
    assert replayed(again)


def test_twins_at_the_same_moment_have_one_effect(client: httpx.Client) -> None:
    with ThreadPoolExecutor(16) as threads:
        answers = list(threads.map(lambda _: create(client, "Twins", "http-9"), range(16)))
    done = [answer for answer in answers if answer.status_code == 201]
    sent_away = [answer for answer in answers if answer.status_code == 409]
    assert len(done) + len(sent_away) == 16
    assert len({answer.content for answer in done}) == 1
    assert [replayed(answer) for answer in done].count(False) == 1
    assert {answer.headers["retry-after"] for answer in sent_away} <= {"1"}
    assert {answer.json()["code"] for answer in sent_away} <= {"IDEMPOTENCY_KEY_IN_USE"}
    assert len(named(client, "Twins")) == 1


def test_a_server_that_is_killed_leaves_effect_and_answer_or_neither(serve: Serve, database_url: str) -> None:
    server = serve()
    answered = asyncio.run(created_until_killed(server, after=60))
    with psycopg.connect(database_url) as conn:
        rows = conn.execute("SELECT name, count(*) FROM promotion GROUP BY name").fetchall()
        effects: dict[str, int] = dict(rows)
        records = conn.execute("SELECT count(*) FROM idempotency_record").fetchone()
    assert set(effects.values()) == {1}
    assert records == (len(effects),)
    assert answered.keys() <= effects.keys()
    with serve().client(server.key) as client:
        again = {name: create(client, name, name) for name in {*answered, *effects}}
    assert all(replayed(answer) for answer in again.values())
    assert {name: again[name].content for name in answered} == answered


async def created_until_killed(server: "Server", *, after: int) -> dict[str, bytes]:
    """Kill the server in the middle of creating promotions; the answers that came back, by name."""
    answered: dict[str, bytes] = {}
    headers = {"Authorization": f"Bearer {server.key}"}

    async def work(client: httpx.AsyncClient, worker: int) -> None:
        for number in range(1000):
            name = f"killed-{worker}-{number}"
            given = await client.post(
                "/api/v1/promotions", json=promotion(name), headers={"Idempotency-Key": name}
            )
            assert given.status_code == 201, given.text
            answered[name] = given.content
            if len(answered) == after:
                server.process.kill()

    async with httpx.AsyncClient(base_url=server.base_url, headers=headers, trust_env=False) as client:
        ends = await asyncio.gather(*(work(client, worker) for worker in range(8)), return_exceptions=True)
    assert all(isinstance(end, httpx.TransportError) for end in ends), ends
    return answered


def test_redeeming_again_with_the_same_key_takes_nothing_more(client: httpx.Client) -> None:
    created = create(client, "Redeemed once", "http-10").json()["id"]
    client.post(f"/api/v1/promotions/{created}/activate")
    line = {"product_id": 1, "quantity": 1, "unit_price": 50.0, "subtotal": 50.0}
    body = {"customer_id": 456, "order_items": [line], "promotion_ids": [created]}
    path = "/api/v1/orders/http-10/apply-discount"
    by_header = {"Idempotency-Key": "http-10"}
    first, again = (client.post(path, json=body, headers=by_header) for _ in range(2))
    assert (first.status_code, first.json()["total_discount"]) == (200, 5.0), first.text
    assert (again.content, replayed(first), replayed(again)) == (first.content, False, True)
    other = client.post(path, json=body | {"customer_id": 457}, headers=by_header)
    assert (other.status_code, other.json()["code"]) == (422, "IDEMPOTENCY_KEY_REUSED")
    assert client.get(f"/api/v1/promotions/{created}").json()["current_uses"] == 1


def test_redeeming_takes_its_key_from_the_body_too(client: httpx.Client) -> None:
    body = {"customer_id": 456, "promotion_ids": [1], "idempotency_key": "http-11"}
    path = "/api/v1/orders/http-11/apply-discount"
    first, again = (client.post(path, json=body) for _ in range(2))
    assert (first.status_code, first.json()["code"]) == (404, "ORDER_UNKNOWN"), first.text
    assert (again.content, replayed(again)) == (first.content, True)
    differs = client.post(path, json=body, headers={"Idempotency-Key": "http-12"})
    assert (differs.status_code, differs.json()["errors"][0]["field"]) == (422, "idempotency_key")
