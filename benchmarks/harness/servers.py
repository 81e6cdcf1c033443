"""The servers under test: aurapromo as it is shipped, and a bare function under the same server."""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import httpx
import msgspec
import psycopg
from benchmarks.harness.load import Request
from benchmarks.harness.machine import LOAD_CORE, SERVER_CORE, on_core
from psycopg.sql import SQL, Identifier

from aurapromo.platform.postgres.embedded import EmbeddedPostgres

COMMAND: Final = str(Path(sys.executable).with_name("aurapromo"))
PREFIX: Final = "/api/v1"
#: What is measured here reads no table; filling it goes quicker so.
CARELESS: Final = {"fsync": "off", "synchronous_commit": "off"}


class Served(msgspec.Struct, frozen=True):
    """A server that runs; `key` is empty where none is asked for."""

    url: str
    pid: int
    key: str = ""
    database_url: str = ""

    @property
    def headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.key}", "content-type": "application/json"}

    def request(self, path: str, body: str) -> Request:
        return Request(url=f"{self.url}{PREFIX}{path}", body=body, headers=self.headers)

    def fill(self, promotions: Iterable[Mapping[str, Any]]) -> None:
        """Import the promotions and activate them; raises unless every one is taken."""
        rows = b"\n".join(msgspec.json.encode({**one, "status": "active"}) for one in promotions)
        headers = {**self.headers, "content-type": "application/x-ndjson"}
        found = httpx.post(
            f"{self.url}{PREFIX}/import/promotions", content=rows, headers=headers, timeout=600
        )
        report = found.raise_for_status().json()
        if report["failed"]:
            raise RuntimeError(f"{report['failed']} promotions were refused: {report['errors'][:3]}")

    def answer(self, path: str, body: str) -> Any:
        """What one call gives; raises for anything but a success."""
        found = httpx.post(f"{self.url}{PREFIX}{path}", content=body, headers=self.headers, timeout=60)
        return found.raise_for_status().json()


@contextmanager
def databases(names: Sequence[str]) -> Iterator[list[str]]:
    """URLs of new databases on an embedded PostgreSQL of their own, which goes with them."""
    with (
        tempfile.TemporaryDirectory(prefix="aurapromo-bench-") as folder,
        on_core(LOAD_CORE),
        EmbeddedPostgres(Path(folder), settings=CARELESS) as server,
        psycopg.connect(server.url, autocommit=True) as conn,
    ):
        for name in names:
            conn.execute(SQL("CREATE DATABASE {}").format(Identifier(name)))
        place = urlsplit(server.url)
        yield [place._replace(path=f"/{name}").geturl() for name in names]


@contextmanager
def aurapromo(database_url: str) -> Iterator[Served]:
    """`aurapromo serve` on its own core, as an operator starts it, and a key without limits."""
    env = {**os.environ, "AURAPROMO_DATABASE_URL": database_url}
    key = subprocess.run(
        [COMMAND, "keys", "create", "--name", "bench", "--scopes", "read,checkout,write", "--no-limits"],
        env=env,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    with _running([COMMAND, "serve", "--port", "0", "--no-worker"], env) as (url, pid):
        yield Served(url, pid, key, database_url)


@contextmanager
def bare(answer: object, codec: str) -> Iterator[Served]:
    """A function that parses JSON and gives `answer`, under the same server and on the same core."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "answer.json")
        file.write_bytes(msgspec.json.encode(answer))
        command = [sys.executable, "-m", "benchmarks.harness.bare", str(file), codec]
        with _running(command, os.environ) as (url, pid):
            yield Served(url, pid)


@contextmanager
def _running(command: Sequence[str], env: Mapping[str, str]) -> Iterator[tuple[str, int]]:
    with on_core(SERVER_CORE), Path(os.devnull).open("w") as nowhere:
        process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=nowhere, text=True)
    try:
        assert process.stdout is not None
        found = re.search(r"ready on (http://\S+)", process.stdout.readline())
        if found is None:
            raise RuntimeError(f"{command[0]} did not start")
        yield found[1], process.pid
    finally:
        process.terminate()
        process.wait()
