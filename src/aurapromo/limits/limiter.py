"""Counts calls against the limits of their callers."""

from typing import Protocol

from aurapromo.access.model import Caller, Limit, RateClass
from aurapromo.errors import Unavailable
from aurapromo.limits.local import LocalWindows
from aurapromo.limits.policy import Defaults, Standing, Window, limit_of
from aurapromo.limits.shared import DownError, SharedWindows
from aurapromo.platform.clock import monotonic
from aurapromo.platform.settings import Settings


class Windows(Protocol):
    """Where calls are counted: windows of `window_s` seconds, each opened by its first call."""

    async def hit(self, key: str, *, limit: int, window_s: int, now: float) -> Window:
        """The window of `key` with this call counted.

        A call over `limit` need not be counted. Raises DownError when nothing can be counted.
        """

    async def close(self) -> None: ...


class Limiter:
    """The rate limits of one process; `unchecked` is how many calls could not be counted so far."""

    def __init__(self, windows: Windows, defaults: Defaults, *, refuse_when_down: bool) -> None:
        self._windows = windows
        self._defaults = defaults
        self._refuse_when_down = refuse_when_down
        self.unchecked = 0

    async def hit(self, caller: Caller, rate: RateClass, now: float) -> Standing | None:
        """Where the caller stands with this call counted; None if it has no limit or none can be checked.

        Raises Unavailable when none can be checked and the service was told to refuse then.
        """
        limit = limit_of(caller, rate, self._defaults)
        if limit is None:
            return None
        try:
            key = caller.id + ":" + rate
            window = await self._windows.hit(key, limit=limit.limit, window_s=limit.window_s, now=now)
        except DownError:
            self.unchecked += 1
            if self._refuse_when_down:
                raise Unavailable("Rate limits cannot be checked right now; try again.") from None
            return None
        return Standing(rate, limit, window)

    async def close(self) -> None:
        await self._windows.close()


def windows(valkey_url: str) -> Windows:
    """Shared through Valkey where there is one, else in the memory of this process."""
    return SharedWindows(valkey_url, monotonic=monotonic) if valkey_url else LocalWindows()


def defaults(settings: Settings) -> Defaults:
    """The service's own limits."""
    return {
        RateClass.GENERAL: _limit(settings.limit_general),
        RateClass.COUPON: _limit(settings.limit_coupon),
        RateClass.DISCOUNT: _limit(settings.limit_discount),
        RateClass.BULK: _limit(settings.limit_bulk),
    }


def _limit(text: str) -> Limit:
    # The settings have seen to it that there are two numbers.
    calls, _, seconds = text.partition("/")
    return Limit(int(calls), int(seconds))
