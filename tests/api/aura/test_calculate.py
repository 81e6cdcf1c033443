"""What one promotion would take off a cart: the document's calculate-discount."""

from typing import Any

import pytest
from tests.api.aura.world import Aura, custom, faults, item, moment, sale

EXAMPLE = {"product_id": 1, "quantity": 2, "unit_price": 29.99, "subtotal": 59.98, "category_id": 5}
BOGO: dict[str, Any] = {
    "promotion_type": "buy_one_get_one",
    "discount_type": "buy_x_get_y",
    "discount_value": 100,
}
TIERED: dict[str, Any] = {
    "promotion_type": "tiered_discount", "discount_type": "tiered", "discount_value": 0,
    "tier_rules": {"tiers": [
        {"min_amount": 50, "discount_percentage": 5},
        {"min_amount": 100, "discount_amount": 15},
        {"min_amount": 200, "discount_percentage": 50, "maximum_discount": 60},
    ]},
}  # fmt: skip
SHIPPING: dict[str, Any] = {
    "promotion_type": "free_shipping",
    "discount_type": "free_shipping",
    "discount_value": 0,
}
CASHBACK: dict[str, Any] = {"promotion_type": "cashback", "discount_type": "cashback", "discount_value": 5}
FIXED: dict[str, Any] = {
    "promotion_type": "fixed_amount_discount",
    "discount_type": "fixed_amount",
    "discount_value": 15,
}


def test_the_documents_example_takes_15_off(aura: Aura) -> None:
    promotion_id = aura.live(
        minimum_order_amount=50.0, maximum_discount_amount=100.0, applicable_categories=[5]
    )
    answer = aura.calculate(promotion_id, EXAMPLE, customer_id=456, existing_discounts=10.0)
    assert answer == {
        "discount_amount": 15.0,
        "applicable": True,
        "reason": "25% discount applied to eligible items",
        "calculation_details": {
            "base_amount": 59.98,
            "discount_percentage": 25.0,
            "maximum_discount": 100.0,
            "applied_discount": 15.0,
        },
        "cashback_amount": 0.0,
        "currency": "USD",
        "explanation": None,
    }


def test_categories_are_enforced(aura: Aura) -> None:
    promotion_id = aura.live(applicable_categories=[1, 2, 3])
    assert aura.calculate(promotion_id, EXAMPLE)["applicable"] is False
    mixed = aura.calculate(promotion_id, EXAMPLE, item(10.0, category_id="2"), item(5.0, taxons=[3]))
    assert mixed["discount_amount"] == 3.75
    assert mixed["calculation_details"]["base_amount"] == 15.0


@pytest.mark.parametrize(
    ("promotion", "items", "discount"),
    [
        pytest.param({}, [item(0.02)], 0.01, id="half a cent goes up"),
        pytest.param({}, [item(0.01)], 0.0, id="a quarter of a cent is nothing"),
        pytest.param({"maximum_discount_amount": 3}, [item(100.0)], 3.0, id="the cap"),
        pytest.param({"minimum_order_amount": 50}, [item(50.0)], 12.5, id="the minimum is inclusive"),
        pytest.param({"minimum_order_amount": 50}, [item(49.99)], 0.0, id="a cent below it"),
        pytest.param(
            {"minimum_order_amount": 50, "applicable_categories": [1]},
            [item(20.0, category_id=1), item(30.0, category_id=2)],
            5.0,
            id="the minimum counts all items, the discount those of the category",
        ),
        pytest.param(FIXED, [item(100.0)], 15.0, id="an amount"),
        pytest.param(FIXED, [item(9.99)], 9.99, id="an amount, at most the items"),
        pytest.param(BOGO, [item(20.0, 3)], 20.0, id="buy one get one of three"),
        pytest.param(BOGO, [item(20.0, 1)], 0.0, id="one alone is not enough"),
        pytest.param(BOGO, [item(30.0), item(10.0, product=2), item(20.0, product=3), item(40.0, product=4)],
                     30.0, id="units are pooled over lines and the cheapest are free"),
        pytest.param({**BOGO, "discount_value": 50}, [item(20.0, 2)], 10.0, id="half off each free unit"),
        pytest.param({**BOGO, "discount_type": "percentage"}, [item(20.0, 2)], 20.0, id="bogo by percentage"),
        pytest.param({**BOGO, "bogo_config": {"buy_quantity": 2, "get_quantity": 1}}, [item(10.0, 6)], 20.0,
                     id="buy two get one, twice"),
        pytest.param({**BOGO, "bogo_config": {"max_sets": 1}}, [item(10.0, 6)], 10.0, id="at most one set"),
        pytest.param({**BOGO, "applicable_categories": [1]},
                     [item(10.0, category_id=1), item(10.0, category_id=2)], 0.0, id="bogo in a category"),
        pytest.param(TIERED, [item(49.99)], 0.0, id="below the lowest tier"),
        pytest.param(TIERED, [item(50.0)], 2.5, id="a tier is reached at its amount"),
        pytest.param(TIERED, [item(100.0)], 15.0, id="the highest tier reached, on the whole amount"),
        pytest.param(TIERED, [item(200.0)], 60.0, id="a tier's own cap"),
        pytest.param({**SHIPPING, "maximum_discount_amount": 3}, [item(1.0)], 3.0, id="shipping up to a cap"),
        pytest.param(SHIPPING, [item(1.0)], 4.99, id="free shipping"),
        pytest.param(CASHBACK, [item(100.0)], 0.0, id="cashback takes nothing off"),
    ],
)  # fmt: skip
def test_what_each_type_takes_off(
    aura: Aura, promotion: dict[str, Any], items: list[dict[str, Any]], discount: float
) -> None:
    answer = aura.calculate(aura.live(**promotion), *items, shipping_amount=4.99)
    assert answer["discount_amount"] == discount
    assert answer["calculation_details"]["applied_discount"] == discount
    assert answer["applicable"] is (discount > 0 or answer["cashback_amount"] > 0)


def test_free_shipping_needs_to_know_the_fee(aura: Aura) -> None:
    promotion_id = aura.live(**SHIPPING)
    without = aura.calculate(promotion_id, item())
    assert (without["discount_amount"], without["applicable"]) == (0.0, False)
    assert "shipping_amount" in without["reason"]
    details = aura.calculate(promotion_id, item(), shipping_amount=7.5)["calculation_details"]
    assert (details["base_amount"], details["discount_percentage"]) == (7.5, None)


def test_cashback_is_a_credit(aura: Aura) -> None:
    answer = aura.calculate(aura.live(**CASHBACK), item(100.0))
    assert (answer["discount_amount"], answer["cashback_amount"], answer["applicable"]) == (0.0, 5.0, True)
    assert answer["reason"] == "Cashback of 5.00 after the order"


@pytest.mark.parametrize(
    ("existing", "discount"), [(0, 25.0), (10, 25.0), (75, 25.0), (80, 20.0), (100, 0.0), (250, 0.0)]
)
def test_existing_discounts_bound_what_is_left_and_do_not_reduce_the_base(
    aura: Aura, existing: float, discount: float
) -> None:
    answer = aura.calculate(aura.live(), item(100.0), existing_discounts=existing)
    assert answer["discount_amount"] == discount
    assert answer["calculation_details"]["base_amount"] == 100.0


def test_one_that_does_not_stack_is_not_applicable_beside_another_discount(aura: Aura) -> None:
    promotion_id = aura.live(can_stack=False)
    assert aura.calculate(promotion_id, item(100.0), existing_discounts=0)["discount_amount"] == 25.0
    beside = aura.calculate(promotion_id, item(100.0), existing_discounts=0.01)
    assert (beside["applicable"], beside["discount_amount"]) == (False, 0.0)
    assert "cannot be combined" in beside["reason"]


@pytest.mark.parametrize(
    ("steps", "dates", "reason"),
    [
        pytest.param([], {}, "is not active", id="draft"),
        pytest.param(["activate", "pause"], {}, "is not active", id="paused"),
        pytest.param(["activate", "end"], {}, "is not active", id="ended"),
        pytest.param(["activate", "cancel"], {}, "is not active", id="cancelled"),
        pytest.param(["activate"], {"start_date": moment(0.5)}, "has not started", id="not started"),
        pytest.param(["activate"], {"end_date": moment(-0.5)}, "has expired", id="expired"),
        pytest.param(
            [], {"start_date": moment(-9), "end_date": moment(-8)}, "is not active", id="past draft"
        ),
    ],
)
def test_one_that_is_not_live_takes_nothing_off_and_says_so_unless_previewed(
    aura: Aura, steps: list[str], dates: dict[str, str], reason: str
) -> None:
    promotion_id = aura.create(sale(**({} if "activate" in steps else dates)))["id"]
    if "start_date" in dates and steps:
        aura.put(promotion_id, **dates)
    for verb in steps:
        aura.ok("POST", f"promotions/{promotion_id}/{verb}")
    if "end_date" in dates and steps:
        aura.put(promotion_id, **dates)
    answer = aura.calculate(promotion_id, item(100.0))
    assert (answer["applicable"], answer["discount_amount"]) == (False, 0.0)
    assert reason in answer["reason"]
    preview = aura.calculate(promotion_id, item(100.0), preview=True)
    assert (preview["applicable"], preview["discount_amount"]) == (True, 25.0)


def test_below_the_minimum_it_says_how_much_is_missing(aura: Aura) -> None:
    answer = aura.calculate(aura.live(minimum_order_amount=50), item(37.5))
    assert answer["reason"] == "Order is below the minimum amount of 50.00: 12.50 more"


def test_segments_are_asked_of_the_customer_as_told_last(aura: Aura) -> None:
    promotion_id, alice = aura.live(target_customer_segments=["premium", "loyal"]), aura.own("alice")
    assert "customer" in aura.calculate(promotion_id, item(), customer_id=None)["reason"]
    assert aura.calculate(promotion_id, item(), customer_id=alice)["applicable"] is False
    aura.ok("PUT", f"customers/{alice}", json={"segments": ["loyal"]})
    assert aura.calculate(promotion_id, item(), customer_id=alice)["applicable"] is True
    aura.ok("PUT", f"customers/{alice}", json={"segments": []})
    assert aura.calculate(promotion_id, item(), customer_id=alice)["applicable"] is False


def test_orders_are_asked_of_the_customer_as_told_last(aura: Aura) -> None:
    promotion_id = aura.live(
        custom({"type": "order_fixed_discount", "amount": 1}, rules=[{"type": "first_order"}])
    )
    bob = aura.own("bob")
    assert aura.calculate(promotion_id, item(), customer_id=bob)["applicable"] is True
    aura.ok(
        "PUT", f"orders/{aura.own(1)}", json={"customer_id": bob, "total_amount": 5, "status": "completed"}
    )
    assert aura.calculate(promotion_id, item(), customer_id=bob)["applicable"] is False


@pytest.mark.parametrize(
    ("currency", "price", "discount"),
    [("USD", 59.98, 15.0), ("JPY", 1002, 251), ("KWD", 1.002, 0.251), ("CLF", 0.0102, 0.0026)],
)
def test_amounts_follow_the_currency_of_the_cart(
    aura: Aura, currency: str, price: float, discount: float
) -> None:
    answer = aura.calculate(aura.live(), item(price), currency=currency)
    assert (answer["discount_amount"], answer["currency"]) == (discount, currency)


def test_a_promotion_with_amounts_is_only_for_its_own_currency(aura: Aura) -> None:
    promotion_id = aura.live(minimum_order_amount=5)
    answer = aura.calculate(promotion_id, item(100), currency="EUR", explain=True)
    assert (answer["applicable"], answer["explanation"][0]["reason"]) == (False, "currency_mismatch")
    assert answer["reason"] == "Its amounts are in USD, the cart is in EUR"


def test_explain_shows_how_every_rule_was_judged(aura: Aura) -> None:
    promotion_id = aura.live(minimum_order_amount=50, target_customer_segments=["premium"])
    (step,) = aura.calculate(promotion_id, item(37.5), customer_id=aura.own("c"), explain=True)["explanation"]
    assert (step["promotion_id"], step["outcome"], step["reason"]) == (
        promotion_id,
        "not_eligible",
        "below_minimum",
    )
    minimum, segment = step["rules"]
    assert (minimum["expected"], minimum["actual"], minimum["missing"]) == (50.0, 37.5, 12.5)
    assert (segment["passed"], segment["reason"]) == (False, "wrong_segment")


def test_a_promotion_that_nobody_has_is_not_found(aura: Aura) -> None:
    answer = aura.call("POST", "promotions/99999999/calculate-discount", json={"order_items": [item()]})
    assert (answer.status_code, answer.json()["code"]) == (404, "PROMOTION_NOT_FOUND")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"order_items": []}, "order_items"),
        ({"order_items": None}, "order_items"),
        ({"order_items": {}}, "order_items"),
        ({"order_items": [item()] * 1001}, "order_items"),
        ({"order_items": [item(quantity=0)]}, "order_items[0].quantity"),
        ({"order_items": [item(quantity=1.5)]}, "order_items[0].quantity"),
        ({"order_items": [item(quantity="2")]}, "order_items[0].quantity"),
        ({"order_items": [item(quantity=True)]}, "order_items[0].quantity"),
        ({"order_items": [item(quantity=10**9)]}, "order_items[0].quantity"),
        ({"order_items": [item(quantity=10**30)]}, "order_items[0].quantity"),
        ({"order_items": [item(), item(-1.0)]}, "order_items[1].unit_price"),
        ({"order_items": [item(1.999)]}, "order_items[0].unit_price"),
        ({"order_items": [item("10")]}, "order_items[0].unit_price"),
        ({"order_items": [item(1e300)]}, "order_items[0].unit_price"),
        ({"order_items": [item(10, 2, subtotal=19.99)]}, "order_items[0].subtotal"),
        ({"order_items": [item(product="")]}, "order_items[0].product_id"),
        ({"order_items": [item(product="x" * 65)]}, "order_items[0].product_id"),
        ({"order_items": [item(product=None)]}, "order_items[0].product_id"),
        ({"order_items": [item(product=-1)]}, "order_items[0].product_id"),
        ({"order_items": [item(price=10, colour="red")]}, "order_items[0].colour"),
        ({"order_items": [item(10**9, 10**6)]}, "order_items"),
        ({"existing_discounts": -1}, "existing_discounts"),
        ({"existing_discounts": 0.001}, "existing_discounts"),
        ({"shipping_amount": -1}, "shipping_amount"),
        ({"shipping_amount": 4.999}, "shipping_amount"),
        ({"shipping_country": "Germany"}, "shipping_country"),
        ({"channel": "nowhere"}, "channel"),
        ({"currency": "XXQ"}, "currency"),
        ({"currency": "usd"}, "currency"),
        ({"customer_id": ""}, "customer_id"),
        ({"customer_id": 1.5}, "customer_id"),
        ({"customer_id": "a\0b"}, "customer_id"),
        ({"explain": "yes"}, "explain"),
        ({"discount": 5}, "discount"),
    ],
)
def test_a_cart_that_cannot_be_is_refused_by_field(aura: Aura, change: dict[str, Any], field: str) -> None:
    promotion_id = aura.live()
    body = {"order_items": [item()]} | change
    answer = aura.call("POST", f"promotions/{promotion_id}/calculate-discount", json=body)
    assert field in faults(answer)
