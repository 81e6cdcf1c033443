"""Priorities to the number, as Gedmo's Sortable counts them; each test begins with none."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import pytest
from tests.sylius.conftest import Api, client_of


@pytest.fixture(scope="module")
def lonely(fresh_server: Callable[..., AbstractContextManager[Any]]) -> Iterator[Any]:
    with fresh_server(anonymous_contract="sylius") as running:
        yield running


@pytest.fixture
def alone(lonely: Any) -> Iterator[Api]:
    """A contract without any promotion."""
    with client_of(lonely, lonely.key) as http:
        http.base_url = f"{lonely.base_url}/sylius"
        api = Api(http)
        for code in standing(api):
            assert api.call("DELETE", f"/promotions/{code}").status_code == 204
        yield api


def standing(api: Api) -> dict[str, int]:
    """Priorities by code, in the order of the list."""
    items = api.get("/promotions/?limit=100")["_embedded"]["items"]
    return {item["code"]: item["priority"] for item in items}


def make(api: Api, *codes: str) -> None:
    for code in codes:
        api.create(code=code)


def test_a_new_promotion_goes_to_the_top(alone: Api) -> None:
    make(alone, "p0", "p1", "p2")
    alone.create(code="p3", priority=None)
    alone.create(code="p4", priority=-1)
    assert standing(alone) == {"p4": 4, "p3": 3, "p2": 2, "p1": 1, "p0": 0}
    assert list(standing(alone)) == ["p4", "p3", "p2", "p1", "p0"]


def test_a_new_promotion_pushes_up_what_is_in_its_place(alone: Api) -> None:
    make(alone, "p0", "p1", "p2")
    assert alone.create(code="in", priority=1)["priority"] == 1
    assert standing(alone) == {"p2": 3, "p1": 2, "in": 1, "p0": 0}


def test_beyond_the_top_a_new_promotion_is_put_as_given(alone: Api) -> None:
    make(alone, "p0")
    alone.create(code="far", priority=10)
    make(alone, "next")
    assert standing(alone) == {"next": 11, "far": 10, "p0": 0}


@pytest.mark.parametrize(
    ("code", "wanted", "expected"),
    [
        pytest.param("p3", 1, {"p2": 3, "p1": 2, "p3": 1, "p0": 0}, id="down"),
        pytest.param("p0", 2, {"p3": 3, "p0": 2, "p2": 1, "p1": 0}, id="up"),
        pytest.param("p0", 99, {"p0": 3, "p3": 2, "p2": 1, "p1": 0}, id="beyond the top"),
        pytest.param("p1", None, {"p1": 3, "p3": 2, "p2": 1, "p0": 0}, id="null is the top"),
        pytest.param("p1", 1, {"p3": 3, "p2": 2, "p1": 1, "p0": 0}, id="where it is"),
    ],
)
def test_a_move_shifts_those_in_between(
    alone: Api, code: str, wanted: int | None, expected: dict[str, int]
) -> None:
    make(alone, "p0", "p1", "p2", "p3")
    before = {one: alone.get(f"/promotions/{one}")["updatedAt"] for one in expected if one != code}
    assert alone.call("PATCH", f"/promotions/{code}", {"priority": wanted}).status_code == 204
    assert standing(alone) == expected
    assert {one: alone.get(f"/promotions/{one}")["updatedAt"] for one in before} == before


def test_put_without_a_priority_goes_to_the_top(alone: Api) -> None:
    make(alone, "p0", "p1", "p2")
    alone.call("PUT", "/promotions/p0", {"name": "Any"})
    assert standing(alone) == {"p0": 2, "p2": 1, "p1": 0}


def test_patch_without_a_priority_stays(alone: Api) -> None:
    make(alone, "p0", "p1")
    alone.call("PATCH", "/promotions/p0", {"name": "Other"})
    assert standing(alone) == {"p1": 1, "p0": 0}


def test_a_deletion_closes_the_gap(alone: Api) -> None:
    make(alone, "p0", "p1", "p2")
    alone.call("DELETE", "/promotions/p0")
    assert standing(alone) == {"p2": 1, "p1": 0}


def test_the_numbers_of_the_document(alone: Api) -> None:
    make(alone, "a", "b", "c", "d")
    assert alone.create(code="sd-promo")["priority"] == 4
    for gone in ("a", "b"):
        alone.call("DELETE", f"/promotions/{gone}")
    assert alone.get("/promotions/sd-promo")["priority"] == 2
    assert alone.create(code="christmas-promotion", priority=0)["priority"] == 0
    assert alone.get("/promotions/sd-promo")["priority"] == 3


def test_promotions_of_the_other_contract_are_never_renumbered(alone: Api) -> None:
    aura = {"name": "Aura", "promotion_type": "free_shipping", "discount_type": "free_shipping",
            "discount_value": 0, "priority": 1, "start_date": "2020-01-01T00:00:00Z",
            "end_date": "2040-01-01T00:00:00Z"}  # fmt: skip
    http = alone.http
    made = http.post(str(http.base_url).replace("/sylius", "/aura") + "api/v1/promotions", json=aura)
    assert made.status_code in {200, 201}, made.text
    named = made.json()["code"]
    make(alone, "p0", "p1")
    alone.create(code="in", priority=0)
    assert standing(alone)[named] == 1
    alone.call("PUT", f"/promotions/{named}", {"name": "Aura"})
    assert standing(alone)[named] == 1
    alone.call("PATCH", f"/promotions/{named}", {"priority": 7})
    assert standing(alone) == {named: 7, "p1": 2, "p0": 1, "in": 0}


def test_decisions_follow_a_shift(alone: Api) -> None:
    half = [{"type": "order_percentage_discount", "configuration": {"percentage": 50}}]
    ten = [{"type": "order_fixed_discount", "configuration": {"default": {"amount": 10}}}]
    alone.create(code="half", channels=["default"], actions=half)
    alone.create(code="ten", channels=["default"], actions=ten)
    cart = {"channel": "default", "items": [{"product": "M", "unitPrice": 10000, "quantity": 1}]}
    assert alone.call("POST", "/evaluations", cart).json()["promotions"] == ["ten", "half"]
    alone.create(code="new", priority=0)
    alone.call("PATCH", "/promotions/half", {"priority": -1})
    assert alone.call("POST", "/evaluations", cart).json()["promotions"] == ["half", "ten"]
