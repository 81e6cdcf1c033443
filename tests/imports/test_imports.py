"""Files over HTTP: good rows are stored, bad ones are named, and the report says what happened."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

if TYPE_CHECKING:
    from tests.conftest import Server
    from tests.imports.conftest import Imports

Counts = Callable[[dict[str, Any]], tuple[int, ...]]

A_PROMOTION = {
    "name": "Imported",
    "promotion_type": "percentage_discount",
    "discount_type": "percentage",
    "discount_value": 10.0,
    "start_date": "2024-01-01T00:00:00Z",
    "end_date": "2124-01-01T00:00:00Z",
}


def faults(report: dict[str, Any]) -> list[tuple[int, list[str]]]:
    """The bad rows: line and fields."""
    return [(found["row"], [fault["field"] for fault in found["errors"]]) for found in report["errors"]]


def test_rows_of_ndjson_are_stored_as_puts_are(imports: "Imports", counts: Counts) -> None:
    row = {"id": imports.own(1), "first_name": "Alice", "segments": ["a"], "email": " alice@example.com "}
    other = {"id": imports.own(2), "metadata": {"deep": [None, "ä"]}}
    assert counts(imports.rows("customers", [row, other])) == (2, 2, 0, 0)
    assert counts(imports.rows("customers", [{"id": row["id"], "last_name": "Example"}])) == (1, 0, 1, 0)
    kept = imports.get(f"customers/{row['id']}")
    assert (kept["first_name"], kept["last_name"], kept["email"]) == ("Alice", "Example", "alice@example.com")
    assert imports.get(f"customers/{other['id']}")["metadata"] == {"deep": [None, "ä"]}


def test_csv_says_the_same_with_a_header(imports: "Imports", counts: Counts) -> None:
    report = imports.csv(
        "products",
        f"id,name,price,taxons,metadata\r\n"
        f'{imports.own(1)},"T-shirt, ""blue""\nlong",29.99,a|b,"{{""k"": 1}}"\r\n'
        f"{imports.own(2)},,,,\r\n",
    )
    assert counts(report) == (2, 2, 0, 0)
    kept = imports.get(f"products/{imports.own(1)}")
    assert kept["name"] == 'T-shirt, "blue"\nlong'
    assert (kept["price"], kept["currency"], kept["taxons"]) == (29.99, "USD", ["a", "b"])
    assert kept["metadata"] == {"k": 1}
    assert imports.get(f"products/{imports.own(2)}")["name"] is None


def test_a_spreadsheets_mark_and_line_ends_are_tolerated(imports: "Imports", counts: Counts) -> None:
    text = f"\ufeffid,first_name\r\n{imports.own(1)},Jürgen\r\n\r\n"
    assert counts(imports.csv("customers", text)) == (1, 1, 0, 0)
    assert imports.get(f"customers/{imports.own(1)}")["first_name"] == "Jürgen"


def test_an_order_brings_its_customer_and_its_sum(imports: "Imports") -> None:
    items = [{"product_id": 1, "quantity": 2, "unit_price": 29.99}]
    placed = "2024-05-20T08:30:00Z"
    row = {"id": imports.own("o"), "customer_id": imports.own("c"), "items": items, "placed_at": placed}
    imports.rows("orders", [row | {"status": "completed"}])
    kept = imports.get(f"orders/{imports.own('o')}")
    assert (kept["total_amount"], kept["completed_at"]) == (59.98, placed)
    assert imports.get(f"customers/{imports.own('c')}")["order_count"] == 1


@pytest.mark.parametrize(
    ("kind", "row", "fields"),
    [
        pytest.param("customers", {"email": "nobody"}, ["email"], id="customer without an address"),
        pytest.param("customers", {"first_name": 1, "nam": ""}, ["first_name", "nam"], id="two faults"),
        pytest.param("customers", {"group": "\0"}, ["group"], id="NUL"),
        pytest.param("products", {"price": 1.999}, ["price"], id="too many decimals"),
        pytest.param("products", {"currency": "XXY"}, ["currency"], id="unknown currency"),
        pytest.param("orders", {"status": "pending"}, ["total_amount"], id="order without a total"),
        pytest.param("orders", {"total_amount": 1.0, "channel": "no"}, ["channel"], id="unknown channel"),
        pytest.param(
            "promotions", {"name": "x"}, ["promotion_type", "start_date", "end_date", "id"], id="promotion"
        ),
    ],
)
def test_a_bad_row_is_named_with_its_line_and_fields_and_the_others_are_stored(
    imports: "Imports", kind: str, row: dict[str, Any], fields: list[str]
) -> None:
    good = A_PROMOTION if kind == "promotions" else {"id": imports.own("good"), "metadata": {}}
    if kind == "orders":
        good = {"id": imports.own("good"), "total_amount": 1.0}
    report = imports.rows(kind, [good, row | {"id": imports.own("bad")}, good])
    assert (report["created"] + report["updated"], report["failed"]) == (2, 1)
    ((line, found),) = faults(report)
    assert (line, sorted(found)) == (2, sorted(fields))
    assert report["errors"][0]["id"] == imports.own("bad")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        pytest.param(b'{"id": 1, "first_name": "\xff"}', "The row is not valid UTF-8", id="broken UTF-8"),
        pytest.param(b'{"id": 1', "The row is not valid JSON: Input data was truncated", id="broken JSON"),
        pytest.param(b"[" * 100, "The row is nested more than 64 levels deep", id="too deep"),
        pytest.param(
            b'{"id": 1, "first_name": "' + b"x" * 2**20 + b'"}',
            "The row is longer than 1048576 bytes",
            id="over a mebibyte",
        ),
        pytest.param(b"[]", "must be an object", id="no object"),
    ],
)
def test_a_line_that_cannot_be_read_is_one_bad_row(imports: "Imports", line: bytes, message: str) -> None:
    good = b'{"id": "%b"}\n' % imports.own(1).encode()
    report = imports.send("customers", good + line + b"\n" + good).json()
    assert (report["rows"], report["created"], report["updated"], report["failed"]) == (3, 1, 1, 1)
    (found,) = report["errors"]
    assert found["errors"] == [{"field": "row", "pointer": "#", "message": message}]
    assert found["row"] == 2


def test_rows_of_csv_with_other_than_the_columns_are_bad_ones(imports: "Imports") -> None:
    text = f"id,first_name\n{imports.own(1)},a,b\n{imports.own(2)}\n{imports.own(3)},c\n"
    report = imports.csv("customers", text)
    assert [found["row"] for found in report["errors"]] == [2, 3]
    assert report["created"] == 1


@pytest.mark.parametrize(
    ("header", "column", "message"),
    [
        pytest.param("id,frist_name", "frist_name", "did you mean first_name?", id="unknown"),
        pytest.param("id,email,email", "email", "is there twice", id="twice"),
        pytest.param("email", "id", "is required as a column", id="missing"),
    ],
)
def test_a_wrong_column_refuses_the_file_before_anything_is_stored(
    imports: "Imports", header: str, column: str, message: str
) -> None:
    row = ",".join([imports.own(1)] * (header.count(",") + 1))
    answer = imports.send("customers", f"{header}\n{row}\n".encode(), "text/csv; charset=utf-8")
    assert answer.status_code == 422
    (fault,) = answer.json()["errors"]
    assert fault["field"] == column
    assert message in fault["message"]
    assert imports.get(f"customers/{imports.own(1)}") == 404


@pytest.mark.parametrize(
    ("content", "media", "status"),
    [
        pytest.param("id\n1\n".encode("utf-16"), "text/csv", 400, id="UTF-16"),
        pytest.param(b"id,\xff\n1,2\n", "text/csv", 400, id="broken header"),
        pytest.param(b"{}", "application/json", 415, id="another media type"),
        pytest.param(b"{}", "text/csv; charset=latin-1", 415, id="another character set"),
    ],
)
def test_a_file_that_cannot_be_read_at_all_is_refused(
    imports: "Imports", content: bytes, media: str, status: int
) -> None:
    assert imports.send("customers", content, media).status_code == status


@pytest.mark.parametrize("media", ["application/x-ndjson", "text/csv"])
def test_an_empty_file_has_no_rows(imports: "Imports", counts: Counts, media: str) -> None:
    assert counts(imports.send("customers", b"", media).json()) == (0, 0, 0, 0)


@pytest.mark.parametrize(
    "bad",
    [
        pytest.param({"total_amount": "much"}, id="found while reading"),
        pytest.param({"status": "pending"}, id="found against what is stored"),
    ],
)
def test_stop_ends_at_the_first_bad_row_and_keeps_those_before(
    imports: "Imports", counts: Counts, bad: dict[str, Any]
) -> None:
    rows = [{"id": imports.own(at), "total_amount": 1.0} for at in range(4)]
    rows[2] = {"id": imports.own(2)} | bad
    report = imports.rows("orders", rows, on_error="stop")
    assert (counts(report), report["stopped"]) == ((3, 2, 0, 1), True)
    assert [imports.get(f"orders/{row['id']}") == 404 for row in rows] == [False, False, True, True]


def test_a_dry_run_says_the_same_and_stores_nothing(imports: "Imports", counts: Counts) -> None:
    rows: list[dict[str, Any]] = [{"id": imports.own(1), "total_amount": 1.0}, {"id": imports.own(2)}]
    rehearsed = imports.rows("orders", rows, dry_run=True)
    assert imports.get(f"orders/{imports.own(1)}") == 404
    done = imports.rows("orders", rows)
    assert (counts(rehearsed), rehearsed["errors"]) == (counts(done), done["errors"])
    assert (rehearsed["dry_run"], done["dry_run"]) == (True, False)


def test_of_one_id_twice_the_later_row_has_the_last_word(imports: "Imports", counts: Counts) -> None:
    first = {"id": imports.own(1), "first_name": "Alice", "group": "old"}
    report = imports.rows("customers", [first, {"id": imports.own(1), "group": None}])
    assert counts(report) == (2, 1, 1, 0)
    kept = imports.get(f"customers/{imports.own(1)}")
    assert (kept["first_name"], kept["group"]) == ("Alice", None)


def test_a_report_shows_a_thousand_bad_rows_and_counts_all(imports: "Imports") -> None:
    report = imports.rows("customers", ({"id": -1} for _ in range(1001)))
    assert (report["failed"], len(report["errors"]), report["errors_truncated"]) == (1001, 1000, True)


def test_imports_of_the_same_ids_in_opposite_order_do_not_hinder_each_other(imports: "Imports") -> None:
    rows = [
        {"id": imports.own(at)} | ({"group": "a"} if at % 2 else {"last_name": "b"}) for at in range(1000)
    ]
    with ThreadPoolExecutor(2) as pool:
        reports = pool.map(lambda some: imports.rows("customers", some), (rows, rows[::-1]))
        assert [report["failed"] for report in reports] == [0, 0]


def test_a_promotion_is_a_draft_or_live_at_once(imports: "Imports") -> None:
    name = imports.own("sale")
    draft = A_PROMOTION | {"name": name, "code": imports.own("draft")}
    live = A_PROMOTION | {"name": name, "code": imports.own("live"), "status": "active"}
    assert imports.rows("promotions", [draft, live])["created"] == 2
    found = imports.get(f"promotions?search={name}")["items"]
    assert {one["code"]: one["status"] for one in found} == {
        draft["code"]: "draft",
        live["code"]: "active",
    }


def test_a_promotion_with_a_code_is_stored_once_however_often_it_is_sent(
    imports: "Imports", counts: Counts
) -> None:
    row = A_PROMOTION | {"code": imports.own("once")}
    assert counts(imports.rows("promotions", [row, row])) == (2, 1, 0, 1)
    again = imports.rows("promotions", [row])
    assert (faults(again), again["errors"][0]["id"]) == ([(1, ["code"])], row["code"])


def test_a_promotion_that_is_over_cannot_be_activated(imports: "Imports") -> None:
    over = A_PROMOTION | {"name": imports.own("over"), "end_date": "2024-02-01T00:00:00Z"}
    report = imports.rows("promotions", [over | {"status": "active"}, over])
    assert (faults(report), report["created"]) == ([(1, ["row"])], 1)
    assert "2024-02-01" in report["errors"][0]["errors"][0]["message"]


def test_an_import_needs_the_scope_write(imports: "Imports", server: "Server") -> None:
    wanted = {"name": "reader", "scopes": ["read", "checkout"]}
    key = imports.client.post("/api/v1/keys", json=wanted).json()["key"]
    with server.client(key) as reader:
        for kind in ("customers", "products", "orders", "promotions"):
            assert reader.post(f"/api/v1/import/{kind}", content=b"").status_code == 403


def test_a_file_of_any_length_takes_a_bounded_amount_of_memory(imports: "Imports", server: "Server") -> None:
    def file(rows: int) -> Iterator[bytes]:
        for at in range(rows):
            yield b'{"id": "%b", "metadata": {"note": "%b"}}\n' % (imports.own(at % 50).encode(), b"x" * 5000)

    assert imports.send("customers", file(1000)).json()["failed"] == 0
    before = peak_kib(server.process.pid)
    assert imports.send("customers", file(20_000)).json()["rows"] == 20_000
    assert peak_kib(server.process.pid) - before < 20_000, "a file of 100 MB"


def peak_kib(pid: int) -> int:
    """The most memory that a process ever had."""
    status = Path(f"/proc/{pid}/status").read_text()
    (line,) = (line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1])


def test_nobody_waits_for_a_file_that_broke_off(imports: "Imports", server: "Server") -> None:
    def file() -> Iterator[bytes]:
        yield b"".join(b'{"id": "%b"}\n' % imports.own(at).encode() for at in range(1000))
        raise ConnectionError

    with server.client() as other, pytest.raises(ConnectionError):
        other.post("/api/v1/import/customers", content=file())
    assert imports.rows("customers", [{"id": imports.own(0)}])["failed"] == 0


def test_the_document_describes_every_import(client: httpx.Client) -> None:
    paths = client.get("/schema/aura.json").json()["paths"]
    for kind in ("customers", "products", "orders", "promotions"):
        operation = paths[f"/api/v1/import/{kind}"]["post"]
        assert set(operation["requestBody"]["content"]) == {"application/x-ndjson", "text/csv"}
        assert (operation["x-scope"], operation["x-rate-class"]) == ("write", "bulk")
