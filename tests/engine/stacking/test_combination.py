"""Who applies beside whom: priority, exclusives, lanes, the maximum, and what the trace says of each."""

from typing import Any

import pytest
from tests.engine.world import (
    BY_PRIORITY,
    PERCENT,
    a_cart,
    a_line,
    a_promotion,
    amount_off,
    case,
    decided,
    percent_off,
    step_of,
)

from aurapromo.engine.actions import Action, BuyXGetY, Cashback, FixedPrice, FreeShipping, ItemFilter
from aurapromo.engine.cart import Cart
from aurapromo.engine.decision import Decision
from aurapromo.engine.options import BEST, Options
from aurapromo.engine.prepare import prepare
from aurapromo.engine.promotion import Limits, Promotion
from aurapromo.engine.rules import CartQuantity, ItemTotal, Not

HUNDRED = a_cart(10_000, channel="WEB")
HATS = ItemFilter(categories=("hats",))


def told(decision: Decision) -> dict[int, tuple[str, str, int | None]]:
    """What the trace says of each promotion, in its order."""
    return {step.promotion_id: (step.outcome.value, step.reason, step.by) for step in decision.trace}


def ten(number: int, **more: Any) -> Promotion:
    return a_promotion(percent_off(10), number=number, **more)


APPLIED = ("applied", "", None)


def test_higher_priority_first_then_the_older_id() -> None:
    decision = decided(HUNDRED, ten(3), ten(1), ten(4, priority=5), ten(2))
    assert decision.consuming == (4, 1, 2, 3)
    assert list(told(decision)) == [4, 1, 2, 3]


@pytest.mark.parametrize("options", [BY_PRIORITY, BEST], ids=["priority", "best"])
def test_in_a_lane_one_applies(options: Options) -> None:
    lane = [ten(1, lane="code"), a_promotion(percent_off(30), number=2, lane="code"), ten(3)]
    found = {"priority": ((1, 3), {2: 1}), "best": ((2, 3), {1: 2})}[options.strategy]
    decision = decided(HUNDRED, *lane, options=options)
    assert decision.consuming == found[0]
    for loser, winner in found[1].items():
        assert told(decision)[loser] == ("beaten", "lane", winner)


def test_a_lane_is_not_taken_by_one_without_effect() -> None:
    hats_only = a_promotion(percent_off(50, filters=HATS), number=1, lane="a")
    decision = decided(HUNDRED, hats_only, ten(2, lane="a"))
    assert told(decision) == {1: ("no_effect", "no_matching_items", None), 2: APPLIED}


def test_by_priority_the_first_exclusive_one_wins_whatever_its_priority() -> None:
    decision = decided(HUNDRED, ten(1, priority=9), ten(2, exclusive=True), ten(3, exclusive=True))
    assert told(decision) == {
        1: ("excluded_by", "exclusive", 2),
        2: APPLIED,
        3: ("excluded_by", "exclusive", 2),
    }


def test_by_priority_an_exclusive_one_without_effect_still_blocks() -> None:
    decision = decided(HUNDRED, ten(1), a_promotion(FreeShipping(), number=2, exclusive=True))
    assert told(decision) == {1: ("excluded_by", "exclusive", 2), 2: ("no_effect", "no_shipping_fee", None)}


def test_an_exclusive_one_that_is_not_eligible_blocks_nobody() -> None:
    rules = [CartQuantity(2)]
    decision = decided(HUNDRED, ten(1), ten(2, exclusive=True, rules=rules))
    assert told(decision) == {1: APPLIED, 2: ("not_eligible", "too_few_units", None)}


def test_the_best_is_the_stack_or_the_exclusive_one_whichever_saves_more() -> None:
    stack = [ten(1), ten(2)]  # 19.00 together
    weak = decided(HUNDRED, *stack, a_promotion(amount_off(1_899), number=3, exclusive=True), options=BEST)
    assert told(weak) == {1: APPLIED, 2: APPLIED, 3: ("beaten", "better_combination", None)}
    strong = decided(HUNDRED, *stack, a_promotion(amount_off(1_901), number=3, exclusive=True), options=BEST)
    excluded = ("excluded_by", "exclusive", 3)
    assert told(strong) == {1: excluded, 2: excluded, 3: APPLIED}


TIES = [
    case([amount_off(500)], [amount_off(500)], (1,), id="equal: the one that stands first"),
    case([amount_off(500)], [amount_off(500), Cashback(amount=1)], (2,), id="a credit decides"),
    case([amount_off(500), Cashback(amount=9)], [amount_off(501)], (2,), id="a discount before any credit"),
]


@pytest.mark.parametrize(("first", "second", "winner"), TIES)
def test_ties_between_two_of_a_lane(
    first: list[Action], second: list[Action], winner: tuple[int, ...]
) -> None:
    pair = [a_promotion(*actions, number=n, lane="x") for n, actions in enumerate((first, second), 1)]
    assert decided(HUNDRED, *pair, options=BEST).consuming == winner


def test_of_equal_savings_the_fewer_promotions() -> None:
    decision = decided(HUNDRED, ten(1, priority=1), a_promotion(percent_off(100), number=2), options=BEST)
    assert decision.consuming == (2,)
    assert told(decision)[1] == ("beaten", "better_combination", None)


@pytest.mark.parametrize(
    ("options", "consuming", "reason"),
    [
        case(Options(strategy="priority", max_promotions=1), (1,), "max_promotions", id="priority"),
        case(Options(max_promotions=1), (2,), "max_promotions", id="best"),
        case(Options(max_promotions=0), (), "max_promotions", id="none at all"),
    ],
)
def test_no_more_than_the_maximum(options: Options, consuming: tuple[int, ...], reason: str) -> None:
    decision = decided(HUNDRED, ten(1), a_promotion(percent_off(30), number=2), options=options)
    assert decision.consuming == consuming
    assert {told(decision)[n][1] for n in (1, 2) if n not in consuming} == {reason}


def test_an_exclusive_one_may_not_apply_when_nothing_may() -> None:
    options = Options(strategy="priority", max_promotions=0)
    decision = decided(HUNDRED, ten(1, exclusive=True), options=options)
    assert told(decision) == {1: ("beaten", "max_promotions", None)}


def test_what_finds_nothing_left_has_no_effect_and_uses_nothing() -> None:
    decision = decided(HUNDRED, a_promotion(percent_off(100)), ten(2))
    assert told(decision) == {1: APPLIED, 2: ("no_effect", "nothing_left", None)}
    assert decision.consuming == (1,)


@pytest.mark.parametrize("options", [BY_PRIORITY, BEST], ids=["priority", "best"])
def test_a_rule_that_only_holds_after_a_discount_is_judged_at_its_turn(options: Options) -> None:
    cheap = a_promotion(percent_off(10), number=2, rules=[Not(ItemTotal({"WEB": 9_000}))])
    decision = decided(HUNDRED, a_promotion(percent_off(20)), cheap, options=options)
    assert decision.consuming == (1, 2)
    assert step_of(decided(HUNDRED, cheap, options=options), 2).reason == "rule_holds"


def test_the_best_leaves_out_what_would_spoil_a_threshold() -> None:
    small = a_promotion(amount_off(100), number=1, priority=1)
    big = a_promotion(percent_off(50), number=2, rules=[ItemTotal({"WEB": 10_000})])
    assert decided(HUNDRED, small, big, options=BEST).consuming == (2,)
    assert decided(HUNDRED, small, big).consuming == (1,)


def test_the_best_leaves_out_what_would_use_up_a_better_bundle() -> None:
    weak = a_promotion(BuyXGetY(percentage=PERCENT), number=1, priority=1)
    strong = a_promotion(BuyXGetY(), number=2)
    assert decided(a_cart(a_line(100, 2)), weak, strong, options=BEST).consuming == (2,)


def test_a_budget_may_leave_room_for_another_combination() -> None:
    tight = a_promotion(percent_off(50), number=2, limits=Limits(budget=4_500))
    alone = decided(HUNDRED, tight, options=BEST)
    assert told(alone) == {2: ("limit_reached", "budget_exhausted", None)}
    assert decided(HUNDRED, ten(1), tight, options=BEST).consuming == (1, 2)


def test_an_empty_cart_gets_nothing_and_everybody_is_told_why() -> None:
    empty = Cart("USD", ())
    decision = decided(empty, ten(1), a_promotion(FreeShipping(), number=2), options=BEST)
    assert (decision.items_total, decision.applied, decision.optimal) == (0, (), True)
    assert {outcome for outcome, _, _ in told(decision).values()} == {"no_effect"}


def test_no_promotions_is_a_decision_too() -> None:
    decision = decided(HUNDRED, options=BEST)
    assert (decision.items_total, decision.trace, decision.bound, decision.optimal) == (10_000, (), 0, True)


def test_prepared_promotions_decide_the_same() -> None:
    promotions = [ten(1), a_promotion(FreeShipping(), number=2)]
    assert decided(HUNDRED, *promotions) == decided(HUNDRED, *map(prepare, promotions))


def test_a_bundle_that_uses_up_cheap_units_may_make_a_later_reward_dearer() -> None:
    cart = a_cart(100, 100, a_line(10, 2, categories=["cheap"]))
    decoy = a_promotion(amount_off(1), number=1, lane="first")
    pair = FixedPrice(amount=19, quantity=2, filters=ItemFilter(categories=("cheap",)))
    bundle = a_promotion(pair, number=2, lane="first")
    decision = decided(cart, decoy, bundle, a_promotion(BuyXGetY(), number=3), options=BEST)
    assert (decision.consuming, decision.line_discount) == ((2, 3), 101)


def test_thirty_that_stack_are_decided_within_the_budget() -> None:
    cart = a_cart(*[a_line(1_000 + 37 * n, 2, categories=["hats"] if n % 2 else []) for n in range(5)])
    some, every = ItemFilter(categories=("hats",)), ItemFilter()
    many = [
        a_promotion(percent_off(3 + n % 7, filters=some if n % 3 else every), number=n) for n in range(1, 31)
    ]
    decision = decided(cart, *many, options=BEST)
    assert (decision.optimal, len(decision.applied)) == (True, 30)
