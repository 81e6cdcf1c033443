"""A server with the demo's credentials, and a client that speaks Sylius' contract to it."""

import itertools
import json
import secrets
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import httpx
import pytest
from tests.conftest import COMMAND


@pytest.fixture(scope="session")
def demo(fresh_server: Callable[..., AbstractContextManager[Any]]) -> Iterator[Any]:
    """A server with demo data, in the time zone of the documents' examples."""
    with fresh_server("--demo", sylius_timezone="Europe/Warsaw") as running:
        yield running


@pytest.fixture
def shop(demo: Any) -> Iterator[httpx.Client]:
    """A client that comes with the literal token of the documents."""
    with client_of(demo, "SampleToken") as client:
        yield client


@pytest.fixture
def anonymous(demo: Any) -> Iterator[httpx.Client]:
    with client_of(demo, None) as client:
        yield client


def client_of(server: Any, token: str | None) -> httpx.Client:
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    return httpx.Client(base_url=server.base_url, headers=headers, trust_env=False, timeout=30)


class Api:
    """Sylius' contract of a server that other tests use as well: every test has codes of its own."""

    def __init__(self, http: httpx.Client) -> None:
        self.http = http

    def call(self, method: str, path: str, body: Any = None) -> httpx.Response:
        content = body if isinstance(body, str | bytes) or body is None else json.dumps(body)
        return self.http.request(
            method, f"/api/v1{path}", content=content, headers={"Content-Type": "application/json"}
        )

    def get(self, path: str) -> Any:
        answer = self.call("GET", path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def create(self, **fields: Any) -> Any:
        """A new promotion, in full."""
        answer = self.call("POST", "/promotions/", {"code": code(), "name": "Any", **fields})
        assert answer.status_code == 201, answer.text
        return answer.json()

    def refusal(self, method: str, path: str, body: Any) -> Any:
        """The tree of errors of a refused form."""
        answer = self.call(method, path, body)
        assert answer.status_code == 400, answer.text
        told = answer.json()
        assert (told["code"], told["message"]) == (400, "Validation Failed")
        return told["errors"]

    def channel(self, **fields: Any) -> str:
        """The code of a new channel, so that nothing else applies there."""
        given = {"code": code(), "name": "A channel", "baseCurrency": "USD", **fields}
        assert self.call("POST", "/channels/", given).status_code == 201
        return str(given["code"])


_numbers = itertools.count(1)


def code() -> str:
    """A code that no other test has."""
    return f"c-{next(_numbers)}-{secrets.token_hex(4)}"


@pytest.fixture(scope="session")
def plain(fresh_server: Callable[..., AbstractContextManager[Any]]) -> Iterator[Any]:
    """A server without demo data, whose shop is nothing but a default channel and one more."""
    with fresh_server(sylius_timezone="Europe/Warsaw", anonymous_contract="sylius") as running:
        channels = ["--code", "WEB", "--name", "Web", "--currency", "USD", "--hostname", "localhost"]
        subprocess.run(
            [COMMAND, "channels", "create", *channels, "--database-url", running.database_url], check=True
        )
        yield running


@pytest.fixture(scope="session")
def sylius_key(plain: Any) -> str:
    words = ["keys", "create", "--name", "t", "--contract", "sylius", "--no-limits"]
    made = subprocess.run(
        [COMMAND, *words, "--database-url", plain.database_url], check=True, capture_output=True, text=True
    )
    return made.stdout.strip()


@pytest.fixture
def api(plain: Any, sylius_key: str) -> Iterator[Api]:
    with client_of(plain, sylius_key) as client:
        yield Api(client)
