"""`/api/oauth/v2/token`, and what a token is good for: the lines of Sylius' own specification."""

import subprocess
from collections.abc import Callable
from typing import Any

import httpx
import psycopg
import pytest
from tests.conftest import COMMAND

TOKEN = "/api/oauth/v2/token"
CLIENT = {"client_id": "demo_client", "client_secret": "secret_demo_client"}
USER = {"username": "api@example.com", "password": "sylius-api"}
PASSWORD = {**CLIENT, **USER, "grant_type": "password"}
case = pytest.param


def test_a_password_gives_a_pair_of_tokens(anonymous: httpx.Client) -> None:
    answer = anonymous.post(TOKEN, data=PASSWORD)
    body = answer.json()
    assert answer.status_code == 200
    assert list(body) == ["access_token", "expires_in", "token_type", "scope", "refresh_token"]
    assert (body["expires_in"], body["token_type"], body["scope"]) == (3600, "bearer", None)
    assert answer.headers["cache-control"] == "no-store, private"
    assert answer.headers["pragma"] == "no-cache"


@pytest.mark.parametrize(
    "ask",
    [
        case(lambda http: http.post(TOKEN, json=PASSWORD), id="json"),
        case(lambda http: http.get(TOKEN, params=PASSWORD), id="query"),
        case(
            lambda http: http.post(
                TOKEN, data={**USER, "grant_type": "password"}, auth=("demo_client", "secret_demo_client")
            ),
            id="basic",
        ),
        case(lambda http: http.post(f"/sylius{TOKEN}", data=PASSWORD), id="own prefix"),
    ],
)
def test_a_token_can_be_asked_for_in_many_ways(
    anonymous: httpx.Client, ask: Callable[[httpx.Client], httpx.Response]
) -> None:
    assert ask(anonymous).json()["token_type"] == "bearer"


def test_a_client_by_itself_gets_no_refresh_token_and_may_call(anonymous: httpx.Client) -> None:
    body = anonymous.post(TOKEN, data={**CLIENT, "grant_type": "client_credentials"}).json()
    assert "refresh_token" not in body
    assert get(anonymous, body["access_token"]).status_code == 200


def test_a_refresh_token_is_good_once(anonymous: httpx.Client) -> None:
    first = anonymous.post(TOKEN, data=PASSWORD).json()
    ask = {**CLIENT, "grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
    second = anonymous.post(TOKEN, data=ask)
    assert second.status_code == 200
    assert get(anonymous, second.json()["access_token"]).status_code == 200
    assert refused(anonymous.post(TOKEN, data=ask)) == ("invalid_grant", "Invalid refresh token")


REFUSALS = [
    case({}, "invalid_request", "Invalid grant_type parameter or parameter missing", id="no grant type"),
    case(
        {"grant_type": "guess"},
        "invalid_request",
        "Invalid grant_type parameter or parameter missing",
        id="no such grant type",
    ),
    case(
        {"grant_type": "password"},
        "invalid_client",
        "Client id was not found in the headers or body",
        id="no client",
    ),
    case(
        {"grant_type": "password", "client_id": "nobody", "client_secret": "x"},
        "invalid_client",
        "The client credentials are invalid",
        id="unknown client",
    ),
    case(
        {**PASSWORD, "client_secret": "wrong"},
        "invalid_client",
        "The client credentials are invalid",
        id="wrong secret",
    ),
    case(
        {**CLIENT, "grant_type": "authorization_code"},
        "unauthorized_client",
        "The grant type is unauthorized for this client_id",
        id="grant of others",
    ),
    case(
        {**CLIENT, "grant_type": "password"},
        "invalid_request",
        'Missing parameters. "username" and "password" required',
        id="no password",
    ),
    case(
        {**PASSWORD, "password": "wrong"},
        "invalid_grant",
        "Invalid username and password combination",
        id="wrong password",
    ),
    case(
        {**PASSWORD, "username": "nobody@example.com"},
        "invalid_grant",
        "Invalid username and password combination",
        id="unknown user",
    ),
    case(
        {**CLIENT, "grant_type": "refresh_token"},
        "invalid_request",
        'No "refresh_token" parameter found',
        id="no refresh token",
    ),
    case(
        {**CLIENT, "grant_type": "refresh_token", "refresh_token": "made up"},
        "invalid_grant",
        "Invalid refresh token",
        id="unknown refresh token",
    ),
    case(
        {**PASSWORD, "scope": "everything"},
        "invalid_scope",
        "An unsupported scope was requested.",
        id="unknown scope",
    ),
]


@pytest.mark.parametrize(("fields", "error", "description"), REFUSALS)
def test_every_refusal_says_what_is_wrong(
    anonymous: httpx.Client, fields: dict[str, str], error: str, description: str
) -> None:
    assert refused(anonymous.post(TOKEN, data=fields)) == (error, description)


def test_an_expired_refresh_token_says_so(demo: Any, anonymous: httpx.Client) -> None:
    refresh = anonymous.post(TOKEN, data=PASSWORD).json()["refresh_token"]
    expire(demo, "refresh")
    ask = {**CLIENT, "grant_type": "refresh_token", "refresh_token": refresh}
    assert refused(anonymous.post(TOKEN, data=ask)) == ("invalid_grant", "Refresh token has expired")


def test_many_wrong_passwords_of_a_user_are_not_tried_any_more(anonymous: httpx.Client) -> None:
    wrong = {**PASSWORD, "username": "guessed@example.com", "password": "wrong"}
    answers = [anonymous.post(TOKEN, data=wrong) for _ in range(11)]
    assert [answer.status_code for answer in answers] == [400] * 10 + [429]
    assert 0 < int(answers[-1].headers["retry-after"]) <= 900
    assert anonymous.post(TOKEN, data=PASSWORD).status_code == 200


def test_without_a_token_the_contract_asks_for_one(anonymous: httpx.Client) -> None:
    answer = anonymous.get("/sylius/api/v1/promotions/")
    assert answer.status_code == 401
    assert answer.json() == {
        "error": "access_denied",
        "error_description": "OAuth2 authentication required",
    }
    assert answer.headers["www-authenticate"] == (
        'Bearer realm="Service", error="access_denied", error_description="OAuth2 authentication required"'
    )


def test_a_made_up_token_is_invalid(anonymous: httpx.Client) -> None:
    answer = get(anonymous, "made up", "/sylius/api/v1/promotions/")
    assert answer.json() == {
        "error": "invalid_grant",
        "error_description": "The access token provided is invalid.",
    }


def test_an_expired_token_is_answered_in_its_contract_on_shared_paths(
    demo: Any, anonymous: httpx.Client
) -> None:
    token = anonymous.post(TOKEN, data=PASSWORD).json()["access_token"]
    expire(demo, "access")
    answer = get(anonymous, token)
    assert answer.status_code == 401
    assert answer.json() == {
        "error": "invalid_grant",
        "error_description": "The access token provided has expired.",
    }


def test_a_token_may_stand_in_the_address_but_not_in_two_places(anonymous: httpx.Client) -> None:
    where = "/sylius/api/v1/promotions/?access_token=SampleToken"
    assert anonymous.get(where).status_code == 200
    twice = get(anonymous, "SampleToken", where)
    assert twice.status_code == 400
    assert twice.json() == {
        "error": "invalid_request",
        "error_description": "Only one method may be used to authenticate at a time "
        "(Auth header, GET or POST).",
    }


def test_the_demo_counts_in_demo_mode_only(serve: Callable[..., Any]) -> None:
    with serve("--demo") as running:
        assert status(running, "SampleToken") == 200
    with serve() as plain:  # on the same database, with the demo's data
        assert status(plain, "SampleToken") == 401
        with httpx.Client(base_url=plain.base_url, trust_env=False) as http:
            assert refused(http.post(TOKEN, data=PASSWORD))[0] == "invalid_client"


def status(server: Any, token: str) -> int:
    with httpx.Client(base_url=server.base_url, trust_env=False) as http:
        return get(http, token).status_code


def test_accounts_are_made_by_the_command_line(server: Any, anonymous: httpx.Client) -> None:
    run(server, "oauth-clients", "create", "--client-id", "shop", "--client-secret", "s3cret",
        "--scopes", "read", "--grants", "password")  # fmt: skip
    run(server, "users", "create", "--username", "kim", "--password", "pass word", "--role", "manager")
    ask = {"client_id": "shop", "client_secret": "s3cret", "username": "KIM", "password": "pass word"}
    with httpx.Client(base_url=server.base_url, trust_env=False) as http:
        token = http.post(TOKEN, data={**ask, "grant_type": "password"}).json()["access_token"]
        assert get(http, token).status_code == 200
        forbidden = http.post("/api/v1/promotions/", headers=bearer(token), json={})
        assert (forbidden.status_code, forbidden.json()["message"]) == (403, "Access Denied.")
        other = http.post(TOKEN, data={**ask, "grant_type": "client_credentials"})
        assert refused(other)[0] == "unauthorized_client"


def run(server: Any, *words: str) -> None:
    subprocess.run([COMMAND, *words, "--database-url", server.database_url], check=True)


def expire(server: Any, kind: str) -> None:
    with psycopg.connect(server.database_url) as conn:
        conn.execute(
            "UPDATE oauth_token SET expires_at = now() WHERE kind = %s AND expires_at IS NOT NULL", (kind,)
        )


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def get(http: httpx.Client, token: str, path: str = "/api/v1/promotions/") -> httpx.Response:
    return http.get(path, headers=bearer(token))


def refused(answer: httpx.Response) -> tuple[str, str]:
    assert answer.status_code == 400
    body = answer.json()
    assert list(body) == ["error", "error_description"]
    return body["error"], body["error_description"]
