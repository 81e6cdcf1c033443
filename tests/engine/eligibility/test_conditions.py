"""What a promotion asks beside its rules: period, limits, channel, currency, code, grant, test, holdout."""

from datetime import timedelta
from typing import Any

import pytest
from tests.engine.world import (
    NOON,
    a_cart,
    a_customer,
    a_promotion,
    amount_off,
    case,
    decided,
    only,
    percent_off,
    step_of,
)

from aurapromo.engine.actions import (
    BuyXGetY,
    Cashback,
    FixedPrice,
    FreeShipping,
    ItemFilter,
    OrderFixedDiscount,
    Tier,
    Tiered,
    UnitFixedDiscount,
    UnitPercentageDiscount,
)
from aurapromo.engine.cart import Cart
from aurapromo.engine.facts import NOTHING_KNOWN, Coupon, Facts, Spent
from aurapromo.engine.options import Options
from aurapromo.engine.promotion import Limits, Period, Promotion
from aurapromo.engine.rules import AnyOf, ItemTotal, MinimumSubtotal

ALICE = a_customer().customer
MOMENT = timedelta(microseconds=1)


def promotion(**more: Any) -> Promotion:
    return a_promotion(percent_off(10), **more)


def coupons(*known: Coupon) -> Facts:
    return Facts(coupons={coupon.code: coupon for coupon in known})


CASES = [
    case(promotion(period=Period(NOON)), a_cart(100), NOTHING_KNOWN, "applied", "", id="the start counts"),
    case(
        promotion(period=Period(NOON + MOMENT)),
        a_cart(100),
        NOTHING_KNOWN,
        "not_eligible",
        "not_started",
        id="not started",
    ),
    case(
        promotion(period=Period(None, NOON + MOMENT)),
        a_cart(100),
        NOTHING_KNOWN,
        "applied",
        "",
        id="the last moment",
    ),
    case(
        promotion(period=Period(None, NOON)),
        a_cart(100),
        NOTHING_KNOWN,
        "not_eligible",
        "expired",
        id="the end does not count",
    ),
    case(
        promotion(limits=Limits(max_uses=10)),
        a_cart(100),
        Facts(spent={1: Spent(used=6, held=3)}),
        "applied",
        "",
        id="one use left",
    ),
    case(
        promotion(limits=Limits(max_uses=10)),
        a_cart(100),
        Facts(spent={1: Spent(used=6, held=4)}),
        "limit_reached",
        "usage_limit_reached",
        id="held uses count",
    ),
    case(
        promotion(limits=Limits(max_uses=1)),
        a_cart(100),
        Facts(spent={2: Spent(used=9)}),
        "applied",
        "",
        id="another one's uses do not count",
    ),
    case(
        promotion(limits=Limits(max_uses_per_customer=2)),
        a_cart(100),
        Facts(customer=ALICE, customer_uses={1: 1}),
        "applied",
        "",
        id="the customer's second use of two",
    ),
    case(
        promotion(limits=Limits(max_uses_per_customer=2)),
        a_cart(100),
        Facts(customer=ALICE, customer_uses={1: 2}),
        "limit_reached",
        "customer_limit_reached",
        id="the customer's third use of two",
    ),
    case(
        promotion(limits=Limits(max_uses_per_customer=2)),
        a_cart(100),
        NOTHING_KNOWN,
        "not_eligible",
        "customer_unknown",
        id="a limit per customer needs a customer",
    ),
    case(
        promotion(limits=Limits(budget=50)),
        a_cart(100),
        Facts(spent={1: Spent(amount=40)}),
        "applied",
        "",
        id="exactly what is left of the budget",
    ),
    case(
        promotion(limits=Limits(budget=50)),
        a_cart(100),
        Facts(spent={1: Spent(amount=41)}),
        "limit_reached",
        "budget_exhausted",
        id="a discount over the budget is refused, not shrunk",
    ),
    case(
        promotion(limits=Limits(budget=50)),
        a_cart(0),
        Facts(spent={1: Spent(amount=50)}),
        "limit_reached",
        "budget_exhausted",
        id="an empty budget",
    ),
    case(
        promotion(channels=frozenset({"WEB"})),
        a_cart(100, channel="WEB"),
        NOTHING_KNOWN,
        "applied",
        "",
        id="channel",
    ),
    case(
        promotion(channels=frozenset({"WEB"})),
        a_cart(100),
        NOTHING_KNOWN,
        "not_eligible",
        "wrong_channel",
        id="no channel",
    ),
    case(
        promotion(channels=frozenset()),
        a_cart(100, channel="WEB"),
        NOTHING_KNOWN,
        "not_eligible",
        "wrong_channel",
        id="without channels it applies nowhere",
    ),
    case(
        promotion(granted_only=True), a_cart(100), Facts(grants=frozenset({1})), "applied", "", id="granted"
    ),
    case(
        promotion(granted_only=True),
        a_cart(100),
        Facts(grants=frozenset({2})),
        "not_eligible",
        "not_granted",
        id="not granted",
    ),
    case(
        promotion(ab_test="t", ab_variant="b"),
        a_cart(100),
        Facts(assignments={"t": "b"}),
        "applied",
        "",
        id="assigned to the variant",
    ),
    case(
        promotion(ab_test="t", ab_variant="b"),
        a_cart(100),
        NOTHING_KNOWN,
        "not_eligible",
        "other_variant",
        id="not assigned at all",
    ),
    case(
        promotion(requires_coupon=True),
        a_cart(100, codes=("A",)),
        coupons(Coupon("A", 1)),
        "applied",
        "",
        id="one of its own codes",
    ),
    case(
        promotion(requires_coupon=True),
        a_cart(100, codes=("A",)),
        coupons(Coupon("A", 2)),
        "not_eligible",
        "coupon_missing",
        id="the code of another promotion",
    ),
    case(
        promotion(requires_coupon=True),
        a_cart(100, codes=("A", "B")),
        coupons(Coupon("A", 1, "expired"), Coupon("B", 1)),
        "applied",
        "",
        id="one usable code of two",
    ),
    case(
        promotion(requires_coupon=True),
        a_cart(100, codes=("A",)),
        coupons(Coupon("A", 1, "coupon_used_up")),
        "not_eligible",
        "coupon_used_up",
        id="the refusal of the code is the reason",
    ),
    case(
        promotion(exclusive=True),
        a_cart(100, prior_discount=1),
        NOTHING_KNOWN,
        "not_eligible",
        "exclusive",
        id="exclusive beside a prior discount",
    ),
]


@pytest.mark.parametrize(("promotion", "cart", "facts", "outcome", "reason"), CASES)
def test_a_condition(promotion: Promotion, cart: Cart, facts: Facts, outcome: str, reason: str) -> None:
    step = step_of(decided(cart, promotion, facts=facts))
    assert (step.outcome, step.reason) == (outcome, reason)
    assert (reason in [result.reason for result in step.rules if not result.passed]) is bool(reason)


def test_a_contract_may_leave_a_limit_per_customer_unchecked_for_the_unknown() -> None:
    options = Options(strategy="priority", anonymous_has_limits=False)
    step = step_of(decided(a_cart(100), promotion(limits=Limits(max_uses_per_customer=1)), options=options))
    assert step.outcome == "applied"


def test_what_is_withheld_does_not_apply_and_says_why() -> None:
    options = Options(strategy="priority", withheld={1: "usage_limit_reached", 2: "withheld"})
    decision = decided(a_cart(100), promotion(), promotion(number=2), promotion(number=3), options=options)
    assert decision.consuming == (3,)
    assert [(step.outcome, step.reason) for step in decision.trace] == [
        ("limit_reached", "usage_limit_reached"),
        ("not_eligible", "withheld"),
        ("applied", ""),
    ]


PRICED = ItemFilter(minimum_price=1)
FOREIGN = [
    pytest.param(a_promotion(percent_off(10)), True, id="a plain percentage"),
    pytest.param(a_promotion(FreeShipping()), True, id="free shipping"),
    pytest.param(a_promotion(BuyXGetY()), True, id="one free of two"),
    pytest.param(
        a_promotion(Tiered(tiers=(Tier(minimum_quantity=1, percentage=100_000),))), True, id="tiers by units"
    ),
    pytest.param(a_promotion(OrderFixedDiscount(channels={"WEB": 5})), True, id="an amount of the channel"),
    pytest.param(
        a_promotion(percent_off(10), rules=[ItemTotal({"WEB": 1})]), True, id="a threshold of the channel"
    ),
    pytest.param(a_promotion(amount_off(5)), False, id="an amount"),
    pytest.param(a_promotion(UnitFixedDiscount(amount=5)), False, id="an amount per unit"),
    pytest.param(a_promotion(FixedPrice(amount=5)), False, id="a price"),
    pytest.param(a_promotion(Cashback(amount=5)), False, id="a credit"),
    pytest.param(a_promotion(percent_off(10, cap=5)), False, id="a cap"),
    pytest.param(a_promotion(percent_off(10, filters=PRICED)), False, id="a price bound"),
    pytest.param(a_promotion(BuyXGetY(trigger=PRICED)), False, id="a price bound of the trigger"),
    pytest.param(a_promotion(UnitPercentageDiscount(percentage=1, cap=3)), False, id="a cap per unit kind"),
    pytest.param(
        a_promotion(Tiered(tiers=(Tier(minimum_amount=1, percentage=1),))), False, id="tiers by amount"
    ),
    pytest.param(a_promotion(percent_off(10), limits=Limits(budget=9)), False, id="a budget"),
    pytest.param(
        a_promotion(percent_off(10), rules=[AnyOf((MinimumSubtotal(1),))]), False, id="a minimum inside any"
    ),
]


@pytest.mark.parametrize(("promotion", "applies"), FOREIGN)
def test_only_what_has_no_amount_applies_in_another_currency(promotion: Promotion, applies: bool) -> None:
    cart = a_cart(1_000, 1_000, currency="EUR", channel="WEB", shipping=(100,))
    assert (step_of(decided(cart, promotion)).reason == "currency_mismatch") is not applies
    assert bool(decided(cart, promotion).applied) is applies


def test_the_holdout_takes_its_share_and_always_the_same_customers() -> None:
    offer = promotion(holdout_ppm=250_000)
    held = [
        step_of(decided(a_cart(100), offer, facts=Facts(holdout_key=f"customer {n}"))).reason == "held_out"
        for n in range(2_000)
    ]
    again = [
        step_of(decided(a_cart(100), offer, facts=Facts(holdout_key=f"customer {n}"))).reason == "held_out"
        for n in range(100)
    ]
    assert 400 < sum(held) < 600
    assert again == held[:100]


def test_nobody_unidentified_is_held_out() -> None:
    assert decided(a_cart(100), promotion(holdout_ppm=1_000_000)).applied
    assert not decided(a_cart(100), promotion(holdout_ppm=1_000_000), facts=Facts(holdout_key="a")).applied


def test_budget_counts_shipping_and_credit_too() -> None:
    offer = a_promotion(
        percent_off(10), FreeShipping(), Cashback(percentage=100_000), limits=Limits(budget=119)
    )
    cart = a_cart(100, shipping=(100,))
    assert only(decided(cart, a_promotion(*offer.actions))).discount == 110
    assert step_of(decided(cart, offer)).reason == ""
    assert step_of(decided(cart, offer, facts=Facts(spent={1: Spent(amount=1)}))).reason == "budget_exhausted"
