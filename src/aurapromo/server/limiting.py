"""What the rate limiter says, in HTTP's words."""

import math
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, Metric
from prometheus_client.registry import Collector

from aurapromo.access.model import Caller, Limit, RateClass
from aurapromo.api.http.errors import Headers
from aurapromo.api.http.guards import Allowance
from aurapromo.api.http.guards import Limit as LimitGuard
from aurapromo.limits.limiter import Limiter
from aurapromo.limits.policy import Standing

FREE: Final = Allowance()

Header = tuple[bytes, bytes]


def guard(limiter: Limiter) -> LimitGuard:
    """Counts every call of a key with limits, and says in headers how many are left."""

    async def limit(caller: Caller, rate: RateClass, now: datetime) -> Allowance:
        if caller.limits == "none":
            return FREE
        seconds = now.timestamp()
        standing = await limiter.hit(caller, rate, seconds)
        if standing is None:
            return FREE
        left_s = standing.seconds_left(seconds)
        return Allowance(headers(standing, left_s), None if standing.allowed else left_s)

    return limit


def headers(standing: Standing, left_s: int) -> Headers:
    """The documented `X-RateLimit-*`, and `RateLimit` as draft-ietf-httpapi-ratelimit-headers-10 has it."""
    limit, policy, current = _fixed(standing.rate, standing.limit)
    remaining = standing.remaining
    return (
        limit,
        (b"x-ratelimit-remaining", b"%d" % remaining),
        _reset(standing.window.ends_at),
        policy,
        (b"ratelimit", current % (remaining, left_s)),
    )


@lru_cache(maxsize=1024)
def _fixed(rate: RateClass, limit: Limit) -> tuple[Header, Header, bytes]:
    """What is the same on every answer: the number of calls, the policy, and the form of the rest."""
    policy = f'"{rate}";q={limit.limit};w={limit.window_s}'.encode()
    current = f'"{rate}";r=%d;t=%d'.encode()
    return (b"x-ratelimit-limit", b"%d" % limit.limit), (b"ratelimit-policy", policy), current


@lru_cache(maxsize=1024)
def _reset(ends_at: float) -> Header:
    """The first whole second at which the window is over."""
    moment = datetime.fromtimestamp(math.ceil(ends_at), UTC)
    return b"x-ratelimit-reset", moment.strftime("%Y-%m-%dT%H:%M:%SZ").encode()


class Unchecked(Collector):
    """The metric to raise an alarm on: limits that could not be checked, since Valkey does not answer."""

    def __init__(self, limiter: Limiter, registry: CollectorRegistry) -> None:
        self._limiter = limiter
        registry.register(self)

    def collect(self) -> Iterator[Metric]:
        yield CounterMetricFamily(
            "aurapromo_limits_unchecked",
            "Calls whose rate limit could not be checked because Valkey did not answer",
            value=self._limiter.unchecked,
        )
