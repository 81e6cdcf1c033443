"""What a process needs to redeem, put together: the ledger and the use cases on it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aurapromo.engine.facts import Spent
from aurapromo.facts.recall import CustomerRecall
from aurapromo.platform.clock import Clock
from aurapromo.platform.database import Database
from aurapromo.promotions.keeper import BookKeeper
from aurapromo.redemptions.batch.transaction import Batch
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """What redeeming stands on. At most `queue` claims may wait."""

    database: Database
    book: BookKeeper
    recall: CustomerRecall
    clock: Clock
    random_bits: RandomBits
    queue: int

    def heard(self, batch: Batch) -> None:
        """Let this process's decisions see at once what a batch has committed."""
        for one in batch.counters:
            self.book.publish(one.promotion_id, Spent(one.used, one.held, one.spent))
        for claim in batch.taken:
            if claim.order is not None and claim.order.customer_id is not None:
                self.recall.forget(claim.order.customer_id)


@asynccontextmanager
async def redeeming(needs: Needs) -> AsyncIterator[Redeeming]:
    """Ready to redeem; at the end every claim that waits is finished."""
    database, clock, random_bits = needs.database, needs.clock, needs.random_bits
    ledger = Ledger(database.url, clock, needs.heard, capacity=needs.queue)
    reclaimer = Reclaimer(database, ledger, clock, random_bits)
    await ledger.start()
    reclaimer.start()
    try:
        yield Redeeming(
            ledger,
            Checkout(database, needs.book, ledger, reclaimer, random_bits),
            Settlement(database, ledger, reclaimer, random_bits),
        )
    finally:
        await reclaimer.stop()
        await ledger.stop()
