"""Passwords and client secrets: argon2id with the parameters of RFC 9106 for little memory."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_hasher: Final = PasswordHasher()
#: Each takes 64 MiB while it works, so two at a time and no more.
_threads: Final = ThreadPoolExecutor(2, thread_name_prefix="passwords")


async def hashed(password: str) -> str:
    """What is stored of a password."""
    return await asyncio.get_running_loop().run_in_executor(_threads, _hasher.hash, password)


async def matches(stored: str | None, password: str) -> bool:
    """Whether it is the password; takes as long where nothing is stored, so that nobody learns that."""
    return await asyncio.get_running_loop().run_in_executor(_threads, _matches, stored, password)


def _matches(stored: str | None, password: str) -> bool:
    try:
        _hasher.verify(stored or _nobodys(), password)
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


@cache
def _nobodys() -> str:
    return _hasher.hash("")
