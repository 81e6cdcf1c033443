"""Bodies and query strings: what is understood, and every reason why not."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec import UNSET, Meta, UnsetType

from aurapromo.api.reading.decode import Read, body_reader, nested_too_deep
from aurapromo.api.reading.query import query_reader
from aurapromo.errors import FieldError, Invalid, Malformed, dotted

#: A shared machine may take its time over any one example.
unhurried = settings(deadline=None)

Moment = Annotated[datetime, Meta(tz=True)]


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class Strict(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Refuses fields that it does not know."""


class Item(Strict, frozen=True):
    product_id: Annotated[int, Meta(ge=1)]
    price: Annotated[float, Meta(ge=0, lt=1000)] = 0.0
    until: Moment | None = None

    def problems(self) -> Iterable[FieldError]:
        if self.price == 13:
            yield FieldError(("price",), "must not be unlucky")


class Percentage(Strict, frozen=True, tag="percentage", tag_field="kind"):
    share: Annotated[int, Meta(le=100)]


class Fixed(Strict, frozen=True, tag="fixed", tag_field="kind"):
    amount: float


class Everything(Strict, frozen=True, kw_only=True):
    name: Annotated[str, Meta(min_length=1, max_length=5)]
    count: int = 0
    items: Annotated[list[Item], Meta(max_length=3)] = []
    code: Annotated[str, Meta(pattern="^[A-Z]+$")] = "A"
    flag: bool = False
    colour: Colour | None = None
    size: Literal["s", "m"] = "s"
    customer_id: int | str | None = None
    at: Moment = datetime(2026, 1, 1, tzinfo=UTC)
    day: date | None = None
    uuid: UUID | None = None
    action: Percentage | Fixed | None = None
    limits: dict[str, Annotated[int, Meta(ge=0)]] = {}
    metadata: dict[str, Any] = {}
    note: str | UnsetType | None = UNSET


read = body_reader(Everything)


def faults(body: bytes) -> dict[str, str]:
    with pytest.raises(Invalid) as refused:
        read(body)
    return {dotted(fault.path): fault.message for fault in refused.value.fields}


def fault_of(field: str, value: str) -> dict[str, str]:
    return faults(b'{"name":"x",' + f'"{field}":{value}'.encode() + b"}")


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"{", id="cut off"),
        pytest.param(b'{"name":"x"} x', id="something behind"),
        pytest.param(b'{"name":"x"}{}', id="a second value behind"),
        pytest.param(b"{'name':'x'}", id="single quotes"),
        pytest.param(b'{"name":NaN}', id="not a number"),
        pytest.param(b'{"name":"\xff"}', id="broken UTF-8"),
        pytest.param(b'{"name":1,"code":"\xff"}', id="broken UTF-8 behind a wrong type"),
        pytest.param(b'\xef\xbb\xbf{"name":"x"}', id="a byte order mark"),
        pytest.param(b'{"name":"\\ud800"}', id="a lone high surrogate"),
        pytest.param(b'{"name":"\\udc00"}', id="a lone low surrogate"),
        pytest.param(b'{"name":"\\ud800\\u0041"}', id="a surrogate without its pair"),
        pytest.param(b'{"name":"a\nb"}', id="a raw control character"),
        pytest.param(b'{"name":"x","metadata":{"a":' + b"[" * 63 + b"]" * 63 + b"}}", id="65 levels"),
        pytest.param(b"[" * 100_000, id="a hundred thousand levels"),
        pytest.param(b'{"name":"x","metadata":{"a":' + b'["]",' * 99 + b"1" + b"]" * 99 + b"}}", id="decoys"),
    ],
)
def test_what_is_no_json_is_malformed(body: bytes) -> None:
    with pytest.raises(Malformed):
        read(body)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b'{"name":"x","metadata":{"a":' + b"[" * 62 + b"]" * 62 + b"}}", id="64 levels"),
        pytest.param(b'{"name":"x","metadata":{"a":"' + b"[" * 999 + b'"}}', id="brackets in a string"),
        pytest.param(
            b'{"name":"x","metadata":{"a":"\\\\\\"' + b"{" * 999 + b'"}}', id="behind an escaped quote"
        ),
        pytest.param(b'{"name":"x","metadata":{"a":[' + b"[]," * 500 + b"1]}}", id="many but flat"),
        pytest.param(b'{"name":"\\ud83d\\ude00"}', id="a surrogate pair"),
        pytest.param(b'{"name":"x","count":9223372036854775807}', id="the largest integer"),
        pytest.param(b'{"name":"x","count":-9223372036854775808}', id="the smallest integer"),
        pytest.param(
            b'{"name":"x","code":"A","metadata":{"a":"12345678901234567890"}}', id="digits in a string"
        ),
        pytest.param(
            b'{"name":"x","items":[{"product_id":1,"price":0.1234567890123456789}]}', id="long fraction"
        ),
        pytest.param(b'{"name":"\\\\u00"}', id="an escaped backslash before u00"),
        pytest.param(b'{"name":"x","name":"y"}', id="a name twice"),
        pytest.param(b'{"name":"x","customer_id":"456"}', id="an id as a string"),
        pytest.param(b'{"name":"x","note":null}', id="null where it means something"),
    ],
)
def test_what_is_read(body: bytes) -> None:
    assert isinstance(read(body), Everything)


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("name", "null", "must not be null"),
        ("name", '""', "must not be empty"),
        ("name", '"abcdef"', "must have at most 5 characters"),
        ("name", "1", "must be a string"),
        ("count", '"1"', "must be a whole number"),
        ("count", "1.5", "must be a whole number"),
        ("count", "true", "must be a whole number"),
        ("count", "9223372036854775808", "must be between -9223372036854775808 and 9223372036854775807"),
        ("code", '"a"', "must match ^[A-Z]+$"),
        ("flag", "1", "must be true or false"),
        ("colour", '"green"', "must be one of: red, blue"),
        ("colour", "1", "must be one of: red, blue"),
        ("size", '"l"', "must be one of: m, s"),
        ("customer_id", "[]", "must be a whole number or a string"),
        ("at", '"2026-01-31T09:00:00"', "must be a date and time with a zone, like 2026-01-31T09:00:00Z"),
        ("at", '"2026-02-30T09:00:00Z"', "must be a date and time with a zone, like 2026-01-31T09:00:00Z"),
        ("at", "0", "must be a date and time with a zone, like 2026-01-31T09:00:00Z"),
        ("at", '"0001-01-01T00:00:00+01:00"', "must lie between the years 1 and 9999 in UTC"),
        ("at", '"9999-12-31T23:59:59-01:00"', "must lie between the years 1 and 9999 in UTC"),
        ("day", '"2026-02-30"', "must be a date, like 2026-01-31"),
        ("uuid", '"x"', "must be a UUID, like 0193f2a1-c4e0-7f86-9d08-1884c7d65a10"),
        ("items", "{}", "must be a list"),
        ("items", "[" + ",".join(['{"product_id":1}'] * 4) + "]", "must have at most 3 items"),
        ("action", "[]", "must be an object"),
        ("limits", "[]", "must be an object"),
        ("note", "1", "must be a string"),
        ("name", '"\\u0000"', "must not contain the character NUL"),
    ],
)
def test_a_value_that_does_not_fit_is_told_in_plain_words(field: str, value: str, message: str) -> None:
    assert fault_of(field, value)[field] == message


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(b"[]", {"body": "must be an object"}, id="the body itself"),
        pytest.param(b"null", {"body": "must not be null"}, id="no body"),
        pytest.param(b"{}", {"name": "is required"}, id="a missing field"),
        pytest.param(
            b'{"name":"","count":"x","items":[{"product_id":0,"price":-1},{}],"colr":"red","zzz":1}',
            {
                "name": "must not be empty",
                "count": "must be a whole number",
                "items[0].product_id": "must be at least 1",
                "items[0].price": "must be at least 0",
                "items[1].product_id": "is required",
                "colr": "is not a known field; did you mean colour?",
                "zzz": "is not a known field",
            },
            id="all at once, at every depth",
        ),
        pytest.param(
            b'{"name":"x","action":{"kind":"percentage","share":101}}',
            {"action.share": "must be at most 100"},
            id="the kind that the tag names",
        ),
        pytest.param(
            b'{"name":"x","action":{"kind":"bogo"}}',
            {"action.kind": "must be one of: percentage, fixed"},
            id="a kind that there is not",
        ),
        pytest.param(b'{"name":"x","action":{}}', {"action.kind": "is required"}, id="no kind"),
        pytest.param(
            b'{"name":"x","limits":{"a":-1,"b":"c"}}',
            {"limits.a": "must be at least 0", "limits.b": "must be a whole number"},
            id="values of a map",
        ),
        pytest.param(
            b'{"name":"x","metadata":{"a":["\\u0000"],"\\u0000":1,"n":99999999999999999999}}',
            {
                "metadata.a[0]": "must not contain the character NUL",
                "metadata.\0": "must not contain the character NUL",
                "metadata.n": "must be between -9223372036854775808 and 9223372036854775807",
            },
            id="what could not be stored, in free data too",
        ),
        pytest.param(
            b'{"name":"x","items":[{"product_id":1,"price":13},{"product_id":2,"price":13}]}',
            {"items[0].price": "must not be unlucky", "items[1].price": "must not be unlucky"},
            id="what the type itself has to say",
        ),
    ],
)
def test_every_fault_is_told(body: bytes, expected: dict[str, str]) -> None:
    assert faults(body) == expected


@pytest.mark.parametrize("number", [b"1e999", b"-1e999", b"1" * 5000])
def test_a_number_beyond_any_range_is_invalid_and_not_a_failure(number: bytes) -> None:
    found = faults(b'{"name":"x","metadata":{"a":' + number + b"}}")
    assert found == {"metadata": "is a number out of range"}


def test_moments_come_out_in_utc_at_every_depth() -> None:
    value = read(
        b'{"name":"x","at":"2026-01-31T10:00:00+02:00",'
        b'"items":[{"product_id":1,"until":"2026-01-31T00:00:00-01:00"}]}'
    )
    assert (value.at, value.at.tzinfo) == (datetime(2026, 1, 31, 8, tzinfo=UTC), UTC)
    assert value.items[0].until.tzinfo is UTC


def outcome(reader: Read, text: bytes) -> object:
    """The value, or the refusal; anything else raised is a failure of ours."""
    try:
        return reader(text)
    except (Malformed, Invalid) as refusal:
        return refusal


@unhurried
@given(st.binary(max_size=200))
@example(b'{"name":"x","count":' + b"1" * 40 + b"}")
def test_no_bytes_do_anything_but_read_or_refuse(body: bytes) -> None:
    assert isinstance(outcome(read, body), Everything | Malformed | Invalid)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)
fields = st.sampled_from([field.name for field in msgspec.structs.fields(Everything)])


@unhurried
@given(st.dictionaries(fields, json_values))
def test_json_of_any_shape_is_read_or_refused_with_the_fields_at_fault(data: dict[str, Any]) -> None:
    result = outcome(read, msgspec.json.encode(data))
    assert isinstance(result, Everything | Invalid)
    if isinstance(result, Invalid):
        assert result.fields
        assert {fault.path[0] for fault in result.fields if fault.path} <= data.keys() | {"name"}


@unhurried
@given(st.integers(0, 200))
def test_depth_is_measured_exactly(depth: int) -> None:
    assert nested_too_deep(
        b'[{"a":' * (depth // 2) + b"[" * (depth % 2) + b"]" * (depth % 2) + b"}]" * (depth // 2)
    ) is (depth > 64)


class Filter(Strict, frozen=True):
    page: Annotated[int, Meta(ge=1)] = 1
    active: bool | None = None
    colour: Colour | None = None
    since: Moment | None = None
    ids: list[int] = []
    colours: list[Colour] | None = None
    share: float | None = None
    q: str | None = None
    customer_id: int | str | None = None


read_filter = query_reader(Filter)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (b"", Filter()),
        (b"page=2&active=true&colour=blue", Filter(page=2, active=True, colour=Colour.BLUE)),
        (b"active=0", Filter(active=False)),
        (b"ids=1&ids=2,3", Filter(ids=[1, 2, 3])),
        (b"colours=red,blue", Filter(colours=[Colour.RED, Colour.BLUE])),
        (b"since=2026-01-31T10:00:00%2B02:00", Filter(since=datetime(2026, 1, 31, 8, tzinfo=UTC))),
        (b"share=2.5", Filter(share=2.5)),
        (b"q=a+b%20%C3%A4", Filter(q="a b ä")),
        (b"q=", Filter(q="")),
        (b"customer_id=456", Filter(customer_id="456")),
        (b"&&page=3&", Filter(page=3)),
    ],
)
def test_a_query_is_read_by_its_types(query: bytes, expected: Filter) -> None:
    assert read_filter(query) == expected


@pytest.mark.parametrize(
    ("query", "field", "message"),
    [
        (b"page=0", "page", "must be at least 1"),
        (b"page=x", "page", "must be a whole number"),
        (b"page=1.0", "page", "must be a whole number"),
        (
            b"page=99999999999999999999",
            "page",
            "must be between -9223372036854775808 and 9223372036854775807",
        ),
        (b"page=" + b"9" * 5000, "page", "must be a whole number"),
        (b"page=", "page", "must be a whole number"),
        (b"page=1&page=2", "page", "must be given once"),
        (b"active=maybe", "active", "must be true or false"),
        (b"colour=green", "colour", "must be one of: red, blue"),
        (b"share=nan", "share", "must be a number"),
        (b"share=1e", "share", "must be a number"),
        (b"share=1e999", "share", "must be a number"),
        (b"ids=1,x", "ids[1]", "must be a whole number"),
        (b"since=2026-01-31", "since", "must be a date and time with a zone, like 2026-01-31T09:00:00Z"),
        (b"pages=2", "pages", "is not a known parameter; did you mean page?"),
        (b"q=%00", "q", "must not contain the character NUL"),
    ],
)
def test_a_parameter_that_does_not_fit_is_named(query: bytes, field: str, message: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_filter(query)
    assert {dotted(fault.path): fault.message for fault in refused.value.fields}[field] == message


@pytest.mark.parametrize("query", [b"q=%zz", b"q=%", b"q=%4", b"q=%ff", b"q=\xff", b"%ff=1"])
def test_a_broken_escape_is_malformed(query: bytes) -> None:
    with pytest.raises(Malformed):
        read_filter(query)


def test_a_route_without_parameters_refuses_any() -> None:
    with pytest.raises(Invalid, match="page: is not a known parameter"):
        query_reader(type(None))(b"page=1")


@unhurried
@given(st.binary(max_size=80))
def test_no_query_does_anything_but_read_or_refuse(query: bytes) -> None:
    assert isinstance(outcome(read_filter, query), Filter | Malformed | Invalid)
