"""Expired holds give back what they hold: when a limit is reached, and in passing."""

import asyncio
from contextlib import suppress
from datetime import datetime
from typing import Final

import psycopg
import structlog

from aurapromo.errors import Unavailable
from aurapromo.platform.clock import Clock
from aurapromo.platform.database import Database
from aurapromo.redemptions import service
from aurapromo.redemptions.changing import claim_of, order_after
from aurapromo.redemptions.claims.claim import Claim, Done, Move
from aurapromo.redemptions.ids import RandomBits
from aurapromo.redemptions.ledger import Ledger
from aurapromo.redemptions.model import Order, State, Why

AT_ONCE: Final = 500
PERIOD_S: Final = 1.0

log = structlog.get_logger()


class Reclaimer:
    """Releases expired holds through the ledger, in the batches and the order of locks of all others."""

    def __init__(self, database: Database, ledger: Ledger, clock: Clock, random_bits: RandomBits) -> None:
        self._database = database
        self._ledger = ledger
        self._clock = clock
        self._random_bits = random_bits
        self._turn = asyncio.Lock()
        self._begun = 0
        self._freed = 0
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def reclaim(self) -> int:
        """Release what has expired by now; how many orders gave something back.

        One pass that begins after they asked serves all who wait.
        """
        begun = self._begun
        async with self._turn:
            if self._begun == begun:
                self._begun += 1
                self._freed = await self._pass()
            return self._freed

    async def _pass(self) -> int:
        async with self._database.reading() as conn:
            found = await service.expired(conn, AT_ONCE)
            now = await service.clock(conn)
        released = [(order, moves) for order in found if (moves := over(order, now))]
        claims = [self._release(order, moves) for order, moves in released]
        verdicts = await asyncio.gather(*map(self._ledger.submit, claims), return_exceptions=True)
        return sum(isinstance(verdict, Done) for verdict in verdicts)

    def _release(self, order: Order, moves: list[Move]) -> Claim:
        at, bits = self._clock(), self._random_bits
        return claim_of(order, moves, order_after(order), at=at, random_bits=bits)

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(PERIOD_S)
            try:
                await self.reclaim()
            except (Unavailable, psycopg.Error) as error:
                log.warning("reclaim.failed", error=str(error))


def over(order: Order, now: datetime) -> list[Move]:
    """The holds of the order that have expired at `now`, by the database's clock."""
    return [
        Move(redemption=one.redemption, to=State.RELEASED, reason=Why.EXPIRED)
        for one in order.standing
        if one.redemption.state is State.HELD
        and one.redemption.expires_at is not None
        and one.redemption.expires_at <= now
    ]
