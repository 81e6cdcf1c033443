"""The keeper: a process that starts the server, watches over it and stops it when nobody uses it any more.

It belongs to no user: it runs in a session of its own, so that neither Ctrl-C nor the end of the one who
started it reaches it or the server. It imports little, because its start is part of every start.
"""

import json
import os
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO, Final

from aurapromo.platform.postgres import account as accounts
from aurapromo.platform.postgres import cluster, postmaster
from aurapromo.platform.postgres.data_dir import DataDir, LaunchError, Lock

READY: Final = "ready"
WATCH_S: Final = 0.25
RETRY_S: Final = 2.0


@dataclass(frozen=True, slots=True)
class Task:
    """What the keeper is told. It inherits the start lock, so that a start outlives the one who began it."""

    root: str
    start_lock_fd: int
    settings: dict[str, str]
    namespaces: bool


def summon(task: Task) -> None:
    """Start a keeper; returns when the server is ready. Raises `LaunchError` with what went wrong."""
    data = DataDir(Path(task.root))
    # PostgreSQL's programs obey variables such as PGPORT.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    with open_log(data) as log:
        said = subprocess.run(
            [sys.executable, "-P", "-m", __name__, json.dumps(asdict(task))],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            cwd="/",
            env=environment,
            pass_fds=[task.start_lock_fd],
            start_new_session=True,
            text=True,
            check=False,
        ).stdout
    if said != READY:
        raise LaunchError(said or f"the keeper of the embedded PostgreSQL failed; see {data.log}")


def open_log(data: DataDir) -> BinaryIO:
    fd = os.open(data.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    return os.fdopen(fd, "ab")


def main(task: Task) -> None:
    if os.fork():
        return  # whoever summoned us waits for what we say, not for our end
    os.umask(0o077)
    data = DataDir(Path(task.root))
    keeper_lock = Lock(data.keeper_lock)
    try:
        start(data, task)
        said = READY
    except (LaunchError, OSError) as error:
        said = str(error)
    alone = keeper_lock.try_exclude()
    os.close(task.start_lock_fd)
    report(said)
    if alone:
        watch(data, task, keeper_lock)


def report(said: str) -> None:
    """Say it and close the pipe, which is what the one who summoned us waits for."""
    pipe = sys.stdout.fileno()
    with suppress(BrokenPipeError):  # it may be dead by now, which is what the watch is for
        os.write(pipe, said.encode())
    os.dup2(os.open(os.devnull, os.O_WRONLY), pipe)


def start(data: DataDir, task: Task) -> None:
    """Have a server that accepts connections, making whatever is missing for it."""
    if postmaster.running(data.cluster) is not None and postmaster.becomes_ready(data):
        return
    account = accounts.chosen(data, namespaces=task.namespaces)
    cluster.create(data, account)
    accounts.adopt(account, data.cluster)
    postmaster.prepare_sockets(data, account)
    postmaster.start(data, account, task.settings)


def watch(data: DataDir, task: Task, keeper_lock: Lock) -> None:
    """Wait until nobody uses the server, then stop it; start it again should it die before."""
    with Lock(data.users_lock) as users:
        while not users.try_exclude():
            time.sleep(WATCH_S)
            if postmaster.running(data.cluster) is None:
                revive(data, task, users)
        postmaster.stop(data)
        keeper_lock.close()  # before the users' lock: whoever gets that must not take us for a living keeper


def revive(data: DataDir, task: Task, users: Lock) -> None:
    try:
        with Lock(data.start_lock).exclude():
            # The last user may just have stopped it, as it should be.
            if not users.try_exclude():
                start(data, task)
    except (LaunchError, OSError) as error:
        sys.stderr.write(f"The server died under its users and cannot be started again yet: {error}\n")
        time.sleep(RETRY_S)


if __name__ == "__main__":
    main(Task(**json.loads(sys.argv[1])))
