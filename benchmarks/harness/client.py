"""The load generator where there is no wrk: `… -m benchmarks.harness.client REQUEST SECONDS CONNECTIONS`."""

import asyncio
import json
import sys
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

import msgspec
import uvloop
from benchmarks.harness.load import Request

from aurapromo.platform.clock import monotonic


class Tally:
    """What all connections have seen; `answers` until `until`, a moment of the monotonic clock."""

    def __init__(self, until: float) -> None:
        self.until = until
        self.took: list[float] = []
        self.failed = 0


class Connection(asyncio.Protocol):
    """Sends the next request when the answer to the one before has arrived whole."""

    def __init__(self, text: bytes, tally: Tally) -> None:
        self.text = text
        self.tally = tally
        self.over: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)  # uvloop's own, which is none by inheritance
        self.send()

    def send(self) -> None:
        self.sent_at = monotonic()
        self.transport.write(self.text)

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        head, blank, body = self.buffer.partition(b"\r\n\r\n")
        if not blank or len(body) < length_of(head):
            return
        self.buffer = b""
        now = monotonic()
        self.tally.took.append(now - self.sent_at)
        self.tally.failed += not head.startswith(b"HTTP/1.1 200 ")
        if now < self.tally.until:
            self.send()
        else:
            self.transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        closed_early = monotonic() < self.tally.until
        self.tally.failed += exc is not None or closed_early
        self.over.set_result(None)


def length_of(head: bytes) -> int:
    """The declared length of a body; our servers always declare it."""
    _, _, rest = head.lower().partition(b"\r\ncontent-length:")
    return int(rest.partition(b"\r\n")[0])


def text_of(request: Request) -> bytes:
    """The request as it goes over the wire."""
    place = urlsplit(request.url)
    body = request.body.encode()
    headers = {"host": place.netloc, "content-length": str(len(body)), **request.headers}
    lines = [f"POST {place.path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode() + body


async def load(request: Request, seconds: float, connections: int) -> dict[str, float]:
    place = urlsplit(request.url)
    started = monotonic()
    tally = Tally(started + seconds)
    loop = asyncio.get_running_loop()
    text = text_of(request)
    made = [
        await loop.create_connection(lambda: Connection(text, tally), place.hostname or "", place.port or 80)
        for _ in range(connections)
    ]
    await asyncio.gather(*[connection.over for _, connection in made])
    took = sorted(tally.took)
    return {
        "answers": len(took),
        "seconds": monotonic() - started,
        "failed": tally.failed,
        "p99_ms": took[len(took) * 99 // 100] * 1000 if took else 0.0,
    }


if __name__ == "__main__":
    asked = msgspec.json.decode(Path(sys.argv[1]).read_bytes(), type=Request)
    print(json.dumps(uvloop.run(load(asked, float(sys.argv[2]), int(sys.argv[3])))))
