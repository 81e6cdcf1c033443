"""Whether a coupon may be used, and what it reads by the clock. Its promotion is judged elsewhere."""

from datetime import datetime
from enum import StrEnum

from aurapromo.coupons.model import Coupon, Known, Status
from aurapromo.engine.decision import Reason


class Refusal(StrEnum):
    """Why a coupon cannot be used now; codes as the trace of a decision has them."""

    NOT_THEIRS = "coupon_not_for_customer"
    EXPIRED = "coupon_expired"
    USED_UP = "coupon_usage_limit_reached"
    CUSTOMER_LIMIT = "coupon_customer_limit_reached"
    CUSTOMER_UNKNOWN = Reason.CUSTOMER_UNKNOWN.value


def status_of(coupon: Coupon, now: datetime) -> Status:
    """The status that people see. A coupon ends with its promotion; held uses may come back."""
    if coupon.disabled:
        return Status.DISABLED
    if _over(coupon.expires_at, now) or _over(coupon.promotion_ends_at, now):
        return Status.EXPIRED
    if coupon.max_uses is not None and coupon.used >= coupon.max_uses:
        return Status.USED_UP
    return Status.ACTIVE


def refusal(coupon: Known, customer_id: str | None, now: datetime, *, strangers: bool) -> Refusal | None:
    """Why this customer (None: one who is not known) cannot use the coupon now; None when it can be used.

    `strangers`: a limit per customer does not keep away a customer who is not known. A disabled coupon
    is refused as one that has expired.
    """
    if coupon.customer_id is not None and coupon.customer_id != customer_id:
        return Refusal.NOT_THEIRS
    if coupon.disabled or _over(coupon.expires_at, now):
        return Refusal.EXPIRED
    if coupon.max_uses is not None and coupon.used + coupon.held >= coupon.max_uses:
        return Refusal.USED_UP
    if coupon.max_uses_per_customer is None:
        return None
    if customer_id is None:
        return None if strangers else Refusal.CUSTOMER_UNKNOWN
    return Refusal.CUSTOMER_LIMIT if coupon.customer_uses >= coupon.max_uses_per_customer else None


def _over(end: datetime | None, now: datetime) -> bool:
    return end is not None and end <= now
