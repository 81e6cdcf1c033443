"""From the flat fields to rules and actions."""

from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from aurapromo.api.aura.promotions.flat.fields import (
    FITTING,
    VALUE_HAS_NO_SAY,
    PromotionType,
    Shorthand,
    TierRule,
)
from aurapromo.api.aura.units import Units
from aurapromo.engine import actions as a
from aurapromo.engine import rules as r
from aurapromo.errors import FieldError

P = PromotionType
WHOLE: Final = 1_000_000


class Compiled(NamedTuple):
    """What the flat fields stand for."""

    rules: tuple[r.Rule, ...]
    actions: tuple[a.Action, ...]


def compiled(given: Shorthand, currency: str) -> Compiled:
    """The rules and actions that the flat fields stand for; raises Invalid with every field at fault."""
    units = Units(currency, {})
    found = compiled_by(units, given)
    units.check()
    return found


def compiled_by(units: Units, given: Shorthand) -> Compiled:
    """The same; what is wrong is among the faults of `units`."""
    units.faults.extend(misfits(given))
    return Compiled(tuple(_rules(given, units)), (_action(given, units),))


def misfits(given: Shorthand) -> Iterator[FieldError]:
    """Fields that are missing or do not go together."""
    if given.discount_type is None:
        yield FieldError(("discount_type",), "is required")
    elif given.discount_type not in FITTING[given.promotion_type]:
        fitting = " or ".join(FITTING[given.promotion_type])
        yield FieldError(("discount_type",), f"must be {fitting} for a {given.promotion_type}")
    if given.discount_value is None:
        yield FieldError(("discount_value",), "is required")
    elif given.discount_value <= 0 and given.promotion_type not in VALUE_HAS_NO_SAY:
        yield FieldError(("discount_value",), "must be greater than 0")
    if given.bogo_config is not None and given.promotion_type is not P.BUY_ONE_GET_ONE:
        yield FieldError(("bogo_config",), "is only for promotion_type buy_one_get_one")
    if given.tier_rules is not None and given.promotion_type is not P.TIERED_DISCOUNT:
        yield FieldError(("tier_rules",), "is only for promotion_type tiered_discount")
    if given.promotion_type is P.TIERED_DISCOUNT and given.tier_rules is None and not given.discount_value:
        yield FieldError(("tier_rules",), "is required when discount_value is 0")


def _rules(given: Shorthand, units: Units) -> Iterator[r.Rule]:
    minimum = units.optional(given.minimum_order_amount, "minimum_order_amount")
    if minimum:
        yield r.MinimumSubtotal(minimum)
    if given.target_customer_segments:
        yield r.CustomerSegment(tuple(given.target_customer_segments))
    if given.applicable_categories and given.promotion_type is P.FREE_SHIPPING:
        yield r.Category(include=_categories(given))


def _action(given: Shorthand, units: Units) -> a.Action:
    cap = units.positive(given.maximum_discount_amount, "maximum_discount_amount")
    return BUILDERS[given.promotion_type](given, units, cap)


def _items(given: Shorthand) -> a.ItemFilter:
    return a.ItemFilter(categories=_categories(given))


def _categories(given: Shorthand) -> tuple[str, ...]:
    return tuple(str(category) for category in given.applicable_categories or ())


def _percent(given: Shorthand, units: Units) -> int:
    return units.percentage(given.discount_value or 0.0, "discount_value")


def _percentage(given: Shorthand, units: Units, cap: int | None) -> a.Action:
    return a.OrderPercentageDiscount(percentage=_percent(given, units), cap=cap, filters=_items(given))


def _fixed(given: Shorthand, units: Units, cap: int | None) -> a.Action:
    amount = units.amount(given.discount_value or 0.0, "discount_value")
    return a.OrderFixedDiscount(amount=amount, cap=cap, filters=_items(given))


def _bogo(given: Shorthand, units: Units, cap: int | None) -> a.Action:
    kept = given.bogo_config
    return a.BuyXGetY(
        buy=1 if kept is None else kept.buy_quantity,
        get=1 if kept is None else kept.get_quantity,
        max_sets=None if kept is None else kept.max_sets,
        percentage=_percent(given, units),
        cap=cap,
        trigger=_items(given),
        target=_items(given),
    )


def _tiered(given: Shorthand, units: Units, cap: int | None) -> a.Action:
    if given.tier_rules is None:
        tiers: tuple[a.Tier, ...] = (a.Tier(minimum_amount=0, percentage=_percent(given, units)),)
    else:
        tiers = tuple(_tier(tier, units, index) for index, tier in enumerate(given.tier_rules.tiers))
    return a.Tiered(tiers=tiers, cap=cap, filters=_items(given))


def _tier(given: TierRule, units: Units, index: int) -> a.Tier:
    here = ("tier_rules", "tiers", index)
    percent = given.discount_percentage
    if percent is not None and percent <= 0:
        units.faults.append(FieldError((*here, "discount_percentage"), "must be greater than 0"))
    return a.Tier(
        minimum_amount=units.amount(given.min_amount, *here, "min_amount"),
        percentage=None if percent is None else units.percentage(percent, *here, "discount_percentage"),
        amount=units.positive(given.discount_amount, *here, "discount_amount"),
        cap=units.positive(given.maximum_discount, *here, "maximum_discount"),
    )


def _free_shipping(given: Shorthand, units: Units, cap: int | None) -> a.Action:
    _percent(given, units)
    return a.FreeShipping(cap=cap)


def _cashback(given: Shorthand, units: Units, cap: int | None) -> a.Action:
    return a.Cashback(percentage=_percent(given, units), cap=cap, filters=_items(given))


Builder = Callable[[Shorthand, Units, int | None], a.Action]
BUILDERS: Final[dict[PromotionType, Builder]] = {
    P.PERCENTAGE_DISCOUNT: _percentage,
    P.FIXED_AMOUNT_DISCOUNT: _fixed,
    P.BUY_ONE_GET_ONE: _bogo,
    P.TIERED_DISCOUNT: _tiered,
    P.FREE_SHIPPING: _free_shipping,
    P.CASHBACK: _cashback,
}
