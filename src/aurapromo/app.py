"""The composition root: everything that a handler may reach, built once per process."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from secrets import randbits, token_bytes

from aurapromo.access.authenticator import Authenticator
from aurapromo.coupons.worker import BatchWorker
from aurapromo.facts.recall import CustomerRecall
from aurapromo.idempotency.sweeper import Sweeper
from aurapromo.limits.limiter import Limiter, defaults, windows
from aurapromo.oauth.authenticator import TokenAuthenticator
from aurapromo.platform.clock import Clock, monotonic
from aurapromo.platform.database import Database
from aurapromo.platform.settings import Settings
from aurapromo.promotions.keeper import BookKeeper
from aurapromo.promotions.quote import Desk
from aurapromo.redemptions.redeeming import Needs, Redeeming, redeeming


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """Everything that a handler may reach; tests build their own with another clock."""

    settings: Settings
    database: Database
    clock: Clock
    authenticator: Authenticator
    tokens: TokenAuthenticator
    limiter: Limiter
    book: BookKeeper
    desk: Desk
    recall: CustomerRecall
    batch_worker: BatchWorker
    redeeming: Redeeming


@asynccontextmanager
async def opened(settings: Settings, clock: Clock) -> AsyncIterator[App]:
    """The application on the database of `settings`, which must be migrated; closed at the end."""
    async with AsyncExitStack() as parts:
        database = Database(settings.database_url, size=settings.pool_size)
        await database.open()
        parts.push_async_callback(database.close)
        yield await _assembled(parts, settings, clock, database)


async def _assembled(parts: AsyncExitStack, settings: Settings, clock: Clock, database: Database) -> App:
    """The parts, started; each is put on `parts` to be stopped before those that it needs."""
    limiter = _limiter(settings)
    book = BookKeeper(database, clock)
    parts.push_async_callback(limiter.close)
    parts.push_async_callback(book.stop)
    await book.start()
    batch_worker = BatchWorker(database, clock, token_bytes)
    _run(parts, batch_worker, Sweeper(database, clock))
    recall = CustomerRecall(settings.facts_cache_s)
    needs = _needs(settings, clock, database, book, recall)
    ttl_s = settings.key_cache_s
    return App(
        settings=settings,
        database=database,
        clock=clock,
        authenticator=Authenticator(database, ttl_s=ttl_s, monotonic=monotonic),
        tokens=TokenAuthenticator(database, ttl_s=ttl_s, monotonic=monotonic, demo=settings.demo),
        limiter=limiter,
        book=book,
        desk=Desk(book, database, recall),
        recall=recall,
        batch_worker=batch_worker,
        redeeming=await parts.enter_async_context(redeeming(needs)),
    )


def _needs(
    settings: Settings, clock: Clock, database: Database, book: BookKeeper, recall: CustomerRecall
) -> Needs:
    return Needs(
        database=database,
        book=book,
        recall=recall,
        clock=clock,
        random_bits=randbits,
        queue=settings.ledger_queue,
    )


def _run(parts: AsyncExitStack, *tasks: BatchWorker | Sweeper) -> None:
    for task in tasks:
        task.start()
        parts.push_async_callback(task.stop)


def _limiter(settings: Settings) -> Limiter:
    refuse = settings.limits_when_down == "refuse"
    return Limiter(windows(settings.valkey_url), defaults(settings), refuse_when_down=refuse)
