"""What becomes of a redemption after checkout."""

import pytest
from tests.api.aura.world import Json, item, sale
from tests.conftest import Server
from tests.redemptions.world import Shop, broken_laws, limited

BOGO = {
    "promotion_type": "buy_one_get_one",
    "discount_type": "buy_x_get_y",
    "discount_value": 100,
    "can_stack": True,
}


def status(shop: Shop, redemption_id: str) -> str:
    return str(shop.ok("GET", f"redemptions/{redemption_id}")["status"])


class TestAHold:
    def test_reserves_its_use_and_its_money_but_is_no_revenue(self, shop: Shop) -> None:
        promotion_id = shop.live(limited())
        shop.hold(shop.own(1), item(50.0), promotion_ids=[promotion_id])
        shown = shop.get(promotion_id)
        assert (shown["held_uses"], shown["current_uses"]) == (1, 0)
        assert (shown["budget_spent"], shown["revenue_generated"]) == (5.0, 0.0)

    def test_is_redeemed_when_it_is_confirmed_however_often(self, shop: Shop) -> None:
        promotion_id = shop.live(limited())
        held = shop.hold(shop.own(1), promotion_ids=[promotion_id])
        first = shop.ok("POST", f"redemptions/{held}/confirm")
        again = shop.ok("POST", f"redemptions/{held}/confirm")
        assert first["status"] == again["status"] == "redeemed"
        assert shop.uses(promotion_id) == (1, 0)

    def test_gives_back_its_use_when_it_is_released_however_often(self, shop: Shop) -> None:
        promotion_id = shop.live(limited(max_uses=1))
        held = shop.hold(shop.own(1), promotion_ids=[promotion_id])
        for _ in range(2):
            assert shop.ok("POST", f"redemptions/{held}/release")["reason"] == "released"
        assert shop.uses(promotion_id) == (0, 0)
        shop.redeem(shop.own(2), promotion_ids=[promotion_id])

    def test_keeps_its_promise_though_the_promotion_has_ended(self, shop: Shop) -> None:
        promotion_id = shop.live(limited())
        held = shop.hold(shop.own(1), promotion_ids=[promotion_id])
        shop.ok("POST", f"promotions/{promotion_id}/end")
        assert shop.ok("POST", f"redemptions/{held}/confirm")["status"] == "redeemed"

    def test_that_has_expired_gives_back_its_use_and_cannot_be_confirmed(
        self, shop: Shop, server: Server
    ) -> None:
        promotion_id = shop.live(limited())
        held = shop.hold(shop.own(1), promotion_ids=[promotion_id])
        shop.expire_holds(server.database_url)
        for _ in range(2):
            answer = shop.call("POST", f"redemptions/{held}/confirm")
            assert (answer.status_code, answer.json()["code"]) == (409, "HOLD_EXPIRED")
        assert (status(shop, held), shop.uses(promotion_id)) == ("released", (0, 0))

    def test_lasts_as_long_as_was_asked(self, shop: Shop) -> None:
        held = shop.hold(shop.own(1), promotion_ids=[shop.live(limited())], hold_seconds=60)
        shown = shop.ok("GET", f"redemptions/{held}")
        assert shown["created_at"] < shown["expires_at"]
        assert shown["expires_at"][:10] >= shown["created_at"][:10]

    @pytest.mark.parametrize("seconds", [0, -1, 7 * 86_400 + 1])
    def test_of_no_or_endless_time_is_refused(self, shop: Shop, seconds: int) -> None:
        answer = shop.checkout(shop.own(1), mode="hold", hold_seconds=seconds)
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["field"] == "hold_seconds"


def test_what_is_redeemed_cannot_be_released(shop: Shop) -> None:
    answer = shop.redeem(shop.own(1), promotion_ids=[shop.live(limited())])
    redemption_id = answer["promotions_applied"][0]["redemption_id"]
    refused = shop.call("POST", f"redemptions/{redemption_id}/release")
    assert (refused.status_code, refused.json()["code"]) == (409, "INVALID_STATE")


def test_what_was_released_cannot_be_confirmed(shop: Shop) -> None:
    held = shop.hold(shop.own(1), promotion_ids=[shop.live(limited())])
    shop.ok("POST", f"redemptions/{held}/release")
    refused = shop.call("POST", f"redemptions/{held}/confirm")
    assert (refused.status_code, refused.json()["code"]) == (409, "INVALID_STATE")


@pytest.mark.parametrize("verb", ["confirm", "release"])
def test_an_unknown_redemption_is_not_found(shop: Shop, verb: str) -> None:
    answer = shop.call("POST", f"redemptions/0193f2a1-c4e0-7f86-9d08-1884c7d65a10/{verb}")
    assert (answer.status_code, answer.json()["code"]) == (404, "REDEMPTION_NOT_FOUND")


class TestCancelling:
    def test_gives_back_uses_budget_and_revenue(self, shop: Shop) -> None:
        promotion_id = shop.live(limited(max_uses=1))
        code = shop.coupon(promotion_id, max_uses=1)
        shop.redeem(shop.own(1), item(50.0), coupon_codes=[code])
        answer = shop.ok("POST", f"orders/{shop.own(1)}/cancel")
        assert [one["reason"] for one in answer["redemptions"]] == ["cancelled"]
        shown = shop.get(promotion_id)
        assert (shown["current_uses"], shown["budget_spent"], shown["revenue_generated"]) == (0, 0.0, 0.0)
        shop.redeem(shop.own(2), coupon_codes=[code])

    def test_once_more_answers_the_same(self, shop: Shop) -> None:
        shop.redeem(shop.own(1), promotion_ids=[shop.live(limited())])
        first = shop.ok("POST", f"orders/{shop.own(1)}/cancel")
        assert shop.ok("POST", f"orders/{shop.own(1)}/cancel") == first

    def test_ends_what_the_order_can_take(self, shop: Shop) -> None:
        promotion_id = shop.live(limited())
        shop.redeem(shop.own(1), promotion_ids=[promotion_id])
        shop.ok("POST", f"orders/{shop.own(1)}/cancel")
        answer = shop.checkout(shop.own(1), promotion_ids=[promotion_id])
        assert (answer.status_code, answer.json()["code"]) == (409, "ORDER_CANCELLED")

    def test_reaches_an_order_that_only_the_shop_knows(self, shop: Shop) -> None:
        order = shop.own(1)
        told = {"customer_id": 1, "total_amount": 20.0, "status": "pending"}
        shop.ok("PUT", f"orders/{order}", json=told)
        assert shop.ok("POST", f"orders/{order}/cancel")["redemptions"] == []
        assert shop.ok("GET", f"orders/{order}")["status"] == "cancelled"

    def test_an_unknown_order_is_not_found(self, shop: Shop) -> None:
        answer = shop.call("POST", f"orders/{shop.own(1)}/cancel")
        assert (answer.status_code, answer.json()["code"]) == (404, "ORDER_UNKNOWN")


class TestReturning:
    def back(self, shop: Shop, *items: Json) -> Json:
        found: Json = shop.ok("POST", f"orders/{shop.own(1)}/returns", json={"items": list(items)})
        return found

    def test_refunds_the_price_less_what_was_given(self, shop: Shop) -> None:
        promotion_id = shop.live(limited())
        shop.redeem(shop.own(1), item(10.01, 3, product="a"), promotion_ids=[promotion_id])
        answer = self.back(shop, {"index": 0, "quantity": 1})
        assert answer["items"] == [
            {
                "index": 0,
                "product_id": "a",
                "quantity": 1,
                "price": 10.01,
                "discount_amount": 1.0,
                "refund_amount": 9.01,
            }
        ]
        shown = shop.get(promotion_id)
        assert (shown["current_uses"], shown["budget_spent"]) == (1, 2.0)

    def test_takes_the_free_unit_of_a_pair_back_first(self, shop: Shop) -> None:
        shop.redeem(shop.own(1), item(10.0, 2), promotion_ids=[shop.live(sale(**BOGO))])
        assert self.back(shop, {"index": 0, "quantity": 1})["refund_total"] == 0.0
        assert self.back(shop, {"index": 0, "quantity": 1})["refund_total"] == 10.0

    def test_leaves_the_discount_of_the_rest_below_the_threshold_too(self, shop: Shop) -> None:
        promotion_id = shop.live(limited(minimum_order_amount=50.0))
        shop.redeem(shop.own(1), item(30.0, 2), promotion_ids=[promotion_id])
        assert self.back(shop, {"index": 0, "quantity": 1})["refund_total"] == 27.0
        assert shop.get(promotion_id)["budget_spent"] == 3.0

    def test_of_several_promotions_gives_each_its_share(self, shop: Shop) -> None:
        ids = [shop.live(limited()), shop.live(limited())]
        shop.redeem(shop.own(1), item(100.0, 2), promotion_ids=ids)
        assert self.back(shop, {"product_id": 1, "quantity": 1})["refund_total"] == 81.0
        assert sorted(shop.get(one)["budget_spent"] for one in ids) == [9.0, 10.0]

    def test_of_everything_takes_the_cashback_back(self, shop: Shop) -> None:
        cashback = {"promotion_type": "cashback", "discount_type": "percentage", "discount_value": 5}
        promotion_id = shop.live(sale(**cashback))
        shop.redeem(shop.own(1), item(10.0, 2), promotion_ids=[promotion_id])
        self.back(shop, {"index": 0, "quantity": 1})
        assert shop.get(promotion_id)["budget_spent"] == 1.0
        self.back(shop, {"index": 0, "quantity": 1})
        assert shop.get(promotion_id)["budget_spent"] == 0.0

    @pytest.mark.parametrize(
        ("given", "field"),
        [
            pytest.param({"index": 0, "quantity": 3}, "items[0].quantity", id="more than were bought"),
            pytest.param({"index": 9, "quantity": 1}, "items[0].index", id="a line that is not there"),
            pytest.param({"product_id": "x", "quantity": 1}, "items[0].product_id", id="another product"),
            pytest.param({"quantity": 1}, "items[0]", id="no line at all"),
        ],
    )
    def test_names_what_cannot_come_back(self, shop: Shop, given: Json, field: str) -> None:
        shop.redeem(shop.own(1), item(10.0, 2), promotion_ids=[shop.live(limited())])
        answer = shop.call("POST", f"orders/{shop.own(1)}/returns", json={"items": [given]})
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)

    def test_is_refused_while_the_order_is_only_held(self, shop: Shop) -> None:
        shop.hold(shop.own(1), promotion_ids=[shop.live(limited())])
        body = {"items": [{"index": 0, "quantity": 1}]}
        answer = shop.call("POST", f"orders/{shop.own(1)}/returns", json=body)
        assert (answer.status_code, answer.json()["code"]) == (409, "INVALID_STATE")

    def test_ends_what_the_order_can_take(self, shop: Shop) -> None:
        shop.redeem(shop.own(1), item(10.0, 2), promotion_ids=[shop.live(limited())])
        self.back(shop, {"index": 0, "quantity": 1})
        answer = shop.checkout(shop.own(1), item(10.0, 2), promotion_ids=[shop.live(limited())])
        assert (answer.status_code, answer.json()["code"]) == (409, "ORDER_RETURNED")


class TestTheList:
    def test_is_read_page_by_page_newest_first(self, shop: Shop) -> None:
        promotion_id = shop.live(limited())
        made = [shop.hold(shop.own(number), promotion_ids=[promotion_id]) for number in range(5)]
        found: list[str] = []
        cursor: Json = {}
        while True:
            page = shop.ok("GET", f"promotions/{promotion_id}/redemptions", params={"per_page": 2} | cursor)
            found += [one["id"] for one in page["redemptions"]]
            if not page["pagination"]["has_next"]:
                break
            cursor = {"cursor": page["pagination"]["next_cursor"]}
        assert found == sorted(made, reverse=True)

    def test_is_filtered_by_order_customer_state_and_time(self, shop: Shop) -> None:
        promotion_id, customer = shop.live(limited()), shop.own("customer")
        held = shop.hold(shop.own(1), promotion_ids=[promotion_id], customer_id=customer)
        shop.redeem(shop.own(2), promotion_ids=[promotion_id], customer_id=customer)
        created = shop.ok("GET", f"redemptions/{held}")["created_at"]

        def listed(**params: str) -> list[str]:
            page = shop.ok("GET", "redemptions", params={"customer_id": customer} | params)
            return [one["id"] for one in page["redemptions"]]

        assert len(listed()) == 2
        assert listed(state="held") == listed(order_id=shop.own(1)) == [held]
        assert held in listed(**{"from": created})
        assert held not in listed(to=created)

    def test_of_an_unknown_promotion_is_not_found(self, shop: Shop) -> None:
        assert shop.call("GET", f"promotions/{2**40}/redemptions").status_code == 404


def test_the_books_balance_after_all_this(server: Server) -> None:
    assert broken_laws(server.database_url) == {}
