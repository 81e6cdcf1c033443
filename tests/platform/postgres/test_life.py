"""Starting, sharing, ending and surviving: what becomes of the server when its users come, go and die."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import TYPE_CHECKING

import psycopg
import pytest

from aurapromo.platform.postgres import binaries, postmaster
from aurapromo.platform.postgres.data_dir import LaunchError
from aurapromo.platform.postgres.embedded import EmbeddedPostgres
from aurapromo.platform.postgres.store import create_database, drop_database

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.platform.postgres.conftest import User, Watched


# Without ever waiting, so that the session does not notice that its server is gone.
BUSY_FOR_A_WHILE = """DO $$
DECLARE until timestamptz := clock_timestamp() + interval '0.6 s';
BEGIN WHILE clock_timestamp() < until LOOP END LOOP; END $$"""


def test_a_restart_keeps_the_data(server: Watched) -> None:
    with EmbeddedPostgres(server.path) as first:
        write_row(first.url)
    with EmbeddedPostgres(server.path) as second:
        assert row_is_kept(second.url)


def test_stop_returns_when_the_server_has_shut_down_in_order(server: Watched) -> None:
    with EmbeddedPostgres(server.path):
        running = server.postmaster()
    assert running not in server.processes()
    assert cluster_state(server) == "shut down"


def test_starting_and_stopping_twice_is_like_once(server: Watched) -> None:
    use = EmbeddedPostgres(server.path)
    assert use.start() == use.start()
    use.stop()
    use.stop()
    assert eventually(server.is_stopped)


def test_there_is_no_url_before_the_start(tmp_path: Path) -> None:
    with pytest.raises(LaunchError, match="before its start"):
        _ = EmbeddedPostgres(tmp_path / "data").url


def test_two_first_starts_at_once_share_one_server(fresh: Watched, user: Callable[[Watched], User]) -> None:
    one, two = user(fresh), user(fresh)
    urls = {one.url(), two.url()}
    assert len(urls) == 1
    assert answers(urls.pop())
    assert len(fresh.keepers()) == 1


def test_only_the_last_user_to_leave_stops_the_server(
    server: Watched, user: Callable[[Watched], User]
) -> None:
    first, last = user(server), user(server)
    first.url()
    url = last.url()
    assert first.leave() == 0
    assert answers(url)
    assert last.leave() == 0
    assert eventually(server.is_stopped)


def test_two_uses_in_one_process_count_as_two(server: Watched) -> None:
    with EmbeddedPostgres(server.path) as outer:
        with EmbeddedPostgres(server.path):
            pass
        assert answers(outer.url)


@pytest.mark.parametrize(
    ("sign", "status"),
    [
        pytest.param(signal.SIGTERM, 0, id="SIGTERM"),
        pytest.param(signal.SIGINT, 130, id="Ctrl-C"),
    ],
)
def test_a_signal_to_the_only_user_shuts_down_in_order(
    server: Watched, user: Callable[[Watched], User], sign: signal.Signals, status: int
) -> None:
    only = user(server)
    only.url()
    running = server.postmaster()
    assert only.send(sign) == status
    assert running not in server.processes()
    assert cluster_state(server) == "shut down"


def test_ctrl_c_to_one_user_leaves_the_others_alone(server: Watched, user: Callable[[Watched], User]) -> None:
    starter, other = user(server), user(server)
    starter.url()
    url = other.url()
    starter.send(signal.SIGINT)
    assert answers(url)


def test_the_server_stops_when_its_only_user_was_killed(
    server: Watched, user: Callable[[Watched], User]
) -> None:
    only = user(server)
    only.url()
    only.send(signal.SIGKILL)
    assert eventually(server.is_stopped)
    assert cluster_state(server) == "shut down"


def test_a_start_right_after_a_kill_finds_what_was_committed(
    server: Watched, user: Callable[[Watched], User]
) -> None:
    only = user(server)
    write_row(only.url())
    only.send(signal.SIGKILL)
    with EmbeddedPostgres(server.path) as next_one:
        assert row_is_kept(next_one.url)


def test_a_start_while_the_server_is_being_stopped_gets_one_that_stays(
    server: Watched, user: Callable[[Watched], User]
) -> None:
    only = user(server)
    only.url()
    stopping = server.postmaster()
    only.send(signal.SIGKILL)
    assert eventually(lambda: not postmaster.ready(server.data.cluster))
    with EmbeddedPostgres(server.path) as next_one:
        assert server.postmaster() != stopping
        assert eventually(lambda: len(server.keepers()) == 1)
        assert answers(next_one.url)


def test_committed_rows_survive_the_kill_of_every_process(
    server: Watched, user: Callable[[Watched], User]
) -> None:
    only = user(server)
    write_row(only.url())
    kill(server.processes())
    only.send(signal.SIGKILL)
    with EmbeddedPostgres(server.path) as next_one:
        assert row_is_kept(next_one.url)


def test_a_start_that_was_killed_half_way_can_be_begun_again(
    fresh: Watched, user: Callable[[Watched], User]
) -> None:
    starter = user(fresh)
    assert eventually((fresh.path / "postgres.new" / "PG_VERSION").exists)
    kill(fresh.processes())
    starter.send(signal.SIGKILL)
    with EmbeddedPostgres(fresh.path) as next_one:
        assert answers(next_one.url)


def test_a_start_outlives_a_starter_that_was_killed(fresh: Watched, user: Callable[[Watched], User]) -> None:
    starter = user(fresh)
    assert eventually((fresh.path / "postgres.new").exists)
    starter.send(signal.SIGKILL)
    with EmbeddedPostgres(fresh.path) as next_one:
        assert answers(next_one.url)


def test_a_server_whose_starter_was_killed_half_way_does_not_stay(
    fresh: Watched, user: Callable[[Watched], User]
) -> None:
    starter = user(fresh)
    assert eventually((fresh.path / "postgres.new").exists)
    starter.send(signal.SIGKILL)
    assert eventually(fresh.is_stopped)
    assert cluster_state(fresh) == "shut down"


def test_a_server_that_is_killed_under_its_users_comes_back(server: Watched) -> None:
    with EmbeddedPostgres(server.path) as use:
        write_row(use.url)
        os.kill(server.postmaster(), signal.SIGKILL)
        assert eventually(lambda: answers(use.url))
        assert row_is_kept(use.url)
    assert eventually(server.is_stopped)


def test_a_start_waits_for_a_session_of_a_killed_server_that_still_works(server: Watched) -> None:
    first = EmbeddedPostgres(server.path)
    with psycopg.connect(first.start(), autocommit=True) as session, ThreadPoolExecutor() as pool:
        write_row(first.url)
        pool.submit(session.execute, BUSY_FOR_A_WHILE)
        assert eventually(lambda: is_busy(first.url))
        kill(server.processes())
        assert eventually(server.is_stopped)
        with EmbeddedPostgres(server.path) as second:
            assert "is still in use" in server.data.log.read_text()
            assert row_is_kept(second.url)
    first.stop()


def test_a_server_without_keeper_gets_a_new_one(server: Watched, user: Callable[[Watched], User]) -> None:
    with EmbeddedPostgres(server.path):
        running = server.postmaster()
        kill(server.keepers())
        second = user(server)
        second.url()
        assert server.postmaster() == running
        assert len(server.keepers()) == 1


def test_the_last_user_stops_the_server_without_a_keeper_too(server: Watched) -> None:
    with EmbeddedPostgres(server.path):
        kill(server.keepers())
    assert eventually(server.is_stopped)
    assert cluster_state(server) == "shut down"


def test_a_pid_file_that_names_a_stranger_does_not_prevent_the_start(server: Watched) -> None:
    with EmbeddedPostgres(server.path) as first:
        write_row(first.url)
        left = (server.data.cluster / "postmaster.pid").read_text().splitlines()
    stranger = str(os.getpid())
    (server.data.cluster / "postmaster.pid").write_text("\n".join([stranger, *left[1:]]) + "\n")
    (server.data.sockets / ".s.PGSQL.5432.lock").write_text(f"{stranger}\n")
    with EmbeddedPostgres(server.path) as second:
        assert row_is_kept(second.url)


def test_what_the_server_said_is_in_the_error_when_it_does_not_start(server: Watched) -> None:
    with pytest.raises(LaunchError, match="shared_buffers"):
        EmbeddedPostgres(server.path, settings={"shared_buffers": "plenty"}).start()
    assert eventually(server.is_stopped)


def test_settings_are_those_of_the_use_that_starts_it(server: Watched) -> None:
    with EmbeddedPostgres(server.path, settings={"work_mem": "5MB"}) as use, psycopg.connect(use.url) as db:
        assert db.execute("SHOW work_mem").fetchone() == ("5MB",)


def test_a_server_with_no_connection_left_can_be_used_by_one_more(server: Watched) -> None:
    few = {"max_connections": "5", "max_wal_senders": "0"}
    with EmbeddedPostgres(server.path, settings=few) as use, ExitStack() as sessions:
        for _ in range(2):
            sessions.enter_context(psycopg.connect(use.url))
        assert not answers(use.url)
        with EmbeddedPostgres(server.path) as other:
            assert other.url == use.url


def test_a_database_can_be_copied_from_a_template_and_dropped(url: str) -> None:
    template = create_database(url, "template_of_tests")
    write_row(template)
    copy = create_database(url, "copy", template="template_of_tests")
    assert row_is_kept(copy)
    with psycopg.connect(copy):
        drop_database(url, "copy")
    drop_database(url, "copy")
    assert not answers(copy)


def test_text_sorts_by_code_point_and_upper_cases_by_unicode(url: str) -> None:
    with psycopg.connect(url) as db:
        names = db.execute("SELECT upper(n) FROM unnest(ARRAY['é', 'b', 'a', 'Z']) AS n ORDER BY n")
        assert names.fetchall() == [("Z",), ("A",), ("B",), ("É",)]
        assert db.execute("SHOW server_encoding").fetchone() == ("UTF8",)
        assert db.execute("SHOW data_checksums").fetchone() == ("on",)


def cluster_state(server: Watched) -> str:
    """What the control file says, read by PostgreSQL's own program."""
    command = [str(binaries.installed() / "pg_controldata"), "-D", str(server.data.cluster)]
    lines = subprocess.run(command, capture_output=True, text=True, check=True, env={"LC_ALL": "C"}).stdout
    [state] = [line for line in lines.splitlines() if line.startswith("Database cluster state:")]
    return state.partition(":")[2].strip()


def is_busy(url: str) -> bool:
    with psycopg.connect(url) as connection:
        asked = "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'DO%'"
        return connection.execute(asked).fetchone() == (1,)


def eventually(condition: Callable[[], bool], *, within_s: float = 10.0) -> bool:
    deadline = time.monotonic() + within_s
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def answers(url: str) -> bool:
    try:
        with psycopg.connect(url) as connection:
            return connection.execute("SELECT 1").fetchone() == (1,)
    except psycopg.OperationalError:
        return False


def write_row(url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("DROP TABLE IF EXISTS kept")  # the server may have been another test's
        connection.execute("CREATE TABLE kept (id int)")
        connection.execute("INSERT INTO kept VALUES (42)")


def row_is_kept(url: str) -> bool:
    with psycopg.connect(url) as connection:
        return connection.execute("SELECT id FROM kept").fetchall() == [(42,)]


def kill(pids: set[int]) -> None:
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
