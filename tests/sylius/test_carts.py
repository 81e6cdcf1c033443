"""Carts decided in Sylius' contract, orders completed and cancelled."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from tests.sylius.conftest import Api, code

case = pytest.param


def percent(share: float) -> dict[str, Any]:
    return {"type": "order_percentage_discount", "configuration": {"percentage": share}}


def shipping_off(share: float) -> dict[str, Any]:
    return {"type": "shipping_percentage_discount", "configuration": {"percentage": share}}


def amount(channel: str, off: float, kind: str = "order_fixed_discount") -> dict[str, Any]:
    return {"type": kind, "configuration": {channel: {"amount": off}}}


def item(price: int, quantity: int = 1, product: str = "MUG", **more: Any) -> dict[str, Any]:
    return {"product": product, "variant": product, "unitPrice": price, "quantity": quantity, **more}


def decided(api: Api, channel: str, *items: Any, **more: Any) -> Any:
    answer = api.call("POST", "/evaluations", {"channel": channel, "items": list(items), **more})
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.fixture
def channel(api: Api) -> str:
    """A channel in which nothing applies but what the test makes."""
    return api.channel()


def test_the_answer_has_every_unit_with_its_adjustments(api: Api, channel: str) -> None:
    sale = api.create(couponBased=True, channels=[channel], actions=[amount(channel, 10)])["code"]
    coupon = code()
    api.call("POST", f"/promotions/{sale}/coupons/", {"code": coupon})
    found = decided(
        api,
        channel,
        item(2000, 2, taxons=["mugs"], minimumPrice=0, catalogPromotionApplied=False),
        shipping=1000,
        shippingCountry="US",
        coupon=coupon,
        at="2026-11-22T10:00:00+0000",
        customer={"email": "a@example.com", "group": "retail", "placedOrders": 2, "ordersWithCoupon": 1},
    )
    (step,) = [one for one in found.pop("explanation") if one["promotion"] == sale]
    assert (step["promotion"], step["outcome"], step["discount"]) == (sale, "applied", -1000)
    adjustment = {"type": "order_promotion", "promotion": sale, "amount": -500}
    assert found == {
        "itemsTotal": 3000,
        "orderPromotionTotal": -1000,
        "unitPromotionTotal": 0,
        "shippingPromotionTotal": 0,
        "shippingTotal": 1000,
        "total": 4000,
        "promotions": [sale],
        "couponError": None,
        "items": [
            {"variant": "MUG", "total": 3000, "units": [{"total": 1500, "adjustments": [adjustment]}] * 2}
        ],
    }


def test_each_level_of_a_promotion_is_told_apart(api: Api, channel: str) -> None:
    actions = [amount(channel, 1, "unit_fixed_discount"), percent(10), shipping_off(50)]
    api.create(channels=[channel], actions=actions)
    found = decided(api, channel, item(1000, 2), shipping=[600, 401])
    assert (found["unitPromotionTotal"], found["orderPromotionTotal"]) == (-200, -180)
    assert (found["shippingPromotionTotal"], found["shippingTotal"]) == (-501, 500)
    assert [one["type"] for one in found["items"][0]["units"][0]["adjustments"]] == [
        "order_unit_promotion",
        "order_promotion",
    ]
    assert found["total"] == found["itemsTotal"] + found["shippingTotal"] == 2120


def test_a_cart_without_items_costs_nothing(api: Api, channel: str) -> None:
    found = decided(api, channel)
    assert (found["total"], found["items"], found["promotions"]) == (0, [], [])


def test_an_exclusive_promotion_goes_alone_whatever_its_priority(api: Api, channel: str) -> None:
    alone = api.create(exclusive=True, channels=[channel], actions=[percent(1)])["code"]
    other = api.create(channels=[channel], actions=[percent(50)])["code"]  # above it in the list
    found = decided(api, channel, item(10000))
    assert found["promotions"] == [alone]
    outcomes = {step["promotion"]: step["outcome"] for step in found["explanation"]}
    assert (outcomes[alone], outcomes[other]) == ("applied", "excluded_by")


def test_eligibility_is_judged_on_what_is_left(api: Api, channel: str) -> None:
    rule = {"type": "item_total", "configuration": {channel: {"amount": 100}}}
    api.create(channels=[channel], rules=[rule], actions=[shipping_off(100)])
    api.create(channels=[channel], actions=[percent(50)])
    assert decided(api, channel, item(24000), shipping=1000)["total"] == 12000
    assert decided(api, channel, item(12000), shipping=1000)["total"] == 7000


def test_without_channels_a_promotion_applies_nowhere(api: Api, channel: str) -> None:
    api.create(actions=[percent(50)])
    assert decided(api, channel, item(1000))["promotions"] == []


def test_a_reduced_product_and_a_floor_are_respected(api: Api, channel: str) -> None:
    api.create(channels=[channel], appliesToDiscounted=False, actions=[percent(50)])
    found = decided(
        api,
        channel,
        item(1000, catalogPromotionApplied=True),
        item(1000, product="CUP", minimumPrice=800),
    )
    assert [line["total"] for line in found["items"]] == [1000, 800]


CUSTOMERS = [
    case(None, [], id="nobody"),
    case({"email": "new@example.com"}, [], id="new, as counted here"),
    case({"email": "a@example.com", "placedOrders": 2}, ["third"], id="third order"),
    case({"email": "a@example.com", "placedOrders": 3}, [], id="fourth order"),
]


@pytest.mark.parametrize(("customer", "applies"), CUSTOMERS)
def test_the_third_order(api: Api, channel: str, customer: Any, applies: list[str]) -> None:
    rule = {"type": "nth_order", "configuration": {"nth": 3}}
    api.create(channels=[channel], rules=[rule], actions=[percent(10)])
    found = decided(api, channel, item(1000), customer=customer)
    assert len(found["promotions"]) == len(applies)


@pytest.mark.parametrize(
    ("coupon", "customer", "valid"),
    [
        case({}, None, "valid", id="good"),
        case({"perCustomerUsageLimit": 1}, None, "valid", id="a stranger is not counted"),
        case({"perCustomerUsageLimit": 1}, {"email": "a@b", "ordersWithCoupon": 0}, "valid", id="not yet"),
        case({"perCustomerUsageLimit": 1}, {"email": "a@b", "ordersWithCoupon": 1}, "", id="once"),
        case({"expiresAt": "2020-01-01"}, None, "", id="expired"),
    ],
)
def test_a_coupon_holds_or_is_invalid(
    api: Api, channel: str, coupon: dict[str, Any], customer: Any, valid: str
) -> None:
    sale = api.create(couponBased=True, channels=[channel], actions=[percent(10)])["code"]
    typed = code()
    api.call("POST", f"/promotions/{sale}/coupons/", {"code": typed, **coupon})
    found = decided(api, channel, item(1000), coupon=typed.upper(), customer=customer)
    assert found["couponError"] == (None if valid else "Coupon code is invalid.")
    assert found["promotions"] == ([sale] if valid else [])


def test_an_unknown_coupon_is_invalid(api: Api, channel: str) -> None:
    assert decided(api, channel, item(1000), coupon="nobody-has-it")["couponError"] == (
        "Coupon code is invalid."
    )


def test_what_is_no_cart_is_refused_with_every_reason(api: Api) -> None:
    answer = api.call("POST", "/evaluations", {"items": [{"unitPrice": -1, "quantity": 0}]})
    assert answer.status_code == 400
    assert [error.partition(":")[0] for error in answer.json()["errors"]["errors"]] == [
        "channel", "items[0].product", "items[0].unitPrice", "items[0].quantity",
    ]  # fmt: skip


class TestOrders:
    def test_completing_counts_and_cancelling_gives_back(self, api: Api, channel: str) -> None:
        sale, typed = self.sale(api, channel, usageLimit=5)
        number, cart = code(), {"channel": channel, "items": [item(1000)], "coupon": typed}
        first = api.call("POST", f"/orders/{number}/complete", cart)
        assert (first.status_code, first.json()["total"], first.json()["couponError"]) == (200, 900, None)
        assert first.json()["promotions"] == [sale]
        again = api.call("POST", f"/orders/{number}/complete", cart).json()
        assert (again["total"], again["items"]) == (900, first.json()["items"])
        assert self.used(api, sale, typed) == (1, 1)
        assert api.call("POST", f"/orders/{number}/cancel").status_code == 204
        assert api.call("POST", f"/orders/{number}/cancel").status_code == 204
        assert self.used(api, sale, typed) == (0, 0)

    def test_a_coupon_may_keep_its_use(self, api: Api, channel: str) -> None:
        sale, typed = self.sale(api, channel, reusableFromCancelledOrders=False)
        number, cart = code(), {"channel": channel, "items": [item(1000)], "coupon": typed}
        api.call("POST", f"/orders/{number}/complete", cart)
        api.call("POST", f"/orders/{number}/cancel")
        assert self.used(api, sale, typed) == (0, 1)

    def test_what_an_order_used_cannot_be_deleted(self, api: Api, channel: str) -> None:
        sale, typed = self.sale(api, channel)
        cart = {"channel": channel, "items": [item(1000)], "coupon": typed}
        api.call("POST", f"/orders/{code()}/complete", cart)
        for path, thing in ((f"{sale}", "promotion"), (f"{sale}/coupons/{typed}", "promotion coupon")):
            answer = api.call("DELETE", f"/promotions/{path}")
            assert (answer.status_code, answer.json()) == (
                422,
                {"code": 422, "message": f"Cannot delete, the {thing} is in use."},
            )

    def test_a_limit_holds_when_many_come_at_once(self, api: Api, channel: str) -> None:
        sale, typed = self.sale(api, channel, usageLimit=3)
        cart = {"channel": channel, "items": [item(1000)], "coupon": typed}
        with ThreadPoolExecutor(12) as pool:
            answers = list(
                pool.map(lambda _: api.call("POST", f"/orders/{code()}/complete", cart), range(12))
            )
        assert {answer.status_code for answer in answers} == {200}
        totals = sorted(answer.json()["total"] for answer in answers)
        assert totals == [900] * 3 + [1000] * 9
        assert self.used(api, sale, typed) == (3, 3)

    def test_an_order_that_gets_nothing_is_complete_as_well(self, api: Api, channel: str) -> None:
        answer = api.call("POST", f"/orders/{code()}/complete", {"channel": channel, "items": [item(1000)]})
        assert (answer.status_code, answer.json()["total"]) == (200, 1000)

    def sale(self, api: Api, channel: str, **coupon: Any) -> tuple[str, str]:
        """A promotion with a coupon: their codes."""
        made = api.create(couponBased=True, channels=[channel], actions=[percent(10)])["code"]
        typed = code()
        answer = api.call("POST", f"/promotions/{made}/coupons/", {"code": typed, **coupon})
        assert answer.status_code == 201
        return made, typed

    def used(self, api: Api, sale: str, typed: str) -> tuple[int, int]:
        """Uses of the promotion and of its coupon."""
        here = f"/promotions/{sale}"
        return api.get(here)["used"], api.get(f"{here}/coupons/{typed}")["used"]
