"""The server's first process: whether it runs, starting it, stopping it."""

import os
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from aurapromo.platform.postgres.account import Account
from aurapromo.platform.postgres.binaries import within_reach
from aurapromo.platform.postgres.data_dir import DataDir, LaunchError, socket_fits, write_private

POLL_S: Final = 0.005
RECOVERY_S: Final = 600.0  # replaying what a crash left may take minutes
LEFTOVERS_S: Final = 30.0  # sessions of a killed server end when they next wait for anything
FAST_STOP_S: Final = 60.0

# What the service takes for granted: on the command line, where postgresql.conf cannot change it.
FIXED: Final = {
    "listen_addresses": "",
    "port": "5432",
    "lc_messages": "C",  # texts of the server are looked for here and in `store`
    "unix_socket_permissions": "0700",
    "logging_collector": "on",
    "log_directory": "log",
    "log_filename": "postgres-%Y%m%d-%H%M%S.log",
    "log_rotation_size": "10MB",
    "log_rotation_age": "0",
}
LOGS_KEPT: Final = 10

SHORT_FOLDERS: Final = (Path("/tmp"), Path("/var/tmp"))  # noqa: S108 - mkdtemp makes a private folder there


def running(cluster: Path) -> int | None:
    """The process id of the postmaster of `cluster`; None without one.

    The file alone proves nothing: after a crash or in another container its number may be anybody's.
    """
    pid = recorded_pid(cluster)
    if pid is None or not Path("/proc/self").exists():
        return pid if pid and alive(pid) else None
    try:
        arguments = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except (FileNotFoundError, ProcessLookupError):
        return None
    return pid if os.fsencode(cluster) in arguments else None


def ready(cluster: Path) -> bool:
    """Whether it runs and has said that it accepts connections (line 8 of its file, as pg_ctl reads it)."""
    return running(cluster) is not None and pid_file(cluster)[7:8] == ["ready"]


def start(data: DataDir, account: Account, settings: Mapping[str, str]) -> None:
    """Start the server of a cluster that has none, and wait until it accepts connections.

    Raises `LaunchError` with what the server said when it ends before that.
    """
    patience = time.monotonic() + LEFTOVERS_S
    while (said := launch(data, account, settings)) is not None:
        # Processes of a killed server hold its shared memory for a moment longer.
        if "is still in use" not in said or time.monotonic() > patience:
            raise LaunchError(f"PostgreSQL did not start: {said or f'see {data.cluster}/log'}")
        time.sleep(10 * POLL_S)


def launch(data: DataDir, account: Account, settings: Mapping[str, str]) -> str | None:
    """One attempt: None when the server is ready, else what it said before it ended."""
    clear_away(data)
    command = account.command("postgres", "-D", str(data.cluster), *options(data, settings))
    with data.log.open("ab") as log:
        seen = log.tell()
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/")
    if becomes_ready(data, process):
        return None
    return data.log.read_bytes()[seen:].decode(errors="replace").strip()


def becomes_ready(data: DataDir, process: "subprocess.Popen[bytes] | None" = None) -> bool:
    """Wait until the server accepts connections; False when it, or `process` on its way to it, ends first."""
    deadline = time.monotonic() + RECOVERY_S
    while not ready(data.cluster):
        ended = running(data.cluster) is None if process is None else process.poll() is not None
        if ended or time.monotonic() > deadline:
            return False
        time.sleep(POLL_S)
    return True


def options(data: DataDir, settings: Mapping[str, str]) -> list[str]:
    quoted = str(data.sockets).replace('"', '""')
    given = {**settings, **FIXED, "unix_socket_directories": f'"{quoted}"'}
    return [part for name, value in given.items() for part in ("-c", f"{name}={value}")]


def clear_away(data: DataDir) -> None:
    """Remove what a killed server left and PostgreSQL would not: sockets, the number of a reused process."""
    for leftover in data.sockets.glob(".s.PGSQL.*"):
        leftover.unlink()
    for log in sorted((data.cluster / "log").glob("postgres-*.log"))[: -LOGS_KEPT + 1]:
        log.unlink()
    pid = recorded_pid(data.cluster)
    if pid is not None and alive(pid):
        # PostgreSQL takes any living process for a server, but never its parent. Only the number is replaced:
        # the line that names the shared memory still protects us from processes of the old server.
        text = "\n".join([str(os.getpid()), *pid_file(data.cluster)[1:]]) + "\n"
        fd = os.open(data.cluster / "postmaster.pid", os.O_WRONLY | os.O_TRUNC | os.O_NOFOLLOW)
        with os.fdopen(fd, "w") as file:
            file.write(text)


def prepare_sockets(data: DataDir, account: Account) -> None:
    """Make the private directory of the socket; elsewhere, and recorded, when the path is too long for one.

    A recorded one is used again only if it still is ours alone: it may have been cleared away and made anew
    by somebody else.
    """
    near = data.home / "run"
    if socket_fits(near):
        data.socket_record.unlink(missing_ok=True)
        account.make_folder(near)
    elif not (data.socket_record.exists() and private_to(account, data.sockets)):
        folder = Path(tempfile.mkdtemp(prefix="aurapromo-", dir=short_folder(account)))
        account.give(folder)
        write_private(data.socket_record, str(folder))


def private_to(account: Account, folder: Path) -> bool:
    try:
        status = folder.lstat()
    except FileNotFoundError:
        return False
    return stat.S_ISDIR(status.st_mode) and status.st_uid == account.uid and not status.st_mode & 0o077


def short_folder(account: Account) -> Path:
    for folder in (Path(tempfile.gettempdir()), *SHORT_FOLDERS):
        usable = folder.is_dir() and (account.uid == os.geteuid() or within_reach(folder))
        if usable and socket_fits(folder / "aurapromo-12345678"):
            return folder
    raise LaunchError("no temporary folder is reachable and short enough for the path of a socket")


def stop(data: DataDir) -> None:
    """End the sessions, write everything out, end. Returns when the server is gone, at once without one."""
    for sign, patience in ((signal.SIGINT, FAST_STOP_S), (signal.SIGQUIT, LEFTOVERS_S)):
        pid = running(data.cluster)
        if pid is not None:
            os.kill(pid, sign)
            deadline = time.monotonic() + patience
            while running(data.cluster) == pid and time.monotonic() < deadline:
                time.sleep(POLL_S)
    if running(data.cluster) is not None:
        raise LaunchError(f"PostgreSQL in {data.cluster} does not stop")
    if data.socket_record.exists():
        shutil.rmtree(data.sockets, ignore_errors=True)
        data.socket_record.unlink()


def pid_file(cluster: Path) -> list[str]:
    try:
        return [line.strip() for line in (cluster / "postmaster.pid").read_text().splitlines()]
    except FileNotFoundError:
        return []


def recorded_pid(cluster: Path) -> int | None:
    first = pid_file(cluster)[:1]
    return int(first[0]) if first and first[0].isdecimal() else None


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
