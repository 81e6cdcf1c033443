"""`aurapromo serve --demo`: what it loads, and that what it prints is true."""

import shlex
import stat
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

if TYPE_CHECKING:
    from tests.conftest import Server

Serve = Callable[..., "Server"]


class Demo:
    """A server that was started with --demo, and what it said."""

    def __init__(self, server: "Server") -> None:
        self.server = server
        self.said = self._read()
        self.key = next(line.split()[1] for line in self.said if line.startswith("  Key"))

    def _read(self) -> list[str]:
        assert self.server.process.stdout is not None
        lines: list[str] = []
        while not lines or not lines[-1].startswith("curl"):
            lines.append(self.server.process.stdout.readline().rstrip("\n"))
        return lines

    def get(self, path: str) -> Any:
        with self.server.client(self.key) as client:
            return client.get(f"/api/v1{path}").raise_for_status().json()

    def all(self, path: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.get(f"{path}?per_page=100")["items"]
        return found


@pytest.fixture
def demo(serve: Serve, tmp_path: Path) -> Callable[[], Demo]:
    return lambda: Demo(serve("--demo", "--data-dir", str(tmp_path / "data")))


@pytest.fixture(scope="module")
def shop(
    fresh_server: Callable[..., AbstractContextManager["Server"]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Demo]:
    """One demo that tests only look at."""
    with fresh_server("--demo", "--data-dir", str(tmp_path_factory.mktemp("demo"))) as server:
        yield Demo(server)


def as_typed(curl: str) -> httpx.Response:
    """What the printed command gets."""
    program, silent, url, *options = shlex.split(curl)
    assert (program, silent) == ("curl", "-s")
    given = dict(enumerate(options))
    headers = [given[place + 1].split(": ", 1) for place, word in given.items() if word == "-H"]
    (body,) = [given[place + 1] for place, word in given.items() if word == "-d"]
    return httpx.post(url, headers=dict(headers), content=body, trust_env=False)


def test_the_printed_curl_works_and_shows_discounts_of_several_kinds(shop: Demo) -> None:
    answer = as_typed(shop.said[-1])
    assert answer.status_code == 200
    decided = answer.json()
    assert len(decided["promotions_applied"]) > 2
    assert decided["final_total"] == pytest.approx(decided["original_total"] - decided["total_discount"])
    outcomes = Counter(entry["outcome"] for entry in decided["explanation"])
    assert set(outcomes) >= {"applied", "not_eligible", "beaten"}


def test_there_is_a_promotion_of_every_type_and_most_are_active(shop: Demo) -> None:
    promotions = shop.all("/promotions")
    assert {one["promotion_type"] for one in promotions} == {
        "percentage_discount", "fixed_amount_discount", "buy_one_get_one", "tiered_discount",
        "free_shipping", "cashback", "custom",
    }  # fmt: skip
    statuses = Counter(one["status"] for one in promotions)
    assert statuses["active"] >= 10
    assert set(statuses) == {"active", "scheduled", "paused", "draft", "ended"}


def test_a_second_start_adds_nothing_and_keeps_the_key_where_only_its_owner_can_read_it(
    demo: Callable[[], Demo], tmp_path: Path
) -> None:
    first = demo()
    assert stat.S_IMODE((tmp_path / "data" / "demo-key").stat().st_mode) == 0o600
    before = first.all("/promotions"), first.get("/orders/11000"), first.all("/keys")
    first.server.stop()
    second = demo()
    assert second.key == first.key
    assert (second.all("/promotions"), second.get("/orders/11000")) == before[:2]
    demo_keys = [
        [key["id"] for key in keys if key["name"] == "demo"] for keys in (before[2], second.all("/keys"))
    ]
    assert demo_keys[0] == demo_keys[1]
    assert len(demo_keys[0]) == 1


def test_a_revoked_key_is_replaced(demo: Callable[[], Demo]) -> None:
    first = demo()
    (key_id,) = [key["id"] for key in first.all("/keys") if key["name"] == "demo"]
    with first.server.client() as client:
        assert client.delete(f"/api/v1/keys/{key_id}").is_success
    first.server.stop()
    second = demo()
    assert second.key != first.key
    assert second.all("/promotions")


def test_a_database_in_use_is_left_alone(serve: Serve, demo: Callable[[], Demo]) -> None:
    with serve().client() as client:
        assert client.put("/api/v1/customers/1", json={"first_name": "Real"}).status_code == 201
    running = demo()
    assert running.all("/promotions") == []
    assert running.get("/customers/1")["first_name"] == "Real"
    assert as_typed(running.said[-1]).status_code == 200
