"""What a cart gets, in Sylius' terms."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, repeat
from typing import Any, Final, NamedTuple

from aurapromo.api.sylius.evaluations.types import (
    AdjustmentOut,
    CartIn,
    CartOut,
    ItemOut,
    RuleOut,
    StepOut,
    UnitOut,
)
from aurapromo.engine.decision import Applied, Outcome, Part, Run, Step

COUPON_ERROR: Final = "Coupon code is invalid."
ORDER, UNIT = "order_promotion", "order_unit_promotion"
MOST_UNITS: Final = 10_000
#: What a promotion is whose own conditions hold.
ELIGIBLE: Final = frozenset({Outcome.APPLIED, Outcome.NO_EFFECT, Outcome.EXCLUDED_BY, Outcome.BEATEN})

Units = tuple[tuple[Run, ...], ...]


class Given(NamedTuple):
    """What one action of a promotion took off the lines."""

    promotion: str
    type: str
    units: Units


class Outcomes(NamedTuple):
    """A decision as far as the answer needs it. `codes` has the promotions' codes by id."""

    applied: Sequence[Applied]
    trace: Sequence[Step]
    codes: Mapping[int, str]
    coupon_of: int | None


def answer(given: CartIn, found: Outcomes) -> CartOut:
    parts = list(chain.from_iterable(parts_of(one, found.codes[one.promotion_id]) for one in found.applied))
    units = sum(item.quantity for item in given.items)
    totals = {level: -sum(value(one.units) for one in parts if one.type == level) for level in (ORDER, UNIT)}
    items = sum(item.unit_price * item.quantity for item in given.items) + sum(totals.values())
    off_shipping = -sum(sum(one.shipping) for one in found.applied)
    fees = given.shipping if isinstance(given.shipping, int) else sum(given.shipping or ())
    return CartOut(
        items_total=items,
        order_promotion_total=totals[ORDER],
        unit_promotion_total=totals[UNIT],
        shipping_promotion_total=off_shipping,
        shipping_total=fees + off_shipping,
        total=items + fees + off_shipping,
        promotions=[found.codes[one.promotion_id] for one in found.applied],
        coupon_error=coupon_error(given, found),
        items=[item_out(given, line, parts, listed=units <= MOST_UNITS) for line in range(len(given.items))],
        explanation=[step_out(step, found.codes) for step in found.trace],
    )


def parts_of(applied: Applied, code: str) -> Iterator[Given]:
    """One action after the other; a single one is the whole."""
    for part in applied.parts or (Part(applied.units, applied.unit_level),):
        yield Given(code, UNIT if part.unit_level else ORDER, part.units)


def value(units: Units) -> int:
    return sum(count * off for line in units for count, off in line)


def item_out(given: CartIn, line: int, parts: Sequence[Given], *, listed: bool) -> ItemOut:
    item = given.items[line]
    off = sum(count * less for part in parts for count, less in part.units[line])
    units = list(units_out(item.unit_price, item.quantity, line, parts)) if listed else []
    return ItemOut(item.variant or item.product, item.unit_price * item.quantity - off, units)


def units_out(price: int, quantity: int, line: int, parts: Sequence[Given]) -> Iterator[UnitOut]:
    columns = [chain.from_iterable(repeat(off, count) for count, off in one.units[line]) for one in parts]
    rows = zip(*columns, strict=True) if columns else repeat((), quantity)
    for row in rows:
        adjustments = [
            AdjustmentOut(part.type, part.promotion, -off)
            for part, off in zip(parts, row, strict=True)
            if off
        ]
        yield UnitOut(price - sum(row), adjustments)


def coupon_error(given: CartIn, found: Outcomes) -> str | None:
    if given.coupon is None or not given.coupon.strip():
        return None
    outcomes = {step.promotion_id: step.outcome for step in found.trace}
    if found.coupon_of is None or outcomes.get(found.coupon_of) not in ELIGIBLE:
        return COUPON_ERROR
    return None


def step_out(step: Step, codes: Mapping[int, str]) -> StepOut:
    return StepOut(
        promotion=codes[step.promotion_id],
        outcome=step.outcome,
        reason=step.reason,
        discount=-step.discount,
        by=None if step.by is None else codes.get(step.by),
        rules=[
            RuleOut(one.type, one.passed, one.reason, plain(one.expected), plain(one.actual), one.missing)
            for one in step.rules
        ],
    )


def plain(found: Any) -> Any:
    return sorted(found) if isinstance(found, set | frozenset) else found
