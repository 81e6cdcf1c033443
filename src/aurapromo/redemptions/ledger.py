"""Group commit: requests hand in claims and wait; one transaction serves all that have come together."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Final, NamedTuple

import psycopg
import structlog
from psycopg import AsyncConnection

from aurapromo.errors import Unavailable
from aurapromo.platform.clock import Clock, monotonic
from aurapromo.platform.database import Conn
from aurapromo.redemptions.batch.transaction import Batch
from aurapromo.redemptions.claims.claim import Claim, Verdict
from aurapromo.redemptions.store import reads

MOST: Final = 500  # claims in one batch
CAPACITY: Final = 5_000  # claims that may wait
PATIENCE_S: Final = 10.0  # how long a batch outlasts a database that is away or locked
PAUSE_S: Final = 0.05  # between two looks at a database that cannot go on

BUSY: Final = (
    psycopg.errors.LockNotAvailable,
    psycopg.errors.DeadlockDetected,
    psycopg.errors.SerializationFailure,
)
LOST: Final = (psycopg.OperationalError, psycopg.InterfaceError, OSError)

#: Told of every batch that was committed, before its claims are answered.
Heard = Callable[[Batch], None]

log = structlog.get_logger()


class Waiting(NamedTuple):
    """A claim, and where its verdict goes."""

    claim: Claim
    verdict: asyncio.Future[Verdict]


class Ledger:
    """The one writer of redemptions in a process; any number of processes may share a database."""

    def __init__(self, url: str, clock: Clock, heard: Heard, *, capacity: int = CAPACITY) -> None:
        self._url = url
        self._clock = clock
        self._heard = heard
        self._capacity = capacity
        self._queue: deque[Waiting] = deque()
        self._arrived = asyncio.Event()
        self._conn: Conn | None = None
        self._task: asyncio.Task[None] | None = None
        self._stopping = False
        #: How far the database's clock is ahead of ours.
        self.ahead = timedelta()

    async def start(self) -> None:
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Finish what waits, then stop; nothing more is taken in."""
        self._stopping = True
        self._arrived.set()
        if self._task is not None:
            await self._task
        await self._disconnect()

    async def submit(self, claim: Claim) -> Verdict:
        """The verdict on the claim; what was taken is safe on disk by then.

        Raises Unavailable when too many wait (nothing was taken), and when the database is away for long:
        then it may have been taken, and the same request again tells.
        """
        if self._stopping or len(self._queue) >= self._capacity:
            raise Unavailable("Too many redemptions are waiting; try again.")
        waiting = Waiting(claim, asyncio.get_running_loop().create_future())
        self._queue.append(waiting)
        self._arrived.set()
        return await waiting.verdict

    async def _run(self) -> None:
        while self._queue or not self._stopping:
            if not self._queue:
                self._arrived.clear()
                await self._arrived.wait()
                continue
            group = [self._queue.popleft() for _ in range(min(MOST, len(self._queue)))]
            await self._answer(group)

    async def _answer(self, group: Sequence[Waiting]) -> None:
        """Give every claim its verdict. An error that one of them causes must not hit the others."""
        batch = Batch([one.claim for one in group])
        try:
            await self._settle(batch)
        except Exception as error:
            if len(group) > 1 and not isinstance(error, Unavailable):
                log.exception("ledger.batch_split", claims=len(group))
                for one in group:
                    await self._answer([one])
                return
            for one in group:
                if not one.verdict.done():
                    one.verdict.set_exception(error)
            return
        self._heard(batch)
        for one, verdict in zip(group, batch.verdicts, strict=True):
            if not one.verdict.done():
                one.verdict.set_result(verdict)

    async def _settle(self, batch: Batch) -> None:
        """Run the batch until it is known to be committed. Raises Unavailable when that takes too long."""
        until = monotonic() + PATIENCE_S
        while True:
            try:
                await batch.run(await self._connected())
            except BUSY as error:
                log.warning("ledger.busy", error=type(error).__name__)
            except LOST as error:
                log.warning("ledger.connection_lost", error=str(error))
                if await self._was_committed(batch, until):
                    return
            else:
                return
            if monotonic() > until:
                raise Unavailable("The database cannot be reached right now; try again.")
            await asyncio.sleep(PAUSE_S)

    async def _was_committed(self, batch: Batch, until: float) -> bool:
        """Look an unknown commit up instead of repeating it."""
        while monotonic() <= until:
            await self._disconnect()
            with suppress(*LOST):
                committed = await batch.was_committed(await self._connected())
                if committed is not None:
                    return committed
            await asyncio.sleep(PAUSE_S)
        raise Unavailable("The database cannot be reached right now; try again.")

    async def _connected(self) -> Conn:
        if self._conn is None or self._conn.closed:
            self._conn = await AsyncConnection.connect(
                self._url, autocommit=True, prepare_threshold=1, options="-c timezone=UTC"
            )
            self.ahead = await reads.clock(self._conn) - self._clock()
        return self._conn

    async def _disconnect(self) -> None:
        if self._conn is not None:
            with suppress(psycopg.Error):
                await self._conn.close()
            self._conn = None
