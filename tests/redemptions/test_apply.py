"""Applying discounts to an order: what is taken, what is refused and why."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from tests.api.aura.world import Json, custom, item, moment, sale
from tests.conftest import Server
from tests.redemptions.world import Shop, broken_laws, limited, reasons, stored

FREE_SHIPPING = {"promotion_type": "free_shipping", "discount_type": "free_shipping", "discount_value": 0}
CASHBACK = {"promotion_type": "cashback", "discount_type": "percentage", "discount_value": 5}


def fixed(amount: float, **changes: Any) -> Json:
    return sale(
        promotion_type="fixed_amount_discount", discount_type="fixed_amount", discount_value=amount, **changes
    )


def test_the_answer_has_the_whole_order(shop: Shop) -> None:
    promotion_id = shop.live(discount_value=25.0, name="Summer")
    order = shop.own("order")
    answer = shop.redeem(order, item(29.99, 2, product=7), promotion_ids=[promotion_id], customer_id=456)
    redemption_id = answer["promotions_applied"][0]["redemption_id"]
    assert answer == {
        "order_id": order,
        "currency": "USD",
        "original_total": 59.98,
        "total_discount": 15.0,
        "final_total": 44.98,
        "shipping_discount": 0.0,
        "promotions_applied": [
            {
                "promotion_id": promotion_id,
                "promotion_name": "Summer",
                "discount_amount": 15.0,
                "redemption_id": redemption_id,
                "shipping_discount": 0.0,
                "cashback_amount": 0.0,
                "status": "redeemed",
            }
        ],
        "coupons_used": [],
        "not_applied": [],
        "line_discounts": [
            {"index": 0, "product_id": 7, "discount_amount": 15.0, "unit_discounts": [7.5, 7.5]}
        ],
        "cashback_amount": 0.0,
        "status": "redeemed",
        "expires_at": None,
    }


def test_a_discount_larger_than_the_order_takes_all_of_it_and_no_more(shop: Shop) -> None:
    answer = shop.redeem(shop.own(1), item(30.0), promotion_ids=[shop.live(fixed(50.0))])
    assert (answer["total_discount"], answer["final_total"]) == (30.0, 0.0)


def test_shipping_and_cashback_are_part_of_what_is_redeemed(shop: Shop) -> None:
    ids = [shop.live(sale(**FREE_SHIPPING)), shop.live(sale(**CASHBACK))]
    answer = shop.redeem(shop.own(1), item(100.0), promotion_ids=ids, shipping_amount=4.99)
    assert (answer["original_total"], answer["shipping_discount"]) == (104.99, 4.99)
    assert (answer["cashback_amount"], answer["final_total"]) == (5.0, 100.0)
    assert [shop.get(one)["budget_spent"] for one in ids] == [4.99, 5.0]


class TestTheSameOrder:
    def test_with_the_same_cart_again_is_the_same_redemption(self, shop: Shop) -> None:
        promotion_id, order = shop.live(limited(max_uses=1)), shop.own(1)
        first = shop.redeem(order, promotion_ids=[promotion_id])
        assert shop.redeem(order, promotion_ids=[promotion_id]) == first
        assert shop.uses(promotion_id) == (1, 0)

    def test_with_another_cart_replaces_what_is_held(self, shop: Shop) -> None:
        promotion_id, order = shop.live(limited(max_uses=1)), shop.own(1)
        held = shop.hold(order, item(10.0), promotion_ids=[promotion_id])
        again = shop.hold(order, item(20.0), promotion_ids=[promotion_id])
        assert again != held
        assert shop.ok("GET", f"redemptions/{held}")["reason"] == "replaced"
        assert shop.uses(promotion_id) == (0, 1)

    def test_with_another_cart_is_refused_once_it_is_redeemed(self, shop: Shop) -> None:
        promotion_id, order = shop.live(limited()), shop.own(1)
        shop.redeem(order, item(10.0), promotion_ids=[promotion_id])
        refused = shop.checkout(order, item(20.0), promotion_ids=[promotion_id])
        assert (refused.status_code, refused.json()["code"]) == (409, "CART_CHANGED")

    def test_is_redeemed_without_its_items_after_it_was_held_with_them(self, shop: Shop) -> None:
        promotion_id, order = shop.live(limited()), shop.own(1)
        held = shop.hold(order, item(10.0, 2), promotion_ids=[promotion_id])
        body = {"promotion_ids": [promotion_id]}
        answer = shop.ok("POST", f"orders/{order}/apply-discount", json=body)
        assert [one["redemption_id"] for one in answer["promotions_applied"]] == [held]
        assert (answer["status"], shop.uses(promotion_id)) == ("redeemed", (1, 0))

    def test_takes_a_further_promotion_on_what_the_earlier_one_left(self, shop: Shop) -> None:
        ten, other, order = shop.live(limited()), shop.live(limited(priority=9)), shop.own(1)
        shop.redeem(order, item(100.0), promotion_ids=[ten])
        answer = shop.redeem(order, item(100.0), promotion_ids=[other])
        assert [one["discount_amount"] for one in answer["promotions_applied"]] == [10.0, 9.0]
        assert answer["final_total"] == 81.0
        assert answer["line_discounts"][0]["unit_discounts"] == [19.0]

    def test_takes_nothing_exclusive_beside_what_it_has(self, shop: Shop) -> None:
        ten, exclusive, order = shop.live(limited()), shop.live(can_stack=False), shop.own(1)
        shop.redeem(order, promotion_ids=[ten])
        refused = shop.checkout(order, promotion_ids=[exclusive])
        assert (refused.status_code, reasons(refused)) == (422, ["exclusive"])

    def test_never_gets_more_than_it_costs(self, shop: Shop) -> None:
        ids, order = [shop.live(fixed(7.0)), shop.live(fixed(8.0))], shop.own(1)
        shop.redeem(order, item(10.0), promotion_ids=ids[:1])
        answer = shop.redeem(order, item(10.0), promotion_ids=ids[1:])
        assert [one["discount_amount"] for one in answer["promotions_applied"]] == [7.0, 3.0]


class TestAnOrderWithoutItems:
    def test_is_unknown_when_nobody_told_of_it(self, shop: Shop) -> None:
        answer = shop.call("POST", f"orders/{shop.own(1)}/apply-discount", json={})
        assert (answer.status_code, answer.json()["code"]) == (404, "ORDER_UNKNOWN")

    def test_has_those_that_the_shop_told(self, shop: Shop) -> None:
        promotion_id, order = shop.live(limited()), shop.own(1)
        told = {"customer_id": 1, "total_amount": 20.0, "status": "pending", "items": [item(10.0, 2)]}
        shop.ok("PUT", f"orders/{order}", json=told)
        body = {"promotion_ids": [promotion_id]}
        answer = shop.ok("POST", f"orders/{order}/apply-discount", json=body)
        assert (answer["original_total"], answer["total_discount"]) == (20.0, 2.0)


class TestARefusal:
    def test_takes_nothing_and_tells_why_for_each(self, shop: Shop) -> None:
        draft = shop.create(limited())["id"]
        high = shop.live(limited(minimum_order_amount=50.0))
        answer = shop.checkout(shop.own(1), promotion_ids=[draft, high], coupon_codes=["NOBODY-HAS"])
        assert answer.status_code == 422
        assert reasons(answer) == ["not_active", "below_minimum", "coupon_not_found"]
        fields = [fault["field"] for fault in answer.json()["errors"]]
        assert fields == ["promotion_ids[0]", "promotion_ids[1]", "coupon_codes[0]"]
        assert shop.uses(high) == (0, 0)

    def test_of_a_promotion_that_nobody_has_names_the_field(self, shop: Shop) -> None:
        answer = shop.checkout(shop.own(1), promotion_ids=[2**40])
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["field"] == "promotion_ids[0]"

    def test_when_the_promotion_has_ended_since_it_was_shown(self, shop: Shop) -> None:
        promotion_id = shop.live(limited())
        shown = shop.evaluate(item(), promotion_ids=[promotion_id])
        assert shown["promotions_applied"]
        shop.ok("POST", f"promotions/{promotion_id}/end")
        answer = shop.checkout(shop.own(1), promotion_ids=[promotion_id])
        assert (answer.status_code, reasons(answer)) == (422, ["not_active"])

    def test_of_a_code_from_an_old_cart(self, shop: Shop, server: Server) -> None:
        promotion_id = shop.live(limited())
        code = shop.coupon(promotion_id, expires_at=moment(1))
        shop.redeem(shop.own(1), coupon_codes=[code])
        stored(server.database_url, "UPDATE coupon SET expires_at = now() WHERE code = %s", code)
        answer = shop.checkout(shop.own(2), coupon_codes=[code])
        assert (answer.status_code, reasons(answer)) == (422, ["coupon_expired"])

    def test_is_no_reason_not_to_take_the_rest(self, shop: Shop) -> None:
        good, high = shop.live(limited()), shop.live(limited(minimum_order_amount=50.0))
        answer = shop.redeem(shop.own(1), promotion_ids=[good, high])
        assert [one["promotion_id"] for one in answer["promotions_applied"]] == [good]
        (missed,) = answer["not_applied"]
        assert (missed["promotion_id"], missed["reason"]) == (high, "below_minimum")


class TestALimit:
    def test_of_the_promotion(self, shop: Shop) -> None:
        promotion_id = shop.live(limited(max_uses=1))
        shop.redeem(shop.own(1), promotion_ids=[promotion_id])
        answer = shop.checkout(shop.own(2), promotion_ids=[promotion_id])
        assert (answer.status_code, reasons(answer)) == (409, ["usage_limit_reached"])

    def test_of_the_promotion_counts_what_is_held_until_it_expires(self, shop: Shop, server: Server) -> None:
        promotion_id = shop.live(limited(max_uses=1))
        shop.hold(shop.own(1), promotion_ids=[promotion_id])
        assert shop.checkout(shop.own(2), promotion_ids=[promotion_id]).status_code == 409
        shop.expire_holds(server.database_url)
        shop.redeem(shop.own(3), promotion_ids=[promotion_id])
        assert shop.uses(promotion_id) == (1, 0)

    def test_of_the_coupon(self, shop: Shop) -> None:
        promotion_id = shop.live(limited())
        code = shop.coupon(promotion_id, max_uses=1)
        assert shop.redeem(shop.own(1), coupon_codes=[code])["coupons_used"][0]["coupon_code"] == code
        answer = shop.checkout(shop.own(2), coupon_codes=[code])
        assert (answer.status_code, reasons(answer)) == (409, ["coupon_usage_limit_reached"])

    def test_of_one_coupon_leaves_another_of_the_same_promotion(self, shop: Shop) -> None:
        promotion_id = shop.live(limited())
        spent, left = (shop.coupon(promotion_id, max_uses=1) for _ in range(2))
        shop.redeem(shop.own(1), coupon_codes=[spent])
        answer = shop.redeem(shop.own(2), coupon_codes=[spent, left])
        assert [one["coupon_code"] for one in answer["coupons_used"]] == [left]

    def test_of_the_customer(self, shop: Shop) -> None:
        promotion_id = shop.live(limited(max_uses_per_customer=1))
        shop.redeem(shop.own(1), promotion_ids=[promotion_id], customer_id=1)
        answer = shop.checkout(shop.own(2), promotion_ids=[promotion_id], customer_id="1")
        assert (answer.status_code, reasons(answer)) == (409, ["customer_limit_reached"])
        shop.redeem(shop.own(3), promotion_ids=[promotion_id], customer_id=2)

    def test_of_the_customer_shows_in_the_next_decision(self, shop: Shop) -> None:
        promotion_id = shop.live(limited(max_uses_per_customer=1))
        shop.redeem(shop.own(1), promotion_ids=[promotion_id], customer_id=1)
        assert not shop.calculate(promotion_id, item(), customer_id=1)["applicable"]
        assert not shop.evaluate(item(), promotion_ids=[promotion_id], customer_id=1)["promotions_applied"]
        assert shop.calculate(promotion_id, item(), customer_id=2)["applicable"]

    def test_of_the_promotion_shows_in_the_next_decision(self, shop: Shop) -> None:
        promotion_id = shop.live(limited(max_uses=1))
        shop.redeem(shop.own(1), promotion_ids=[promotion_id])
        assert not shop.calculate(promotion_id, item())["applicable"]

    def test_of_the_customer_counts_guests_by_their_e_mail(self, shop: Shop) -> None:
        promotion_id = shop.live(limited(max_uses_per_customer=1))
        shop.redeem(shop.own(1), promotion_ids=[promotion_id], customer_email=" Ada@Example.com")
        answer = shop.checkout(shop.own(2), promotion_ids=[promotion_id], customer_email="ada@example.com")
        assert (answer.status_code, reasons(answer)) == (409, ["customer_limit_reached"])

    def test_of_the_customer_refuses_nobody_in_particular(self, shop: Shop) -> None:
        promotion_id = shop.live(limited(max_uses_per_customer=1))
        answer = shop.checkout(shop.own(1), promotion_ids=[promotion_id])
        assert (answer.status_code, reasons(answer)) == (422, ["customer_unknown"])

    def test_of_the_coupon_for_each_customer(self, shop: Shop) -> None:
        promotion_id = shop.live(limited())
        code = shop.coupon(promotion_id, max_uses_per_customer=1)
        shop.redeem(shop.own(1), coupon_codes=[code], customer_id=1)
        answer = shop.checkout(shop.own(2), coupon_codes=[code], customer_id=1)
        assert (answer.status_code, reasons(answer)) == (409, ["coupon_customer_limit_reached"])
        anonymous = shop.checkout(shop.own(3), coupon_codes=[code])
        assert (anonymous.status_code, reasons(anonymous)) == (422, ["customer_unknown"])
        shop.redeem(shop.own(4), coupon_codes=[code], customer_id=2)

    def test_of_the_budget_refuses_what_does_not_fit_and_never_shrinks_it(self, shop: Shop) -> None:
        promotion_id = shop.live(limited(budget_amount=2.5))
        shop.redeem(shop.own(1), item(20.0), promotion_ids=[promotion_id])
        answer = shop.checkout(shop.own(2), item(10.0), promotion_ids=[promotion_id])
        assert (answer.status_code, reasons(answer)) == (409, ["budget_exhausted"])
        assert shop.redeem(shop.own(3), item(5.0), promotion_ids=[promotion_id])["total_discount"] == 0.5


def test_a_personal_coupon_is_for_its_customer_alone(shop: Shop) -> None:
    code = shop.coupon(shop.live(limited()), customer_id=7)
    answer = shop.checkout(shop.own(1), coupon_codes=[code], customer_id=8)
    assert (answer.status_code, reasons(answer)) == (422, ["coupon_not_for_customer"])
    shop.redeem(shop.own(2), coupon_codes=[code.lower()], customer_id="7")


def test_who_comes_too_late_for_the_best_gets_the_next_best(shop: Shop) -> None:
    best = shop.live(sale(discount_value=30.0, can_stack=False, max_uses=3))
    next_best = shop.live(sale(discount_value=20.0, can_stack=False))

    def check_out(number: int) -> float:
        answer = shop.redeem(shop.own(number), item(10.0), promotion_ids=[best, next_best])
        return float(answer["total_discount"])

    with ThreadPoolExecutor(8) as pool:
        found = sorted(pool.map(check_out, range(8)))
    assert found == [2.0] * 5 + [3.0] * 3


def test_the_first_order_of_a_customer_is_one_only(shop: Shop) -> None:
    action = {"type": "order_percentage_discount", "percentage": 10}
    first = shop.live(custom(action, rules=[{"type": "first_order"}]))
    customer = shop.own("customer")

    def check_out(number: int) -> int:
        answer = shop.checkout(shop.own(number), promotion_ids=[first], customer_id=customer)
        return answer.status_code

    with ThreadPoolExecutor(5) as pool:
        assert sorted(pool.map(check_out, range(5))) == [200, 422, 422, 422, 422]


def test_automatic_promotions_join_the_named_ones_when_asked(serve: Any) -> None:
    with serve().client() as client:
        shop = Shop(client)
        automatic, named = shop.live(limited()), shop.live(limited())
        code = shop.coupon(named)
        alone = shop.redeem("order-1", coupon_codes=[code])
        both = shop.redeem("order-2", coupon_codes=[code], include_automatic=True)
        without = shop.redeem("order-3")
    applied = [{one["promotion_id"] for one in a["promotions_applied"]} for a in (alone, both, without)]
    assert applied == [{named}, {named, automatic}, {automatic}]


class TestAKey:
    def test_gives_the_first_answer_again(self, shop: Shop) -> None:
        promotion_id, order = shop.live(limited()), shop.own(1)
        body = {"order_items": [item()], "promotion_ids": [promotion_id]}
        key = {"Idempotency-Key": shop.own("key")}
        first = shop.call("POST", f"orders/{order}/apply-discount", json=body, headers=key)
        shop.ok("POST", f"orders/{order}/cancel")
        again = shop.call("POST", f"orders/{order}/apply-discount", json=body, headers=key)
        assert (again.status_code, again.content) == (200, first.content)
        assert again.headers["Idempotent-Replayed"] == "true"

    def test_may_stand_in_the_body(self, shop: Shop) -> None:
        promotion_id, key = shop.live(limited()), shop.own("key")
        first = shop.redeem(shop.own(1), promotion_ids=[promotion_id], idempotency_key=key)
        again = shop.checkout(shop.own(1), promotion_ids=[promotion_id], idempotency_key=key)
        assert (again.json(), again.headers["Idempotent-Replayed"]) == (first, "true")

    def test_of_many_twins_at_once_has_one_effect(self, shop: Shop) -> None:
        promotion_id, key = shop.live(limited()), shop.own("key")

        def check_out(_number: int) -> Json:
            return shop.redeem(shop.own(1), promotion_ids=[promotion_id], idempotency_key=key)

        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(check_out, range(8)))
        assert all(answer == answers[0] for answer in answers)
        assert shop.uses(promotion_id) == (1, 0)


def test_checking_out_asks_for_its_scope(shop: Shop) -> None:
    made = shop.ok("POST", "keys", json={"name": "reader", "scopes": ["read"], "limits": "none"})
    headers = {"Authorization": f"Bearer {made['key']}"}
    answer = shop.call("POST", "orders/1/apply-discount", json={}, headers=headers)
    assert answer.status_code == 403


@pytest.mark.parametrize("mode", ["redeem", "hold"])
def test_a_coupon_is_told_as_used_once_it_is_redeemed(shop: Shop, server: Server, mode: str) -> None:
    code = shop.coupon(shop.live(limited()))
    shop.redeem(shop.own(1), coupon_codes=[code], mode=mode)
    query = "SELECT event FROM outbox WHERE data->>'coupon_code' = %s ORDER BY id"
    told = {event for (event,) in stored(server.database_url, query, code)}
    assert told == ({"redemption.redeemed", "coupon.used"} if mode == "redeem" else {"redemption.held"})
    assert broken_laws(server.database_url) == {}
