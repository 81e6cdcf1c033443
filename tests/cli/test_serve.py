"""The server process, from its first line to its exit status."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    from tests.conftest import Server

Serve = Callable[[], "Server"]


def test_it_is_ready_when_it_says_so(server: "Server") -> None:
    ready = httpx.get(f"{server.base_url}/readyz", trust_env=False)
    assert ready.status_code == 200
    assert [(check["name"], check["ok"]) for check in ready.json()["checks"]] == [
        ("database", True),
        ("migrations", True),
        ("book", True),
    ]
