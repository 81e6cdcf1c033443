"""Promotions written with rules and actions: every kind goes in and comes out as it was sent."""

from typing import Any

import pytest
from tests.api.aura.world import Aura, custom, faults, item, sale

HALF_OFF = {"type": "unit_percentage_discount", "percentage": 50.0}
SATURDAY_NIGHT = {
    "type": "time_window", "zone": "America/New_York", "weekdays": [5], "from_minute": 1200, "to_minute": 120,
}  # fmt: skip
RULES: list[dict[str, Any]] = [
    {"type": "minimum_subtotal", "amount": 50.25},
    {"type": "item_total", "amounts": {"default": 20.0}},
    {"type": "cart_quantity", "count": 3},
    {"type": "customer_segment", "segments": ["premium", "2024"]},
    {"type": "customer_group", "group": "wholesale"},
    {"type": "nth_order", "nth": 3},
    {"type": "first_order"},
    {"type": "new_customer", "within_days": 30},
    {"type": "has_taxon", "taxons": ["t_shirts", 7]},
    {"type": "total_of_items_from_taxon", "thresholds": {"default": {"taxon": "mugs", "amount": 10.5}}},
    {"type": "contains_product", "product": 5},
    {"type": "product", "include": [1, "SKU-1"]},
    {"type": "category", "include": [1], "exclude": ["x", 2]},
    {"type": "brand", "exclude": [9]},
    {"type": "channel", "include": ["default"]},
    {"type": "shipping_country", "countries": ["DE", "FR"]},
    SATURDAY_NIGHT,
    {"type": "coupon"},
    {"type": "coupon", "codes": ["SUMMER25"]},
    {"type": "ab_variant", "test": "ab_1_2", "variant": "variant_1"},
    {"type": "all", "rules": [{"type": "first_order"}, {"type": "cart_quantity", "count": 1}]},
    {"type": "any", "rules": [{"type": "not", "rule": {"type": "all", "rules": [{"type": "first_order"}]}}]},
    {"type": "not", "rule": {"type": "not", "rule": {"type": "first_order"}}},
]
ACTIONS: list[dict[str, Any]] = [
    {"type": "order_percentage_discount", "cap": 99.99, "percentage": 2.555},
    {"type": "order_fixed_discount", "amount": 5.0, "filters": {"categories": [1, "x"], "brands": [2]}},
    {"type": "order_fixed_discount", "channels": {"default": 7.5}},
    {"type": "unit_percentage_discount", "percentage": 10.0, "filters": {"excluded_products": ["9"]}},
    {"type": "unit_percentage_discount", "channels": {"default": {"percentage": 10.0}}},
    {"type": "unit_fixed_discount", "amount": 0.01, "filters": {"minimum_price": 1.0, "maximum_price": 2.5}},
    {"type": "unit_fixed_discount", "channels": {"default": {"amount": 1.0, "filters": {"products": [1]}}}},
    {"type": "shipping_percentage_discount", "percentage": 50.0},
    {"type": "free_shipping"},
    {"type": "buy_x_get_y", "buy": 2, "percentage": 30.0, "max_sets": 4, "target": {"products": ["p"]}},
    {"type": "tiered", "tiers": [{"minimum_amount": 50.0, "percentage": 5.0, "cap": 3.0},
                                 {"minimum_quantity": 5, "amount": 10.0}]},
    {"type": "fixed_price", "amount": 9.99, "quantity": 3},
    {"type": "cashback", "percentage": 5.0},
    {"type": "cashback", "amount": 2.0},
]  # fmt: skip


def without_ids(parts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{name: value for name, value in part.items() if name != "id"} for part in parts]


def named(part: dict[str, Any]) -> str:
    return str(part["type"])


@pytest.mark.parametrize("rule", RULES, ids=named)
def test_a_rule_comes_back_as_it_was_sent(aura: Aura, rule: dict[str, Any]) -> None:
    created = aura.create(custom(HALF_OFF, rules=[rule]))
    assert created["promotion_type"] == "custom"
    assert without_ids(created["rules"]) == [rule]
    assert aura.get(created["id"])["rules"] == created["rules"]


@pytest.mark.parametrize("action", ACTIONS, ids=named)
def test_an_action_comes_back_as_it_was_sent(aura: Aura, action: dict[str, Any]) -> None:
    created = aura.create(custom(action))
    expected = action if action.get("filters") != {"excluded_products": ["9"]} else {
        **action, "filters": {"excluded_products": [9]},
    }  # fmt: skip
    assert without_ids(created["actions"]) == [expected]
    assert aura.get(created["id"])["actions"] == created["actions"]


def test_all_at_once_survive_a_change_of_the_name_with_their_ids(aura: Aura) -> None:
    created = aura.create(custom(*ACTIONS, rules=RULES))
    renamed = aura.put(created["id"], name="Another name")
    assert (renamed["rules"], renamed["actions"]) == (created["rules"], created["actions"])
    again = aura.put(created["id"], rules=created["rules"], actions=created["actions"])
    assert again == renamed


def test_a_rule_keeps_its_id_when_others_come_and_go(aura: Aura) -> None:
    minimum, quantity = {"type": "minimum_subtotal", "amount": 50.0}, {"type": "cart_quantity", "count": 3}
    created = aura.create(custom(HALF_OFF, rules=[minimum, quantity]))
    first, second = [rule["id"] for rule in created["rules"]]
    only_second = aura.put(created["id"], rules=[quantity])
    assert [rule["id"] for rule in only_second["rules"]] == [second]
    changed = aura.put(created["id"], rules=[{**quantity, "count": 4}, minimum])
    assert changed["rules"][0]["id"] == second
    assert changed["rules"][1]["id"] not in {first, second}


def test_amounts_by_channel_are_in_the_channels_own_currency(aura: Aura) -> None:
    tokyo = aura.own("tokyo")
    aura.ok("PUT", f"channels/{tokyo}", json={"name": "T", "currency": "JPY", "timezone": "Asia/Tokyo"})
    off = {"type": "order_fixed_discount", "channels": {"default": 1.25, tokyo: 150}}
    promotion_id = aura.live(custom(off, rules=[{"type": "item_total", "amounts": {tokyo: 900}}]))
    assert without_ids(aura.get(promotion_id)["actions"]) == [off]
    found = aura.calculate(promotion_id, item(1000), channel=tokyo)
    assert (found["discount_amount"], found["currency"]) == (150, "JPY")
    assert aura.calculate(promotion_id, item(899), channel=tokyo)["applicable"] is False
    fine = custom({"type": "order_fixed_discount", "channels": {tokyo: 150.5}})
    assert faults(aura.post(fine)) == {f"actions[0].channels.{tokyo}": "has more than 0 decimals for JPY"}


@pytest.mark.parametrize(
    ("rule", "field"),
    [
        ({"type": "minimum_subtotal", "amount": 0}, "amount"),
        ({"type": "minimum_subtotal", "amount": 0.001}, "amount"),
        ({"type": "minimum_subtotal", "amount": "5"}, "amount"),
        ({"type": "minimum_subtotal"}, "amount"),
        ({"type": "minimum_subtotal", "amount": 5, "extra": 1}, "extra"),
        ({"type": "minimum"}, "type"),
        ({"amount": 5}, "type"),
        ({"type": "item_total", "amounts": {}}, "amounts"),
        ({"type": "item_total", "amounts": {"nowhere": 5}}, "amounts.nowhere"),
        ({"type": "item_total", "amounts": {"default": 5.555}}, "amounts.default"),
        ({"type": "cart_quantity", "count": 0}, "count"),
        ({"type": "cart_quantity", "count": 1.5}, "count"),
        ({"type": "cart_quantity", "count": True}, "count"),
        ({"type": "customer_segment", "segments": []}, "segments"),
        ({"type": "customer_group", "group": ""}, "group"),
        ({"type": "nth_order", "nth": 0}, "nth"),
        ({"type": "new_customer", "within_days": 0}, "within_days"),
        ({"type": "has_taxon", "taxons": []}, "taxons"),
        ({"type": "total_of_items_from_taxon", "thresholds": {}}, "thresholds"),
        ({"type": "total_of_items_from_taxon", "thresholds": {"nowhere": {"taxon": "a", "amount": 1}}},
         "thresholds.nowhere"),
        ({"type": "product"}, ""),
        ({"type": "category", "include": [], "exclude": []}, ""),
        ({"type": "brand", "include": [1], "exclude": ["1"]}, "exclude[0]"),
        ({"type": "channel", "include": ["nowhere"]}, "include[0]"),
        ({"type": "shipping_country", "countries": []}, "countries"),
        ({"type": "shipping_country", "countries": ["DE", "XQ"]}, "countries[1]"),
        ({"type": "shipping_country", "countries": ["de"]}, "countries[0]"),
        ({"type": "time_window", "zone": "Mars/Base"}, "zone"),
        ({"type": "time_window", "zone": "../etc/passwd"}, "zone"),
        ({"type": "time_window", "zone": "UTC", "weekdays": [7]}, "weekdays[0]"),
        ({"type": "time_window", "zone": "UTC", "weekdays": [1, 1]}, "weekdays[1]"),
        ({"type": "time_window", "zone": "UTC", "from_minute": -1}, "from_minute"),
        ({"type": "time_window", "zone": "UTC", "to_minute": 1441}, "to_minute"),
        ({"type": "coupon", "codes": [" "]}, "codes[0]"),
        ({"type": "ab_variant", "test": "", "variant": "x"}, "test"),
        ({"type": "all", "rules": []}, "rules"),
        ({"type": "any", "rules": [{"type": "cart_quantity", "count": 0}]}, "rules[0].count"),
        ({"type": "not", "rule": {"type": "time_window", "zone": "x"}}, "rule.zone"),
        ({"type": "not", "rule": None}, "rule"),
    ],
)  # fmt: skip
def test_a_rule_that_makes_no_sense_is_refused_by_field(aura: Aura, rule: dict[str, Any], field: str) -> None:
    expected = f"rules[0].{field}".rstrip(".")
    assert list(faults(aura.post(custom(HALF_OFF, rules=[rule])))) == [expected]
    created = aura.create(custom(HALF_OFF))
    answer = aura.call("PUT", f"promotions/{created['id']}", json={"rules": [rule]})
    assert list(faults(answer)) == [expected]
    assert aura.get(created["id"]) == created


@pytest.mark.parametrize(
    ("action", "field"),
    [
        ({"type": "order_percentage_discount", "percentage": 0}, "percentage"),
        ({"type": "order_percentage_discount", "percentage": 100.1}, "percentage"),
        ({"type": "order_percentage_discount", "percentage": 2.55555}, "percentage"),
        ({"type": "order_percentage_discount", "percentage": 5, "cap": 0}, "cap"),
        ({"type": "order_percentage_discount", "percentage": 5, "cap": 0.001}, "cap"),
        ({"type": "order_fixed_discount"}, ""),
        ({"type": "order_fixed_discount", "amount": 5, "channels": {"default": 5}}, ""),
        ({"type": "order_fixed_discount", "amount": -5}, "amount"),
        ({"type": "order_fixed_discount", "amount": 1e13}, "amount"),
        ({"type": "order_fixed_discount", "channels": {"nowhere": 5}}, "channels.nowhere"),
        ({"type": "unit_fixed_discount", "channels": {"default": {"amount": 0}}}, "channels.default.amount"),
        ({"type": "unit_percentage_discount", "channels": {"default": {"percentage": 101}}},
         "channels.default.percentage"),
        ({"type": "unit_percentage_discount", "percentage": 5, "filters": {"category": [1]}},
         "filters.category"),
        ({"type": "unit_fixed_discount", "amount": 5, "filters": {"minimum_price": 5, "maximum_price": 4}},
         "filters.maximum_price"),
        ({"type": "shipping_percentage_discount"}, "percentage"),
        ({"type": "buy_x_get_y", "buy": 0}, "buy"),
        ({"type": "buy_x_get_y", "get": 0}, "get"),
        ({"type": "buy_x_get_y", "max_sets": 0}, "max_sets"),
        ({"type": "tiered", "tiers": []}, "tiers"),
        ({"type": "tiered", "tiers": [{"minimum_amount": 5}]}, "tiers[0]"),
        ({"type": "tiered", "tiers": [{"percentage": 5}]}, "tiers[0]"),
        ({"type": "tiered", "tiers": [{"minimum_amount": 5, "percentage": 5},
                                      {"minimum_amount": 5.0, "amount": 5}]}, "tiers[1]"),
        ({"type": "fixed_price", "amount": 5, "quantity": 0}, "quantity"),
        ({"type": "cashback"}, ""),
        ({"type": "cashback", "percentage": 5, "amount": 5}, ""),
    ],
)  # fmt: skip
def test_an_action_that_makes_no_sense_is_refused_by_field(
    aura: Aura, action: dict[str, Any], field: str
) -> None:
    assert list(faults(aura.post(custom(action)))) == [f"actions[0].{field}".rstrip(".")]


def nested(levels: int) -> dict[str, Any]:
    rule: dict[str, Any] = {"type": "first_order"}
    for _ in range(levels - 1):
        rule = {"type": "not", "rule": rule}
    return rule


def test_rules_nest_eight_levels_deep_and_no_deeper(aura: Aura) -> None:
    assert without_ids(aura.create(custom(HALF_OFF, rules=[nested(8)]))["rules"]) == [nested(8)]
    assert list(faults(aura.post(custom(HALF_OFF, rules=[nested(9)])))) == ["rules[0]"]


def test_flat_fields_and_custom_ones_do_not_mix(aura: Aura) -> None:
    assert set(faults(aura.post(sale(actions=[HALF_OFF], rules=[])))) == {"actions", "rules"}
    mixed = custom(HALF_OFF, discount_value=5, minimum_order_amount=5)
    body = mixed | {"discount_value": 5}
    assert set(faults(aura.post(body))) == {"discount_value", "minimum_order_amount"}
    assert set(faults(aura.post(custom()))) == {"actions"}
    created = aura.create(custom(HALF_OFF))
    assert list(faults(aura.call("PUT", f"promotions/{created['id']}", json={"actions": []}))) == ["actions"]


def test_every_fault_of_every_part_is_named_at_once(aura: Aura) -> None:
    body = custom(
        {"type": "order_fixed_discount", "amount": 1.234},
        {"type": "cashback", "percentage": 1.23456},
        rules=[{"type": "minimum_subtotal", "amount": 1.001}, {"type": "channel", "exclude": ["nowhere"]}],
        budget_amount=0.001,
    )
    assert set(faults(aura.post(body))) == {
        "actions[0].amount",
        "actions[1].percentage",
        "rules[0].amount",
        "rules[1].exclude[0]",
        "budget_amount",
    }
