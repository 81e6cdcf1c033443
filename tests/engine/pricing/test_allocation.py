"""Splits lose nothing: the properties of the allocators on their own."""

from hypothesis import assume, given
from hypothesis import strategies as st

from aurapromo.engine.pricing.allocation import (
    Runs,
    add,
    allocate,
    allocate_over_units,
    even,
    laid_out,
    merged,
    overlay,
    subtract,
    value_of,
)
from aurapromo.engine.pricing.money import share_of

weights = st.lists(st.integers(0, 10**7), min_size=1, max_size=8)
runs = st.lists(st.tuples(st.integers(1, 9), st.integers(0, 50)), min_size=1, max_size=4).map(tuple)


def spelled_out(given: Runs) -> list[int]:
    return [value for count, value in given for _ in range(count)]


@given(st.integers(0, 10**9), weights)
def test_allocation_is_exact_and_fair(amount: int, given_weights: list[int]) -> None:
    assume(total := sum(given_weights))
    shares = allocate(amount, given_weights)
    assert sum(shares) == amount
    for share, weight in zip(shares, given_weights, strict=True):
        assert abs(share * total - amount * weight) < total


@given(weights, st.integers(0, 100))
def test_no_share_exceeds_its_weight_when_the_amount_does_not(given_weights: list[int], percent: int) -> None:
    amount = sum(given_weights) * percent // 100
    assert all(s <= w for s, w in zip(allocate(amount, given_weights), given_weights, strict=True))


@given(runs, st.integers(0, 10_000))
def test_allocation_over_runs_is_allocation_over_units(given_runs: Runs, amount: int) -> None:
    assert spelled_out(allocate_over_units(amount, given_runs)) == allocate(amount, spelled_out(given_runs))


@given(runs, st.integers(0, 10_000))
def test_no_weight_takes_nothing(given_runs: Runs, amount: int) -> None:
    assume(len(given_runs) > 1)
    nothing = tuple((count, 0) for count, _ in given_runs)
    assert value_of(allocate_over_units(amount, nothing)) == 0
    assert allocate(amount, [0, 0]) == [0, 0]


@given(st.integers(-1_000, 1_000), st.integers(1, 50))
def test_an_even_split_differs_by_one_and_gives_the_first_the_rest(amount: int, count: int) -> None:
    parts = spelled_out(even(amount, count))
    assert sum(parts) == amount
    assert sorted(map(abs, parts), reverse=True) == [abs(part) for part in parts]
    assert abs(parts[0]) - abs(parts[-1]) <= 1


@given(runs, st.data())
def test_runs_add_and_subtract_unit_by_unit(first: Runs, data: st.DataObject) -> None:
    units = len(spelled_out(first))
    second = merged(
        (1, value) for value in data.draw(st.lists(st.integers(0, 3), min_size=units, max_size=units))
    )
    pairs = list(zip(spelled_out(first), spelled_out(second), strict=True))
    assert spelled_out(add(first, second)) == [a + b for a, b in pairs]
    assert spelled_out(subtract(first, second)) == [a - b for a, b in pairs]
    assert [pair for count, *pair in overlay(first, second) for _ in range(count)] == [
        list(pair) for pair in pairs
    ]


def test_pieces_are_laid_out_over_a_line() -> None:
    assert spelled_out(laid_out([(4, 1, 9), (1, 2, 5)], 6)) == [0, 5, 5, 0, 9, 0]


@given(st.integers(0, 10**12), st.integers(0, 1_000_000))
def test_a_share_is_the_nearest_minor_unit_and_half_goes_up(amount: int, ppm: int) -> None:
    share = share_of(amount, ppm)
    assert -500_000 < share * 1_000_000 - amount * ppm <= 500_000
