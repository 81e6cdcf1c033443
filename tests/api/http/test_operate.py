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
        Journal(CollectorRegistry()).record(entry)
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


@pytest.mark.parametrize("path", ["/", "/nothing", "/apix"])
def test_what_is_below_no_contract_is_a_plain_404(stranger: httpx.Client, path: str) -> None:
    assert stranger.get(path).status_code == 404
