"""Builders with harmless defaults, so that a case says only what it is about. Amounts are minor units."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from aurapromo.engine.actions import Action, OrderFixedDiscount, OrderPercentageDiscount
from aurapromo.engine.cart import Cart, Line
from aurapromo.engine.decide import decide
from aurapromo.engine.decision import Applied, Decision, Step
from aurapromo.engine.facts import NOTHING_KNOWN, Customer, Facts
from aurapromo.engine.options import Options
from aurapromo.engine.prepare import Prepared
from aurapromo.engine.promotion import Promotion
from aurapromo.engine.rules import Rule

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)  # a Sunday
PERCENT = 10_000  # one percent in parts per million

case = pytest.param

BY_PRIORITY = Options(strategy="priority")
SYLIUS = Options(strategy="priority", allocator="sylius_proportional", anonymous_has_limits=False)


def a_line(price: int = 1_000, quantity: int = 1, product: str = "mug", **more: Any) -> Line:
    more["categories"] = frozenset(more.get("categories", ()))
    return Line(product, quantity, price, **more)


def a_cart(*lines: Line | int, **more: Any) -> Cart:
    """Lines, or just the prices of single units."""
    made = tuple(
        a_line(line, product=f"p{i}") if isinstance(line, int) else line for i, line in enumerate(lines)
    )
    return Cart(**{"currency": "USD", "lines": made} | more)


def a_promotion(*actions: Action, number: int = 1, rules: Sequence[Rule] = (), **more: Any) -> Promotion:
    return Promotion(number, 1, f"No {number}", rules=tuple(rules), actions=actions, **more)


def percent_off(percent: float, **more: Any) -> OrderPercentageDiscount:
    return OrderPercentageDiscount(percentage=round(percent * PERCENT), **more)


def amount_off(amount: int, **more: Any) -> OrderFixedDiscount:
    return OrderFixedDiscount(amount=amount, **more)


def a_customer(**more: Any) -> Facts:
    return Facts(customer=Customer(**{"id": "alice"} | more))


def decided(
    cart: Cart,
    *promotions: Promotion | Prepared,
    facts: Facts = NOTHING_KNOWN,
    now: datetime = NOON,
    options: Options = BY_PRIORITY,
) -> Decision:
    return decide(cart, promotions, facts, now=now, options=options)


def discount(decision: Decision) -> int:
    return decision.line_discount + decision.shipping_discount


def only(decision: Decision) -> Applied:
    """What the one promotion that applied did."""
    (applied,) = decision.applied
    return applied


def step_of(decision: Decision, promotion_id: int = 1) -> Step:
    (step,) = [step for step in decision.trace if step.promotion_id == promotion_id]
    return step


def units_of(applied: Applied) -> list[list[int]]:
    """The discount of every single unit, line by line."""
    return [[off for count, off in runs for _ in range(count)] for runs in applied.units]


def left_of_units(cart: Cart, decision: Decision) -> list[list[int]]:
    """What every single unit costs in the end, line by line."""
    left = [[line.unit_price] * line.quantity for line in cart.lines]
    for applied in decision.applied:
        for units, off in zip(left, units_of(applied), strict=True):
            units[:] = [before - less for before, less in zip(units, off, strict=True)]
    return left
