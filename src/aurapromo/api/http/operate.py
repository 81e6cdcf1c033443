"""What operators see: the journal of requests, health, metrics."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

import msgspec
import structlog
from prometheus_client import CollectorRegistry, Gauge, Histogram
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

#: Upper ends in seconds: a decision takes well under a millisecond, a bulk import many seconds.
BUCKETS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)


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


class Journal:
    """Counts, times and logs requests."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._latency = Histogram(
            "aurapromo_http_request_seconds",
            "Time from the request's headers to the end of its answer",
            ("contract", "route", "method", "status"),
            buckets=BUCKETS,
            registry=registry,
        )
        self._known: dict[tuple[str, str, str, int], Histogram] = {}
        self._log = structlog.get_logger(
            "aurapromo.http"
        ).bind()  # bound once: binding costs more than logging
        self.in_flight = 0
        Gauge(
            "aurapromo_http_requests_in_flight", "Requests being answered now", registry=registry
        ).set_function(lambda: self.in_flight)

    def record(self, entry: Entry) -> None:
        labels = (entry.contract, entry.route, entry.method, entry.status)
        latency = self._known.get(labels)
        if latency is None:
            latency = self._known[labels] = self._latency.labels(*labels)
        latency.observe(entry.seconds)
        if not self._log.is_enabled_for(logging.INFO):
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
