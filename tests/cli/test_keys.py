"""`aurapromo keys`, beside a running server or before its first start."""

from typing import TYPE_CHECKING

import httpx
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Commands
    from tests.conftest import Server


def test_a_key_is_alone_on_standard_output_and_opens_the_server(
    aurapromo: "Commands", serve: "Callable[[], Server]"
) -> None:
    made = aurapromo("keys", "create", "--name", "web shop", "--scopes", "read,write", "--no-limits")
    assert made.returncode == 0
    key = made.stdout.removesuffix("\n")
    assert key.startswith("ap_aura_")
    assert len(key.split()) == 1
    with serve().client(key) as client:
        assert client.get("/api/v1/promotions").status_code == 200
        assert client.get("/api/v1/keys").status_code == 403


def test_a_key_made_while_the_server_runs_works_at_once(server: "Server", aurapromo: "Commands") -> None:
    made = aurapromo(
        "keys", "create", "--name", "late", "--scopes", "read", "--database-url", server.database_url
    )
    with server.client(made.stdout.strip()) as client:
        assert client.get("/api/v1/promotions").status_code == 200


def test_a_revoked_key_is_listed_as_such_and_refused(
    aurapromo: "Commands", serve: "Callable[[], Server]"
) -> None:
    key = aurapromo("keys", "create", "--name", "lost", "--scopes", "read").stdout.strip()
    assert "good" in aurapromo("keys", "list").stdout
    assert aurapromo("keys", "revoke", 1).returncode == 0
    listed = aurapromo("keys", "list").stdout
    assert "revoked" in listed
    assert key not in listed
    with serve().client(key) as client:
        assert client.get("/api/v1/promotions").status_code == httpx.codes.UNAUTHORIZED


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(("--scopes", "read,fly"), "'fly' is not a valid Scope", id="no such scope"),
        pytest.param(("--scopes", ","), "scopes", id="no scope at all"),
        pytest.param(("--contract", "soap"), "soap", id="no such contract"),
        pytest.param(("--expires-at", "tomorrow"), "tomorrow is not a time", id="a time nobody can read"),
        pytest.param(("--expires-at", "2020-01-01"), "must lie in the future", id="over already"),
    ],
)
def test_a_key_that_cannot_be_made(aurapromo: "Commands", words: tuple[str, ...], said: str) -> None:
    refused = aurapromo("keys", "create", "--name", "odd", *words)
    assert refused.returncode in {1, 2}
    assert refused.stdout == ""
    assert said in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_key_that_is_not_there_cannot_be_revoked(aurapromo: "Commands") -> None:
    refused = aurapromo("keys", "revoke", 99)
    assert (refused.returncode, refused.stderr) == (1, "aurapromo: There is no API key 99\n")
