"""Windows in the memory of one process."""

from typing import Final

from aurapromo.limits.policy import Window

#: Ended windows are swept out when this many have come since the last sweep, or as many as were left then.
SWEEP_AFTER: Final = 1024


class LocalWindows:
    """Counts for one process; they are gone when it ends.

    A call costs the same however many callers there are. (The memory storage of the `limits` library looks
    at every key on every call: 6 µs with one key, 700 µs with 10,000.)
    """

    def __init__(self) -> None:
        self._windows: dict[str, Window] = {}
        self._sweep_at = SWEEP_AFTER

    async def hit(self, key: str, *, limit: int, window_s: int, now: float) -> Window:
        """The window of `key` with this call counted; a refused call changes nothing."""
        window = self._windows.get(key)
        if window is None or now >= window.ends_at:
            self._sweep(now)
            window = Window(1, now + window_s)
        elif window.count > limit:
            return window
        else:
            window = Window(window.count + 1, window.ends_at)
        self._windows[key] = window
        return window

    async def close(self) -> None:
        self._windows.clear()

    def _sweep(self, now: float) -> None:
        if len(self._windows) < self._sweep_at:
            return
        self._windows = {key: window for key, window in self._windows.items() if now < window.ends_at}
        self._sweep_at = 2 * len(self._windows) + SWEEP_AFTER
