"""A coupon between Sylius' shape and ours."""

from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec
from msgspec import UNSET

from aurapromo.api.sylius.forms.coupon import CouponForm
from aurapromo.api.sylius.translate import links
from aurapromo.api.sylius.translate.dates import written
from aurapromo.api.sylius.types import CouponLinks, CouponOut, Link
from aurapromo.coupons.model import Coupon, Terms

#: Fields of the form by what they are called in our record.
OURS: Final = {
    "usageLimit": "max_uses",
    "expiresAt": "expires_at",
    "perCustomerUsageLimit": "max_uses_per_customer",
    "reusableFromCancelledOrders": "reusable_from_cancelled_orders",
}


def terms_of(form: CouponForm) -> Terms:
    return Terms(**_ours(form))


def edited(before: Coupon, form: CouponForm) -> Coupon:
    return msgspec.structs.replace(before, **_ours(form))


def _ours(form: CouponForm) -> dict[str, Any]:
    return {OURS[name]: value for name, value in form.values.items() if name in OURS}


def full(coupon: Coupon, promotion: str, zone: ZoneInfo) -> CouponOut:
    """`promotion` is the code of its promotion."""
    most = coupon.max_uses_per_customer
    return msgspec.structs.replace(
        short(coupon, promotion, zone),
        created_at=written(coupon.created_at, zone),
        updated_at=written(coupon.updated_at, zone),
        per_customer_usage_limit=UNSET if most is None else most,
        reusable_from_cancelled_orders=UNSET if coupon.reusable_from_cancelled_orders else False,
        links=CouponLinks(_here(coupon, promotion), Link(links.to("promotions", promotion))),
    )


def short(coupon: Coupon, promotion: str, zone: ZoneInfo) -> CouponOut:
    """As in a list."""
    return CouponOut(
        id=coupon.id,
        code=coupon.code,
        usage_limit=UNSET if coupon.max_uses is None else coupon.max_uses,
        used=coupon.used,
        expires_at=UNSET if coupon.expires_at is None else written(coupon.expires_at, zone),
        links=CouponLinks(_here(coupon, promotion)),
    )


def _here(coupon: Coupon, promotion: str) -> Link:
    return Link(links.to("promotions", promotion, "coupons", coupon.code))
