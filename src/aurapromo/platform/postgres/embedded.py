"""The embedded server, as those see it who use it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Self
from urllib.parse import quote

from aurapromo.platform.postgres import cluster, keeper, postmaster, store
from aurapromo.platform.postgres.data_dir import DataDir, LaunchError, Lock, opened


class EmbeddedPostgres:
    """One use of the server in `data_dir`; any number of processes, and objects, use it at the same time.

    The first use makes and starts it, the last one that ends stops it, also when that end is SIGKILL. It
    listens on a Unix socket in a private directory and lets nobody in without the password.

    `settings` are server settings (name to value) for when this use is the one that starts it.
    `namespaces=False` keeps root from running it in a user namespace, which is what root does otherwise
    where that is allowed; it then runs as an account without powers.
    """

    def __init__(
        self, data_dir: Path, *, settings: Mapping[str, str] | None = None, namespaces: bool = True
    ) -> None:
        self._path = data_dir
        self._settings = dict(settings or {})
        self._namespaces = namespaces
        self._use: tuple[DataDir, Lock] | None = None

    @property
    def url(self) -> str:
        """`postgresql://…`, with the password. Only while started."""
        if self._use is None:
            raise LaunchError("the embedded PostgreSQL has no URL before its start")
        data, _ = self._use
        return (
            f"postgresql://{cluster.ROLE}:{data.password.read_text()}@/{cluster.DATABASE}"
            f"?host={quote(str(data.sockets), safe='')}&port=5432"
        )

    def start(self) -> str:
        """Use the server, starting it if need be; its URL. Does nothing more when called again.

        Raises `LaunchError` when it cannot run here.
        """
        if self._use is None:
            data = opened(self._path)
            self._use = data, Lock(data.users_lock).share()
            try:
                self._join(data)
            except BaseException:
                self.stop()
                raise
        return self.url

    def _join(self, data: DataDir) -> None:
        with Lock(data.start_lock).exclude() as start_lock:
            if not self._can_be_shared(data):
                task = keeper.Task(str(data.root), start_lock.fd, self._settings, self._namespaces)
                keeper.summon(task)
                store.ping(self.url)

    def _can_be_shared(self, data: DataDir) -> bool:
        """Whether a server is there, answers as ours and has a keeper."""
        if not (postmaster.ready(data.cluster) and kept(data)):
            return False
        try:
            store.ping(self.url)
        except LaunchError:
            return False  # killed a moment ago, it can still be seen; a new keeper settles what it is
        return True

    def stop(self) -> None:
        """End this use. The last one stops the server and returns when it is gone."""
        if self._use is None:
            return
        (data, use), self._use = self._use, None
        with Lock(data.start_lock).exclude(), Lock(data.users_lock) as others:
            use.close()
            if others.try_exclude():
                postmaster.stop(data)
            else:
                others.share()  # had at once if there are others; else the keeper is stopping it: wait

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def kept(data: DataDir) -> bool:
    """Whether a keeper watches over the server. Ask under the start lock: a keeper takes its lock there."""
    with Lock(data.keeper_lock) as keeper_lock:
        return not keeper_lock.try_exclude()
