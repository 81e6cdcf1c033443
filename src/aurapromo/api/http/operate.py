"""What operators see: the journal of requests, health, metrics."""

from bisect import bisect_left
from collections.abc import Awaitable, Callable, Iterator, Sequence
from itertools import accumulate
from typing import Final

import msgspec
import structlog
from prometheus_client import CollectorRegistry, Gauge
from prometheus_client.core import HistogramMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

#: Upper ends in seconds: a decision takes well under a millisecond, a bulk import many seconds.
BUCKETS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)
BUCKET_NAMES: Final = (*(str(float(end)) for end in BUCKETS), "+Inf")


class Check(msgspec.Struct, frozen=True):
    """One thing that must be well before requests should come here (the database, the book)."""

    name: str
    ok: bool
    detail: str = ""


Ready = Callable[[], Awaitable[Sequence[Check]]]


class Entry(msgspec.Struct, frozen=True):
    """What the journal keeps of one request; `route` is the template, so labels stay few."""

    contract: str
    route: str
    method: str
    status: int
    seconds: float
    request_id: str
    caller: str


class Latency(Collector):
    """A histogram of times by labels, in a fifth of the time of the library's own.

    That one locks and checks for other threads; this one belongs to the event loop, scrapes included.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        # By labels: how many fell into each bucket, the last one for all that is slower; and the sum.
        self._series: dict[tuple[str, str, str, int], tuple[list[int], list[float]]] = {}
        registry.register(self)

    def observe(self, entry: Entry) -> None:
        labels = (entry.contract, entry.route, entry.method, entry.status)
        series = self._series.get(labels)
        if series is None:
            series = self._series[labels] = ([0] * (len(BUCKETS) + 1), [0.0])
        counts, total = series
        counts[bisect_left(BUCKETS, entry.seconds)] += 1
        total[0] += entry.seconds

    def collect(self) -> Iterator[Metric]:
        family = HistogramMetricFamily(
            "aurapromo_http_request_seconds",
            "Time from the request's headers to the end of its answer",
            labels=("contract", "route", "method", "status"),
        )
        for labels, (counts, (total,)) in self._series.items():
            reached = zip(BUCKET_NAMES, accumulate(counts), strict=True)
            family.add_metric([str(label) for label in labels], list(reached), total)
        yield family


class Journal:
    """Counts, times and, with `lines`, logs requests."""

    def __init__(self, registry: CollectorRegistry, *, lines: bool) -> None:
        self._latency = Latency(registry)
        # Bound once: binding costs more than logging.
        self._log = structlog.get_logger("aurapromo.http").bind() if lines else None
        self.in_flight = 0
        Gauge(
            "aurapromo_http_requests_in_flight", "Requests being answered now", registry=registry
        ).set_function(lambda: self.in_flight)

    def record(self, entry: Entry) -> None:
        self._latency.observe(entry)
        if self._log is None:
            return
        self._log.info(
            "request",
            method=entry.method,
            route=entry.route,
            status=entry.status,
            duration_ms=round(entry.seconds * 1000, 3),
            request_id=entry.request_id,
            key=entry.caller,
        )


def routes(registry: CollectorRegistry, ready: Ready) -> list[Route]:
    """`/healthz`: this process runs. `/readyz`: it can also do its work. `/metrics`: Prometheus' text."""

    async def healthz(_: Request) -> Response:
        return Response('{"status":"ok"}', media_type="application/json")

    async def readyz(_: Request) -> Response:
        checks = await ready()
        well = all(check.ok for check in checks)
        body = msgspec.json.encode({"status": "ready" if well else "unavailable", "checks": checks})
        return Response(body, 200 if well else 503, media_type="application/json")

    async def metrics(_: Request) -> Response:
        return Response(generate_latest(registry), headers={"content-type": CONTENT_TYPE_LATEST})

    return [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics)]
