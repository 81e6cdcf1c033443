"""Coupons into and out of files of any length."""

import csv
import io
import time
import tracemalloc
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from tests.coupons.conftest import NOON, Shop

from aurapromo.coupons import batches
from aurapromo.coupons.codes import shape_of
from aurapromo.coupons.model import Order, Terms, Wanted
from aurapromo.platform.database import Database


def table(shop: Shop, promotion_id: int, **query: str) -> list[dict[str, str]]:
    answer = shop.call("GET", f"coupons/{promotion_id}/export.csv", params=query)
    assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (200, "text/csv")
    return list(csv.DictReader(io.StringIO(answer.text)))


def send(shop: Shop, promotion_id: int, text: str, **query: Any) -> dict[str, Any]:
    answer = shop.call("POST", f"coupons/{promotion_id}/import", content=text.encode(), params=query)
    assert answer.status_code == 200, answer.text
    report: dict[str, Any] = answer.json()
    return report


def counts(report: dict[str, Any]) -> tuple[int, ...]:
    return tuple(report[name] for name in ("rows", "created", "failed"))


def test_an_export_has_every_coupon_with_all_that_is_known(shop: Shop) -> None:
    promotion_id, code = shop.promotion(), shop.own("SUMMER25")
    note = {"note": 'a "quoted", long\nstory'}
    shop.coupon(promotion_id, code=code, max_uses=3, expires_at="2034-08-31T23:59:59Z", metadata=note)
    (row,) = table(shop, promotion_id)
    assert row.pop("created_at").endswith("Z")
    assert row == {
        "code": code,
        "status": "active",
        "max_uses": "3",
        "current_uses": "0",
        "held_uses": "0",
        "max_uses_per_customer": "",
        "expires_at": "2034-08-31T23:59:59Z",
        "customer_id": "",
        "batch_id": "",
        "metadata": '{"note":"a \\"quoted\\", long\\nstory"}',
    }


def test_an_export_is_filtered_like_the_list(shop: Shop) -> None:
    promotion_id = shop.promotion()
    first, _ = (shop.bulk(promotion_id, 2).json() for _ in range(2))
    codes = [one["code"] for one in first["coupons"]]
    shop.ok("DELETE", f"coupons/codes/{codes[0]}")
    assert [row["code"] for row in table(shop, promotion_id, batch_id=first["batch_id"])] == codes
    assert [row["code"] for row in table(shop, promotion_id, status="disabled")] == codes[:1]


@pytest.mark.parametrize("customer_id", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "'=1"])
def test_no_cell_of_an_export_is_a_formula(shop: Shop, customer_id: str) -> None:
    promotion_id, code = shop.promotion(), f"-{shop.own('X')}"
    shop.coupon(promotion_id, code=code, customer_id=customer_id, metadata={"=cmd": "=1"})
    (row,) = table(shop, promotion_id)
    assert (row["code"], row["customer_id"]) == (f"'{code}", f"'{customer_id}")
    assert row["metadata"].startswith("{")


def test_an_export_of_nothing_names_its_columns(shop: Shop) -> None:
    answer = shop.call("GET", f"coupons/{shop.promotion()}/export.csv")
    assert len(answer.text.splitlines()) == 1
    assert shop.call("GET", "coupons/9000000000/export.csv").status_code == 404


async def test_an_export_keeps_little_in_memory(
    database: Database, promotion_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "EXPORTED", 500)
    order = Order(
        promotion_id=promotion_id, shape=shape_of(), count=20_000, terms=Terms(), created_by="tests"
    )
    async with database.writing() as tx:
        await batches.start(tx, order, at_once=20_000, entropy=Random(1).randbytes, now=NOON)
    lines, peak = 0, 0
    tracemalloc.start()
    async for piece in batches.exported(database, Wanted(promotion_id=promotion_id, now=NOON)):
        lines += piece.count(b"\n")
        peak = max(peak, tracemalloc.get_traced_memory()[1])
    tracemalloc.stop()
    assert lines == 20_001
    assert peak < 500_000  # the whole file has 1.1 million bytes


def test_good_rows_are_stored_and_the_others_reported(shop: Shop) -> None:
    promotion_id, own = shop.promotion(), shop.own("")
    shop.coupon(promotion_id, code=f"{own}OLD")
    report = send(
        shop,
        promotion_id,
        "code,max_uses,expires_at,customer_id,metadata\n"
        f'{own}ONE,5,2034-08-31T23:59:59Z,456,"{{""a"": ""x, y""}}"\n'
        f"{own}TWO,,,,\n"
        f"{own}two,,,,\n"
        f"{own}old,,,,\n"
        "A B,,,,\n"
        f"{own}THREE,0,,,\n"
        f"{own}FOUR,1,,\n",
    )  # fmt: skip
    assert counts(report) == (7, 2, 5)
    assert {problem["row"]: problem["errors"][0]["field"] for problem in report["errors"]} == {
        4: "row",
        5: "row",
        6: "code",
        7: "max_uses",
        8: "row",
    }
    one = shop.ok("GET", f"coupons/codes/{own}ONE")
    assert (one["max_uses"], one["customer_id"], one["metadata"]) == (5, 456, {"a": "x, y"})
    assert shop.ok("GET", f"coupons/codes/{own}TWO")["max_uses"] is None


def test_codes_of_an_export_can_be_imported_as_they_stand(shop: Shop) -> None:
    promotion_id, code = shop.promotion(), f"-{shop.own('BACK')}"
    assert counts(send(shop, promotion_id, f"code\n'{code}\n")) == (1, 1, 0)
    assert shop.ok("GET", f"coupons/codes/{code}")["code"] == code


def test_a_dry_run_stores_nothing(shop: Shop) -> None:
    promotion_id, code = shop.promotion(), shop.own("DRY")
    assert counts(send(shop, promotion_id, f"code\n{code}\n", dry_run="true")) == (1, 1, 0)
    assert shop.call("GET", f"coupons/codes/{code}").status_code == 404


def test_with_an_import_too_a_promotion_begins_to_ask_for_a_code(shop: Shop) -> None:
    promotion_id, code = shop.promotion(discount_value=5.0), shop.own("FIRST")
    send(shop, promotion_id, f"code\n{code}\n")
    assert shop.evaluate(promotion_ids=[promotion_id])["total_discount"] == 0.0
    assert shop.evaluate(code, promotion_ids=[promotion_id])["total_discount"] == 5.0


def test_a_file_is_stored_while_it_arrives(shop: Shop) -> None:
    promotion_id, own = shop.promotion(), shop.own("")

    def file() -> Iterator[bytes]:
        yield b"code,max_uses\n"
        for number in range(2_500):
            if number == 2_400:
                assert any(_is_there(shop, f"{own}0") for _ in range(50))
            yield f"{own}{number},1\n".encode()

    answer = shop.call("POST", f"coupons/{promotion_id}/import", content=file())
    assert counts(answer.json()) == (2_500, 2_500, 0)


def _is_there(shop: Shop, code: str) -> bool:
    time.sleep(0.05)
    return shop.call("GET", f"coupons/codes/{code}").status_code == 200


def test_a_file_for_no_promotion_is_refused(shop: Shop) -> None:
    answer = shop.call("POST", "coupons/9000000000/import", content=b"code\nABC\n")
    assert (answer.status_code, answer.json()["code"]) == (404, "PROMOTION_NOT_FOUND")


@pytest.mark.parametrize(
    "text", ["max_uses\n1\n", "code,colour\nABC,red\n"], ids=["without codes", "an unknown column"]
)
def test_a_file_with_other_columns_is_refused(shop: Shop, text: str) -> None:
    answer = shop.call("POST", f"coupons/{shop.promotion()}/import", content=text.encode())
    assert answer.status_code == 422
