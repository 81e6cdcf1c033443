"""Sylius' own arithmetic, to the minor unit: its worked cases, and a plain transcription of its rules."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engine.world import (
    PERCENT,
    SYLIUS,
    a_cart,
    a_line,
    a_promotion,
    amount_off,
    case,
    decided,
    discount,
    left_of_units,
    only,
    percent_off,
    units_of,
)

from aurapromo.engine.actions import (
    FreeShipping,
    ItemFilter,
    OrderFixedDiscount,
    OrderPercentageDiscount,
    ShippingPercentageDiscount,
    UnitAmount,
    UnitFixedDiscount,
    UnitPercentage,
    UnitPercentageDiscount,
)
from aurapromo.engine.cart import Cart, Line
from aurapromo.engine.decision import Decision
from aurapromo.engine.promotion import Promotion
from aurapromo.engine.rules import HasTaxon, ItemTotal


def evaluated(cart: Cart, *promotions: Promotion) -> Decision:
    return decided(cart, *promotions, options=SYLIUS)


def fixed(amount: int) -> OrderFixedDiscount:
    return OrderFixedDiscount(channels={"WEB": amount})


def shop(*lines: Line | int, shipping: tuple[int, ...] = ()) -> Cart:
    return a_cart(*lines, channel="WEB", shipping=shipping)


def total(decision: Decision) -> int:
    return decision.items_total + decision.shipping_total - discount(decision)


def test_case_1_an_amount_off_the_order() -> None:
    assert total(evaluated(shop(10_000), a_promotion(fixed(1_000)))) == 9_000


def test_case_2_an_amount_above_the_total_never_goes_below_zero() -> None:
    assert total(evaluated(shop(10_000), a_promotion(fixed(20_000)))) == 0


def test_case_3_two_amounts_each_in_proportion_to_what_is_left() -> None:
    cart = shop(a_line(10_000, categories=["t-shirts"]), a_line(2_000, categories=["mugs"]))
    promotions = [
        a_promotion(fixed(1_000), number=1, rules=[HasTaxon(("t-shirts",))]),
        a_promotion(fixed(500), number=2, rules=[HasTaxon(("mugs",))]),
    ]
    decision = evaluated(cart, *promotions)
    assert [applied.lines for applied in decision.applied] == [(833, 167), (417, 83)]
    assert (left_of_units(cart, decision), total(decision)) == ([[8_750], [1_750]], 10_500)


def test_case_4_a_unit_percentage_then_an_amount() -> None:
    cart = shop(a_line(8_000, product="trousers"), a_line(10_000, product="jacket"))
    jacket = UnitPercentageDiscount(
        channels={"WEB": UnitPercentage(10 * PERCENT, ItemFilter(products=("jacket",)))}
    )
    decision = evaluated(cart, a_promotion(jacket, number=1), a_promotion(fixed(2_000), number=2))
    assert [applied.lines for applied in decision.applied] == [(0, 1_000), (941, 1_059)]
    assert total(decision) == 15_000


def test_case_5_an_amount_over_seven_units_then_a_unit_percentage() -> None:
    cart = shop(a_line(10_000, 7))
    unit = UnitPercentageDiscount(channels={"WEB": UnitPercentage(20 * PERCENT)})
    decision = evaluated(cart, a_promotion(fixed(5_000), number=1), a_promotion(unit, number=2))
    assert units_of(decision.applied[0]) == [[715, 715, 714, 714, 714, 714, 714]]
    assert units_of(decision.applied[1]) == [[2_000] * 7]
    assert total(decision) == 51_000


def test_case_6_a_percentage_over_eleven_units_and_one() -> None:
    applied = only(evaluated(shop(a_line(10_000, 11), 10_000), a_promotion(percent_off(20))))
    assert (applied.lines, units_of(applied)) == ((22_000, 2_000), [[2_000] * 11, [2_000]])


SHIPPING_FROM_10000 = a_promotion(FreeShipping(), number=2, rules=[ItemTotal({"WEB": 10_000})])


def test_case_7_the_threshold_is_still_met_after_the_first_promotion() -> None:
    decision = evaluated(shop(24_000, shipping=(1_000,)), a_promotion(percent_off(50)), SHIPPING_FROM_10000)
    assert (decision.line_discount, decision.shipping_discount) == (12_000, 1_000)


def test_case_8_the_threshold_is_not_met_any_more() -> None:
    decision = evaluated(shop(12_000, shipping=(1_000,)), a_promotion(percent_off(50)), SHIPPING_FROM_10000)
    assert (decision.line_discount, decision.shipping_discount) == (6_000, 0)


def test_case_9_an_amount_per_unit_above_its_price() -> None:
    cart = shop(a_line(2_000, 2, categories=["mugs"]))
    unit = UnitFixedDiscount(channels={"WEB": UnitAmount(3_000, ItemFilter(categories=("mugs",)))})
    decision = evaluated(cart, a_promotion(unit))
    assert (units_of(only(decision)), total(decision)) == ([[2_000, 2_000]], 0)


def test_case_10_a_unit_percentage_in_a_price_range() -> None:
    between = ItemFilter(minimum_price=5_000, maximum_price=15_000)
    unit = UnitPercentageDiscount(channels={"WEB": UnitPercentage(50 * PERCENT, between)})
    assert total(evaluated(shop(a_line(10_000, 3)), a_promotion(unit))) == 15_000


def test_case_11_a_tenth_off_the_shipping_fee() -> None:
    shipping = ShippingPercentageDiscount(percentage=10 * PERCENT)
    decision = evaluated(shop(1_999, shipping=(5_000,)), a_promotion(shipping))
    assert (decision.shipping_discount, total(decision)) == (500, 6_499)


def with_floors(*lines: tuple[int, int, int]) -> Cart:
    """Each line is (unit price, quantity, minimum price of one unit)."""
    return shop(*(a_line(price, quantity, minimum_price=floor) for price, quantity, floor in lines))


FLOORS = [
    case(percent_off(20), with_floors((5_000, 1, 4_500), (2_000, 1, 0)), [500, 900], id="case 12"),
    case(
        fixed(2_700),
        with_floors((5_000, 2, 4_500), (2_000, 2, 0), (2_000, 2, 0)),
        [1_000, 850, 850],
        id="case 13",
    ),
    case(
        fixed(3_600),
        with_floors((5_000, 2, 4_500), (4_000, 1, 3_000), (3_000, 1, 0), (1_000, 1, 0)),
        [1_000, 1_000, 1_200, 400],
        id="case 14",
    ),
    case(
        fixed(1_200),
        with_floors((1_000, 1, 0), (2_000, 1, 1_900), (5_000, 1, 5_000), (3_000, 1, 2_900)),
        [1_000, 100, 0, 100],
        id="case 15",
    ),
]


@pytest.mark.parametrize(("action", "cart", "lines"), FLOORS)
def test_minimum_prices_send_the_rest_to_the_others(
    action: OrderFixedDiscount | OrderPercentageDiscount, cart: Cart, lines: list[int]
) -> None:
    assert list(only(evaluated(cart, a_promotion(action))).lines) == lines


def test_case_13_shares_a_line_evenly_over_its_units() -> None:
    cart = with_floors((5_000, 2, 4_500), (2_000, 2, 0), (2_000, 2, 0))
    applied = only(evaluated(cart, a_promotion(fixed(2_700))))
    assert units_of(applied) == [[500, 500], [425, 425], [425, 425]]


def test_a_unit_below_its_minimum_price_stays_as_it_is() -> None:
    cart = with_floors((1_000, 1, 1_200), (1_000, 1, 0))
    assert only(evaluated(cart, a_promotion(fixed(500)))).lines == (0, 500)


def test_reduced_lines_stay_out_and_the_action_still_counts() -> None:
    cart = shop(a_line(1_000, catalog_discounted=True), a_line(1_000))
    order = a_promotion(percent_off(10), applies_to_discounted=False)
    assert only(evaluated(cart, order)).lines == (0, 100)
    unit = a_promotion(UnitFixedDiscount(channels={"WEB": UnitAmount(100)}), number=2)
    free = evaluated(cart, a_promotion(percent_off(100)), unit)
    assert free.consuming == (1, 2)


class Item:
    """One order item of the transcription: `units` are their current totals."""

    def __init__(self, price: int, quantity: int, floor: int) -> None:
        self.units, self.floor = [price] * quantity, floor

    @property
    def total(self) -> int:
        return sum(self.units)


def half_towards_zero(numerator: int, denominator: int) -> int:
    whole, rest = divmod(numerator, denominator)
    return whole + (2 * rest > denominator)


def transcribed_shares(items: list[Item], amount: int) -> list[int]:
    weights = [item.total for item in items]
    out = [half_towards_zero(weight * amount, sum(weights)) if weight else 0 for weight in weights]
    missing = amount - sum(out)
    if sum(out):
        for i in range(abs(missing)):
            out[i] += 1 if missing > 0 else -1
    return out


def transcribed_distribution(items: list[Item], given_so_far: list[int], amount: int) -> list[int]:
    """The minimum price's redistribution: cut at the floor, what is left to those not cut yet."""
    out = transcribed_shares(items, amount)
    left, still_open = 0, []
    for i, item in enumerate(items):
        room = item.total - item.floor * len(item.units) - given_so_far[i]
        if out[i] >= room:
            left += out[i] - room
            out[i] = room
        else:
            still_open.append(i)
    if left and still_open:
        again = transcribed_distribution(
            [items[i] for i in still_open], [given_so_far[i] + out[i] for i in still_open], left
        )
        for i, more in zip(still_open, again, strict=True):
            out[i] += more
    return out


def transcribed(items: list[Item], amount: int) -> list[list[int]]:
    """An order discount of `amount`: the discount of every unit; the items change with it."""
    found = []
    for item, share in zip(items, transcribed_distribution(items, [0] * len(items), amount), strict=True):
        low, rest = divmod(abs(share), len(item.units))
        parts = [(low + (i < rest)) * (1 if share >= 0 else -1) for i in range(len(item.units))]
        parts = [min(part, unit - item.floor) for part, unit in zip(parts, item.units, strict=True)]
        item.units = [unit - part for unit, part in zip(item.units, parts, strict=True)]
        found.append(parts)
    return found


small_lines = st.tuples(st.integers(0, 30), st.integers(1, 4), st.integers(0, 3)).map(
    lambda line: (line[0] + line[2], line[1], line[2])
)
percentages = st.integers(1, 1_000_000)


@given(st.lists(small_lines, min_size=1, max_size=5), st.lists(percentages, min_size=1, max_size=4))
def test_order_discounts_are_those_of_the_transcription(
    lines: list[tuple[int, int, int]], rates: list[int]
) -> None:
    actions = [OrderPercentageDiscount(percentage=rate) for rate in rates]
    promotions = [a_promotion(action, number=number) for number, action in enumerate(actions, 1)]
    decision = evaluated(with_floors(*lines), *promotions)
    found = {applied.promotion_id: units_of(applied) for applied in decision.applied}
    items = [Item(*line) for line in lines]
    for number, rate in enumerate(rates, 1):
        amount = (sum(item.total for item in items) * rate * 2 + 1_000_000) // 2_000_000
        assert (number in found) is bool(amount)
        if amount:
            assert found[number] == transcribed(items, amount)


def test_a_rounding_surplus_is_taken_back_from_the_first_item() -> None:
    decision = evaluated(shop(2, 13, 13, 13), a_promotion(amount_off(8)))
    assert only(decision).lines == (-1, 3, 3, 3)
