"""The composition root: everything that a handler may reach, built once per process."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from secrets import randbits, token_bytes

from aurapromo.access.authenticator import Authenticator
from aurapromo.coupons.worker import BatchWorker
from aurapromo.facts.recall import CustomerRecall
from aurapromo.idempotency.sweeper import Sweeper
from aurapromo.limits.limiter import Limiter, defaults, windows
from aurapromo.platform.clock import Clock, monotonic
from aurapromo.platform.database import Database
from aurapromo.platform.settings import Settings
from aurapromo.promotions.keeper import BookKeeper
from aurapromo.promotions.quote import Desk
from aurapromo.redemptions.redeeming import Redeeming, redeeming


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """Everything that a handler may reach; tests build their own with another clock."""

    settings: Settings
    database: Database
    clock: Clock
    authenticator: Authenticator
    limiter: Limiter
    book: BookKeeper
    desk: Desk
    recall: CustomerRecall
    batch_worker: BatchWorker
    redeeming: Redeeming


@asynccontextmanager
async def opened(settings: Settings, clock: Clock) -> AsyncIterator[App]:
    """The application on the database of `settings`, which must be migrated; closed at the end."""
    database = Database(settings.database_url, size=settings.pool_size)
    await database.open()
    book = BookKeeper(database, clock)
    limiter = Limiter(
        windows(settings.valkey_url),
        defaults(settings),
        refuse_when_down=settings.limits_when_down == "refuse",
    )
    batch_worker = BatchWorker(database, clock, token_bytes)
    sweeper = Sweeper(database, clock)
    recall = CustomerRecall(settings.facts_cache_s)
    try:
        await book.start()
        sweeper.start()
        batch_worker.start()
        async with redeeming(database, book, clock, randbits, queue=settings.ledger_queue) as ready:
            yield App(
                settings=settings,
                database=database,
                clock=clock,
                authenticator=Authenticator(database, ttl_s=settings.key_cache_s, monotonic=monotonic),
                limiter=limiter,
                book=book,
                desk=Desk(book, database, recall),
                recall=recall,
                batch_worker=batch_worker,
                redeeming=ready,
            )
    finally:
        await batch_worker.stop()
        await sweeper.stop()
        await book.stop()
        await limiter.close()
        await database.close()
