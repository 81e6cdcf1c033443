"""Amounts and percentages are read exactly, or refused."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aurapromo.api.aura.money import (
    MAX_MINOR,
    AmountError,
    digits_of,
    from_ppm,
    minor_of,
    to_major,
    to_minor,
    to_ppm,
)
from aurapromo.errors import Invalid

DIGITS = st.integers(0, 4)


@given(minor=st.integers(0, MAX_MINOR), digits=DIGITS)
def test_every_amount_comes_back_as_it_was_shown(minor: int, digits: int) -> None:
    assert to_minor(to_major(minor, digits), digits) == minor


@given(amount=st.floats(0, 10**9, allow_subnormal=False), digits=DIGITS)
def test_an_amount_is_accepted_exactly_when_its_decimal_text_has_no_finer_digits(
    amount: float, digits: int
) -> None:
    written = Decimal(repr(amount)).scaleb(digits)
    if written == written.to_integral_value():
        assert to_minor(amount, digits) == int(written)
    else:
        with pytest.raises(AmountError):
            to_minor(amount, digits)


@given(text=st.decimals(0, 10**9, places=2, allow_nan=False))
def test_what_a_person_writes_with_two_decimals_is_never_off_by_a_cent(text: Decimal) -> None:
    assert to_minor(float(text), 2) == int(text * 100)


@pytest.mark.parametrize(
    ("amount", "digits"),
    [
        pytest.param(29.995, 2, id="half a cent"),
        pytest.param(0.1 + 0.2, 1, id="the noise of a sum of doubles"),
        pytest.param(1.5, 0, id="half a yen"),
        pytest.param(1e-9, 2, id="next to nothing"),
        pytest.param(-0.01, 2, id="below zero"),
        pytest.param(float("nan"), 2, id="not a number"),
        pytest.param(float("inf"), 2, id="infinite"),
        pytest.param(1e300, 2, id="beyond every range"),
        pytest.param(10**11 + 0.01, 2, id="a cent beyond the largest amount"),
    ],
)
def test_what_is_no_amount_is_refused(amount: float, digits: int) -> None:
    with pytest.raises(AmountError):
        to_minor(amount, digits)


@pytest.mark.parametrize(
    ("amount", "digits", "minor"),
    [
        pytest.param(29.99, 2, 2999, id="cents"),
        pytest.param(1.005, 3, 1005, id="fils"),
        pytest.param(500, 0, 500, id="yen, as an int"),
        pytest.param(-0.0, 2, 0, id="minus zero is zero"),
        pytest.param(10**11, 2, MAX_MINOR, id="the largest amount"),
    ],
)
def test_amounts_become_minor_units(amount: float, digits: int, minor: int) -> None:
    assert to_minor(amount, digits) == minor


def test_amounts_without_decimals_are_shown_as_whole_numbers() -> None:
    assert (repr(to_major(500, 0)), repr(to_major(1500, 2))) == ("500", "15.0")


@pytest.mark.parametrize(
    ("currency", "digits"),
    [
        pytest.param("USD", 2, id="dollar"),
        pytest.param("JPY", 0, id="yen"),
        pytest.param("KWD", 3, id="dinar"),
        pytest.param("CLF", 4, id="unidad de fomento"),
        pytest.param("IQD", 3, id="CLDR says 0 for cash"),
        pytest.param("HUF", 2, id="CLDR says 0 for cash only"),
        pytest.param("ISK", 0, id="no minor unit since 2007"),
    ],
)
def test_currencies_have_the_decimals_of_iso_4217(currency: str, digits: int) -> None:
    assert digits_of(currency) == digits


def test_a_refused_amount_names_the_field_and_the_currency() -> None:
    with pytest.raises(Invalid) as refused:
        minor_of(1.234, "USD", "tiers", 0, "min_amount")
    assert str(refused.value) == "tiers[0].min_amount: has more than 2 decimals for USD"


@given(ppm=st.integers(0, 100_000_000))
def test_every_percentage_comes_back_as_it_was_shown(ppm: int) -> None:
    assert to_ppm(from_ppm(ppm)) == ppm


@pytest.mark.parametrize(
    ("percent", "ppm"),
    [
        pytest.param(25, 250_000, id="whole"),
        pytest.param(2.555, 25_550, id="three decimals"),
        pytest.param(0.0001, 1, id="the finest"),
    ],
)
def test_percentages_are_parts_per_million(percent: float, ppm: int) -> None:
    assert to_ppm(percent) == ppm


@pytest.mark.parametrize("percent", [0.00001, 33.333333, -1.0, float("nan"), 1e300])
def test_what_is_no_percentage_is_refused(percent: float) -> None:
    with pytest.raises(AmountError):
        to_ppm(percent)
