"""Whatever the cart and the promotions: the parts of an answer add up, and nothing is below zero."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.api.aura.world import Aura, custom, sale

DIGITS = {"USD": 2, "JPY": 0, "KWD": 3}
percentages = st.integers(1, 1_000_000).map(lambda ppm: ppm / 10_000)
categories = st.lists(st.integers(1, 3), max_size=2, unique=True)


def amounts(currency: str, most: int = 5_000) -> st.SearchStrategy[float]:
    return st.integers(1, most).map(lambda minor: minor / 10 ** DIGITS[currency])


@st.composite
def promotions(draw: st.DrawFn, currency: str) -> dict[str, Any]:
    of = amounts(currency)
    kind = draw(st.sampled_from(["percentage", "fixed", "bogo", "tiered", "shipping", "cashback", "unit"]))
    common = {
        "currency": currency,
        "priority": draw(st.integers(0, 2)),
        "can_stack": draw(st.integers(0, 4)) > 0,
        "maximum_discount_amount": draw(st.none() | of),
        "applicable_categories": draw(categories),
    }
    match kind:
        case "fixed":
            own = {"promotion_type": "fixed_amount_discount", "discount_type": "fixed_amount",
                   "discount_value": draw(of)}  # fmt: skip
        case "bogo":
            own = {"promotion_type": "buy_one_get_one", "discount_value": draw(percentages)}
        case "tiered":
            tier = {"min_amount": draw(of), "discount_percentage": draw(percentages)}
            own = {"promotion_type": "tiered_discount", "tier_rules": {"tiers": [tier]}}
        case "shipping":
            own = {"promotion_type": "free_shipping"}
        case "cashback":
            own = {"promotion_type": "cashback", "discount_value": draw(percentages)}
        case "unit":
            off = {"type": "unit_percentage_discount", "percentage": draw(percentages)}
            return custom(off, priority=common["priority"], currency=currency, can_stack=common["can_stack"])
        case _:
            own = {"discount_value": draw(percentages)}
    return sale(**common, **own)


@st.composite
def worlds(draw: st.DrawFn) -> dict[str, Any]:
    currency = draw(st.sampled_from(list(DIGITS)))
    line = st.fixed_dictionaries(
        {
            "product_id": st.integers(1, 3),
            "quantity": st.integers(1, 4),
            "unit_price": st.just(0) | amounts(currency),
            "category_id": st.integers(1, 4),
        }
    )
    return {
        "promotions": draw(st.lists(promotions(currency), min_size=1, max_size=4)),
        "cart": {
            "currency": currency,
            "order_items": draw(st.lists(line, min_size=1, max_size=5)),
            "shipping_amount": draw(st.none() | amounts(currency, 900)),
            "strategy": draw(st.sampled_from(["best", "priority"])),
        },
    }


class Answer:
    """An evaluation in minor units."""

    def __init__(self, found: dict[str, Any], currency: str) -> None:
        self.found = found
        self._scale: int = 10 ** DIGITS[currency]

    def minor(self, amount: float) -> int:
        exact: int = round(amount * self._scale)
        assert exact / self._scale == amount, "never finer than the currency"
        return exact

    def __getitem__(self, name: str) -> int:
        return self.minor(self.found[name])

    def each(self, listed: str, name: str) -> list[int]:
        return [self.minor(one[name]) for one in self.found[listed]]


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(worlds())
def test_the_parts_add_up(aura: Aura, world: dict[str, Any]) -> None:
    ids = [aura.live(body) for body in world["promotions"]]
    cart = world["cart"] | {"promotion_ids": ids}
    found = Answer(aura.ok("POST", "evaluations", json=cart), cart["currency"])
    lines = found.each("line_discounts", "discount_amount")
    assert found["total_discount"] == sum(found.each("promotions_applied", "discount_amount"))
    assert found["total_discount"] == sum(lines) + found["shipping_discount"]
    assert found["cashback_amount"] == sum(found.each("promotions_applied", "cashback_amount"))
    assert found["final_total"] == found["original_total"] - found["total_discount"] >= 0
    for line, given_item, discount in zip(
        found.found["line_discounts"], cart["order_items"], lines, strict=True
    ):
        price = found.minor(given_item["unit_price"])
        units = [found.minor(unit) for unit in line["unit_discounts"]]
        assert len(units) == given_item["quantity"]
        assert sum(units) == discount
        assert all(0 <= unit <= price for unit in units)
    if cart["strategy"] == "best":
        alone = [aura.ok("POST", "evaluations", json=cart | {"promotion_ids": [one]}) for one in ids]
        best = max(found.minor(one["total_discount"]) for one in alone)
        assert found["total_discount"] >= best, "together they save at least what one saves alone"


@pytest.mark.parametrize("strategy", ["best", "priority"])
def test_the_order_of_the_lines_changes_no_total(aura: Aura, strategy: str) -> None:
    ids = [aura.live(discount_value=33.3333), aura.live(discount_value=7, priority=1)]
    lines = [{"product_id": n, "quantity": n, "unit_price": 0.07 * n // 0.01 / 100} for n in range(1, 6)]
    totals = {
        aura.evaluate(*order, promotion_ids=ids, strategy=strategy)["total_discount"]
        for order in (lines, lines[::-1], lines[2:] + lines[:2])
    }
    assert len(totals) == 1
