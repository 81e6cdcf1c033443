"""What a process needs to redeem, put together: the ledger and the use cases on it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aurapromo.platform.clock import Clock
from aurapromo.platform.database import Database
from aurapromo.promotions.keeper import BookKeeper
from aurapromo.redemptions.checkout.service import Checkout
from aurapromo.redemptions.ids import RandomBits
from aurapromo.redemptions.ledger import Ledger
from aurapromo.redemptions.reclaim import Reclaimer
from aurapromo.redemptions.settling import Settlement


@dataclass(frozen=True, slots=True)
class Redeeming:
    """The use cases that change redemptions, and the ledger they share."""

    ledger: Ledger
    checkout: Checkout
    settlement: Settlement


@asynccontextmanager
async def redeeming(
    database: Database, book: BookKeeper, clock: Clock, random_bits: RandomBits, *, queue: int
) -> AsyncIterator[Redeeming]:
    """Ready to redeem; at the end every claim that waits is finished. At most `queue` may wait."""
    ledger = Ledger(database.url, clock, book.publish, capacity=queue)
    reclaimer = Reclaimer(database, ledger, clock, random_bits)
    await ledger.start()
    reclaimer.start()
    try:
        yield Redeeming(
            ledger,
            Checkout(database, book, ledger, reclaimer, random_bits),
            Settlement(database, ledger, reclaimer, random_bits),
        )
    finally:
        await reclaimer.stop()
        await ledger.stop()
