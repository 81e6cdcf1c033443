"""All kinds of rule in one table, and what they have in common."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from aurapromo.engine import rules
from aurapromo.engine.decision import Reason, RuleResult
from aurapromo.engine.eligibility import cart_checks, customer_checks, moment_checks
from aurapromo.engine.eligibility.question import Question
from aurapromo.engine.eligibility.verdict import Check
from aurapromo.engine.pricing.state import State
from aurapromo.engine.rules import All, AnyOf, CouponCode, ItemTotal, Not, Rule, TotalOfItemsFromTaxon

CHECKS: Final[Mapping[type[rules.RuleRecord], Callable[[Any], Check]]] = {
    rules.MinimumSubtotal: cart_checks.minimum_subtotal,
    rules.ItemTotal: cart_checks.item_total,
    rules.CartQuantity: cart_checks.cart_quantity,
    rules.HasTaxon: cart_checks.has_taxon,
    rules.TotalOfItemsFromTaxon: cart_checks.total_of_items_from_taxon,
    rules.ContainsProduct: cart_checks.contains_product,
    rules.Product: cart_checks.product,
    rules.Category: cart_checks.category,
    rules.Brand: cart_checks.brand,
    rules.CustomerSegment: customer_checks.customer_segment,
    rules.CustomerGroup: customer_checks.customer_group,
    rules.NthOrder: customer_checks.nth_order,
    rules.FirstOrder: customer_checks.first_order,
    rules.NewCustomer: customer_checks.new_customer,
    rules.Channel: moment_checks.channel,
    rules.ShippingCountry: moment_checks.shipping_country,
    rules.TimeWindow: moment_checks.time_window,
    rules.AbVariant: moment_checks.ab_variant,
}


def check_of(rule: Rule, promotion_id: int) -> Check:
    """The rule made ready for many carts. Raises `Invalid` for a time zone that does not exist."""
    match rule:
        case All(parts):
            return every(tuple([check_of(part, promotion_id) for part in parts]))
        case AnyOf(parts):
            return some(tuple([check_of(part, promotion_id) for part in parts]))
        case Not(part):
            return opposite(check_of(part, promotion_id))
        case CouponCode():
            return moment_checks.coupon(rule, promotion_id)
        case _:
            return CHECKS[type(rule)](rule)


def every(checks: tuple[Check, ...]) -> Check:
    def check(question: Question, state: State) -> RuleResult:
        parts = tuple([part(question, state) for part in checks])
        reason = next((part.reason for part in parts if not part.passed), "")
        return RuleResult("all", not reason, reason, parts=parts)

    return check


def some(checks: tuple[Check, ...]) -> Check:
    def check(question: Question, state: State) -> RuleResult:
        parts = tuple([part(question, state) for part in checks])
        passed = any(part.passed for part in parts)
        return RuleResult("any", passed, "" if passed else Reason.NO_ALTERNATIVE_HOLDS, parts=parts)

    return check


def opposite(negated: Check) -> Check:
    def check(question: Question, state: State) -> RuleResult:
        part = negated(question, state)
        reason = Reason.RULE_HOLDS if part.passed else ""
        return RuleResult("not", not reason, reason, parts=(part,))

    return check


def is_running(rule: Rule) -> bool:
    """Whether the answer may depend on the discounts of earlier promotions."""
    match rule:
        case All(parts) | AnyOf(parts):
            return any(is_running(part) for part in parts)
        case Not(part):
            return is_running(part)
        case _:
            return isinstance(rule, ItemTotal | TotalOfItemsFromTaxon)


def can_begin_to_hold(rule: Rule, *, negated: bool = False) -> bool:
    """Whether earlier discounts can make the rule hold that did not hold on the untouched cart.

    Totals only fall, so a threshold can only be lost; under an odd number of `not` it can be won.
    """
    match rule:
        case All(parts) | AnyOf(parts):
            return any(can_begin_to_hold(part, negated=negated) for part in parts)
        case Not(part):
            return can_begin_to_hold(part, negated=not negated)
        case _:
            return negated and is_running(rule)
