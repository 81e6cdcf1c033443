"""The server process, from its first line to its exit status."""

import signal
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx
import pytest

if TYPE_CHECKING:
    from tests.cli.conftest import Commands
    from tests.conftest import Server

Serve = Callable[[], "Server"]

A_PROMOTION = {
    "name": "Summer Sale",
    "promotion_type": "percentage_discount",
    "discount_type": "percentage",
    "discount_value": 25.0,
    "start_date": "2024-06-01T00:00:00Z",
    "end_date": "2124-08-31T23:59:59Z",
}


def get(server: "Server", path: str) -> httpx.Response:
    return httpx.get(server.base_url + path, trust_env=False)


def wait_until_refused(server: "Server") -> None:
    with suppress(httpx.TransportError):
        while True:
            get(server, "/healthz")


def test_it_is_ready_when_it_says_so(server: "Server") -> None:
    ready = get(server, "/readyz")
    assert ready.status_code == 200
    assert [(check["name"], check["ok"]) for check in ready.json()["checks"]] == [
        ("database", True),
        ("migrations", True),
        ("book", True),
    ]


def test_it_serves_its_documents_and_metrics_without_a_key(server: "Server") -> None:
    assert get(server, "/docs").headers["content-type"].startswith("text/html")
    assert get(server, "/schema/aura.json").json()["openapi"] == "3.1.0"
    assert "aurapromo_http_request_seconds" in get(server, "/metrics").text


def test_answers_carry_the_date_but_not_the_name_of_the_server(server: "Server") -> None:
    headers = get(server, "/healthz").headers
    assert "date" in headers
    assert "server" not in headers


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT], ids=lambda sign: sign.name)
def test_told_to_stop_it_exits_with_status_0(serve: Serve, sign: signal.Signals) -> None:
    server = serve()
    server.process.send_signal(sign)
    assert server.process.wait(10) == 0


def test_told_to_stop_it_answers_what_it_has_begun_to_read(serve: Serve) -> None:
    server = serve()
    place = urlsplit(server.base_url)
    body = b'{"order_items": [{"product_id": 1, "quantity": 1, "unit_price": 1.0}]}'
    head = (
        "POST /api/v1/evaluations HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {server.key}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    with socket.create_connection((place.hostname, place.port), timeout=10) as caller:
        caller.sendall(head.encode() + body[:10])
        get(server, "/healthz")  # answered after the other one's headers were read
        server.process.terminate()
        wait_until_refused(server)
        caller.sendall(body[10:])
        assert caller.recv(1000).startswith(b"HTTP/1.1 200")
    assert server.process.wait(10) == 0


def test_killed_it_has_lost_nothing_that_it_answered(serve: Serve) -> None:
    first = serve()
    with first.client() as client:
        made = client.post("/api/v1/promotions", json=A_PROMOTION)
        assert made.status_code == 201
        path = f"/api/v1/promotions/{made.json()['id']}"
        assert client.post(f"{path}/activate").status_code == 200
    first.process.kill()
    first.process.wait()
    with serve().client() as client:
        assert client.get(path).json()["status"] == "active"


def test_several_may_start_on_one_fresh_database_at_once(serve: Serve) -> None:
    with ThreadPoolExecutor(2) as pool:
        servers = list(pool.map(lambda _: serve(), range(2)))
    assert [get(one, "/readyz").status_code for one in servers] == [200, 200]


def test_a_port_that_is_taken_is_named(aurapromo: "Commands") -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        refused = aurapromo.apart("serve", "--port", port)
    assert refused.returncode == 1
    assert refused.stderr == f"aurapromo: cannot listen on 127.0.0.1 port {port}: Address already in use\n"


def test_a_database_that_does_not_answer_is_named_without_its_password(aurapromo: "Commands") -> None:
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))  # and nobody listens
        url = f"postgresql://me:s3cret@127.0.0.1:{reserved.getsockname()[1]}/shop"
        refused = aurapromo("migrate", "--database-url", url)
    assert refused.returncode == 1
    assert refused.stderr.startswith("aurapromo: the database shop at 127.0.0.1 cannot be used: ")
    assert "s3cret" not in refused.stderr
    assert len(refused.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("mysql://me@db/shop", id="another kind of database"),
        pytest.param("host=db dbname=shop", id="no URL"),
    ],
)
def test_a_database_url_that_is_none_of_postgresql_is_refused(aurapromo: "Commands", url: str) -> None:
    refused = aurapromo("migrate", "--database-url", url)
    assert (refused.returncode, refused.stderr) == (
        1,
        "aurapromo: the database URL must begin with postgresql://\n",
    )


def test_a_data_directory_that_cannot_be_one_is_named(aurapromo: "Commands", tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    refused = aurapromo("migrate", "--data-dir", file, AURAPROMO_DATABASE_URL="")
    assert (refused.returncode, refused.stderr) == (
        1,
        f"aurapromo: the data directory {file} is not a directory\n",
    )


def test_a_database_is_migrated_once(aurapromo: "Commands") -> None:
    again = aurapromo("migrate")
    assert (again.returncode, again.stdout) == (0, "nothing to do\n")
