"""Makes PostgreSQL's data directory: created whole, or not at all."""

import secrets
import shutil
import subprocess
from pathlib import Path
from typing import Final

from aurapromo.platform.postgres.account import Account
from aurapromo.platform.postgres.data_dir import DataDir, LaunchError, sync_folder, write_private

ROLE: Final = "aurapromo"
DATABASE: Final = "aurapromo"

# Text sorts by code point and changes case by Unicode, on every machine alike, whatever its locale.
LOCALE: Final = ("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")

# First values of postgresql.conf, where an operator may change them.
SETTINGS: Final = {
    "max_connections": "100",
    "shared_buffers": "128MB",
    "max_wal_size": "2GB",
    "random_page_cost": "1.1",  # solid state, as everywhere by now
    "jit": "off",  # our statements end before compiling them would pay
    "timezone": "UTC",
    "log_timezone": "UTC",
}

# Every connection names a role that has a password; the superuser has none and so cannot log in.
HBA: Final = "local all all scram-sha-256\n"

# The password is 256 random bits, which stretching makes no stronger, only every login slower.
BOOTSTRAP: Final = """\
SET scram_iterations = 1;

CREATE ROLE {role} LOGIN CREATEDB PASSWORD '{password}';

CREATE DATABASE {database} OWNER {role};

"""


def create(data: DataDir, account: Account) -> None:
    """Make the cluster of `data`, with its role, database and password, unless it is there.

    Raises `LaunchError` when a program fails, or when the password of an existing cluster is gone.
    """
    if data.cluster.exists():
        if not data.password.exists():
            raise LaunchError(f"{data.cluster} is there but {data.password} is gone; put it back")
        return
    write_private(data.password, secrets.token_urlsafe(32))
    draft = data.home / "postgres.new"
    shutil.rmtree(draft, ignore_errors=True)
    account.make_folder(draft)
    initialise(draft, account)
    bootstrap(draft, account, data.password.read_text())
    draft.rename(data.cluster)
    sync_folder(data.home)


def initialise(folder: Path, account: Account) -> None:
    settings = [f"--set={name}={value}" for name, value in SETTINGS.items()]
    # "reject" asks for no password file; our own rule replaces it before anyone can connect.
    options = ("--username=postgres", "--auth=reject", "--no-instructions", *LOCALE, *settings)
    run(account, "initdb", f"--pgdata={folder}", *options)
    (folder / "pg_hba.conf").write_text(HBA)


def bootstrap(folder: Path, account: Account, password: str) -> None:
    script = BOOTSTRAP.format(role=ROLE, database=DATABASE, password=password)
    # Single-user mode ends well whatever its statements did, so their errors are made fatal.
    options = ("--single", "-j", "-c", "exit_on_error=on", "-D", str(folder), "postgres")
    run(account, "postgres", *options, script=script)


def run(account: Account, program: str, *arguments: str, script: str = "") -> None:
    command = account.command(program, *arguments)
    done = subprocess.run(command, input=script, capture_output=True, text=True, check=False, cwd="/")
    if done.returncode != 0:
        raise LaunchError(f"{program} failed: {done.stderr.strip()}")
