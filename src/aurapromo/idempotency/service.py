"""The same call with the same key has one effect, and gets the same answer."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Final

from aurapromo.idempotency import store
from aurapromo.idempotency.model import (
    KEPT_FOR,
    AnsweredBefore,
    Identity,
    Record,
    StillRunning,
    concealed,
    keeps,
    same,
)
from aurapromo.platform.database import Database

#: Old records are deleted so many at a time, so that no transaction is long.
SWEPT_AT_ONCE: Final = 1000

#: Performs a call; the answer as it would be kept.
Perform = Callable[[], Awaitable[Record]]


class _NotKept(Exception):
    """Takes an answer that must not be kept out of the transaction, which it rolls back."""

    def __init__(self, answer: Record) -> None:
        self.answer = answer


async def once(
    database: Database, call: Identity, perform: Perform, *, now: datetime, secrets: tuple[str, ...] = ()
) -> tuple[Record, bool]:
    """The answer to a call that is performed at most once, and whether it was given before.

    Effect and record are committed together: everything that `perform` does in its own task with
    `database` is part of one transaction. An answer that is not kept undoes the effect. The fields
    `secrets` of the answer are not kept. Raises KeyReused and StillRunning.
    """
    try:
        async with database.whole() as tx:
            if not await store.try_lock(tx, call.lock):
                raise StillRunning
            # A statement of its own: only one that begins after the lock was taken sees what its last
            # holder has committed.
            known = await store.find(tx, call.id, after=now - KEPT_FOR)
            if known is not None:
                return same(known, call), True
            answer = await _to_be_kept(perform)
            await store.insert(tx, concealed(answer, secrets), now=now, after=now - KEPT_FOR)
            return answer, False
    except _NotKept as undone:
        return undone.answer, False


async def _to_be_kept(perform: Perform) -> Record:
    answer = await perform()
    if not keeps(answer.status):
        raise _NotKept(answer)
    return answer


async def recorded(
    database: Database, call: Identity, perform: Perform, *, now: datetime
) -> tuple[Record, bool]:
    """The same for a use case that writes a record beside its effect in a transaction of its own.

    It raises AnsweredBefore when it finds one. What it refuses without coming so far is recorded here,
    unless the call has an answer already.
    """
    try:
        answer = await perform()
    except AnsweredBefore as found:
        return same(found.record, call), True
    if answer.status < 300 or not keeps(answer.status):
        return answer, False
    async with database.writing() as tx:
        if await store.insert(tx, answer, now=now, after=now - KEPT_FOR):
            return answer, False
        known = await store.find(tx, call.id, after=now - KEPT_FOR)
    return (answer, False) if known is None else (same(known, call), True)


async def sweep(database: Database, *, now: datetime) -> int:
    """Delete the records whose time is over; how many there were."""
    swept = 0
    while True:
        async with database.writing() as tx:
            count = await store.delete_older(tx, than=now - KEPT_FOR, most=SWEPT_AT_ONCE)
        swept += count
        if count < SWEPT_AT_ONCE:
            return swept
