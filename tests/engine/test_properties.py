"""What holds for every cart and every set of promotions."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from tests.engine.strategies import carts, promotions
from tests.engine.world import BY_PRIORITY, decided, discount, left_of_units, units_of

from aurapromo.engine.cart import Cart
from aurapromo.engine.decision import Outcome
from aurapromo.engine.eligibility.requirements import can_meet, requirements
from aurapromo.engine.facts import NOTHING_KNOWN
from aurapromo.engine.options import Options
from aurapromo.engine.promotion import Promotion

BOTH = [Options(), BY_PRIORITY]
strategies = st.sampled_from(BOTH)


@given(carts(), promotions(), strategies)
def test_the_parts_are_the_whole(cart: Cart, offers: list[Promotion], options: Options) -> None:
    decision = decided(cart, *offers, options=options)
    for applied in decision.applied:
        units = units_of(applied)
        assert [len(line) for line in units] == [line.quantity for line in cart.lines]
        assert tuple(sum(line) for line in units) == applied.lines
        assert len(applied.shipping) == len(cart.shipping)
        assert all(off >= 0 for line in units for off in line)
        assert min(applied.shipping, default=0) >= 0
    assert discount(decision) == sum(applied.discount for applied in decision.applied)
    assert decision.items_total == cart.subtotal


@given(carts(), promotions(), strategies)
def test_nothing_costs_less_than_it_may(cart: Cart, offers: list[Promotion], options: Options) -> None:
    decision = decided(cart, *offers, options=options)
    for line, left in zip(cart.lines, left_of_units(cart, decision), strict=True):
        assert min(left) >= min(line.minimum_price, line.unit_price)
    for index, fee in enumerate(cart.shipping):
        assert sum(applied.shipping[index] for applied in decision.applied) <= fee
    assert decision.line_discount <= max(0, cart.subtotal - cart.prior_discount)


@given(carts(), promotions(max_size=5), strategies, st.randoms())
def test_the_order_in_which_promotions_are_given_does_not_matter(
    cart: Cart, offers: list[Promotion], options: Options, random: Any
) -> None:
    shuffled = random.sample(offers, len(offers))
    assert decided(cart, *shuffled, options=options) == decided(cart, *offers, options=options)


@given(carts(), promotions(), strategies)
def test_the_trace_agrees_with_the_result(cart: Cart, offers: list[Promotion], options: Options) -> None:
    decision = decided(cart, *offers, options=options)
    by_id = {promotion.id: promotion for promotion in offers}
    in_order = sorted(offers, key=lambda promotion: (-promotion.priority, promotion.id))
    assert [step.promotion_id for step in decision.trace] == [promotion.id for promotion in in_order]
    gave = {applied.promotion_id: applied.discount for applied in decision.applied}
    for step in decision.trace:
        assert (step.outcome is Outcome.APPLIED) is (step.promotion_id in gave) is (step.reason == "")
        assert step.discount == gave.get(step.promotion_id, 0)
        assert len(step.rules) >= len(by_id[step.promotion_id].rules)
        if step.outcome is Outcome.APPLIED:
            assert all(result.passed for result in step.rules)
        if step.outcome in (Outcome.NOT_ELIGIBLE, Outcome.LIMIT_REACHED):
            assert step.reason in [result.reason for result in step.rules if not result.passed]


@given(carts(), promotions())
def test_the_best_is_never_worse_than_by_priority(cart: Cart, offers: list[Promotion]) -> None:
    best = decided(cart, *offers, options=Options())
    assert discount(best) >= discount(decided(cart, *offers))


@given(carts(), promotions(), strategies)
def test_no_more_than_one_of_a_lane_and_nothing_beside_an_exclusive_one(
    cart: Cart, offers: list[Promotion], options: Options
) -> None:
    by_id = {promotion.id: promotion for promotion in offers}
    applied = [by_id[number] for number in decided(cart, *offers, options=options).consuming]
    lanes = [promotion.lane for promotion in applied if promotion.lane is not None]
    assert len(lanes) == len(set(lanes))
    assert len(applied) == 1 or not any(promotion.exclusive for promotion in applied)


@given(carts(), promotions())
def test_what_the_index_would_rule_out_can_never_apply(cart: Cart, offers: list[Promotion]) -> None:
    for promotion in offers:
        if not can_meet(requirements(promotion), promotion.id, cart, NOTHING_KNOWN):
            assert not decided(cart, promotion).applied


@given(carts(), promotions())
def test_ruling_out_changes_nothing_for_the_rest(cart: Cart, offers: list[Promotion]) -> None:
    kept = [p for p in offers if can_meet(requirements(p), p.id, cart, NOTHING_KNOWN)]
    for options in BOTH:
        whole = decided(cart, *offers, options=options)
        narrowed = decided(cart, *kept, options=options)
        assert (narrowed.applied, narrowed.credit) == (whole.applied, whole.credit)
