"""What operators see."""

from typing import Protocol

import httpx
import pytest
import structlog
from prometheus_client import CollectorRegistry

from aurapromo.api.http.operate import Entry, Journal


class Shelf(Protocol):
    """What `conftest.Shelf` offers."""

    ready: bool


def test_a_process_that_runs_is_healthy(stranger: httpx.Client) -> None:
    assert stranger.get("/healthz").json() == {"status": "ok"}


def test_it_is_ready_only_while_every_check_is_well(stranger: httpx.Client, shelf: Shelf) -> None:
    assert stranger.get("/readyz").json() == {
        "status": "ready",
        "checks": [{"name": "shelf", "ok": True, "detail": ""}],
    }
    shelf.ready = False
    answer = stranger.get("/readyz")
    shelf.ready = True
    assert (answer.status_code, answer.json()["status"]) == (503, "unavailable")


def test_requests_are_counted_by_contract_route_method_and_status(ours: httpx.Client) -> None:
    ours.get("/api/v1/promotions/counted")
    text = ours.get("/metrics").text
    labels = 'contract="aura",method="GET",route="/promotions/{name}",status="200"'
    assert f"aurapromo_http_request_seconds_count{{{labels}}}" in text
    assert "aurapromo_http_requests_in_flight 0.0" in text


def test_paths_that_do_not_exist_share_one_label(ours: httpx.Client) -> None:
    ours.get("/api/v1/nothing/1")
    assert "nothing" not in ours.get("/metrics").text


def test_a_request_is_one_line_of_the_log_without_its_secrets() -> None:
    entry = Entry("toy", "/promotions/{name}", "GET", 200, 0.0015, "r1", "ours")
    with structlog.testing.capture_logs() as lines:
        Journal(CollectorRegistry(), lines=True).record(entry)
    assert lines == [
        {
            "event": "request",
            "log_level": "info",
            "method": "GET",
            "route": "/promotions/{name}",
            "status": 200,
            "duration_ms": 1.5,
            "request_id": "r1",
            "key": "ours",
        }
    ]


def test_no_line_is_written_unless_asked_for() -> None:
    entry = Entry("toy", "/promotions/{name}", "GET", 200, 0.0015, "r1", "ours")
    with structlog.testing.capture_logs() as lines:
        Journal(CollectorRegistry(), lines=False).record(entry)
    assert lines == []


def test_a_time_counts_in_its_own_bucket_and_all_longer_ones() -> None:
    registry = CollectorRegistry()
    journal = Journal(registry, lines=False)
    for seconds in (0.001, 0.002, 99.0):
        journal.record(Entry("toy", "/promotions/{name}", "GET", 200, seconds, "r1", "ours"))
    labels = {"contract": "toy", "method": "GET", "route": "/promotions/{name}", "status": "200"}
    name = "aurapromo_http_request_seconds"
    within = {
        end: registry.get_sample_value(f"{name}_bucket", {**labels, "le": end})
        for end in ("0.001", "0.0025", "10.0", "+Inf")
    }
    assert within == {"0.001": 1, "0.0025": 2, "10.0": 2, "+Inf": 3}
    assert registry.get_sample_value(f"{name}_sum", labels) == pytest.approx(99.003)


@pytest.mark.parametrize("path", ["/", "/nothing", "/apix"])
def test_what_is_below_no_contract_is_a_plain_404(stranger: httpx.Client, path: str) -> None:
    assert stranger.get(path).status_code == 404
