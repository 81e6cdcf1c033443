"""Other processes that use a server, and what can be seen of them from outside."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO

import pytest

from aurapromo.platform.postgres import postmaster
from aurapromo.platform.postgres.data_dir import DataDir
from aurapromo.platform.postgres.embedded import EmbeddedPostgres

USE_SERVER = Path(__file__).with_name("use_server.py")


class User:
    """Another process that uses the server of a data directory."""

    def __init__(self, data_dir: Path) -> None:
        command = [sys.executable, str(USE_SERVER), str(data_dir)]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, start_new_session=True)

    def url(self) -> str:
        """Waits until it has the server."""
        return pipe_of(self.process.stdout).readline().strip()

    def leave(self) -> int:
        """Let it end; its exit status."""
        pipe_of(self.process.stdin).close()
        return self.process.wait(20)

    def send(self, sign: signal.Signals) -> int:
        """The signal reaches the process and its group, as Ctrl-C in a terminal does; its exit status."""
        os.killpg(self.process.pid, sign)
        return self.process.wait(20)


def pipe_of(stream: IO[str] | None) -> IO[str]:
    assert stream is not None
    return stream


class Watched:
    """A data directory and the processes of its server."""

    def __init__(self, data_dir: Path) -> None:
        self.path = data_dir
        self.data = DataDir(data_dir)

    def processes(self) -> set[int]:
        """Keepers and the postmaster: those that were started with this data directory."""
        found = set()
        for folder in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                words = (folder / "cmdline").read_bytes()
                if str(self.path).encode() in words and str(USE_SERVER).encode() not in words:
                    found.add(int(folder.name))
        return found

    def postmaster(self) -> int:
        pid = postmaster.running(self.data.cluster)
        assert pid is not None
        return pid

    def keepers(self) -> set[int]:
        return self.processes() - {self.postmaster()}

    def is_stopped(self) -> bool:
        return not self.processes()


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Watched]:
    """A data directory that does not exist yet; whatever a failed test leaves running is ended."""
    watched = Watched(tmp_path / "data")
    yield watched
    kill(watched.processes())
    shutil.rmtree(watched.path, ignore_errors=True)  # some fifty megabytes each


@pytest.fixture
def started_once(fresh: Watched) -> Watched:
    """A data directory of the test's own that has had its first start."""
    with EmbeddedPostgres(fresh.path):
        return fresh


@pytest.fixture(scope="session")
def made_before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data_dir = tmp_path_factory.mktemp("made") / "data"
    with EmbeddedPostgres(data_dir):
        return data_dir


@pytest.fixture
def server(made_before: Path) -> Iterator[Watched]:
    """A stopped server, which other tests have used as well: making one takes most of a second."""
    watched = Watched(made_before)
    yield watched
    kill(watched.processes())


@pytest.fixture(scope="session")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server that runs all the time, for tests that only ask it something."""
    with EmbeddedPostgres(tmp_path_factory.mktemp("running") / "data") as use:
        yield use.url


@pytest.fixture
def user() -> Iterator[Callable[[Watched], User]]:
    """Starts another process that uses a data directory."""
    users: list[User] = []

    def another(server: Watched) -> User:
        users.append(User(server.path))
        return users[-1]

    yield another
    for one in users:
        one.process.kill()
        with one.process:
            pass


def kill(pids: set[int]) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
