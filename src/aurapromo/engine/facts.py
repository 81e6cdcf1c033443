"""All that a rule may ask about the customer and about past use; plain values, read before deciding."""

from collections.abc import Mapping
from datetime import datetime

import msgspec


class Customer(msgspec.Struct, frozen=True):
    """What is known of one customer.

    `placed_orders` counts orders placed or held, without cancelled ones; None means unknown.
    `signed_up_at` is UTC. `segments` and `group` are the shop's own names.
    """

    id: str
    segments: frozenset[str] = frozenset()
    group: str | None = None
    placed_orders: int | None = None
    signed_up_at: datetime | None = None
    email: str | None = None


class Spent(msgspec.Struct, frozen=True):
    """What has been taken of one promotion: uses redeemed, uses held, discount given in minor units."""

    used: int = 0
    held: int = 0
    amount: int = 0


class Coupon(msgspec.Struct, frozen=True):
    """A coupon code as the decision sees it. `refusal` is a reason code when it cannot be used now."""

    code: str
    promotion_id: int
    refusal: str | None = None


class Facts(msgspec.Struct, frozen=True):
    """Everything a decision knows beside the cart and the promotions.

    `customer` is None for an anonymous caller. `spent` and `customer_uses` (used and held, by this
    customer) are by promotion id; a missing id means none. `coupons` holds, by normalised code, the
    codes of the cart that exist. `assignments` maps A/B test id to the stored variant, `grants` are
    promotions granted to this customer until now, `holdout_key` identifies the customer for the
    holdout's hash (None: outside of every holdout).
    """

    customer: Customer | None = None
    spent: Mapping[int, Spent] = {}
    customer_uses: Mapping[int, int] = {}
    coupons: Mapping[str, Coupon] = {}
    assignments: Mapping[str, str] = {}
    grants: frozenset[int] = frozenset()
    holdout_key: str | None = None


NOTHING_KNOWN = Facts()
