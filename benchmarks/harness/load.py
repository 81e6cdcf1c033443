"""Load on a server: keep-alive connections, each with one request on the way at any time."""

import json
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import msgspec
from benchmarks.harness.machine import LOAD_CORE, cpu_seconds, on_core

WRK: Final = shutil.which("wrk")
#: What wrk does: one body, sent again and again; the figures on the last line.
SCRIPT: Final = Path(__file__).with_name("wrk.lua")


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """A POST of JSON that is sent again and again."""

    url: str
    body: str
    headers: Mapping[str, str]


class Load(msgspec.Struct, frozen=True, kw_only=True):
    """What a server answered. `server_us`: processor time of the server per answer, in microseconds.

    `client_busy`: share of its core that the load generator used; near 1 it held the server back.
    """

    per_second: float
    p99_ms: float
    server_us: float
    client_busy: float


def apply(request: Request, server_pid: int, *, connections: int, seconds: float) -> Load:
    """Load the server for so long; raises RuntimeError unless every answer was a success."""
    with tempfile.TemporaryDirectory() as folder:
        command = (
            _by_wrk(request, Path(folder), seconds) if WRK else _by_our_own(request, Path(folder), seconds)
        )
        server, client = cpu_seconds(server_pid), _children()
        with on_core(LOAD_CORE):
            told = subprocess.run(
                [*command, str(connections)], capture_output=True, text=True, check=True, timeout=seconds + 30
            ).stdout
        server, client = cpu_seconds(server_pid) - server, _children() - client
    found = json.loads(told.splitlines()[-1])
    if found["failed"] or not found["answers"]:
        raise RuntimeError(f"{request.url}: {found['failed']} failures, {found['answers']} answers")
    return Load(
        per_second=found["answers"] / found["seconds"],
        p99_ms=found["p99_ms"],
        server_us=server / found["answers"] * 1e6,
        client_busy=client / found["seconds"],
    )


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _by_wrk(request: Request, folder: Path, seconds: float) -> list[str]:
    body = folder / "body.json"
    body.write_text(request.body)
    headers = [part for name, value in request.headers.items() for part in ("-H", f"{name}: {value}")]
    return [
        *(str(WRK), "-t1", f"-d{seconds:.0f}s", "-s", str(SCRIPT), *headers),
        *(request.url, "--", str(body), "-c"),
    ]


def _by_our_own(request: Request, folder: Path, seconds: float) -> list[str]:
    asked = folder / "request.json"
    asked.write_bytes(msgspec.json.encode(request))
    return [sys.executable, "-m", "benchmarks.harness.client", str(asked), str(seconds)]
