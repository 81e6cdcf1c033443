"""What every promotion may ask beside its rules: period, limits, channel, currency, code, grant, test.

A condition answers None when it holds; only those that a promotion sets are asked.
"""

import hashlib
from collections.abc import Callable
from typing import Final

from aurapromo.engine.decision import Reason, RuleResult
from aurapromo.engine.eligibility.question import Question
from aurapromo.engine.eligibility.verdict import judged
from aurapromo.engine.facts import Spent
from aurapromo.engine.promotion import Period, Promotion

Condition = Callable[[Promotion, Question], RuleResult | None]

BUCKETS: Final = 10_000  # a holdout is a range of buckets, so 0.01 % is the finest share
UNSPENT: Final = Spent()
ALWAYS: Final = Period()


def conditions_of(promotion: Promotion, *, has_plain_amounts: bool) -> tuple[Condition, ...]:
    """The conditions that this promotion sets, in the order in which a refusal is best explained."""
    limits = promotion.limits
    asked: list[tuple[bool, Condition]] = [
        (promotion.period != ALWAYS, in_period),
        (limits.max_uses is not None, uses_left),
        (limits.budget is not None, budget_left),
        (limits.max_uses_per_customer is not None, customer_uses_left),
        (promotion.channels is not None, in_channel),
        (has_plain_amounts, same_currency),
        (promotion.requires_coupon, has_coupon),
        (promotion.granted_only, is_granted),
        (promotion.ab_test is not None, in_variant),
        (promotion.holdout_ppm > 0, outside_holdout),
        (promotion.exclusive, stands_alone),
    ]
    return tuple([condition for is_set, condition in asked if is_set])


def in_period(promotion: Promotion, question: Question) -> RuleResult | None:
    period, now = promotion.period, question.now
    if period.starts_at is not None and now < period.starts_at:
        return judged("period", Reason.NOT_STARTED, expected=period.starts_at, actual=now)
    if period.ends_at is not None and period.ends_at <= now:
        return judged("period", Reason.EXPIRED, expected=period.ends_at, actual=now)
    return None


def uses_left(promotion: Promotion, question: Question) -> RuleResult | None:
    spent = question.facts.spent.get(promotion.id, UNSPENT)
    uses, limit = spent.used + spent.held, promotion.limits.max_uses
    if limit is None or uses < limit:
        return None
    return judged("max_uses", Reason.USAGE_LIMIT_REACHED, expected=limit, actual=uses)


def budget_left(promotion: Promotion, question: Question) -> RuleResult | None:
    given = question.facts.spent.get(promotion.id, UNSPENT).amount
    budget = promotion.limits.budget
    if budget is None or given < budget:
        return None
    return judged("budget", Reason.BUDGET_EXHAUSTED, expected=budget, actual=given)


def customer_uses_left(promotion: Promotion, question: Question) -> RuleResult | None:
    """A caller who is not known is refused, or (by the options) not counted."""
    limit = promotion.limits.max_uses_per_customer
    if question.facts.customer is None:
        if not question.options.anonymous_has_limits:
            return None
        return judged("max_uses_per_customer", Reason.CUSTOMER_UNKNOWN, expected=limit)
    uses = question.facts.customer_uses.get(promotion.id, 0)
    if limit is None or uses < limit:
        return None
    return judged("max_uses_per_customer", Reason.CUSTOMER_LIMIT_REACHED, expected=limit, actual=uses)


def in_channel(promotion: Promotion, question: Question) -> RuleResult | None:
    channel = question.cart.channel
    if promotion.channels is None or channel in promotion.channels:
        return None
    return judged("channels", Reason.WRONG_CHANNEL, expected=sorted(promotion.channels), actual=channel)


def same_currency(promotion: Promotion, question: Question) -> RuleResult | None:
    currency = question.cart.currency
    if currency == promotion.currency:
        return None
    return judged("currency", Reason.CURRENCY_MISMATCH, expected=promotion.currency, actual=currency)


def has_coupon(promotion: Promotion, question: Question) -> RuleResult | None:
    """One usable code of this promotion is enough; otherwise the refusal of the first code tells why."""
    refusal: str = Reason.COUPON_MISSING
    for code in question.cart.codes:
        coupon = question.facts.coupons.get(code)
        if coupon is None or coupon.promotion_id != promotion.id:
            continue
        if coupon.refusal is None:
            return None
        refusal = coupon.refusal if refusal == Reason.COUPON_MISSING else refusal
    return judged("requires_coupon", refusal, actual=question.cart.codes)


def is_granted(promotion: Promotion, question: Question) -> RuleResult | None:
    if promotion.id in question.facts.grants:
        return None
    return judged("granted_only", Reason.NOT_GRANTED)


def in_variant(promotion: Promotion, question: Question) -> RuleResult | None:
    variant = question.facts.assignments.get(promotion.ab_test or "")
    if variant is not None and variant == promotion.ab_variant:
        return None
    return judged("ab_test", Reason.OTHER_VARIANT, expected=promotion.ab_variant, actual=variant)


def outside_holdout(promotion: Promotion, question: Question) -> RuleResult | None:
    key = question.facts.holdout_key
    if key is None or bucket(promotion.id, key) * 1_000_000 >= promotion.holdout_ppm * BUCKETS:
        return None
    return judged("holdout", Reason.HELD_OUT)


def stands_alone(_promotion: Promotion, question: Question) -> RuleResult | None:
    """An exclusive promotion does not apply beside a discount that others have given."""
    prior = question.cart.prior_discount
    return judged("exclusive", Reason.EXCLUSIVE, expected=0, actual=prior) if prior > 0 else None


def bucket(promotion_id: int, holdout_key: str) -> int:
    """A number in 0..9999 that never changes for this promotion and customer."""
    digest = hashlib.sha256(f"{promotion_id}\x00{holdout_key}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % BUCKETS
