"""When a promotion applies: each kind of rule, just met and just missed."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engine.world import (
    NOON,
    a_cart,
    a_customer,
    a_line,
    a_promotion,
    amount_off,
    case,
    decided,
    percent_off,
    step_of,
)

from aurapromo.engine.actions import FreeShipping
from aurapromo.engine.cart import Cart
from aurapromo.engine.decision import RuleResult
from aurapromo.engine.facts import NOTHING_KNOWN, Coupon, Facts
from aurapromo.engine.rules import (
    AbVariant,
    All,
    AnyOf,
    Brand,
    CartQuantity,
    Category,
    Channel,
    ContainsProduct,
    CouponCode,
    CustomerGroup,
    CustomerSegment,
    FirstOrder,
    HasTaxon,
    ItemTotal,
    MinimumSubtotal,
    NewCustomer,
    Not,
    NthOrder,
    Product,
    Rule,
    ShippingCountry,
    TaxonThreshold,
    TimeWindow,
    TotalOfItemsFromTaxon,
)
from aurapromo.errors import Invalid


def judged(rule: Rule, cart: Cart, facts: Facts = NOTHING_KNOWN, now: datetime = NOON) -> RuleResult:
    """What the trace of a promotion with this one rule says about it."""
    (result,) = step_of(decided(cart, a_promotion(FreeShipping(), rules=[rule]), facts=facts, now=now)).rules
    return result


MUG = a_line(1_000, product="mug", categories=["mugs", "kitchen"], brand_id="acme")
HAT = a_line(3_000, 2, product="hat", categories=["hats"], brand_id="other")
SHOP = {"channel": "WEB", "shipping_country": "DE"}
CART = a_cart(MUG, HAT, **SHOP)

CART_RULES = [
    case(MinimumSubtotal(7_000), "", None, id="exactly the minimum subtotal"),
    case(MinimumSubtotal(7_001), "below_minimum", 1, id="one minor unit below the minimum"),
    case(ItemTotal({"WEB": 7_000}), "", None, id="the item total of the cart's channel"),
    case(ItemTotal({"WEB": 7_500}), "below_item_total", 500, id="below the channel's item total"),
    case(ItemTotal({"POS": 1}), "wrong_channel", None, id="no item total for this channel"),
    case(CartQuantity(3), "", None, id="exactly enough units"),
    case(CartQuantity(5), "too_few_units", 2, id="two units short"),
    case(HasTaxon(("toys", "hats")), "", None, id="a product of one of the taxons"),
    case(HasTaxon(("toys",)), "taxon_missing", None, id="no product of the taxon"),
    case(HasTaxon(()), "taxon_missing", None, id="no taxon named"),
    case(
        TotalOfItemsFromTaxon({"WEB": TaxonThreshold("hats", 6_000)}),
        "",
        None,
        id="exactly enough of the taxon",
    ),
    case(
        TotalOfItemsFromTaxon({"WEB": TaxonThreshold("mugs", 1_200)}),
        "below_taxon_total",
        200,
        id="not enough of the taxon",
    ),
    case(
        TotalOfItemsFromTaxon({"POS": TaxonThreshold("hats", 1)}),
        "wrong_channel",
        None,
        id="no taxon total for this channel",
    ),
    case(ContainsProduct("hat"), "", None, id="contains the product"),
    case(ContainsProduct("cap"), "product_missing", None, id="lacks the product"),
    case(Product(("cap", "mug")), "", None, id="one of the products"),
    case(Product(("cap",)), "product_missing", None, id="none of the products"),
    case(Product((), ("mug",)), "product_excluded", None, id="an unwanted product"),
    case(Product((), ("cap",)), "", None, id="no unwanted product"),
    case(Category(("kitchen",)), "", None, id="a category of some line"),
    case(Category(("toys",)), "category_missing", None, id="no line of the category"),
    case(Category(("mugs",), ("hats",)), "category_excluded", None, id="exclusion wins over inclusion"),
    case(Brand(("acme",)), "", None, id="a line of the brand"),
    case(Brand(("nobody",)), "brand_missing", None, id="no line of the brand"),
    case(Brand((), ("acme",)), "brand_excluded", None, id="a line of an unwanted brand"),
    case(Channel(("WEB", "POS")), "", None, id="one of the channels"),
    case(Channel(("POS",)), "wrong_channel", None, id="none of the channels"),
    case(Channel((), ("WEB",)), "wrong_channel", None, id="an unwanted channel"),
    case(ShippingCountry(("FR", "DE")), "", None, id="sent to one of the countries"),
    case(ShippingCountry(("FR",)), "wrong_country", None, id="sent to another country"),
]


@pytest.mark.parametrize(("rule", "reason", "missing"), CART_RULES)
def test_a_rule_about_the_cart(rule: Rule, reason: str, missing: int | None) -> None:
    result = judged(rule, CART)
    assert (result.passed, result.reason, result.missing) == (not reason, reason, missing)


ALICE = a_customer(
    segments=frozenset({"vip"}), group="retail", placed_orders=2, signed_up_at=NOON - timedelta(days=30)
)
NEWCOMER = a_customer(placed_orders=0)
UNKNOWN_FACTS = a_customer()

CUSTOMER_RULES = [
    case(CustomerSegment(("gold", "vip")), ALICE, "", id="in one of the segments"),
    case(CustomerSegment(("gold",)), ALICE, "wrong_segment", id="in none of the segments"),
    case(CustomerSegment(("vip",)), NOTHING_KNOWN, "customer_unknown", id="segment of nobody"),
    case(CustomerGroup("retail"), ALICE, "", id="of the group"),
    case(CustomerGroup("wholesale"), ALICE, "wrong_group", id="of another group"),
    case(CustomerGroup("retail"), UNKNOWN_FACTS, "wrong_group", id="of no group"),
    case(NthOrder(3), ALICE, "", id="third order after two"),
    case(NthOrder(2), ALICE, "wrong_order_number", id="not the second order after two"),
    case(NthOrder(1), NEWCOMER, "", id="first order of a newcomer"),
    case(NthOrder(1), UNKNOWN_FACTS, "customer_unknown", id="number of orders not known"),
    case(FirstOrder(), NEWCOMER, "", id="nothing ordered yet"),
    case(FirstOrder(), ALICE, "not_first_order", id="ordered before"),
    case(FirstOrder(), NOTHING_KNOWN, "customer_unknown", id="first order of nobody"),
    case(NewCustomer(30), ALICE, "", id="signed up just 30 days ago"),
    case(NewCustomer(29), ALICE, "not_new_customer", id="signed up over 29 days ago"),
    case(NewCustomer(29), NEWCOMER, "customer_unknown", id="sign-up not known"),
]


@pytest.mark.parametrize(("rule", "facts", "reason"), CUSTOMER_RULES)
def test_a_rule_about_the_customer(rule: Rule, facts: Facts, reason: str) -> None:
    result = judged(rule, CART, facts)
    assert (result.passed, result.reason) == (not reason, reason)


NIGHT = TimeWindow("Europe/Berlin", weekdays=(5,), from_minute=22 * 60, to_minute=2 * 60)
OFFICE = TimeWindow("Europe/Berlin", from_minute=9 * 60, to_minute=17 * 60)
WEEKEND = TimeWindow("UTC", weekdays=(5, 6))

MOMENTS = [
    pytest.param(WEEKEND, "2026-11-22T23:59:59+00:00", True, id="Sunday is the weekend to its end"),
    pytest.param(WEEKEND, "2026-11-23T00:00:00+00:00", False, id="Monday is not"),
    pytest.param(OFFICE, "2026-11-22T08:00:00+00:00", True, id="nine in Berlin is eight in UTC in winter"),
    pytest.param(OFFICE, "2026-07-22T06:59:59+00:00", False, id="not yet nine in Berlin in summer"),
    pytest.param(OFFICE, "2026-07-22T07:00:00+00:00", True, id="nine in Berlin is seven in UTC in summer"),
    pytest.param(OFFICE, "2026-11-22T16:00:00+00:00", False, id="the end does not belong to it"),
    pytest.param(NIGHT, "2026-11-21T21:00:00+00:00", True, id="Saturday night begins at ten"),
    pytest.param(NIGHT, "2026-11-22T00:59:00+00:00", True, id="and lasts into Sunday"),
    pytest.param(NIGHT, "2026-11-22T01:00:00+00:00", False, id="until two"),
    pytest.param(NIGHT, "2026-11-21T00:30:00+00:00", False, id="Friday night is another night"),
]


@pytest.mark.parametrize(("rule", "now", "inside"), MOMENTS)
def test_a_time_window_is_local_time_and_half_open(rule: TimeWindow, now: str, inside: bool) -> None:
    result = judged(rule, CART, now=datetime.fromisoformat(now))
    assert (result.passed, result.reason) == (inside, "" if inside else "outside_time_window")


def test_a_time_zone_that_does_not_exist_is_refused() -> None:
    with pytest.raises(Invalid, match="Mars"):
        judged(TimeWindow("Mars/Olympus"), CART)


OWN, FOREIGN, DEAD = Coupon("SAVE", 1), Coupon("OTHER", 2), Coupon("OLD", 1, "expired")
KNOWN = Facts(coupons={coupon.code: coupon for coupon in (OWN, FOREIGN, DEAD)})

CODES = [
    pytest.param(CouponCode((" save",)), ("SAVE",), True, id="codes compare without case and outer space"),
    pytest.param(CouponCode(("SAVE",)), ("OTHER",), False, id="another code"),
    pytest.param(CouponCode(), ("OTHER", "SAVE"), True, id="any code of this promotion"),
    pytest.param(CouponCode(), ("OTHER",), False, id="a code of another promotion"),
    pytest.param(CouponCode(), ("OLD",), False, id="a code that cannot be used"),
    pytest.param(CouponCode(), (), False, id="no code"),
]


@pytest.mark.parametrize(("rule", "codes", "passed"), CODES)
def test_a_rule_about_codes(rule: CouponCode, codes: tuple[str, ...], passed: bool) -> None:
    result = judged(rule, a_cart(MUG, codes=codes), KNOWN)
    assert (result.passed, result.reason) == (passed, "" if passed else "coupon_missing")


@pytest.mark.parametrize(("stored", "passed"), [("blue", True), ("red", False), (None, False)])
def test_a_variant_is_what_was_stored_for_the_customer(stored: str | None, passed: bool) -> None:
    facts = Facts(assignments={} if stored is None else {"colour": stored})
    assert judged(AbVariant("colour", "blue"), CART, facts).passed is passed


YES, NO = CartQuantity(1), CartQuantity(100)

COMBINED = [
    case(All((YES, YES)), "", id="all hold"),
    case(All((YES, NO)), "too_few_units", id="all says which part fails"),
    case(All(()), "", id="all of nothing holds"),
    case(AnyOf((NO, YES)), "", id="one of several is enough"),
    case(AnyOf((NO, NO)), "no_alternative_holds", id="none of several"),
    case(AnyOf(()), "no_alternative_holds", id="any of nothing never holds"),
    case(Not(NO), "", id="not turns a miss round"),
    case(Not(YES), "rule_holds", id="not turns a hit round"),
    case(Not(All((YES, AnyOf((NO,))))), "", id="nested"),
]


@pytest.mark.parametrize(("rule", "reason"), COMBINED)
def test_rules_combine(rule: Rule, reason: str) -> None:
    result = judged(rule, CART)
    assert (result.passed, result.reason) == (not reason, reason)


def test_the_parts_of_a_combined_rule_are_shown() -> None:
    result = judged(AnyOf((CartQuantity(4), MinimumSubtotal(9_000))), CART)
    missing = [(part.type, part.missing) for part in result.parts]
    assert missing == [("cart_quantity", 1), ("minimum_subtotal", 2_000)]


def test_every_rule_is_judged_even_after_a_miss() -> None:
    rules: list[Rule] = [MinimumSubtotal(9_000), CartQuantity(9), ContainsProduct("mug")]
    step = step_of(decided(CART, a_promotion(percent_off(10), rules=rules)))
    assert [(result.type, result.passed) for result in step.rules] == [
        ("minimum_subtotal", False),
        ("cart_quantity", False),
        ("contains_product", True),
    ]
    assert step.reason == "below_minimum"


def test_a_minimum_subtotal_looks_before_discounts_and_an_item_total_after_them() -> None:
    first = a_promotion(amount_off(1_000), priority=9)
    subtotal = a_promotion(percent_off(10), number=2, rules=[MinimumSubtotal(7_000)])
    running = a_promotion(percent_off(10), number=3, rules=[ItemTotal({"WEB": 7_000})])
    decision = decided(CART, first, subtotal, running)
    assert step_of(decision, 2).outcome == "applied"
    assert (step_of(decision, 3).reason, step_of(decision, 3).rules[0].missing) == ("below_item_total", 1_600)


thresholds: list[Callable[[int], Rule]] = [
    MinimumSubtotal,
    lambda amount: ItemTotal({"WEB": amount}),
    lambda amount: TotalOfItemsFromTaxon({"WEB": TaxonThreshold("mugs", amount)}),
]


@given(st.sampled_from(thresholds), st.integers(1, 10**9), st.integers(0, 10**9))
def test_raising_the_cart_by_what_is_missing_is_enough(
    make: Callable[[int], Rule], threshold: int, price: int
) -> None:
    rule = make(threshold)
    result = judged(rule, a_cart(a_line(price, categories=["mugs"]), **SHOP))
    assert result.passed is (price >= threshold)
    if result.missing is not None:
        enough = price + result.missing
        assert judged(rule, a_cart(a_line(enough, categories=["mugs"]), **SHOP)).passed
        assert not judged(rule, a_cart(a_line(enough - 1, categories=["mugs"]), **SHOP)).passed


def test_now_may_carry_any_zone() -> None:
    tokyo = datetime.fromisoformat("2026-11-22T17:30:00+09:00")
    assert judged(OFFICE, CART, now=tokyo).passed is judged(OFFICE, CART, now=tokyo.astimezone(UTC)).passed
