"""The data directory: where things are in it, who may enter it, and its locks."""

import fcntl
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

# Fields of sockaddr_un are that long, without the final NUL.
LONGEST_SOCKET_PATH: Final = 107
SOCKET_NAME: Final = ".s.PGSQL.5432"


class LaunchError(RuntimeError):
    """The embedded server cannot run; the text tells the operator why."""


class Lock:
    """A `flock` of its own on `path`; closing it, or the end of the process, releases it.

    A process forked from the holder holds it too, until both have closed it or ended.
    """

    def __init__(self, path: Path) -> None:
        self.fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)

    def share(self) -> Self:
        fcntl.flock(self.fd, fcntl.LOCK_SH)
        return self

    def exclude(self) -> Self:
        fcntl.flock(self.fd, fcntl.LOCK_EX)
        return self

    def try_exclude(self) -> bool:
        """Take it exclusively unless that means waiting."""
        try:
            fcntl.flock(self.fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def close(self) -> None:
        os.close(self.fd)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@dataclass(frozen=True, slots=True)
class DataDir:
    """Paths only; nothing is kept in memory, since other processes write here as well."""

    root: Path

    @property
    def home(self) -> Path:
        """Where the server's own files are: `root`, unless the account it runs as cannot get there."""
        record = self.home_record
        return Path(record.read_text()) if record.exists() else self.root

    @property
    def cluster(self) -> Path:
        """PostgreSQL's data directory. It exists only when it is complete."""
        return self.home / "postgres"

    @property
    def sockets(self) -> Path:
        """The private directory of the socket: `run`, unless that path is too long for a socket."""
        record = self.socket_record
        return Path(record.read_text()) if record.exists() else self.home / "run"

    @property
    def home_record(self) -> Path:
        return self.root / "postgres-home"

    @property
    def socket_record(self) -> Path:
        return self.root / "socket-dir"

    @property
    def password(self) -> Path:
        return self.root / "password"

    @property
    def log(self) -> Path:
        """What the keeper did, and what the server says before its own log is open."""
        return self.root / "postgres.log"

    @property
    def users_lock(self) -> Path:
        return self.root / "users.lock"

    @property
    def start_lock(self) -> Path:
        return self.root / "start.lock"

    @property
    def keeper_lock(self) -> Path:
        return self.root / "keeper.lock"


def opened(path: Path) -> DataDir:
    """The data directory at `path`, made with mode 0700 if there is none.

    Raises `LaunchError` when it is no directory, cannot be written, or could be written by anybody.
    """
    root = path.expanduser().resolve()
    try:
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
        status = root.stat()
    except (FileExistsError, NotADirectoryError) as error:
        raise LaunchError(f"the data directory {root} is not a directory") from error
    except OSError as error:
        raise LaunchError(f"the data directory {root} cannot be made: {error.strerror}") from error
    if not os.access(root, os.R_OK | os.W_OK | os.X_OK):
        raise LaunchError(f"the data directory {root} cannot be read and written by this user")
    if status.st_mode & 0o002:
        raise LaunchError(f"the data directory {root} can be written by everybody (chmod o-w helps)")
    return DataDir(root)


def socket_fits(folder: Path) -> bool:
    return len(os.fsencode(folder / SOCKET_NAME)) <= LONGEST_SOCKET_PATH


def write_private(path: Path, text: str) -> None:
    """Put `text` there for our eyes only, wholly or not at all, even if the machine stops meanwhile."""
    draft = path.with_name(f"{path.name}.new")
    draft.unlink(missing_ok=True)
    fd = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(fd, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make renames in `folder` last."""
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
