"""Spares a server that does not answer, and those who wait for it."""

from collections.abc import Callable


class Breaker:
    """Opens when a call fails, and then lets one call through every `pause_s` seconds until one succeeds."""

    def __init__(self, *, pause_s: float, monotonic: Callable[[], float]) -> None:
        self._pause_s = pause_s
        self._monotonic = monotonic
        self._try_at: float | None = None

    @property
    def open(self) -> bool:
        return self._try_at is not None

    def admits(self) -> bool:
        """Whether a call may be tried now; while open, whoever is told so is the only one for a pause."""
        if self._try_at is None:
            return True
        now = self._monotonic()
        if now < self._try_at:
            return False
        self._try_at = now + self._pause_s
        return True

    def failed(self) -> None:
        self._try_at = self._monotonic() + self._pause_s

    def succeeded(self) -> None:
        self._try_at = None
