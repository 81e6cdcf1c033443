"""Makes long batches in the background of a server; any number of processes share the work."""

import asyncio
from contextlib import suppress
from typing import Final

import psycopg
import structlog

from aurapromo.coupons import batches
from aurapromo.coupons.codes import Entropy
from aurapromo.coupons.model import Batch
from aurapromo.errors import Unavailable
from aurapromo.platform.clock import Clock
from aurapromo.platform.database import Database

#: How long a batch may lie that another process has left behind.
PERIOD_S: Final = 2.0

log = structlog.get_logger()


class BatchWorker:
    """The task of one process. What it knows is in the database, so it may end at any moment."""

    def __init__(self, database: Database, clock: Clock, entropy: Entropy) -> None:
        self._database = database
        self._clock = clock
        self._entropy = entropy
        self._nudged = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """End now; the piece in work is rolled back and made again by whoever comes next."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def nudge(self) -> None:
        """Look at once, because something has been committed that is to be done."""
        self._nudged.set()

    async def step(self) -> Batch | None:
        """Make one piece; None when nothing is to do."""
        async with self._database.writing() as tx:
            return await batches.go_on(tx, entropy=self._entropy, now=self._clock())

    async def _run(self) -> None:
        while True:
            self._nudged.clear()
            try:
                while (batch := await self.step()) is not None:
                    log.info("coupons.batch", id=batch.id, status=batch.status, made=batch.made)
            except (Unavailable, psycopg.Error) as error:
                log.warning("coupons.batch_interrupted", error=str(error), retry_in_s=PERIOD_S)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._nudged.wait(), PERIOD_S)
