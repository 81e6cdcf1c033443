"""Lines, records and cells: what a file says, however its bytes arrive."""

import csv
import io
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import inspect

from aurapromo.api.aura.imports.cells import cell_reader
from aurapromo.api.aura.imports.lines import MAX_BYTES, Line, Lines
from aurapromo.api.aura.imports.records import MISPLACED, TOO_LONG, UNCLOSED, Record, Records, cells
from aurapromo.api.aura.imports.types import OrderRow, ProductRow, PromotionRow
from aurapromo.errors import Malformed

Table = list[list[str]]

text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)
marked = st.text(st.sampled_from('a",\n\r é'), max_size=8)
tables = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.lists(text | marked, min_size=width, max_size=width), min_size=1, max_size=6)
)


def lines_of(data: bytes, cuts: list[int]) -> list[Line]:
    lines = Lines()
    bounds = [0, *sorted(min(cut, len(data)) for cut in cuts), len(data)]
    return [line for start, end in pairwise(bounds) for line in lines.feed(data[start:end])] + list(
        lines.rest()
    )


def records_of(data: bytes) -> Iterator[Record]:
    records = Records()
    for line in lines_of(data, []):
        if (found := records.add(line)) is not None:
            yield found
    if (last := records.rest()) is not None:
        yield last


@given(data=st.binary(max_size=60), cuts=st.lists(st.integers(0, 60), max_size=5))
def test_lines_do_not_depend_on_how_the_bytes_arrive(data: bytes, cuts: list[int]) -> None:
    data = b"a" + data
    assert lines_of(data, cuts) == lines_of(data, [])
    assert [line.text for line in lines_of(data, cuts)] == re.split(b"\n", data.removesuffix(b"\n"))


def test_a_line_is_kept_up_to_a_mebibyte_and_the_next_one_is_read_all_the_same() -> None:
    data = b"x" * MAX_BYTES + b"\n" + b"y" * (MAX_BYTES + 1) + b"\nnext"
    whole, too_long, following = lines_of(data, list(range(0, len(data), 65_536)))
    assert (whole.number, len(whole.text or b"")) == (1, MAX_BYTES)
    assert too_long == Line(2, None)
    assert following == Line(3, b"next")


def test_a_mark_of_utf_8_is_no_part_of_the_first_line() -> None:
    assert lines_of(b"\xef\xbb\xbfid\n1", [2]) == [Line(1, b"id"), Line(2, b"1")]


def test_a_file_in_utf_16_is_refused_as_a_whole() -> None:
    with pytest.raises(Malformed, match="UTF-16"):
        lines_of("id\n1".encode("utf-16"), [])


@given(table=tables, end=st.sampled_from(["\n", "\r\n"]))
def test_what_a_csv_writer_wrote_is_read_back(table: Table, end: str) -> None:
    out = io.StringIO()
    csv.writer(out, lineterminator=end, quoting=csv.QUOTE_ALL).writerows(table)
    assert [cells(record.text.decode()) for record in records_of(out.getvalue().encode())] == table


@given(table=tables)
def test_cells_are_quoted_only_where_they_must_be(table: Table) -> None:
    out = io.StringIO()
    csv.writer(out).writerows(table)
    assert [cells(record.text.decode()) for record in records_of(out.getvalue().encode())] == table


@pytest.mark.parametrize(
    ("data", "found"),
    [
        pytest.param(b'1,5" screen\n2,ok\n', [(1, MISPLACED), (2, None)], id="a quote inside a bare cell"),
        pytest.param(b'1,"a"b\n2,ok\n', [(1, MISPLACED), (2, None)], id="text after a closing quote"),
        pytest.param(b"1,a\rb\n2,ok\n", [(1, MISPLACED), (2, None)], id="a bare carriage return"),
        pytest.param(b'1,"a\nb"c\n3,ok\n', [(1, MISPLACED), (3, None)], id="a fault in a second line"),
        pytest.param(b'1,ok\n2,"a\nb\n', [(1, None), (2, UNCLOSED)], id="a quote open at the end"),
        pytest.param(b'1,"a\n\nb"\n4,ok\n', [(1, None), (4, None)], id="an empty line inside quotes"),
        pytest.param(b"1,ok\n\n\r\n4,ok", [(1, None), (4, None)], id="empty lines between records"),
    ],
)
def test_a_record_is_named_by_its_first_line_and_a_fault_ends_it(
    data: bytes, found: list[tuple[int, str | None]]
) -> None:
    assert [(record.number, record.fault) for record in records_of(data)] == found


def test_a_quote_that_is_never_closed_takes_no_more_than_a_mebibyte() -> None:
    first, *others = records_of(b'1,"a\n' + b"2,ok\n" * (MAX_BYTES // 5 + 2))
    assert (first.number, (first.fault or "").startswith(TOO_LONG)) == (1, True)
    assert 0 < len(others) < 10


@pytest.mark.parametrize(
    ("shape", "field", "cell", "value"),
    [
        pytest.param(ProductRow, "name", "007", "007", id="text stays text"),
        pytest.param(ProductRow, "id", "42", "42", id="an id is text, which compares equal to the number"),
        pytest.param(ProductRow, "price", "29.99", 29.99, id="an amount"),
        pytest.param(ProductRow, "price", "29,99", "29,99", id="no decimal comma"),
        pytest.param(ProductRow, "quantity", "-3", -3, id="a whole number, of whatever size"),
        pytest.param(ProductRow, "quantity", "1_000", "1_000", id="no number of JSON"),
        pytest.param(ProductRow, "taxons", "a|2|c", ["a", "2", "c"], id="a list with bars"),
        pytest.param(ProductRow, "taxons", '["a|b", 2]', ["a|b", 2], id="a list as JSON"),
        pytest.param(ProductRow, "metadata", '{"a": [1]}', {"a": [1]}, id="an object as JSON"),
        pytest.param(ProductRow, "metadata", "{broken", "{broken", id="broken JSON stays text"),
        pytest.param(OrderRow, "items", '[{"quantity": 2}]', [{"quantity": 2}], id="objects in a list"),
        pytest.param(OrderRow, "placed_at", "2024-01-01T00:00:00Z", "2024-01-01T00:00:00Z", id="a time"),
        pytest.param(PromotionRow, "can_stack", "TRUE", True, id="true, as spreadsheets write it"),
        pytest.param(PromotionRow, "can_stack", "yes", "yes", id="no truth of ours"),
        pytest.param(PromotionRow, "applicable_categories", "1|2", ["1", "2"], id="ids in a list"),
    ],
)
def test_a_cell_is_read_by_the_type_of_its_column(shape: Any, field: str, cell: str, value: Any) -> None:
    node = inspect.type_info(shape)
    assert isinstance(node, inspect.StructType)
    (kind,) = (one.type for one in node.fields if one.encode_name == field)
    assert msgspec.json.decode(msgspec.json.encode(cell_reader(kind)(cell))) == value
