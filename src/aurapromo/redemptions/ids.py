"""Ids that stand in the order of time (UUIDv7), so that an index grows at its end."""

from collections.abc import Callable
from datetime import datetime
from typing import Final
from uuid import UUID

#: That many random bits, from a source that cannot be predicted.
RandomBits = Callable[[int], int]

RANDOM_BITS: Final = 74
LOW_BITS: Final = 62
VERSION: Final = 7 << 76
VARIANT: Final = 2 << 62


def uuid7(at: datetime, random: int) -> UUID:
    """The id of something that happens `at` (UTC), to the millisecond; `random` has 74 bits.

    Source: RFC 9562, section 5.7.
    """
    high, low = divmod(random, 1 << LOW_BITS)
    return UUID(int=milliseconds(at) << 80 | VERSION | high << 64 | VARIANT | low)


def first_of(at: datetime) -> UUID:
    """Not above any id of the millisecond of `at` or later, above every earlier one."""
    return UUID(int=milliseconds(at) << 80)


def milliseconds(at: datetime) -> int:
    """Whole milliseconds since 1970, rounded down; times before it count as 1970."""
    return max(0, int(at.timestamp() * 1000))


def mint(at: datetime, random_bits: RandomBits) -> UUID:
    """A new id of something that happens `at`."""
    return uuid7(at, random_bits(RANDOM_BITS))
