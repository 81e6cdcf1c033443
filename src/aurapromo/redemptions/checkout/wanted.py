"""What a checkout asks for, and how it can be refused."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import msgspec

from aurapromo.engine.cart import Cart
from aurapromo.engine.facts import Customer
from aurapromo.engine.options import Options
from aurapromo.errors import Conflict, FieldError, Invalid, NotFound
from aurapromo.idempotency.model import Identity
from aurapromo.redemptions.checkout.plan import Receipt


class OrderUnknown(NotFound):
    """Nobody has told us of this order, so it needs its items."""

    code = "ORDER_UNKNOWN"


class OrderCancelled(Conflict):
    """The order was cancelled; what it had was given back."""

    code = "ORDER_CANCELLED"


class OrderReturned(Conflict):
    """Items of the order came back, so it can take no further promotions."""

    code = "ORDER_RETURNED"


class CartChanged(Conflict):
    """The order has redeemed its promotions with another cart."""

    code = "CART_CHANGED"


class NothingApplies(Invalid):
    """Nothing that was asked for applies, and nothing was taken; `fields` have the reasons."""

    code = "NOTHING_APPLIES"


class LimitReached(Conflict):
    """What was asked for is used up, and nothing was taken; `fields` have the reasons."""

    code = "LIMIT_REACHED"

    def __init__(self, fields: Sequence[FieldError]) -> None:
        self.fields = tuple(fields)
        super().__init__("; ".join(field.message for field in self.fields))


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """One checkout.

    `cart` None means that of the order as it is known, with `shipping` (in `currency`) and `country` in
    place of its own where they are given. `codes` are the coupon codes, as codes are compared. `named`
    promotions are asked for beside those of the codes, `automatic` asks for all live ones that need no
    code. `hold_s` holds for that many seconds instead of redeeming. `identity` keeps the answer under a
    key.
    """

    order_id: str
    cart: Cart | None
    customer: Customer | None
    now: datetime
    options: Options
    codes: tuple[str, ...] = ()
    named: tuple[int, ...] = ()
    automatic: bool = True
    shipping: tuple[int, ...] = ()
    currency: str | None = None
    country: str | None = None
    hold_s: int | None = None
    identity: Identity | None = None


class Words(Protocol):
    """How a contract words the outcome."""

    def receipt(self, receipt: Receipt) -> bytes:
        """The body of the answer."""

    def missed(self, receipt: Receipt) -> list[FieldError]:
        """The reasons why nothing was taken, one for each promotion and code."""
