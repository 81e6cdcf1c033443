"""Give up root, go to a folder, become a program: `become.py namespace|account UID GID FOLDER PROGRAM …`.

A script for `python -I -S`, which reads nothing but the standard library: it runs between fork and exec of
another program, where Python code of a larger process must not run.

- `namespace`: a user namespace in which we are UID, while files and other processes still see root, without
  its powers. PostgreSQL then starts, and reaches everything of root's, but not what is another user's.
- `account`: UID and GID themselves.

It fails when FOLDER, where the program is to have its files, is out of reach for the new identity.
"""

import ctypes
import os
import sys
from pathlib import Path
from typing import Final

CLONE_NEWUSER: Final = 0x10000000  # <linux/sched.h>; os.unshare is there from Python 3.12 on


def main(way: str, uid: int, gid: int, folder: str, *command: str) -> None:
    if way == "namespace":
        enter_namespace(uid, gid)
    else:
        take_account(uid, gid)
    os.chdir(folder)
    os.execv(command[0], command)  # noqa: S606 - to become the program, without a shell, is the point


def enter_namespace(uid: int, gid: int) -> None:
    outer_uid, outer_gid = os.geteuid(), os.getegid()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), "no user namespace")
    Path("/proc/self/setgroups").write_text("deny")  # the kernel asks for it before gid_map
    Path("/proc/self/uid_map").write_text(f"{uid} {outer_uid} 1")
    Path("/proc/self/gid_map").write_text(f"{gid} {outer_gid} 1")


def take_account(uid: int, gid: int) -> None:
    os.setgroups([])
    os.setresgid(gid, gid, gid)
    os.setresuid(uid, uid, uid)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), *sys.argv[4:])
