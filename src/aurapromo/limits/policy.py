"""Which limit holds for a call, and what a count of calls means under it. Pure."""

import math
from collections.abc import Mapping

import msgspec

from aurapromo.access.model import Caller, Limit, RateClass

Defaults = Mapping[RateClass, Limit]


class Window(msgspec.Struct, frozen=True, gc=False):
    """The calls that one caller has made of one class since the first of them opened the window.

    `count` includes the call that is being asked about; `ends_at` is when the next window may begin, in
    seconds since 1970 as all times here: two of them are compared in every call.
    """

    count: int
    ends_at: float


class Standing(msgspec.Struct, frozen=True, gc=False):
    """Where a caller stands after a call was counted."""

    rate: RateClass
    limit: Limit
    window: Window

    @property
    def allowed(self) -> bool:
        return self.window.count <= self.limit.limit

    @property
    def remaining(self) -> int:
        return max(0, self.limit.limit - self.window.count)

    def seconds_left(self, now: float) -> int:
        """Whole seconds after which the window is over for certain; at least one."""
        return max(1, math.ceil(self.window.ends_at - now))


def limit_of(caller: Caller, rate: RateClass, defaults: Defaults) -> Limit | None:
    """The caller's own limit for this class, else the service's; None where it has none at all."""
    if caller.limits == "none":
        return None
    if caller.limits == "default":
        return defaults[rate]
    return caller.limits.get(rate, defaults[rate])
