"""What codes are made of; pure."""

import re
from collections import Counter
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aurapromo.coupons.codes import (
    ALL_SIGNS,
    UNAMBIGUOUS,
    KeySpaceTooSmall,
    Shape,
    check_key_space,
    draw,
    draw_signs,
    normalise,
    shape_of,
)
from aurapromo.errors import Invalid


def test_nobody_has_to_tell_0_from_o_or_1_from_i_and_l() -> None:
    assert set(ALL_SIGNS) - set(UNAMBIGUOUS) == set("0O1IL")


@pytest.mark.parametrize(
    ("given", "template"),
    [
        pytest.param({}, "########", id="eight characters without a word"),
        pytest.param({"length": 4}, "####", id="as many as asked for"),
        pytest.param({"prefix": "SUMMER", "length": 4}, "SUMMER####", id="the prefix comes on top"),
        pytest.param({"prefix": "A-", "suffix": "-Z", "length": 3}, "A-###-Z", id="the suffix too"),
        pytest.param({"pattern": "##-####"}, "##-####", id="a pattern"),
        pytest.param({"pattern": "##-####", "length": 6}, "##-####", id="a pattern and its own length"),
        pytest.param({"prefix": "V", "pattern": "#-#"}, "V#-#", id="a pattern with a prefix"),
    ],
)
def test_a_shape(given: dict[str, Any], template: str) -> None:
    assert shape_of(**given) == Shape(template, UNAMBIGUOUS)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        pytest.param({"pattern": "SUMMER"}, "pattern", id="a pattern without a place"),
        pytest.param({"pattern": "##=##"}, "pattern", id="a sign that codes do not have"),
        pytest.param(
            {"pattern": "##-##", "length": 5}, "code_length", id="another length than the pattern's"
        ),
        pytest.param({"length": 2}, None, id="shorter than three characters"),
        pytest.param({"length": 50, "prefix": "A"}, None, id="longer than fifty characters"),
    ],
)
def test_a_shape_that_cannot_be(given: dict[str, Any], field: str | None) -> None:
    with pytest.raises(Invalid) as refused:
        shape_of(**given)
    assert [fault.path for fault in refused.value.fields] == [() if field is None else (field,)]


@given(
    length=st.integers(3, 20),
    prefix=st.from_regex(r"[A-Za-z0-9_-]{0,10}", fullmatch=True),
    exclude_ambiguous=st.booleans(),
    count=st.integers(0, 50),
    seed=st.integers(),
)
def test_codes_have_their_shape(
    length: int, prefix: str, exclude_ambiguous: bool, count: int, seed: int
) -> None:
    shape = shape_of(length=length, prefix=prefix, exclude_ambiguous=exclude_ambiguous)
    signs = UNAMBIGUOUS if exclude_ambiguous else ALL_SIGNS
    form = re.compile(f"{re.escape(prefix)}[{signs}]{{{length}}}")
    drawn = draw(shape, count, Random(seed).randbytes)
    assert len(drawn) == count
    assert all(form.fullmatch(code) for code in drawn)


def test_the_places_of_a_pattern_are_drawn_one_by_one() -> None:
    whole = draw(Shape("######", UNAMBIGUOUS), 20, Random(7).randbytes)
    apart = draw(Shape("A##-####Z", UNAMBIGUOUS), 20, Random(7).randbytes)
    assert apart == [f"A{code[:2]}-{code[2:]}Z" for code in whole]


@pytest.mark.parametrize("alphabet", [UNAMBIGUOUS, ALL_SIGNS], ids=["31 signs", "36 signs"])
def test_every_sign_is_as_likely_as_any_other(alphabet: str) -> None:
    drawn = 310_000
    counts = Counter(draw_signs(alphabet, drawn, Random(42).randbytes))
    expected = drawn / len(alphabet)
    chi_square = sum((counts[sign] - expected) ** 2 / expected for sign in alphabet)
    # The 99.9 % quantiles for 30 and 35 degrees of freedom are 59.7 and 66.6. A byte modulo the
    # alphabet, without throwing any away, would give about 1,700 and 1,100.
    assert chi_square < 66.6


def test_neighbouring_signs_have_nothing_to_do_with_each_other() -> None:
    signs = draw_signs(UNAMBIGUOUS, 310_000, Random(42).randbytes)
    pairs = Counter(zip(signs[::2], signs[1::2], strict=True))
    expected = len(signs) / 2 / 31**2
    chi_square = sum((pairs[a, b] - expected) ** 2 / expected for a in UNAMBIGUOUS for b in UNAMBIGUOUS)
    assert chi_square < 1_100  # the 99.9 % quantile for 960 degrees of freedom is 1,099


@pytest.mark.parametrize(
    ("count", "issued"),
    [
        pytest.param(480, 0, id="just under half"),
        pytest.param(1, 479, id="with those before just under half"),
    ],
)
def test_half_of_a_key_space_may_be_used(count: int, issued: int) -> None:
    check_key_space(Shape("V##", UNAMBIGUOUS), count, issued=issued)


@pytest.mark.parametrize(
    ("count", "issued", "message"),
    [
        pytest.param(481, 0, "481 codes would fill more than half of the 961 that V## allows", id="at once"),
        pytest.param(2, 479, "2 codes beside the 479 issued before would fill", id="with those before"),
    ],
)
def test_more_than_half_is_refused_with_the_numbers(count: int, issued: int, message: str) -> None:
    with pytest.raises(KeySpaceTooSmall) as refused:
        check_key_space(Shape("V##", UNAMBIGUOUS), count, issued=issued)
    assert message in str(refused.value)


CODES = st.from_regex(r"[A-Za-z0-9_-]{3,50}", fullmatch=True)


@given(code=CODES, before=st.text(" \t\n", max_size=3), after=st.text(" \t\n", max_size=3))
def test_case_and_outer_space_make_no_difference(code: str, before: str, after: str) -> None:
    typed = [code, code.lower(), code.upper(), code.swapcase(), f"{before}{code}{after}"]
    assert {normalise(one) for one in typed} == {code.upper()}


@given(typed=st.text(max_size=60))
def test_what_is_normalised_once_stays_so(typed: str) -> None:
    assert normalise(normalise(typed)) == normalise(typed)


def test_inner_space_makes_another_code() -> None:
    assert normalise("SUM MER") != normalise("SUMMER")
