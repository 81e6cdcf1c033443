"""Keeps this process's book current: notices from PostgreSQL, a periodic look, and its own writes."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import Final

import psycopg
import structlog
from psycopg import AsyncConnection

from aurapromo.engine.facts import Spent
from aurapromo.errors import Unavailable
from aurapromo.facts import service as facts
from aurapromo.facts.model import Channel
from aurapromo.platform.clock import Clock, monotonic
from aurapromo.platform.database import Conn, Database
from aurapromo.promotions.book import Book
from aurapromo.promotions.store import reads

PERIOD_S: Final = 1.0  # how long a change may stay unseen when a notice was lost
RETRY_S: Final = 0.2
INFINITY: Final = float("inf")

log = structlog.get_logger()


class BookKeeper:
    """The book of one process and the channels beside it, and the task that keeps both current."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self.book = Book()
        self.channels: Mapping[str, Channel] = {}
        self.currencies: Mapping[str, str] = {}
        self.default_channel: Channel
        self._version = 0
        self._seen = 0
        self._current_at = -INFINITY
        self._database = database
        self._clock = clock
        self._turn = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None

    @property
    def age_s(self) -> float:
        """Seconds since the book was last known to be current."""
        return monotonic() - self._current_at

    async def start(self) -> None:
        """Load everything that is live, and follow it from then on."""
        await self._refresh()
        self._task = asyncio.create_task(self._follow())

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def refresh(self) -> None:
        """Take in what has just been committed, so that its author sees it in the next decision.

        When the database is away the write still stands, and the book follows as soon as it can.
        """
        await self._database.after_commit(self._catch_up)

    async def _catch_up(self) -> None:
        try:
            await self._refresh()
        except Unavailable:
            log.warning("book.refresh_failed")

    def publish(self, promotion_id: int, spent: Spent) -> None:
        """Take in what was spent of a promotion, told by whoever has just committed it."""
        if promotion_id in self.book.spent:
            self.book.spent[promotion_id] = spent

    async def _refresh(self) -> None:
        async with self._turn, self._database.reading() as conn:
            asked_at = monotonic()
            version = await reads.book_version(conn)
            await self._read_channels(conn)
            if version != self._version:
                await self._take_in(conn)
                self._version = version
            await self._read_counters(conn)
            self._current_at = asked_at

    async def _read_channels(self, conn: Conn) -> None:
        found = await facts.channels(conn)
        self.channels = {channel.code: channel for channel in found}
        self.currencies = {channel.code: channel.currency for channel in found}
        self.default_channel = next(channel for channel in found if channel.is_default)

    async def _read_counters(self, conn: Conn) -> None:
        """What other processes have spent since the last look."""
        self._seen, changed = await reads.spent_since(conn, self._seen)
        for promotion_id, spent in changed.items():
            self.publish(promotion_id, spent)

    async def _take_in(self, conn: Conn) -> None:
        # Writers commit in the order of their versions, so nothing below a version is still to come;
        # what commits meanwhile is taken in twice, which does no harm.
        found = await (reads.changed_since(conn, self._version) if self._version else reads.live(conn))
        now = self._clock()
        for promotion in found:
            self.book.put(promotion, now)
        for promotion_id in await reads.removed_since(conn, self._version):
            self.book.remove(promotion_id)

    async def _follow(self) -> None:
        while True:
            with suppress(psycopg.Error, Unavailable, OSError):
                await self._listen()
            log.warning("book.connection_lost", retry_in_s=RETRY_S)
            await asyncio.sleep(RETRY_S)

    async def _listen(self) -> None:
        connection = await AsyncConnection.connect(self._database.url, autocommit=True)
        async with connection as conn:
            await conn.execute("LISTEN aurapromo_book")
            while True:
                await self._refresh()
                async for _ in conn.notifies(timeout=PERIOD_S, stop_after=1):
                    pass
