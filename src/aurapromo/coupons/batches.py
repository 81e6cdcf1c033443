"""Use cases around batches: ask for one, make it in one go or piece by piece, look at it."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Final

from aurapromo.coupons import codes
from aurapromo.coupons.codes import Entropy
from aurapromo.coupons.model import Batch, Coupon, Order, Wanted
from aurapromo.coupons.store import batches as store
from aurapromo.coupons.store import coupons, export
from aurapromo.errors import Conflict, NotFound
from aurapromo.platform.database import Conn, Database

LAST: Final = 2**63 - 1  # above every id
#: Codes that are drawn and stored by one statement.
PIECE: Final = 20_000
#: How often codes that others have are drawn again. At half of the key space each round leaves half of
#: what was missing.
ROUNDS: Final = 60
#: Lines of an export that are in memory at once.
EXPORTED: Final = 5_000


class BatchNotFound(NotFound):
    """No batch has this id."""

    code = "COUPON_BATCH_NOT_FOUND"


class KeySpaceUsedUp(Conflict):
    """Others have taken the codes that a batch could have."""

    code = "KEY_SPACE_USED_UP"


async def start(tx: Conn, order: Order, *, at_once: int, entropy: Entropy, now: datetime) -> Batch:
    """Store a batch and make the first `at_once` coupons of it; `go_on` makes the rest.

    Raises KeySpaceTooSmall.
    """
    await store.queue(tx, len(order.shape.template))
    issued = await store.issued(tx, order.shape.key)
    codes.check_key_space(order.shape, order.count, issued=issued)
    batch = await store.insert(tx, order, now)
    while batch.missing and batch.made < at_once:
        count = min(PIECE, batch.missing, at_once - batch.made)
        batch = await _make(tx, batch, count, entropy=entropy, now=now)
    return batch


async def go_on(tx: Conn, *, entropy: Entropy, now: datetime) -> Batch | None:
    """Make the next piece of the oldest batch on which nobody works; the batch as it then is, or None.

    The row of the batch is locked by whoever makes a piece of it, and the piece is committed together
    with the count of what is made: a process that dies leaves nothing half done, and never more than
    `wanted` is made.
    """
    batch = await store.next_running(tx)
    if batch is None:
        return None
    await store.queue(tx, len(batch.template))
    try:
        async with tx.transaction():
            after = await _make(tx, batch, min(PIECE, batch.missing), entropy=entropy, now=now)
    except KeySpaceUsedUp as error:
        return await store.fail(tx, batch.id, str(error), now)
    if not after.missing:
        await store.gather_statistics(tx)
    return after


async def _make(tx: Conn, batch: Batch, count: int, *, entropy: Entropy, now: datetime) -> Batch:
    for _ in range(ROUNDS):
        drawn = ",".join(codes.draw(batch.shape, count, entropy))
        made = await store.add(tx, batch, drawn, now)
        count -= made.count
        batch = await store.advance(tx, batch.id, made, now) if made.count else batch
        if count == 0:
            return batch
    raise KeySpaceUsedUp(f"Nearly all codes like {batch.template} are taken: {count} could not be found.")


async def get(conn: Conn, batch_id: int) -> Batch:
    """The batch; raises BatchNotFound."""
    found = await store.by_id(conn, batch_id)
    if found is None:
        raise BatchNotFound(f"There is no batch {batch_id}.")
    return found


async def newest(
    conn: Conn, *, promotion_id: int | None = None, before: int | None = None, limit: int
) -> list[Batch]:
    """Batches with ids below `before`, newest first; of one promotion if one is named."""
    return await store.newest(conn, promotion_id=promotion_id, before=before or LAST, limit=limit)


async def first_coupons(conn: Conn, batch: Batch, *, limit: int, now: datetime) -> list[Coupon]:
    """Coupons of a batch as they were made."""
    wanted = Wanted(promotion_id=batch.promotion_id, now=now, batch=batch)
    return await coupons.oldest(conn, wanted, limit=limit)


async def exported(database: Database, wanted: Wanted) -> AsyncIterator[bytes]:
    """CSV of the coupons, oldest first, with a first line that names the columns.

    Whoever reads slowly keeps no connection: each stretch is read with one of its own. Coupons that
    come while it runs may or may not be in it; every one that was there before is.
    """
    yield ",".join(export.COLUMNS).encode() + b"\n"
    after: int | None = 0
    while after is not None:
        async with database.reading() as conn:
            last = await export.stretch(conn, wanted, after=after, limit=EXPORTED)
            lines = b"" if last is None else await export.csv(conn, wanted, after=after, last=last)
        if lines:
            yield lines
        after = last
