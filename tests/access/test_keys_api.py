"""Keys over HTTP, called with keys."""

from typing import Any, Protocol

import httpx
import pytest

from aurapromo.access.model import Scope
from aurapromo.platform import database as db
from aurapromo.platform.database import Database

A_KEY = {"name": "Web shop", "scopes": ["read", "checkout"]}


class Moment(Protocol):
    def move(self, seconds: float) -> None: ...


class Issue(Protocol):
    async def __call__(self, *scopes: Scope, **given: Any) -> tuple[int, str]: ...


def bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


async def test_a_new_key_is_shown_once_and_works(client: httpx.AsyncClient, issue: Issue) -> None:
    _, admin = await issue()
    made = await client.post("/keys", json=A_KEY | {"scopes": ["admin"]}, headers=bearer(admin))
    assert made.status_code == 201
    key = made.json()
    secret = key.pop("key")
    assert key == {
        "id": key["id"],
        "prefix": secret[: len("ap_aura_") + 4],
        "name": "Web shop",
        "contract": "aura",
        "scopes": ["admin"],
        "limits": "default",
        "expires_at": None,
        "created_at": "2026-01-31T12:00:00Z",
    }
    listed = await client.get("/keys", headers=bearer(secret))
    assert listed.status_code == 200
    assert secret not in listed.text
    assert listed.json()["items"][0] == key | {
        "revoked_at": None,
        "last_used_at": "2026-01-31T12:00:00Z",
    }


@pytest.mark.parametrize(
    "given",
    [
        pytest.param({"limits": "none"}, id="without limits"),
        pytest.param({"limits": {"discount": {"limit": 9, "window_s": 60}}}, id="limits of its own"),
        pytest.param({"contract": "sylius"}, id="the other contract"),
        pytest.param({"expires_at": "2027-01-01T00:00:00Z"}, id="with an end"),
        pytest.param({"scopes": ["read", "checkout", "write", "admin"]}, id="every scope, in order"),
    ],
)
async def test_a_key_is_as_it_was_asked_for(
    client: httpx.AsyncClient, issue: Issue, given: dict[str, Any]
) -> None:
    _, admin = await issue()
    made = await client.post("/keys", json=A_KEY | given, headers=bearer(admin))
    listed = await client.get("/keys", headers=bearer(admin))
    assert given.items() <= made.json().items()
    assert given.items() <= listed.json()["items"][0].items()


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        pytest.param({}, ["name", "scopes"], id="nothing said"),
        pytest.param({"name": " ", "scopes": ["read"]}, ["name"], id="a blank name"),
        pytest.param({"name": "x", "scopes": []}, ["scopes"], id="no scope"),
        pytest.param({"name": "x", "scopes": ["root"]}, ["scopes[0]"], id="no such scope"),
        pytest.param(A_KEY | {"contract": "other"}, ["contract"], id="no such contract"),
        pytest.param(A_KEY | {"limits": "few"}, ["limits"], id="no such limits"),
        pytest.param(A_KEY | {"limits": {"all": {}}}, None, id="no such class"),
        pytest.param(
            A_KEY | {"limits": {"bulk": {"limit": 0, "window_s": 0}}},
            ["limits.bulk.limit", "limits.bulk.window_s"],
            id="limits of nothing",
        ),
        pytest.param(A_KEY | {"expires_at": "2026-01-31T12:00:00Z"}, ["expires_at"], id="over already"),
        pytest.param(A_KEY | {"expires_at": "2027-01-01"}, ["expires_at"], id="a day instead of a moment"),
    ],
)
async def test_a_key_that_cannot_be_made(
    client: httpx.AsyncClient, issue: Issue, body: dict[str, Any], fields: list[str] | None
) -> None:
    _, admin = await issue()
    answer = await client.post("/keys", json=body, headers=bearer(admin))
    assert answer.status_code == 422
    assert fields is None or [fault["field"] for fault in answer.json()["errors"]] == fields
    assert len((await client.get("/keys", headers=bearer(admin))).json()["items"]) == 1


async def test_a_key_hands_out_no_scope_that_it_does_not_have(
    client: httpx.AsyncClient, issue: Issue
) -> None:
    _, admin = await issue(Scope.ADMIN, Scope.READ)
    answer = await client.post("/keys", json=A_KEY | {"scopes": ["read", "write"]}, headers=bearer(admin))
    assert answer.status_code == 403
    assert "write" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("method", "path"), [("POST", "/keys"), ("GET", "/keys"), ("DELETE", "/keys/1")], ids=str
)
async def test_keys_are_for_the_scope_admin_alone(
    client: httpx.AsyncClient, issue: Issue, method: str, path: str
) -> None:
    _, shop = await issue(Scope.READ, Scope.CHECKOUT, Scope.WRITE)
    assert (await client.request(method, path, json=A_KEY, headers=bearer(shop))).status_code == 403
    nobody = await client.request(method, path, json=A_KEY)
    assert nobody.status_code == 401
    assert nobody.headers["www-authenticate"].startswith("Bearer")


async def test_a_revoked_key_is_refused_from_the_next_call_on(
    client: httpx.AsyncClient, issue: Issue
) -> None:
    _, admin = await issue()
    key_id, other = await issue()
    assert (await client.get("/keys", headers=bearer(other))).status_code == 200
    gone = await client.delete(f"/keys/{key_id}", headers=bearer(admin))
    assert (gone.status_code, gone.content) == (204, b"")
    refused = await client.get("/keys", headers=bearer(other))
    assert (refused.status_code, refused.json()["detail"]) == (401, "The API key has been revoked")


async def test_revoking_again_changes_nothing(client: httpx.AsyncClient, issue: Issue, clock: Moment) -> None:
    _, admin = await issue()
    key_id, _ = await issue()
    for _ in range(2):
        assert (await client.delete(f"/keys/{key_id}", headers=bearer(admin))).status_code == 204
        clock.move(60)
    (shown, _) = (await client.get("/keys", headers=bearer(admin))).json()["items"]
    assert (shown["id"], shown["revoked_at"]) == (key_id, "2026-01-31T12:00:00Z")


@pytest.mark.parametrize("key_id", ["0", "999999", "9" * 30, "abc"])
async def test_a_key_that_is_not_there_cannot_be_revoked(
    client: httpx.AsyncClient, issue: Issue, key_id: str
) -> None:
    _, admin = await issue()
    assert (await client.delete(f"/keys/{key_id}", headers=bearer(admin))).status_code == 404


async def test_the_list_goes_from_page_to_page_without_gap_or_repetition(
    client: httpx.AsyncClient, issue: Issue
) -> None:
    made = [await issue() for _ in range(5)]
    query: dict[str, int] = {"per_page": 2}
    seen: list[int] = []
    for has_next in (True, True, False):
        page = (await client.get("/keys", params=query, headers=bearer(made[0][1]))).json()
        seen += [key["id"] for key in page["items"]]
        assert (page["pagination"]["per_page"], page["pagination"]["has_next"]) == (2, has_next)
        query["cursor"] = page["pagination"]["next_cursor"]
    assert seen == [key_id for key_id, _ in reversed(made)]
    assert query["cursor"] is None


async def test_no_secret_is_stored(issue: Issue, database: Database) -> None:
    _, secret = await issue()
    async with database.reading() as conn:
        (row,) = await db.mappings(conn, "SELECT api_key::text AS text FROM api_key")
    assert secret.rpartition("_")[2] not in row["text"]
