"""A whole cart against the live promotions: POST /evaluations."""

from typing import Any

import pytest
from tests.api.aura.world import Aura, custom, faults, item, moment

FIFTEEN: dict[str, Any] = {
    "promotion_type": "fixed_amount_discount", "discount_type": "fixed_amount", "discount_value": 15,
}  # fmt: skip


def applied(found: dict[str, Any]) -> list[tuple[int, float]]:
    return [(one["promotion_id"], one["discount_amount"]) for one in found["promotions_applied"]]


def step(found: dict[str, Any], promotion_id: int) -> dict[str, Any]:
    (step,) = [one for one in found["explanation"] if one["promotion_id"] == promotion_id]
    return dict(step)


def test_stackable_promotions_apply_by_priority_each_on_what_is_left(aura: Aura) -> None:
    ten = aura.live(discount_value=10)
    fifteen = aura.live(**FIFTEEN, priority=1)
    found = aura.evaluate(item(100.0), promotion_ids=[ten, fifteen])
    assert applied(found) == [(fifteen, 15.0), (ten, 8.5)]
    assert (found["original_total"], found["total_discount"], found["final_total"]) == (100.0, 23.5, 76.5)
    assert (found["strategy"], found["optimal"], found["bound"]) == ("best", True, 23.5)


def test_equal_priorities_apply_in_the_order_of_their_ids(aura: Aura) -> None:
    ids = [aura.live(discount_value=10), aura.live(**FIFTEEN)]
    assert [one for one, _ in applied(aura.evaluate(item(100.0), promotion_ids=ids[::-1]))] == ids


@pytest.mark.parametrize(
    ("exclusive", "winner"),
    [(20, "stack"), (23.5, "exclusive"), (24, "exclusive")],
    ids=["the stack saves more", "a tie goes to the higher priority", "the exclusive one saves more"],
)
def test_an_exclusive_one_stands_against_the_stack_and_the_customer_gets_the_most(
    aura: Aura, exclusive: float, winner: str
) -> None:
    stack = [aura.live(**FIFTEEN, priority=1), aura.live(discount_value=10)]
    alone = aura.live(discount_value=exclusive, can_stack=False, priority=9)
    found = aura.evaluate(item(100.0), promotion_ids=[*stack, alone])
    expected = [alone] if winner == "exclusive" else stack
    assert [one for one, _ in applied(found)] == expected
    beaten = step(found, stack[0] if winner == "exclusive" else alone)
    assert beaten["outcome"] in {"beaten", "excluded_by"}


def test_by_priority_the_first_exclusive_one_wins_whatever_it_saves(aura: Aura) -> None:
    big, small = aura.live(discount_value=50), aura.live(discount_value=1, can_stack=False)
    found = aura.evaluate(item(100.0), promotion_ids=[big, small], strategy="priority")
    assert (applied(found), found["strategy"]) == ([(small, 1.0)], "priority")
    assert step(found, big)["outcome"] == "excluded_by"


def test_inside_a_lane_promotions_compete_and_between_lanes_they_add_up(aura: Aura) -> None:
    lane = aura.own("lane")
    ids = [aura.live(discount_value=value, lane=lane) for value in (5, 30, 20)]
    free = aura.live(**FIFTEEN, priority=1)
    found = aura.evaluate(item(100.0), promotion_ids=[*ids, free])
    assert applied(found) == [(free, 15.0), (ids[1], 25.5)]
    assert step(found, ids[0])["outcome"] == "beaten"


def test_no_more_promotions_than_asked_for(aura: Aura) -> None:
    ids = [aura.live(discount_value=value) for value in (5, 30, 20)]
    found = aura.evaluate(item(100.0), promotion_ids=ids, max_promotions=1)
    assert applied(found) == [(ids[1], 30.0)]


def test_no_more_promotions_than_the_channel_lets(aura: Aura) -> None:
    code = aura.own("channel")
    settings = {"name": "C", "currency": "USD", "timezone": "UTC", "max_promotions": 2}
    aura.ok("PUT", f"channels/{code}", json=settings)
    ids = [aura.live(discount_value=value) for value in (5, 30, 20)]
    assert len(applied(aura.evaluate(item(100.0), promotion_ids=ids, channel=code))) == 2
    assert len(applied(aura.evaluate(item(100.0), promotion_ids=ids, channel=code, max_promotions=3))) == 3


def test_lines_come_in_their_order_with_ids_as_they_were_sent_and_units_that_add_up(aura: Aura) -> None:
    promotion_id = aura.live(**FIFTEEN)
    items = [item(9.99, 3, "1"), item(0.01, 1, 1), item(5.0, 2, "b"), item(9.99, 1, "1")]
    found = aura.evaluate(*items, promotion_ids=[promotion_id])
    assert [line["product_id"] for line in found["line_discounts"]] == ["1", 1, "b", "1"]
    assert [line["index"] for line in found["line_discounts"]] == [0, 1, 2, 3]
    assert [len(line["unit_discounts"]) for line in found["line_discounts"]] == [3, 1, 2, 1]
    cents = [round(line["discount_amount"] * 100) for line in found["line_discounts"]]
    assert sum(cents) == 1500
    units = [sum(round(unit * 100) for unit in line["unit_discounts"]) for line in found["line_discounts"]]
    assert units == cents


def test_shipping_and_credit_stand_apart(aura: Aura) -> None:
    shipping = aura.live(promotion_type="free_shipping", discount_type="free_shipping", discount_value=0)
    credit = aura.live(promotion_type="cashback", discount_type="cashback", discount_value=10)
    found = aura.evaluate(item(100.0), shipping_amount=4.99, promotion_ids=[shipping, credit])
    assert (found["original_total"], found["total_discount"], found["final_total"]) == (104.99, 4.99, 100.0)
    assert (found["shipping_discount"], found["cashback_amount"]) == (4.99, 10.0)
    assert [one["shipping_discount"] for one in found["promotions_applied"]] == [4.99, 0.0]


@pytest.mark.parametrize(
    ("currency", "price", "discount"), [("USD", 10.05, 2.51), ("JPY", 1002, 251), ("KWD", 1.002, 0.251)]
)
def test_each_currency_has_its_own_digits(aura: Aura, currency: str, price: float, discount: float) -> None:
    plain = aura.live()
    found = aura.evaluate(item(price), currency=currency, promotion_ids=[plain])
    assert (applied(found), found["currency"]) == ([(plain, discount)], currency)


def test_a_promotion_with_amounts_is_left_out_of_a_cart_in_another_currency(aura: Aura) -> None:
    plain, with_amount = aura.live(), aura.live(**FIFTEEN)
    found = aura.evaluate(item(100), currency="EUR", promotion_ids=[plain, with_amount])
    assert applied(found) == [(plain, 25.0)]
    assert step(found, with_amount)["reason"] == "currency_mismatch"


def test_the_nearest_miss_is_named(aura: Aura) -> None:
    minimum = aura.live(minimum_order_amount=50)
    units = aura.live(custom({"type": "free_shipping"}, rules=[{"type": "cart_quantity", "count": 5}]))
    found = aura.evaluate(item(12.5, 3), promotion_ids=[minimum, units])
    missed = step(found, minimum)
    assert (missed["outcome"], missed["reason"]) == ("not_eligible", "below_minimum")
    assert missed["message"] == "Order is below the minimum amount of 50.00: 12.50 more"
    assert missed["rules"][0]["missing"] == 12.5
    assert step(found, units)["rules"][0]["missing"] == 2


def test_an_unknown_id_is_refused_and_a_draft_says_that_it_is_not_active(aura: Aura) -> None:
    draft = aura.create()["id"]
    body = {"order_items": [item()], "promotion_ids": [draft, 99_999_999]}
    answer = aura.call("POST", "evaluations", json=body)
    assert faults(answer) == {"promotion_ids[1]": "There is no promotion 99999999"}
    found = aura.evaluate(item(), promotion_ids=[draft])
    assert (step(found, draft)["reason"], found["total_discount"]) == ("not_active", 0.0)


def test_no_ids_at_all_are_none_to_consider(aura: Aura) -> None:
    found = aura.evaluate(item(), promotion_ids=[])
    assert (found["promotions_applied"], found["explanation"]) == ([], [])


def test_explain_false_leaves_the_reasons_out(aura: Aura) -> None:
    promotion_id = aura.live()
    found = aura.evaluate(item(), promotion_ids=[promotion_id], explain=False)
    assert (found["explanation"], found["total_discount"]) == (None, 2.5)


class TestAtAnotherMoment:
    def test_in_the_future_what_is_scheduled_applies(self, aura: Aura) -> None:
        later = aura.live(start_date=moment(2), end_date=moment(3))
        assert applied(aura.evaluate(item(), promotion_ids=[later])) == []
        found = aura.evaluate(item(), promotion_ids=[later], as_of=moment(2.5))
        assert applied(found) == [(later, 2.5)]
        assert applied(aura.evaluate(item(), promotion_ids=[later], as_of=moment(3.5))) == []

    def test_in_the_past_what_has_ended_since_applies_with_todays_definition(self, aura: Aura) -> None:
        ended = aura.live(discount_value=10)
        aura.put(ended, discount_value=20)
        aura.ok("POST", f"promotions/{ended}/end")
        found = aura.evaluate(item(), as_of=moment(-0.5), promotion_ids=[ended])
        assert applied(found) == [(ended, 2.0)]
        # Among all that were live then (on a server that other tests use, too) it is considered.
        assert step(aura.evaluate(item(), as_of=moment(-0.5)), ended)["reason"] != "not_active"
        assert applied(aura.evaluate(item(), promotion_ids=[ended])) == []
        aura.ok("DELETE", f"promotions/{ended}")
        assert (ended, 2.0) in applied(aura.evaluate(item(), as_of=moment(-0.5), promotion_ids=[ended]))

    @pytest.mark.parametrize("steps", [[], ["activate", "pause"]], ids=["draft", "paused"])
    def test_in_the_past_what_was_never_live_or_is_paused_does_not_apply(
        self, aura: Aura, steps: list[str]
    ) -> None:
        promotion_id = aura.create()["id"]
        for verb in steps:
            aura.ok("POST", f"promotions/{promotion_id}/{verb}")
        found = aura.evaluate(item(), promotion_ids=[promotion_id], as_of=moment(-0.5))
        assert step(found, promotion_id)["reason"] == "not_active"

    def test_before_its_start_and_after_its_end_it_did_not_apply(self, aura: Aura) -> None:
        promotion_id = aura.live()
        for days in (-1.5, 1.5):
            found = aura.evaluate(item(), promotion_ids=[promotion_id], as_of=moment(days))
            assert applied(found) == []

    def test_the_first_instant_counts_and_the_last_does_not(self, aura: Aura) -> None:
        start, end = moment(5), moment(6)
        promotion_id = aura.live(start_date=start, end_date=end)
        at_start = aura.evaluate(item(), promotion_ids=[promotion_id], as_of=start)
        at_end = aura.evaluate(item(), promotion_ids=[promotion_id], as_of=end)
        assert (applied(at_start), applied(at_end)) == ([(promotion_id, 2.5)], [])
        assert at_start["decided_at"] == start


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"order_items": [item()] * 1001}, "order_items"),
        ({"order_items": None}, "order_items"),
        ({"promotion_ids": ["1"]}, "promotion_ids[0]"),
        ({"promotion_ids": [0]}, "promotion_ids[0]"),
        ({"promotion_ids": [2**63]}, "promotion_ids[0]"),
        ({"promotion_ids": 1}, "promotion_ids"),
        ({"as_of": "yesterday"}, "as_of"),
        ({"as_of": "2026-01-01T00:00:00"}, "as_of"),
        ({"as_of": 1767225600}, "as_of"),
        ({"as_of": "0001-01-01T00:00:00+14:00"}, "as_of"),
        ({"as_of": "9999-12-31T23:59:59-14:00"}, "as_of"),
        ({"strategy": "greedy"}, "strategy"),
        ({"max_promotions": 0}, "max_promotions"),
        ({"max_promotions": True}, "max_promotions"),
        ({"explain": "some"}, "explain"),
        ({"coupon_codes": [" "]}, "coupon_codes[0]"),
        ({"coupon_codes": ["A", " a"]}, "coupon_codes[1]"),
        ({"coupon_codes": "A"}, "coupon_codes"),
        ({"coupon_codes": [str(one) for one in range(51)]}, "coupon_codes"),
        ({"channel": "nowhere"}, "channel"),
        ({"session_id": ""}, "session_id"),
        ({"shipping_country": "XX1"}, "shipping_country"),
        ({"unknown": 1}, "unknown"),
    ],
)
def test_a_question_that_cannot_be_is_refused_by_field(
    aura: Aura, change: dict[str, Any], field: str
) -> None:
    answer = aura.call("POST", "evaluations", json={"order_items": [item()]} | change)
    assert field in faults(answer)


@pytest.mark.parametrize("as_of", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
def test_the_ends_of_time_are_moments_like_others(aura: Aura, as_of: str) -> None:
    assert aura.evaluate(item(), as_of=as_of)["decided_at"] == as_of


def test_an_unknown_code_is_answered_and_harms_nothing(aura: Aura) -> None:
    promotion_id = aura.live()
    found = aura.evaluate(item(), promotion_ids=[promotion_id], coupon_codes=["No Such"])
    assert found["coupons"] == [{"coupon_code": "No Such", "applied": False, "reason": "Coupon not found"}]
    assert found["total_discount"] == 2.5


def test_what_needs_a_code_does_not_apply_without_one(aura: Aura) -> None:
    promotion_id = aura.live(requires_coupon=True)
    assert (
        step(aura.evaluate(item(), promotion_ids=[promotion_id]), promotion_id)["reason"] == "coupon_missing"
    )
    assert aura.calculate(promotion_id, item())["discount_amount"] == 2.5, "priced by itself it needs none"
