"""What the rate limiter says, in HTTP's words."""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, Metric
from prometheus_client.registry import Collector

from aurapromo.access.model import Caller, Limit, RateClass
from aurapromo.api.http.errors import Headers
from aurapromo.api.http.guards import Allowance
from aurapromo.api.http.guards import Limit as LimitGuard
from aurapromo.limits.limiter import Limiter
from aurapromo.limits.policy import Standing
from aurapromo.platform.clock import Clock

FREE = Allowance()


def guard(limiter: Limiter, clock: Clock) -> LimitGuard:
    """Counts every call of a key with limits, and says in headers how many are left."""

    async def limit(caller: Caller, rate: RateClass) -> Allowance:
        if caller.limits == "none":
            return FREE
        now = clock()
        standing = await limiter.hit(caller, rate, now)
        if standing is None:
            return FREE
        left_s = standing.seconds_left(now)
        return Allowance(headers(standing, left_s), None if standing.allowed else left_s)

    return limit


def headers(standing: Standing, left_s: int) -> Headers:
    """The documented `X-RateLimit-*`, and `RateLimit` as draft-ietf-httpapi-ratelimit-headers-10 has it."""
    limit, policy = _fixed(standing.rate, standing.limit)
    remaining = standing.remaining
    return (
        (b"x-ratelimit-limit", limit),
        (b"x-ratelimit-remaining", b"%d" % remaining),
        (b"x-ratelimit-reset", _moment(standing.window.ends_at)),
        (b"ratelimit-policy", policy),
        (b"ratelimit", b'"%b";r=%d;t=%d' % (standing.rate.encode(), remaining, left_s)),
    )


@lru_cache(maxsize=1024)
def _fixed(rate: RateClass, limit: Limit) -> tuple[bytes, bytes]:
    """What is the same on every answer: the number of calls, and the policy."""
    return b"%d" % limit.limit, f'"{rate}";q={limit.limit};w={limit.window_s}'.encode()


@lru_cache(maxsize=1024)
def _moment(ends_at: datetime) -> bytes:
    """The first whole second at which the window is over."""
    whole = -(-ends_at.timestamp() // 1)
    return datetime.fromtimestamp(whole, UTC).strftime("%Y-%m-%dT%H:%M:%SZ").encode()


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
