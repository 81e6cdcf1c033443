"""Buy-x-get-y and bundle prices against trying everything."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engine.world import a_cart, a_line, a_promotion, decided, discount, step_of, units_of

from aurapromo.engine.actions import BuyXGetY, FixedPrice, ItemFilter
from aurapromo.engine.cart import Cart, Line

Unit = tuple[int, bool, bool]  # price, can be a trigger, can be a reward

pools = st.lists(st.tuples(st.integers(0, 9), st.booleans(), st.booleans()), max_size=7)


def cart_of(pool: list[Unit]) -> Cart:
    def categories(trigger: bool, target: bool) -> frozenset[str]:
        return frozenset({"other"} | ({"trigger"} if trigger else set()) | ({"target"} if target else set()))

    return a_cart(*(Line(f"p{i}", 1, price, categories(*kinds)) for i, (price, *kinds) in enumerate(pool)))


def cheapest_reward(pool: list[Unit], buy: int, get: int, most: int) -> int:
    """The least that the rewards of as many sets as are possible cost; every choice of units is tried."""
    units = range(len(pool))
    for sets in range(most, 0, -1):
        costs = [
            sum(pool[unit][0] for unit in rewards)
            for rewards in combinations([unit for unit in units if pool[unit][2]], sets * get)
            if sum(pool[unit][1] for unit in units if unit not in rewards) >= sets * buy
        ]
        if costs:
            return min(costs)
    return 0


@given(pools, st.integers(1, 3), st.integers(1, 3), st.integers(1, 4))
def test_the_most_sets_with_the_cheapest_reward(pool: list[Unit], buy: int, get: int, most: int) -> None:
    offer = BuyXGetY(
        buy=buy,
        get=get,
        max_sets=most,
        trigger=ItemFilter(categories=("trigger",)),
        target=ItemFilter(categories=("target",)),
    )
    decision = decided(cart_of(pool), a_promotion(offer))
    assert discount(decision) == cheapest_reward(pool, buy, get, most)


@given(st.lists(st.integers(0, 9), max_size=7), st.integers(2, 3), st.integers(0, 20))
def test_bundles_of_the_dearest_units_give_most(prices: list[int], size: int, price: int) -> None:
    dearest = sorted(prices, reverse=True)
    groups = [dearest[i : i + size] for i in range(0, len(prices) - size + 1, size)]
    expected = sum(max(0, sum(group) - price) for group in groups)
    decision = decided(a_cart(*prices), a_promotion(FixedPrice(amount=price, quantity=size)))
    assert discount(decision) == expected


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(1, 5)), min_size=1, max_size=4), st.integers(1, 3))
def test_a_line_of_several_units_is_as_many_lines_of_one(lines: list[tuple[int, int]], size: int) -> None:
    together = a_cart(*(a_line(price, quantity) for price, quantity in lines))
    apart = a_cart(*(price for price, quantity in lines for _ in range(quantity)))
    for action in (BuyXGetY(buy=size, get=1), FixedPrice(amount=7, quantity=size)):
        offer = a_promotion(action)
        assert discount(decided(together, offer)) == discount(decided(apart, offer))


def test_a_unit_is_used_once() -> None:
    both = [a_promotion(BuyXGetY(), number=1), a_promotion(BuyXGetY(), number=2)]
    decision = decided(a_cart(500, 400, 300), *both)
    assert [units_of(applied) for applied in decision.applied] == [[[0], [0], [300]]]
    assert step_of(decision, 2).reason == "too_few_units"


def test_the_dearest_units_are_the_trigger_so_that_the_rest_is_cheap() -> None:
    decision = decided(
        a_cart(500, 400, 300, 200), a_promotion(BuyXGetY(max_sets=1)), a_promotion(BuyXGetY(), number=2)
    )
    assert [units_of(applied) for applied in decision.applied] == [
        [[0], [0], [0], [200]],
        [[0], [0], [300], [0]],
    ]


def test_a_bundle_uses_its_units_up_and_a_single_price_does_not() -> None:
    single, pair = a_promotion(FixedPrice(amount=90)), a_promotion(FixedPrice(amount=150, quantity=2))
    offer = a_promotion(BuyXGetY(), number=2)
    assert len(decided(a_cart(100, 100), single, offer).applied) == 2
    assert len(decided(a_cart(100, 100), pair, offer).applied) == 1


def test_a_bundle_that_would_cost_more_stays_free_for_others() -> None:
    dear = a_promotion(FixedPrice(amount=900, quantity=2))
    assert decided(a_cart(100, 100), dear, a_promotion(BuyXGetY(), number=2)).consuming == (2,)


@pytest.mark.parametrize(("buy", "get", "sets"), [(1, 1, 3), (2, 1, 2), (1, 2, 2), (3, 4, 1), (4, 4, 0)])
def test_only_whole_sets_count(buy: int, get: int, sets: int) -> None:
    decision = decided(a_cart(a_line(10, 7)), a_promotion(BuyXGetY(buy=buy, get=get)))
    assert discount(decision) == sets * get * 10
