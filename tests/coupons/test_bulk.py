"""Batches over HTTP: what is asked for, answered, listed."""

import re
import time
from typing import Any

import pytest
from tests.coupons.conftest import Shop


def test_the_documented_request_and_answer(shop: Shop) -> None:
    config = {
        "max_uses": 1,
        "max_uses_per_customer": 1,
        "expires_at": "2034-08-31T23:59:59Z",
        "code_length": 8,
        "code_prefix": "SUMMER",
        "exclude_ambiguous": True,
    }
    answer = shop.bulk(shop.promotion(), 1000, **config)
    body = answer.json()
    assert (answer.status_code, body["success"], body["coupons_created"]) == (201, True, 1000)
    assert re.fullmatch(r"\d+\.\d{3}s", body["generation_time"])
    assert len({coupon["code"] for coupon in body["coupons"]}) == 1000
    assert all(re.fullmatch("SUMMER[A-HJKMNP-Z2-9]{8}", coupon["code"]) for coupon in body["coupons"])
    assert {(coupon["status"], coupon["max_uses"]) for coupon in body["coupons"]} == {("active", 1)}
    assert (body["export_url"], body["status_url"]) == (None, None)


def test_a_batch_names_itself_in_its_coupons_metadata_for_good(shop: Shop) -> None:
    body = shop.bulk(shop.promotion(), 1, metadata={"campaign": "vip"}).json()
    (coupon,) = body["coupons"]
    assert coupon["metadata"] == {"campaign": "vip", "batch_id": body["batch_id"]}
    path = f"coupons/codes/{coupon['code']}"
    changed = shop.ok("PATCH", path, json={"metadata": {"campaign": "all"}})
    assert changed["metadata"] == {"campaign": "all", "batch_id": body["batch_id"]}
    assert shop.ok("PATCH", path, json={"max_uses": 7})["metadata"] == changed["metadata"]


def test_of_more_than_a_thousand_the_first_hundred_are_shown(shop: Shop) -> None:
    promotion_id = shop.promotion()
    body = shop.bulk(promotion_id, 1001).json()
    assert (body["coupons_created"], len(body["coupons"])) == (1001, 100)
    assert body["export_url"] == f"/api/v1/coupons/{promotion_id}/export.csv?batch_id={body['batch_id']}"
    exported = shop.call("GET", body["export_url"].removeprefix("/api/v1/")).text.splitlines()
    assert [line.split(",")[0] for line in exported[1:101]] == [one["code"] for one in body["coupons"]]
    assert len(exported) == 1002


def test_a_pattern_a_prefix_and_a_suffix(shop: Shop) -> None:
    body = shop.bulk(shop.promotion(), 5, pattern="##-####", prefix="a_", suffix="_Z").json()
    assert all(
        re.fullmatch("a_[A-HJKMNP-Z2-9]{2}-[A-HJKMNP-Z2-9]{4}_Z", one["code"]) for one in body["coupons"]
    )


@pytest.mark.parametrize(
    ("count", "config", "field"),
    [
        pytest.param(0, {}, "count", id="none"),
        pytest.param(10_000_001, {}, "count", id="more than ten million"),
        pytest.param(1, {"code_length": 0}, "coupon_config.code_length", id="nothing to draw"),
        pytest.param(1, {"pattern": "SUMMER"}, "coupon_config.pattern", id="a pattern without a place"),
        pytest.param(1, {"code_prefix": "A B"}, "coupon_config.code_prefix", id="a prefix with a space"),
        pytest.param(1, {"code_prefix": "A" * 45}, "coupon_config", id="codes of 53 characters"),
        pytest.param(1, {"code_prefix": "A", "prefix": "B"}, "coupon_config.prefix", id="one thing twice"),
        pytest.param(481, {"pattern": "KS##"}, "count", id="over half of the key space"),
    ],
)
def test_what_cannot_be_a_batch(shop: Shop, count: int, config: dict[str, Any], field: str) -> None:
    answer = shop.bulk(shop.promotion(), count, **config)
    assert answer.status_code == 422
    assert [fault["field"] for fault in answer.json()["errors"]] == [field]


def test_batches_of_one_pattern_share_its_key_space(shop: Shop) -> None:
    promotion_id, pattern = shop.promotion(), shop.own("##")
    assert shop.bulk(promotion_id, 400, pattern=pattern).status_code == 201
    refused = shop.bulk(promotion_id, 81, pattern=pattern.lower())
    assert (refused.status_code, refused.json()["code"]) == (422, "KEY_SPACE_TOO_SMALL")
    assert "81 codes beside the 400 issued before" in refused.json()["detail"]
    last = shop.bulk(promotion_id, 80, pattern=pattern).json()
    assert last["coupons_created"] == len({one["code"] for one in last["coupons"]}) == 80


def test_codes_that_others_have_are_drawn_again(shop: Shop) -> None:
    promotion_id, own = shop.promotion(), shop.own("")
    taken = {f"{own}{sign}" for sign in "ABCDEFGHJKMNPQRS"}
    for code in taken:
        shop.coupon(promotion_id, code=code.lower())
    drawn = {one["code"] for one in shop.bulk(promotion_id, 8, pattern=f"{own}#").json()["coupons"]}
    assert len(drawn) == 8
    assert drawn.isdisjoint(taken)


def test_a_batch_whose_codes_others_have_taken_is_refused_and_leaves_nothing(shop: Shop) -> None:
    promotion_id, own = shop.promotion(), shop.own("")
    for sign in "ABCDEFGHJKMNPQRSTUVWXYZ2345678":
        shop.coupon(promotion_id, code=f"{own}{sign}")
    refused = shop.bulk(promotion_id, 2, pattern=f"{own}#")
    assert (refused.status_code, refused.json()["code"]) == (409, "KEY_SPACE_USED_UP")
    assert shop.call("GET", f"coupons/codes/{own}9").status_code == 404
    assert shop.ok("GET", f"coupons/batches?promotion_id={promotion_id}")["items"] == []


def test_a_long_batch_is_made_in_the_background(shop: Shop) -> None:
    promotion_id = shop.promotion()
    answer = shop.bulk(promotion_id, 100_001, max_uses=1)
    begun = answer.json()
    assert (answer.status_code, begun["status"], begun["count"]) == (202, "running", 100_001)
    assert 100 <= begun["coupons_created"] < 100_001
    assert len(begun["coupons"]) == 100
    batch = _finished(shop, begun["batch_id"])
    assert (batch["status"], batch["progress"]) == ("completed", 100.0)
    assert batch["coupons_created"] == batch["count"] == 100_001
    export = shop.call("GET", begun["export_url"].removeprefix("/api/v1/")).text
    assert len(set(export.splitlines())) == 100_002


@pytest.mark.soak
def test_a_million_coupons(shop: Shop) -> None:
    promotion_id = shop.promotion()
    begun = shop.bulk(promotion_id, 1_000_000, code_prefix="M").json()
    assert _finished(shop, begun["batch_id"])["coupons_created"] == 1_000_000
    with shop.stream(f"coupons/{promotion_id}/export.csv") as export:
        codes = {line.partition(",")[0] for line in export.iter_lines()}
    assert len(codes) == 1_000_001
    assert len(shop.ok("GET", f"coupons/{promotion_id}?per_page=100")["items"]) == 100


def _finished(shop: Shop, batch_id: str) -> dict[str, Any]:
    for _ in range(1_200):
        batch: dict[str, Any] = shop.ok("GET", f"coupons/batches/{batch_id}")
        if batch["status"] != "running":
            return batch
        time.sleep(0.1)
    raise AssertionError(batch)


@pytest.mark.parametrize("batch_id", ["batch_999999999", "batch_0", "1", "nonsense"])
def test_an_unknown_batch_is_not_found(shop: Shop, batch_id: str) -> None:
    answer = shop.call("GET", f"coupons/batches/{batch_id}")
    assert (answer.status_code, answer.json()["code"]) == (404, "COUPON_BATCH_NOT_FOUND")


class TestLists:
    def test_every_coupon_is_on_one_page(self, shop: Shop) -> None:
        promotion_id = shop.promotion()
        made = {one["id"] for one in shop.bulk(promotion_id, 45).json()["coupons"]}
        pages = _pages(shop, promotion_id, per_page=20)
        assert [len(page) for page in pages] == [20, 20, 5]
        ids = [one["id"] for page in pages for one in page]
        assert ids == sorted(made, reverse=True)

    def test_codes_are_found_by_how_they_begin(self, shop: Shop) -> None:
        promotion_id, other, own = shop.promotion(), shop.promotion(), shop.own("")
        for code in ("B2", "A1", "B1", "B_", "C1"):
            shop.coupon(promotion_id, code=f"{own}{code}")
        shop.coupon(other, code=f"{own}B3")
        pages = _pages(shop, promotion_id, per_page=2, search=f"{own}b".lower())
        assert [[one["code"] for one in page] for page in pages] == [[f"{own}B1", f"{own}B2"], [f"{own}B_"]]

    def test_batches_and_statuses_are_filtered(self, shop: Shop) -> None:
        promotion_id = shop.promotion()
        first, second = (shop.bulk(promotion_id, 3).json() for _ in range(2))
        off = first["coupons"][1]["code"]
        shop.ok("DELETE", f"coupons/codes/{off}")

        def codes(**query: str) -> set[str]:
            return {one["code"] for page in _pages(shop, promotion_id, **query) for one in page}

        all_first = {one["code"] for one in first["coupons"]}
        assert codes(batch_id=first["batch_id"]) == all_first
        assert codes(batch_id=first["batch_id"], status="active") == all_first - {off}
        assert codes(status="disabled") == {off}
        assert codes(batch_id=second["batch_id"], status="disabled") == set()

    def test_a_batch_of_another_promotion_is_not_found(self, shop: Shop) -> None:
        batch_id = shop.bulk(shop.promotion(), 1).json()["batch_id"]
        answer = shop.call("GET", f"coupons/{shop.promotion()}?batch_id={batch_id}")
        assert (answer.status_code, answer.json()["code"]) == (404, "COUPON_BATCH_NOT_FOUND")

    def test_batches_of_a_promotion_newest_first(self, shop: Shop) -> None:
        promotion_id = shop.promotion()
        made = [shop.bulk(promotion_id, count).json()["batch_id"] for count in (1, 2, 3)]
        listed = shop.ok("GET", f"coupons/batches?promotion_id={promotion_id}&per_page=2")
        assert [one["id"] for one in listed["items"]] == made[:0:-1]
        rest = f"coupons/batches?promotion_id={promotion_id}&cursor={listed['pagination']['next_cursor']}"
        assert [one["id"] for one in shop.ok("GET", rest)["items"]] == made[:1]


def _pages(shop: Shop, promotion_id: int, **query: Any) -> list[list[dict[str, Any]]]:
    pages, cursor = [], None
    while True:
        asked = query | ({} if cursor is None else {"cursor": cursor})
        page = shop.ok("GET", f"coupons/{promotion_id}", params=asked)
        pages.append(page["items"])
        cursor = page["pagination"]["next_cursor"]
        assert page["pagination"]["has_next"] is (cursor is not None)
        if cursor is None:
            return pages
