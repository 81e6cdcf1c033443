"""What a client may send as its key."""

import msgspec
import pytest

from aurapromo.errors import Invalid
from aurapromo.idempotency.keys import sent


class Body(msgspec.Struct):
    idempotency_key: str | None = None


def header(value: str) -> dict[bytes, bytes]:
    return {b"idempotency-key": value.encode("latin-1")}


@pytest.mark.parametrize(
    ("value", "key"),
    [
        pytest.param("order-17", "order-17", id="bare"),
        pytest.param('"order-17"', "order-17", id="quoted, as the draft has it"),
        pytest.param("  order-17 ", "order-17", id="with space around"),
        pytest.param("x" * 255, "x" * 255, id="255 characters"),
        pytest.param('"' + "x" * 255 + '"', "x" * 255, id="255 characters and quotes"),
        pytest.param("{7*7};'--", "{7*7};'--", id="any visible sign"),
    ],
)
def test_keys_that_are_taken(value: str, key: str) -> None:
    assert sent(header(value), Body()) == key


@pytest.mark.parametrize(
    "value", ["", '""', "x" * 256, "a b", "tab\tinside", '"', 'a"b', "gr\xfcn", "\x00", "\x7f"]
)
def test_keys_that_are_not(value: str) -> None:
    with pytest.raises(Invalid, match="Idempotency-Key"):
        sent(header(value), Body())


def test_a_call_without_a_key_has_none() -> None:
    assert sent({}, Body()) is None
    assert sent({}, None) is None


def test_a_field_of_the_body_is_as_good_as_the_header() -> None:
    assert sent({}, Body("order-17")) == "order-17"
    assert sent(header('"order-17"'), Body("order-17")) == "order-17"


def test_a_field_that_differs_from_the_header_is_refused() -> None:
    with pytest.raises(Invalid) as refused:
        sent(header("order-17"), Body("order-18"))
    assert refused.value.fields[0].path == ("idempotency_key",)


def test_a_field_is_held_to_the_same_rules() -> None:
    with pytest.raises(Invalid) as refused:
        sent({}, Body("x" * 256))
    assert refused.value.fields[0].path == ("idempotency_key",)
