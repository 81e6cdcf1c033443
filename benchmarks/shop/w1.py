"""The work W1: one cart among few and many live promotions, of which the same three apply.

Five lines, quantities 1, 2, 3, 1, 2 at 10, 20, 15, 8, 30: 163.00 in all. 10 % from 50.00, 5.00 off, and
20 % off a category that one line of 45.00 has. All others fail, a third each by their minimum order,
by a category and by a product that are not in the cart.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

LINES: Final = ((1, 1, 10, 1), (2, 2, 20, 2), (3, 3, 15, 3), (4, 1, 8, 4), (5, 2, 30, 5))
ITEMS: Final = [
    {"product_id": product, "quantity": quantity, "unit_price": price, "category_id": category}
    for product, quantity, price, category in LINES
]
DISCOUNTED_CATEGORY: Final = "3"
EXPECTED: Final = [16.3, 5.0, 7.82]

Promotion = dict[str, Any]


def cart(*, explain: bool) -> str:
    """The body of an evaluation."""
    return json.dumps({"order_items": ITEMS, "explain": explain})


def check(answer: Mapping[str, Any]) -> None:
    """Raises unless the three promotions apply as they should: 16.30, then 5.00, then 20 % of 39.12."""
    taken = [one["discount_amount"] for one in answer["promotions_applied"]]
    if taken != EXPECTED:
        raise RuntimeError(f"W1 gives {taken} instead of {EXPECTED}")


def applying() -> list[Promotion]:
    return [
        _flat("10 % from 50.00", priority=30, discount_value=10, minimum_order_amount=50),
        _flat("5.00 off", priority=20, kind="fixed_amount", discount_value=5),
        _flat(
            "20 % off a category",
            priority=10,
            discount_value=20,
            applicable_categories=[DISCOUNTED_CATEGORY],
        ),
    ]


def failing(number: int) -> Promotion:
    """The promotion of this number; what it asks for is its own."""
    match number % 3:
        case 0:
            return _flat(f"Minimum {number}", discount_value=7, minimum_order_amount=200 + number)
        case 1:
            return _flat(f"Category {number}", discount_value=7, applicable_categories=[f"c{number}"])
        case _:
            rule = {"type": "product", "include": [f"p{number}"]}
            action = {"type": "order_percentage_discount", "percentage": 7}
            return _custom(f"Product {number}", rule, action)


def promotions(count: int) -> Iterator[Promotion]:
    yield from applying()
    for number in range(count - len(applying())):
        yield failing(number)


def _flat(name: str, *, kind: str = "percentage", **fields: Any) -> Promotion:
    return _promotion(name, promotion_type=f"{kind}_discount", discount_type=kind, **fields)


def _custom(name: str, rule: dict[str, Any], action: dict[str, Any]) -> Promotion:
    return _promotion(name, promotion_type="custom", rules=[rule], actions=[action])


def _promotion(name: str, **fields: Any) -> Promotion:
    """A promotion that combines with all others and is live now."""
    return {
        "name": name,
        "start_date": "2020-01-01T00:00:00Z",
        "end_date": "2099-01-01T00:00:00Z",
        "can_stack": True,
        **fields,
    }
