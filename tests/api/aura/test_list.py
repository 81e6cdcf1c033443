"""The list of promotions: filters, search, order and pages with exact totals."""

from typing import Any

import pytest
from tests.api.aura.world import Aura, custom, moment, sale


def names(aura: Aura, **query: Any) -> list[str]:
    """Names of this test's promotions without its mark, in the order of the list."""
    found = aura.ok("GET", "promotions/", params={"search": aura.own(""), "per_page": 100} | query)
    return [one["name"].removeprefix(aura.own("")) for one in found["items"]]


def put_up(aura: Aura, *wanted: dict[str, Any]) -> list[int]:
    return [int(aura.create(sale(**one) | {"name": aura.own(one["name"])})["id"]) for one in wanted]


def test_the_newest_come_first(aura: Aura) -> None:
    put_up(aura, {"name": "a"}, {"name": "b"}, {"name": "c"})
    assert names(aura) == ["c", "b", "a"]


def test_an_entry_has_the_documented_fields(aura: Aura) -> None:
    created = aura.create(name=aura.own("one"), max_uses=1000)
    (entry,) = aura.ok("GET", "promotions", params={"search": aura.own("one")})["items"]
    assert entry == created


@pytest.mark.parametrize("per_page", [1, 2, 3, 7, 100])
def test_pages_hold_each_promotion_once(aura: Aura, per_page: int) -> None:
    put_up(aura, *[{"name": str(number), "priority": number % 2} for number in range(7)])
    seen: list[str] = []
    page, more = 1, True
    while more:
        query = {"search": aura.own(""), "page": page, "per_page": per_page, "sort_by": "priority"}
        found = aura.ok("GET", "promotions", params=query)
        seen += [one["name"] for one in found["items"]]
        foot = found["pagination"]
        assert (foot["total_items"], foot["total_pages"]) == (7, -(-7 // per_page))
        assert (foot["page"], foot["per_page"], foot["has_prev"]) == (page, per_page, page > 1)
        page, more = page + 1, foot["has_next"]
    assert len(seen) == len(set(seen)) == 7


def test_a_page_beyond_the_last_is_empty(aura: Aura) -> None:
    put_up(aura, {"name": "a"})
    found = aura.ok("GET", "promotions", params={"search": aura.own(""), "page": 9})
    assert found["items"] == []
    assert found["pagination"] == {
        "page": 9,
        "per_page": 20,
        "total_items": 1,
        "total_pages": 1,
        "has_next": False,
        "has_prev": True,
    }


@pytest.mark.parametrize(
    ("sort_by", "ascending"),
    [
        ("name", ["A", "b", "C"]),
        ("priority", ["b", "A", "C"]),
        ("start_date", ["C", "b", "A"]),
        ("end_date", ["A", "C", "b"]),
        ("created_at", ["b", "C", "A"]),
        ("id", ["b", "C", "A"]),
        ("current_uses", ["b", "C", "A"]),
    ],
)
def test_each_order_both_ways(aura: Aura, sort_by: str, ascending: list[str]) -> None:
    put_up(
        aura,
        {"name": "b", "priority": 1, "start_date": moment(-2), "end_date": moment(9)},
        {"name": "C", "priority": 3, "start_date": moment(-3), "end_date": moment(8)},
        {"name": "A", "priority": 2, "start_date": moment(-1), "end_date": moment(7)},
    )
    assert names(aura, sort_by=sort_by, sort_order="asc") == ascending
    assert names(aura, sort_by=sort_by, sort_order="desc") == ascending[::-1]


def test_status_is_filtered_as_the_clock_shows_it(aura: Aura) -> None:
    wanted = [
        {"name": "draft"},
        {"name": "active"},
        {"name": "paused"},
        {"name": "ended"},
        {"name": "scheduled", "start_date": moment(0.5)},
        {"name": "expired"},
        {"name": "archived"},
    ]
    draft, active, paused, ended, scheduled, expired, archived = put_up(aura, *wanted)
    for one in (active, paused, ended, scheduled, expired):
        aura.ok("POST", f"promotions/{one}/activate")
    aura.ok("POST", f"promotions/{paused}/pause")
    aura.ok("POST", f"promotions/{ended}/end")
    aura.put(expired, end_date=moment(-0.5))
    aura.ok("DELETE", f"promotions/{archived}")
    assert draft < archived
    for each in wanted:
        assert names(aura, status=each["name"]) == [each["name"]]
    assert "archived" not in names(aura)
    assert len(names(aura)) == 6
    assert names(aura, status="cancelled") == []
    by_status = [str(one["name"]) for one in wanted if one["name"] != "archived"]
    assert names(aura, sort_by="status", sort_order="asc") == sorted(by_status)


def test_the_type_is_filtered_as_it_is_shown(aura: Aura) -> None:
    put_up(aura, {"name": "p"}, {"name": "s", "promotion_type": "free_shipping", "discount_value": 0})
    aura.create(custom({"type": "order_percentage_discount", "percentage": 5}, name=aura.own("c")))
    assert names(aura, promotion_type="percentage_discount") == ["p"]
    assert names(aura, promotion_type="free_shipping") == ["s"]
    assert names(aura, promotion_type="custom") == ["c"]
    assert names(aura, promotion_type="cashback") == []


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("50%", ["50% off"]),
        ("off_now", ["off_now"]),
        ("back\\slash", ["back\\slash"]),
        ("'quoted'", ["'quoted'"]),
        ("OFF", ["off_now", "50% off"]),
        ("ÉTÉ", ["été"]),
        ("in the text", ["described"]),
        ("%", ["50% off"]),
        ("no such thing", []),
    ],
)
def test_search_is_literal_and_without_case_in_name_and_description(
    aura: Aura, search: str, found: list[str]
) -> None:
    wanted = ["50% off", "off_now", "back\\slash", "'quoted'", "été"]
    put_up(aura, *[{"name": name} for name in wanted])
    aura.create(name=aura.own("described"), description="Somewhere in the text.")
    # Others' promotions are on the same server.
    answer = aura.ok("GET", "promotions", params={"search": search, "per_page": 100})
    own = [one["name"] for one in answer["items"] if one["name"].startswith(aura.own(""))]
    assert [name.removeprefix(aura.own("")) for name in own] == found


def test_both_bounds_of_the_start_are_inclusive(aura: Aura) -> None:
    days = ["2031-01-01T00:00:00Z", "2031-01-02T00:00:00Z", "2031-01-03T00:00:00Z"]
    put_up(aura, *[{"name": day[9], "start_date": day, "end_date": "2032-01-01T00:00:00Z"} for day in days])
    assert names(aura, start_date_from=days[1]) == ["3", "2"]
    assert names(aura, start_date_to=days[1]) == ["2", "1"]
    assert names(aura, start_date_from=days[1], start_date_to=days[1]) == ["2"]
    assert names(aura, start_date_from="2031-01-02T01:00:00+01:00", start_date_to=days[1]) == ["2"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("page=0", "page"),
        ("page=-1", "page"),
        ("page=1.5", "page"),
        ("page=99999999999999999999", "page"),
        ("per_page=0", "per_page"),
        ("per_page=101", "per_page"),
        ("per_page=ten", "per_page"),
        ("status=sleeping", "status"),
        ("status=active&status=draft", "status"),
        ("promotion_type=sale", "promotion_type"),
        ("sort_by=metadata", "sort_by"),
        ("sort_by=name;drop table promotion", "sort_by"),
        ("sort_order=up", "sort_order"),
        ("start_date_from=yesterday", "start_date_from"),
        ("start_date_from=2024-01-01T00:00:00", "start_date_from"),
        ("start_date_from=2024-02-01T00:00:00Z&start_date_to=2024-01-01T00:00:00Z", "start_date_to"),
        ("start_date_from=0001-01-01T00:00:00%2B14:00", "start_date_from"),
        ("colour=red", "colour"),
        ("search=%00", "search"),
        ("search=" + "x" * 201, "search"),
    ],
)
def test_a_parameter_that_cannot_be_is_refused_by_name(aura: Aura, query: str, field: str) -> None:
    answer = aura.call("GET", f"promotions?{query}")
    assert answer.status_code == 422, answer.text
    assert [fault["field"] for fault in answer.json()["errors"]] == [field]
