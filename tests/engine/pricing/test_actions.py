"""What a promotion takes off: each kind of action, line by line, in minor units."""

import pytest
from tests.engine.world import (
    PERCENT,
    a_cart,
    a_line,
    a_promotion,
    amount_off,
    case,
    decided,
    discount,
    only,
    percent_off,
    step_of,
    units_of,
)

from aurapromo.engine.actions import (
    Action,
    BuyXGetY,
    Cashback,
    FixedPrice,
    FreeShipping,
    ItemFilter,
    OrderFixedDiscount,
    ShippingPercentageDiscount,
    Tier,
    Tiered,
    UnitAmount,
    UnitFixedDiscount,
    UnitPercentage,
    UnitPercentageDiscount,
)
from aurapromo.engine.cart import Cart
from aurapromo.engine.options import Options

HATS = ItemFilter(categories=("hats",))
HAT = a_line(1_000, product="hat", categories=["hats"])
MUG = a_line(500, product="mug", categories=["mugs"])
FOUR = a_cart(a_line(100, 4))
UNIT_25 = UnitPercentageDiscount(percentage=25 * PERCENT)

LINES = [
    case(percent_off(10), a_cart(1_000, 500), [100, 50], id="a percentage of the whole order"),
    case(percent_off(10, filters=HATS), a_cart(HAT, MUG), [100, 0], id="a percentage of some lines"),
    case(percent_off(25), a_cart(a_line(2_999, 2)), [1_500], id="25 % of 59.98 is 15.00"),
    case(percent_off(10), a_cart(5), [1], id="half a minor unit rounds up"),
    case(percent_off(33.3333), a_cart(1, 1, 1), [1, 0, 0], id="what is over goes to the earlier line"),
    case(percent_off(50), a_cart(3, 100, 3), [2, 50, 1], id="rounded once and split by largest remainder"),
    case(percent_off(100), a_cart(7, 0, 9), [7, 0, 9], id="everything free"),
    case(percent_off(50, cap=100), a_cart(300, 100), [75, 25], id="a cap"),
    case(percent_off(10), a_cart(999), [100], id="yen have no digits: 10 % of 999 is 100"),
    case(percent_off(10), a_cart(12_345), [1_235], id="dinars have three: 10 % of 12.345 is 1.235"),
    case(amount_off(300), a_cart(1_000, 500), [200, 100], id="an amount split in proportion"),
    case(amount_off(9_999), a_cart(1_000, 500), [1_000, 500], id="an amount above the total"),
    case(amount_off(100, filters=HATS), a_cart(MUG, HAT), [0, 100], id="an amount off some lines"),
    case(UNIT_25, a_cart(a_line(30, 3)), [24], id="a unit percentage rounds per unit: 7.5 is 8"),
    case(UnitFixedDiscount(amount=30), FOUR, [120], id="an amount off every unit"),
    case(UnitFixedDiscount(amount=300), FOUR, [400], id="no unit below zero"),
    case(UnitFixedDiscount(amount=30, cap=50), FOUR, [50], id="a cap over units"),
    case(UnitFixedDiscount(amount=30, filters=HATS), a_cart(HAT, MUG), [30, 0], id="some units only"),
    case(FixedPrice(amount=60), a_cart(100, 50), [40, 0], id="a price never above the old one"),
    case(FixedPrice(amount=250, quantity=3), FOUR, [50], id="three for a price, the fourth at its own"),
    case(
        FixedPrice(amount=100, quantity=2),
        a_cart(10, 90, 60, 50),
        [0, 30, 20, 0],
        id="dearest together, no loss",
    ),
    case(FixedPrice(amount=30, quantity=2, cap=100), FOUR, [100], id="a cap over bundles"),
    case(BuyXGetY(), a_cart(500, 300, 400), [0, 300, 0], id="one free of two, the cheapest"),
    case(BuyXGetY(percentage=50 * PERCENT), a_cart(301, 500), [151, 0], id="the second at half"),
    case(BuyXGetY(buy=2, get=1), a_cart(a_line(10, 7)), [20], id="three for two, twice in seven"),
    case(BuyXGetY(max_sets=1), a_cart(a_line(10, 9)), [10], id="only so many sets"),
    case(
        BuyXGetY(trigger=HATS, target=ItemFilter(categories=("mugs",))),
        a_cart(HAT, MUG, MUG),
        [0, 500, 0],
        id="a mug free with a hat",
    ),
    case(
        Tiered(
            tiers=(
                Tier(minimum_amount=1_000, percentage=50_000),
                Tier(minimum_amount=2_000, percentage=100_000),
            )
        ),
        a_cart(1_999),
        [100],
        id="the lower tier",
    ),
    case(
        Tiered(
            tiers=(
                Tier(minimum_amount=2_000, percentage=100_000),
                Tier(minimum_amount=1_000, percentage=50_000),
            )
        ),
        a_cart(2_000),
        [200],
        id="the highest tier reached, in any order, inclusive",
    ),
    case(
        Tiered(tiers=(Tier(minimum_quantity=3, amount=50),), filters=HATS),
        a_cart(a_line(100, 3, categories=["hats"]), MUG),
        [50, 0],
        id="a tier by units of the filtered lines",
    ),
    case(
        Tiered(tiers=(Tier(minimum_amount=1, percentage=500_000, cap=30),), cap=40),
        a_cart(100),
        [30],
        id="a tier's cap",
    ),
]


@pytest.mark.parametrize(("action", "cart", "lines"), LINES)
def test_an_action_takes_off(action: Action, cart: Cart, lines: list[int]) -> None:
    assert list(only(decided(cart, a_promotion(action))).lines) == lines


FILTERED = [
    case(ItemFilter(), [1, 1, 1], id="everything"),
    case(ItemFilter(categories=("mugs", "hats")), [1, 1, 0], id="in one of the categories"),
    case(ItemFilter(excluded_categories=("hats",)), [0, 1, 1], id="in none of the categories"),
    case(
        ItemFilter(categories=("kitchen", "hats"), excluded_categories=("mugs",)),
        [1, 0, 0],
        id="exclusion wins",
    ),
    case(ItemFilter(products=("hat", "toy")), [1, 0, 1], id="one of the products"),
    case(ItemFilter(excluded_products=("hat",)), [0, 1, 1], id="not this product"),
    case(ItemFilter(brands=("acme",)), [0, 1, 0], id="of the brand"),
    case(ItemFilter(excluded_brands=("acme",)), [1, 0, 1], id="not of the brand"),
    case(ItemFilter(minimum_price=500, maximum_price=1_000), [1, 1, 0], id="price bounds count"),
    case(ItemFilter(minimum_price=501), [1, 0, 1], id="from a price on"),
    case(ItemFilter(maximum_price=999), [0, 1, 0], id="up to a price"),
    case(ItemFilter(minimum_price=900, maximum_price=100), [0, 0, 0], id="bounds that cross match nothing"),
    case(ItemFilter(categories=("mugs",), products=("hat",)), [0, 0, 0], id="all parts must hold"),
]


@pytest.mark.parametrize(("filters", "passed"), FILTERED)
def test_a_filter_lets_lines_through(filters: ItemFilter, passed: list[int]) -> None:
    cart = a_cart(
        HAT,
        a_line(500, product="mug", categories=["mugs", "kitchen"], brand_id="acme"),
        a_line(2_000, product="toy"),
    )
    decision = decided(cart, a_promotion(UnitFixedDiscount(amount=1, filters=filters)))
    assert [list(applied.lines) for applied in decision.applied] == ([passed] if any(passed) else [])


SHIPPING = [
    case(FreeShipping(), (300, 200), [300, 200], id="all fees"),
    case(ShippingPercentageDiscount(percentage=25 * PERCENT), (301, 99), [75, 25], id="each fee by itself"),
    case(FreeShipping(cap=100), (300, 200), [60, 40], id="a cap over the fees"),
]


@pytest.mark.parametrize(("action", "fees", "off"), SHIPPING)
def test_shipping_comes_off_the_fees_and_nothing_else(
    action: Action, fees: tuple[int, ...], off: list[int]
) -> None:
    applied = only(decided(a_cart(1_000, shipping=fees), a_promotion(action)))
    assert (list(applied.shipping), list(applied.lines)) == (off, [0])


CREDITS = [
    case(Cashback(percentage=5 * PERCENT), 100, id="a percentage of the order"),
    case(Cashback(percentage=5 * PERCENT, filters=HATS), 50, id="of some lines"),
    case(Cashback(percentage=5 * PERCENT, cap=30), 30, id="with a cap"),
    case(Cashback(amount=70), 70, id="a plain amount"),
]


@pytest.mark.parametrize(("action", "credit"), CREDITS)
def test_cashback_credits_and_takes_nothing_off(action: Action, credit: int) -> None:
    decision = decided(a_cart(HAT, a_line(1_000)), a_promotion(action))
    assert (only(decision).credit, discount(decision)) == (credit, 0)


def test_cashback_counts_what_is_left_after_the_promotions_before_it() -> None:
    first = a_promotion(percent_off(50), priority=2)
    decision = decided(a_cart(1_000), first, a_promotion(Cashback(percentage=10 * PERCENT), number=2))
    assert decision.credit == 50


def test_percentages_cascade_on_what_is_left() -> None:
    decision = decided(a_cart(10_000), a_promotion(amount_off(1_500)), a_promotion(percent_off(10), number=2))
    assert [applied.discount for applied in decision.applied] == [1_500, 850]


def test_a_unit_percentage_is_of_the_original_price_and_stops_at_zero() -> None:
    half, most = (
        UnitPercentageDiscount(percentage=50 * PERCENT),
        UnitPercentageDiscount(percentage=60 * PERCENT),
    )
    decision = decided(a_cart(a_line(100, 2)), a_promotion(half), a_promotion(most, number=2))
    assert [applied.discount for applied in decision.applied] == [100, 100]


def test_tiers_look_at_the_cart_before_discounts_and_take_from_what_is_left() -> None:
    tiered = Tiered(tiers=(Tier(minimum_amount=1_000, percentage=10 * PERCENT),))
    decision = decided(a_cart(1_000), a_promotion(percent_off(50)), a_promotion(tiered, number=2))
    assert decision.applied[1].discount == 50


def test_several_actions_run_in_order_on_what_is_left() -> None:
    applied = only(
        decided(a_cart(1_000, shipping=(50,)), a_promotion(percent_off(50), percent_off(10), FreeShipping()))
    )
    assert (applied.lines, applied.shipping, applied.discount) == ((550,), (50,), 600)
    assert [part.units for part in applied.parts] == [(((1, 500),),), (((1, 50),),)]


def test_an_action_without_effect_does_not_stop_the_others() -> None:
    applied = only(decided(a_cart(1_000), a_promotion(FreeShipping(), percent_off(10))))
    assert applied.discount == 100


def test_a_line_of_a_million_units_stays_a_few_runs() -> None:
    cart = a_cart(a_line(100, 1_000_000), a_line(7, 3))
    actions: list[Action] = [
        amount_off(1_000_001),
        BuyXGetY(max_sets=99_999),
        UNIT_25,
        FixedPrice(amount=100, quantity=3),
        percent_off(10),
    ]
    promotions = [a_promotion(action, number=n) for n, action in enumerate(actions, 1)]
    decision = decided(cart, *promotions)
    assert len(decision.applied) == len(actions)
    assert all(len(runs) < 20 for applied in decision.applied for runs in applied.units)


def test_reduced_lines_stay_out_when_a_promotion_says_so() -> None:
    cart = a_cart(a_line(1_000), a_line(500, catalog_discounted=True))
    order, unit = percent_off(10), UnitFixedDiscount(amount=5)
    assert only(decided(cart, a_promotion(order, applies_to_discounted=False))).lines == (100, 0)
    assert only(decided(cart, a_promotion(unit, applies_to_discounted=False))).lines == (5, 0)
    assert only(decided(cart, a_promotion(order))).lines == (100, 50)


def test_minimum_prices_are_floors_and_others_take_what_a_line_cannot() -> None:
    cart = a_cart(a_line(1_000, minimum_price=950), a_line(1_000))
    assert only(decided(cart, a_promotion(percent_off(50)))).lines == (48, 952)
    assert only(decided(cart, a_promotion(UnitFixedDiscount(amount=100)))).lines == (50, 100)
    assert only(decided(cart, a_promotion(BuyXGetY(), FixedPrice(amount=1)))).lines == (50, 999)


def test_a_prior_discount_bounds_the_sum_but_not_the_base() -> None:
    cart = a_cart(600, 400, prior_discount=850)
    decision = decided(
        cart, a_promotion(percent_off(10)), a_promotion(UnitFixedDiscount(amount=90), number=2)
    )
    assert [applied.lines for applied in decision.applied] == [(60, 40), (25, 25)]
    assert (
        step_of(decided(a_cart(600, prior_discount=700), a_promotion(percent_off(10)))).reason
        == "nothing_left"
    )


CHANNELS = [
    OrderFixedDiscount(channels={"WEB": 100}),
    UnitFixedDiscount(channels={"WEB": UnitAmount(100)}),
    UnitPercentageDiscount(channels={"WEB": UnitPercentage(10 * PERCENT, HATS)}),
]


@pytest.mark.parametrize("action", CHANNELS)
def test_a_setting_by_channel_gives_the_other_channels_nothing(action: Action) -> None:
    assert only(decided(a_cart(HAT, channel="WEB"), a_promotion(action))).discount == 100
    for channel in ("POS", None):
        decision = decided(a_cart(HAT, channel=channel), a_promotion(action))
        assert step_of(decision).reason == "channel_not_configured"


NOTHING = [
    case(percent_off(10, filters=HATS), a_cart(MUG), "no_matching_items", id="no line passes"),
    case(percent_off(10), a_cart(), "no_matching_items", id="an empty cart"),
    case(percent_off(10), a_cart(0), "nothing_left", id="a free cart"),
    case(percent_off(10), a_cart(4), "rounds_to_nothing", id="less than half a minor unit"),
    case(UnitFixedDiscount(amount=5), a_cart(0), "nothing_left", id="free units"),
    case(UnitFixedDiscount(amount=0), a_cart(5), "rounds_to_nothing", id="an amount of zero"),
    case(FixedPrice(amount=9), a_cart(9), "nothing_left", id="a price not lower"),
    case(FixedPrice(amount=9, quantity=2), a_cart(9), "too_few_units", id="a bundle not full"),
    case(FixedPrice(amount=9, quantity=2, filters=HATS), a_cart(MUG), "no_matching_items", id="no bundle"),
    case(BuyXGetY(), a_cart(9), "too_few_units", id="one unit is no set of two"),
    case(BuyXGetY(target=HATS), a_cart(MUG, MUG), "no_matching_items", id="nothing to reward"),
    case(BuyXGetY(), a_cart(0, 9), "nothing_left", id="the cheapest is free already"),
    case(
        Tiered(tiers=(Tier(minimum_amount=9, amount=1),)), a_cart(8), "no_tier_reached", id="below all tiers"
    ),
    case(Tiered(tiers=(), filters=HATS), a_cart(MUG), "no_matching_items", id="tiers of no line"),
    case(FreeShipping(), a_cart(9), "no_shipping_fee", id="no fee known"),
    case(FreeShipping(), a_cart(9, shipping=(0,)), "nothing_left", id="a fee of zero"),
    case(Cashback(percentage=1, filters=HATS), a_cart(MUG), "no_matching_items", id="a credit for no line"),
    case(Cashback(percentage=1), a_cart(9), "nothing_left", id="a credit that rounds to nothing"),
]


@pytest.mark.parametrize(("action", "cart", "reason"), NOTHING)
def test_an_action_may_have_no_effect_and_says_why(action: Action, cart: Cart, reason: str) -> None:
    step = step_of(decided(cart, a_promotion(action)))
    assert (step.outcome, step.reason) == ("no_effect", reason)


def test_a_promotion_without_actions_has_no_effect() -> None:
    assert step_of(decided(a_cart(9), a_promotion())).reason == "no_actions"


def test_units_show_who_got_what() -> None:
    applied = only(decided(a_cart(a_line(100, 3), a_line(50, 2)), a_promotion(amount_off(100))))
    assert units_of(applied) == [[25, 25, 25], [13, 12]]
    reward = only(decided(a_cart(a_line(100, 3)), a_promotion(BuyXGetY())))
    assert (units_of(reward), reward.unit_level) == ([[0, 0, 100]], True)


def test_units_may_be_left_out() -> None:
    cart, offer = a_cart(a_line(100, 3)), a_promotion(amount_off(100), UnitFixedDiscount(amount=1))
    whole, brief = (decided(cart, offer, options=Options(units=units)) for units in (True, False))
    assert (only(brief).units, only(brief).parts, only(brief).unit_level) == ((), (), True)
    assert only(brief).lines == only(whole).lines
