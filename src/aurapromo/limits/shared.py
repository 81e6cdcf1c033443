"""Windows that several processes share through Valkey."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final, NamedTuple, TypeVar

import structlog
from limits.aio.storage import RedisStorage
from limits.errors import StorageError
from valkey.asyncio import BlockingConnectionPool

from aurapromo.limits.breaker import Breaker
from aurapromo.limits.policy import Window

PREFIX: Final = "aurapromo:limit"
#: How long one answer of Valkey may take; it takes a thousandth of a second on a good day.
PATIENCE_S: Final = 0.25
PAUSE_S: Final = 1.0
CONNECTIONS: Final = 32
#: What is known of more keys than this is forgotten and asked for again.
KNOWN_KEYS: Final = 10_000
#: Valkey tells the rest of a window in seconds rounded to the nearest; half a second more is never too early.
ROUNDING_S: Final = 0.5

Result = TypeVar("Result")

log = structlog.get_logger()


class DownError(Exception):
    """Valkey does not answer, so nothing was counted."""


class _Call(NamedTuple):
    """A call that waits to be counted."""

    now: float
    answer: asyncio.Future[Window]


class SharedWindows:
    """Counts that every process with the same Valkey sees. Valkey's clock decides when a window is over.

    The calls of one key that come while it is being counted go together in its next count, so a busy
    key costs one round trip for many calls; a key that is spent costs none until its window ends.
    Each process asks once for the end of a window that another one has opened.
    """

    def __init__(self, url: str, *, monotonic: Callable[[], float]) -> None:
        self._pool = BlockingConnectionPool.from_url(
            _as_valkey(url),
            max_connections=CONNECTIONS,
            timeout=PATIENCE_S,
            socket_timeout=PATIENCE_S,
            socket_connect_timeout=PATIENCE_S,
        )
        options: dict[str, Any] = {"connection_pool": self._pool, "key_prefix": PREFIX}
        self._storage = RedisStorage("async+valkey://", wrap_exceptions=True, **options)
        self._breaker = Breaker(pause_s=PAUSE_S, monotonic=monotonic)
        self._known: dict[str, Window] = {}
        self._waiting: dict[str, list[_Call]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def hit(self, key: str, *, limit: int, window_s: int, now: float) -> Window:
        """The window of `key` with this call counted. Raises DownError."""
        known = self._known.get(key)
        if known is not None and known.count > limit and now < known.ends_at:
            return known
        call = _Call(now, asyncio.get_running_loop().create_future())
        if key in self._waiting:
            self._waiting[key].append(call)
        elif self._breaker.admits():
            self._waiting[key] = [call]
            task = asyncio.create_task(self._count(key, window_s))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        else:
            raise DownError
        return await call.answer

    async def close(self) -> None:
        await asyncio.gather(*self._tasks)
        await self._pool.disconnect()

    async def _count(self, key: str, window_s: int) -> None:
        """Count what waits for `key`, batch by batch, until nothing does."""
        while batch := self._waiting[key]:
            self._waiting[key] = []
            try:
                window = await self._counted(key, window_s, len(batch), batch[0].now)
            except Exception as error:  # noqa: BLE001 whatever it is, those who wait must hear of it
                for call in batch:
                    _answer(call, error)
            else:
                for number, call in enumerate(batch, window.count - len(batch) + 1):
                    _answer(call, Window(number, window.ends_at))
        del self._waiting[key]

    async def _counted(self, key: str, window_s: int, calls: int, now: float) -> Window:
        """The window of `key` after the last of `calls` more."""
        count = await self._asked(self._storage.incr(key, window_s, calls))
        known = self._known.get(key)
        if count == calls:
            ends_at = now + window_s
        elif known is not None and known.count + calls <= count and now < known.ends_at:
            ends_at = known.ends_at
        else:
            ends_at = await self._asked(self._storage.get_expiry(key)) + ROUNDING_S
        if len(self._known) >= KNOWN_KEYS:
            self._known.clear()
        self._known[key] = window = Window(count, ends_at)
        return window

    async def _asked(self, question: Awaitable[Result]) -> Result:
        """What Valkey answers. Raises DownError."""
        try:
            answer = await question
        except (StorageError, OSError) as error:
            if not self._breaker.open:
                log.warning("limits.valkey_down", error=str(error))
            self._breaker.failed()
            raise DownError from error
        if self._breaker.open:
            log.info("limits.valkey_back")
        self._breaker.succeeded()
        return answer


def _answer(call: _Call, answer: Window | Exception) -> None:
    if call.answer.done():
        return  # its client has left
    if isinstance(answer, Exception):
        call.answer.set_exception(answer)
    else:
        call.answer.set_result(answer)


def _as_valkey(url: str) -> str:
    """The same address with the scheme that the client knows."""
    return "valkey" + url.removeprefix("redis") if url.startswith(("redis:", "rediss:")) else url
