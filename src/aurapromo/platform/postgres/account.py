"""As whom PostgreSQL runs, since it refuses to run as root, and where it can then have its files."""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from aurapromo.platform.postgres import become, binaries
from aurapromo.platform.postgres.data_dir import DataDir, LaunchError, sync_folder, write_private

# Where an account can have a folder when it cannot reach the data directory; the first lasts by convention.
HOMES: Final = (Path("/var/lib"), Path("/var/tmp"))  # noqa: S108 - mkdtemp makes a folder that only root can write


@dataclass(frozen=True, slots=True)
class Account:
    """How PostgreSQL's programs are started: their folder, the owner of their files, what changes to it."""

    bin_folder: Path
    uid: int
    gid: int
    prefix: tuple[str, ...] = ()

    def command(self, program: str, *arguments: str) -> list[str]:
        return [*self.prefix, str(self.bin_folder / program), *arguments]

    def make_folder(self, path: Path) -> None:
        """A folder that only this account, and root, can enter."""
        path.mkdir(mode=0o700, exist_ok=True)
        self.give(path)
        path.chmod(0o700)

    def give(self, path: Path) -> None:
        if path.lstat().st_uid != self.uid:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)


def chosen(data: DataDir, *, namespaces: bool) -> Account:
    """Ourselves; for root, a user namespace where that is allowed, else an account without powers.

    A data directory whose files once had to go elsewhere keeps to the account.
    """
    bin_folder = binaries.installed()
    if os.geteuid() != 0:
        return Account(bin_folder, os.geteuid(), os.getegid())
    user = unprivileged()
    namespace = Account(bin_folder, 0, 0, wrapped("namespace", user, data.root))
    if namespaces and not data.home_record.exists() and works(namespace):
        return namespace
    settle(data)
    reachable = binaries.reachable(bin_folder, data.home)
    # The keeper's standard error is the log.
    sys.stderr.write(f"No user namespace: PostgreSQL runs as {user.pw_name}, with its files in {data.home}\n")
    return Account(reachable, user.pw_uid, user.pw_gid, wrapped("account", user, data.home))


def unprivileged() -> pwd.struct_passwd:
    """`nobody`, or else any account but root: initdb asks for the name of the one it runs as."""
    users = [user for user in pwd.getpwall() if user.pw_uid != 0]
    if not users:
        raise LaunchError("PostgreSQL does not run as root, and this machine has no other account")
    return next((user for user in users if user.pw_name == "nobody"), users[0])


def wrapped(way: str, user: pwd.struct_passwd, folder: Path) -> tuple[str, ...]:
    identity = (way, str(user.pw_uid), str(user.pw_gid))
    return (sys.executable, "-I", "-S", become.__file__, *identity, str(folder))


def works(account: Account) -> bool:
    """Whether the programs, and the folder for their files, can be reached in this way."""
    tried = subprocess.run(account.command("postgres", "--version"), capture_output=True, check=False)
    return tried.returncode == 0


def settle(data: DataDir) -> None:
    """Give an account without powers a home for its files: the data directory, or a folder elsewhere.

    It may then pass through the data directory, not list it. Folders above are left as they are: when they
    keep the account out, the home is a new folder elsewhere, recorded in the data directory.
    """
    if not data.home_record.exists():
        if binaries.within_reach(data.root.parent):
            data.root.chmod(data.root.stat().st_mode | 0o011)
            return
        write_private(data.home_record, str(new_home()))
    if not data.home.is_dir():
        raise LaunchError(f"{data.home}, where {data.home_record} says that the server's files are, is gone")
    move_cluster(data.root / "postgres", data.cluster)


def new_home() -> Path:
    for parent in HOMES:
        if parent.is_dir() and os.access(parent, os.W_OK):
            home = Path(tempfile.mkdtemp(prefix="aurapromo-", dir=parent))
            home.chmod(0o711)
            return home
    raise LaunchError(f"no folder for the server's files: neither of {HOMES} can be written")


def move_cluster(source: Path, target: Path) -> None:
    """Take along what an earlier start left in the data directory, whole or not at all."""
    if not source.exists() or target.exists():
        return
    draft = target.with_name("postgres.moving")
    shutil.rmtree(draft, ignore_errors=True)
    shutil.copytree(source, draft, symlinks=True)
    draft.rename(target)
    sync_folder(target.parent)
    shutil.rmtree(source)


def adopt(account: Account, cluster: Path) -> None:
    """Hand the files of a stopped server over when root starts it in another way than the last time.

    Raises `LaunchError` when they belong to a third account, which would be locked out.
    """
    owner = cluster.stat().st_uid
    if owner == account.uid:
        return
    if os.geteuid() != 0 or owner not in {0, unprivileged().pw_uid}:
        raise LaunchError(f"the database in {cluster} belongs to user id {owner}; start it as that user")
    for path in (*cluster.rglob("*"), cluster):
        account.give(path)
