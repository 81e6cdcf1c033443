"""Deletes kept answers when their time is over."""

import asyncio
from contextlib import suppress
from typing import Final

import psycopg
import structlog

from aurapromo.errors import Unavailable
from aurapromo.idempotency import service
from aurapromo.platform.clock import Clock
from aurapromo.platform.database import Database

PERIOD_S: Final = 300

log = structlog.get_logger()


class Sweeper:
    """A task that looks for old records every few minutes. Those of several processes share the work."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _run(self) -> None:
        while True:
            try:
                await service.sweep(self._database, now=self._clock())
            except (Unavailable, psycopg.Error) as error:
                log.warning("idempotency.sweep_failed", error=str(error))
            await asyncio.sleep(PERIOD_S)
