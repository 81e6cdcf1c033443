"""A change of a promotion changes the very next decision, and within a second those of other processes."""

import secrets
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from typing import Any

import psycopg
import pytest
from tests.api.aura.world import Aura, item, moment
from tests.conftest import Cluster, Server, copied

SOON_S = 1.0


def applied(aura: Aura, promotion_id: int, cart: Any) -> float:
    """What the promotion takes off a cart among all that are live; 0 when it does not apply."""
    found = aura.evaluate(cart, explain=False)["promotions_applied"]
    return next((float(one["discount_amount"]) for one in found if one["promotion_id"] == promotion_id), 0.0)


def soon(holds: Callable[[], bool], within_s: float = SOON_S) -> bool:
    """Whether it holds before the time is up."""
    end = time.monotonic() + within_s
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


@pytest.fixture(scope="module")
def two(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Aura, Aura, str]]:
    """Two processes on one database, and its URL; each test looks at goods of its own only."""
    logs = tmp_path_factory.mktemp("two")
    with ExitStack() as open_:
        url = open_.enter_context(copied(cluster))
        first, second = [open_.enter_context(Server(url, logs / name)) for name in "12"]
        here, there = open_.enter_context(first.client()), open_.enter_context(second.client(first.key))
        yield Aura(here), Aura(there), url


class Goods:
    """A promotion for goods that only one test sells, seen from two processes."""

    def __init__(self, two: tuple[Aura, Aura, str]) -> None:
        self.here, self.there, self.database_url = two
        self.kind = secrets.token_hex(4)
        self.id = int(self.here.create(applicable_categories=[self.kind])["id"])

    def off(self, aura: Aura) -> float:
        """What it takes off goods for 100.00."""
        return applied(aura, self.id, item(100.0, category_id=self.kind))

    def step(self, verb: str) -> None:
        self.here.ok("POST", f"promotions/{self.id}/{verb}")


@pytest.fixture
def goods(two: tuple[Aura, Aura, str]) -> Goods:
    return Goods(two)


def test_each_step_changes_the_next_decision_at_once(goods: Goods) -> None:
    seen = [goods.off(goods.here)]
    for verb in ("activate", "pause", "resume", "end"):
        goods.step(verb)
        seen.append(goods.off(goods.here))
    assert seen == [0.0, 25.0, 0.0, 25.0, 0.0]


def test_each_change_of_a_field_changes_the_next_decision_at_once(goods: Goods) -> None:
    goods.step("activate")
    changes: list[dict[str, Any]] = [
        {"discount_value": 10},
        {"applicable_categories": ["others"]},
        {"applicable_categories": [goods.kind]},
        {"minimum_order_amount": 100.01},
        {"minimum_order_amount": None},
        {"start_date": moment(0.5)},
        {"start_date": moment(-1)},
        {"end_date": moment(-0.5)},
    ]
    seen = []
    for change in changes:
        goods.here.put(goods.id, **change)
        seen.append(goods.off(goods.here))
    assert seen == [10.0, 0.0, 10.0, 0.0, 10.0, 0.0, 10.0, 0.0]


def test_another_process_sees_it_within_a_second(goods: Goods) -> None:
    goods.step("activate")
    assert soon(lambda: goods.off(goods.there) == 25.0)
    goods.there.put(goods.id, discount_value=50)
    assert soon(lambda: goods.off(goods.here) == 50.0)
    goods.step("end")
    assert soon(lambda: goods.off(goods.there) == 0.0)


def test_the_clock_starts_and_ends_a_promotion_without_anybodys_help(goods: Goods) -> None:
    second = 1 / 86_400
    goods.here.put(goods.id, start_date=moment(second), end_date=moment(2 * second))
    goods.step("activate")
    both = (goods.here, goods.there)
    assert [goods.off(one) for one in both] == [0.0, 0.0]
    assert soon(lambda: [goods.off(one) for one in both] == [25.0, 25.0], 1.5)
    assert soon(lambda: [goods.off(one) for one in both] == [0.0, 0.0], 1.5)
    assert goods.here.get(goods.id)["status"] == "expired"


def test_both_find_their_way_back_after_every_connection_was_cut(goods: Goods) -> None:
    goods.step("activate")
    assert soon(lambda: goods.off(goods.there) == 25.0)
    with psycopg.connect(goods.database_url, autocommit=True) as conn:
        conn.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    goods.here.put(goods.id, discount_value=50)
    assert goods.off(goods.here) == 50.0
    assert soon(lambda: goods.off(goods.there) == 50.0, 2 * SOON_S)


def agree(goods: Goods, off: float) -> bool:
    return goods.off(goods.here) == goods.off(goods.there) == off


def test_many_writers_at_once_leave_both_processes_with_what_is_stored(two: tuple[Aura, Aura, str]) -> None:
    all_goods = [Goods(two) for _ in range(5)]
    for goods in all_goods:
        goods.step("activate")

    def write(turn: int) -> tuple[int, int]:
        one, goods = two[turn % 2], all_goods[turn % 5]
        assert isinstance(one, Aura)
        changed = one.call("PUT", f"promotions/{goods.id}", json={"discount_value": turn + 1})
        verb = ("pause", "resume")[turn // 5 % 2]
        return changed.status_code, one.call("POST", f"promotions/{goods.id}/{verb}").status_code

    with ThreadPoolExecutor(8) as pool:
        changed, moved = zip(*pool.map(write, range(99)), strict=True)
    assert (set(changed), set(moved) - {200, 409}) == ({200}, set())
    for goods in all_goods:
        kept = goods.here.get(goods.id)
        expected = kept["discount_value"] if kept["status"] == "active" else 0.0
        assert soon(partial(agree, goods, expected))
        versions = goods.here.ok("GET", f"promotions/{goods.id}/versions", params={"per_page": 100})["items"]
        assert [one["version"] for one in versions] == list(range(kept["version"], 0, -1))


def test_in_a_large_book_only_explain_all_speaks_of_what_the_cart_rules_out(goods: Goods) -> None:
    goods.step("activate")
    others = [goods.here.live(applicable_categories=[f"{goods.kind}-{number}"]) for number in range(101)]
    cart = item(100.0, category_id=goods.kind)

    def considered(*, explain: Any) -> set[int]:
        found = goods.here.evaluate(cart, explain=explain)["explanation"]
        return {step["promotion_id"] for step in found}

    assert goods.id in considered(explain=True)
    assert considered(explain=True).isdisjoint(others)
    assert {goods.id, *others} <= considered(explain="all")
