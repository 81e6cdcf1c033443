"""A promotion made ready once, to be decided many times."""

from collections.abc import Iterator, Sequence

import msgspec

from aurapromo.engine.actions import (
    Action,
    BuyXGetY,
    Cashback,
    FixedPrice,
    ItemFilter,
    OrderFixedDiscount,
    Tiered,
    UnitFixedDiscount,
    UnitPercentageDiscount,
)
from aurapromo.engine.eligibility.checks import can_begin_to_hold, check_of, is_running
from aurapromo.engine.eligibility.conditions import Condition, conditions_of
from aurapromo.engine.eligibility.verdict import Check
from aurapromo.engine.pricing.kinds.table import Level, kind_of
from aurapromo.engine.pricing.plan import Plans, filter_in, plans_of
from aurapromo.engine.promotion import Promotion
from aurapromo.engine.rules import All, AnyOf, MinimumSubtotal, Not, Rule


class Prepared(msgspec.Struct, frozen=True):
    """A promotion with its rules and actions compiled; keep it as long as the promotion's version.

    `order` sorts promotions as they take their turns; `levels` are those of the actions.
    `is_running`: earlier discounts may change whether it applies; `can_begin_to_hold`: even from no
    to yes.
    """

    promotion: Promotion
    order: tuple[int, int]
    conditions: tuple[Condition, ...]
    checks: tuple[Check, ...]
    plans: tuple[Plans, ...]
    levels: tuple[Level, ...]
    is_running: bool
    can_begin_to_hold: bool


def prepare(promotion: Promotion) -> Prepared:
    """Raises `Invalid` when a time window names a zone that does not exist."""
    discounted = promotion.applies_to_discounted
    return Prepared(
        promotion,
        (-promotion.priority, promotion.id),
        conditions_of(promotion, has_plain_amounts=has_plain_amounts(promotion)),
        tuple([check_of(rule, promotion.id) for rule in promotion.rules]),
        tuple([plans_of(action, applies_to_discounted=discounted) for action in promotion.actions]),
        tuple([kind_of(action).level for action in promotion.actions]),
        is_running=any(is_running(rule) for rule in promotion.rules),
        can_begin_to_hold=any(can_begin_to_hold(rule) for rule in promotion.rules),
    )


def in_stacking_order(promotions: Sequence[Promotion | Prepared]) -> list[Prepared]:
    """Ready to decide with: the highest priority first, then the older id."""
    ready = [item if isinstance(item, Prepared) else prepare(item) for item in promotions]
    ready.sort(key=order_of)
    return ready


def order_of(prepared: Prepared) -> tuple[int, int]:
    return prepared.order


def has_plain_amounts(promotion: Promotion) -> bool:
    """Whether the promotion means anything only in its own currency.

    Amounts by channel are in the channel's currency and do not count.
    """
    if promotion.limits.budget is not None:
        return True
    if any(isinstance(rule, MinimumSubtotal) for rule in flattened(promotion.rules)):
        return True
    return any(has_amount(action) for action in promotion.actions)


def flattened(rules: Sequence[Rule]) -> Iterator[Rule]:
    """Every rule, also those inside others."""
    for rule in rules:
        yield rule
        match rule:
            case All(parts) | AnyOf(parts):
                yield from flattened(parts)
            case Not(part):
                yield from flattened((part,))
            case _:
                pass


def has_amount(action: Action) -> bool:
    if action.cap is not None:
        return True
    match action:
        case OrderFixedDiscount(channels=dict(), filters=filters):
            found = has_price_bound(filters)
        case UnitFixedDiscount(channels=dict()) | UnitPercentageDiscount(channels=dict()):
            found = False
        case OrderFixedDiscount() | UnitFixedDiscount() | FixedPrice() | Cashback(percentage=None):
            found = True
        case Tiered(tiers=tiers) if any((t.minimum_amount, t.amount, t.cap) != (None,) * 3 for t in tiers):
            found = True
        case BuyXGetY(trigger=trigger) if has_price_bound(trigger):
            found = True
        case _:
            found = has_price_bound(filter_in(action))
    return found


def has_price_bound(wanted: ItemFilter) -> bool:
    return wanted.minimum_price is not None or wanted.maximum_price is not None
