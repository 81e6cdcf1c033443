"""A server with the demo's credentials, and a client that speaks Sylius' contract to it."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import httpx
import pytest


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
