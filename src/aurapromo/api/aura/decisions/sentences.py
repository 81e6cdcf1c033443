"""A plain English sentence for every stable reason code."""

from collections.abc import Callable
from typing import Any, Final

from aurapromo.api.aura.money import digits_of, from_ppm
from aurapromo.engine.decision import Reason, RuleResult

# Kinds of rules whose expected, actual and missing values are amounts.
AMOUNTS: Final = frozenset({"minimum_subtotal", "item_total", "total_of_items_from_taxon", "budget"})

SENTENCES: Final[dict[str, str]] = {
    Reason.NOT_STARTED: "Promotion has not started: it begins at {expected}",
    Reason.EXPIRED: "Promotion has expired: it ended at {expected}",
    Reason.WITHHELD: "Promotion was left out of this decision",
    Reason.USAGE_LIMIT_REACHED: "Promotion usage limit reached ({expected})",
    Reason.BUDGET_EXHAUSTED: "Promotion budget is used up",
    Reason.CUSTOMER_LIMIT_REACHED: "Customer usage limit reached ({expected})",
    Reason.CUSTOMER_UNKNOWN: "It needs to know the customer",
    Reason.WRONG_CHANNEL: "Not for this channel (only for {expected})",
    Reason.CURRENCY_MISMATCH: "Its amounts are in {expected}, the cart is in {actual}",
    Reason.COUPON_MISSING: "A coupon code is required",
    Reason.NOT_GRANTED: "Customer has no grant for this promotion",
    Reason.OTHER_VARIANT: "Customer is not assigned to this variant of the A/B test",
    Reason.HELD_OUT: "Customer belongs to the holdout of this promotion",
    Reason.EXCLUSIVE: "Promotion cannot be combined with other discounts",
    Reason.BELOW_MINIMUM: "Order is below the minimum amount of {expected}: {missing} more",
    Reason.BELOW_ITEM_TOTAL: "Items total {actual} after earlier discounts, below {expected}: {missing} more",
    Reason.BELOW_TAXON_TOTAL: "Items of the taxon total {actual}, below {expected}: {missing} more",
    Reason.TOO_FEW_UNITS: "Too few items: {missing} more",
    Reason.WRONG_SEGMENT: "Customer is in none of the segments {expected}",
    Reason.WRONG_GROUP: "Customer is not in the group {expected}",
    Reason.WRONG_ORDER_NUMBER: "This is not order number {expected} of the customer",
    Reason.NOT_FIRST_ORDER: "This is not the customer's first order",
    Reason.NOT_NEW_CUSTOMER: "Customer signed up more than {expected} days ago",
    Reason.TAXON_MISSING: "No item is in one of the taxons {expected}",
    Reason.PRODUCT_MISSING: "None of the products {expected} is in the cart",
    Reason.PRODUCT_EXCLUDED: "A product of the cart is excluded: {actual}",
    Reason.CATEGORY_MISSING: "No item is in one of the categories {expected}",
    Reason.CATEGORY_EXCLUDED: "A category of the cart is excluded: {actual}",
    Reason.BRAND_MISSING: "No item is of one of the brands {expected}",
    Reason.BRAND_EXCLUDED: "A brand of the cart is excluded: {actual}",
    Reason.WRONG_COUNTRY: "Not shipped to one of the countries {expected}",
    Reason.OUTSIDE_TIME_WINDOW: "Outside of its days and hours (local time {actual})",
    Reason.RULE_HOLDS: "A condition holds that must not",
    Reason.NO_ALTERNATIVE_HOLDS: "None of the alternative conditions holds",
    Reason.NO_ACTIONS: "Promotion has nothing to take off",
    Reason.NO_MATCHING_ITEMS: "No item is eligible",
    Reason.NOTHING_LEFT: "Nothing is left to take off",
    Reason.ROUNDS_TO_NOTHING: "The discount rounds to nothing",
    Reason.NO_TIER_REACHED: "Order is below the lowest tier",
    Reason.NO_SHIPPING_FEE: "There is no shipping fee to take off; send shipping_amount",
    Reason.CHANNEL_NOT_CONFIGURED: "It has no amount for this channel",
    Reason.BETTER_COMBINATION: "Another combination saves more",
    Reason.LANE: "Another promotion of its lane applies",
    Reason.MAX_PROMOTIONS: "As many promotions apply as may",
    "coupon_not_found": "Coupon not found",
    "coupon_expired": "Coupon expired",
    "coupon_usage_limit_reached": "Coupon usage limit reached",
    "coupon_not_for_customer": "Customer not eligible",
    "coupon_customer_limit_reached": "Customer usage limit reached",
    "not_active": "Promotion is not active",
    "excluded_by": "Another promotion that applies cannot be combined",
}


NOTHING: Final[tuple[Any, ...]] = ((), [], frozenset())


def money_text(minor: int, currency: str) -> str:
    """An amount as people write it, with all decimals of the currency: 12.50."""
    digits = digits_of(currency)
    if digits == 0:
        return str(minor)
    whole, rest = divmod(abs(minor), 10**digits)
    return f"{'-' if minor < 0 else ''}{whole}.{rest:0{digits}}"


def percent_text(ppm: int) -> str:
    """A percentage without needless decimals: 25, 12.5."""
    return f"{from_ppm(ppm):g}" if ppm % 10_000 == 0 else str(from_ppm(ppm))


def sentence(reason: str, result: RuleResult | None, currency: str) -> str:
    """The sentence of a reason, with the values of the rule that gave it."""
    if result is None or result.expected in NOTHING or reason not in SENTENCES:
        return plain_sentence(reason)
    shown = _shower(result.type in AMOUNTS, currency)
    return SENTENCES[reason].format(
        expected=shown(result.expected), actual=shown(result.actual), missing=shown(result.missing)
    )


def plain_sentence(reason: str) -> str:
    """The sentence of a reason without any values."""
    template = SENTENCES.get(reason, reason.replace("_", " ").capitalize())
    return template.partition(":")[0].partition(" (")[0].partition(" {")[0]


def _shower(is_amount: bool, currency: str) -> Callable[[Any], str]:
    def shown(value: Any) -> str:
        if is_amount and isinstance(value, int):
            return money_text(value, currency)
        if isinstance(value, list | tuple | set | frozenset):
            return ", ".join(str(one) for one in value)
        if hasattr(value, "isoformat"):
            return str(value.isoformat()).replace("+00:00", "Z")
        return str(value)

    return shown
