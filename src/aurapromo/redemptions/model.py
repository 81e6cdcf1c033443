"""Redemptions, and orders as the ledger knows them. Amounts are minor units of the order's currency."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec

from aurapromo.engine.cart import Cart


class State(StrEnum):
    """Where a redemption stands.

    `HELD` reserves a use until it expires, `REDEEMED` has taken it, `RELEASED` has given it back;
    `RETURNED` is a redeemed one of whose items some or all came back: its use stays taken.
    """

    HELD = "held"
    REDEEMED = "redeemed"
    RELEASED = "released"
    RETURNED = "returned"


class Why(StrEnum):
    """Why a redemption was released."""

    RELEASED = "released"
    EXPIRED = "expired"
    REPLACED = "replaced"
    CANCELLED = "cancelled"


#: A redemption in one of these counts as a use.
TAKEN = (State.REDEEMED, State.RETURNED)


class Allocation(msgspec.Struct, frozen=True):
    """`units` equal units of one line, from `first_unit` on, and what each of them got."""

    line: int
    first_unit: int
    units: int
    unit_discount: int


class Redemption(msgspec.Struct, frozen=True, kw_only=True):
    """One use of one promotion by one order.

    `discount` is what the lines lost, `returned` what came back of all three amounts. `order_total`
    is items and shipping before any discount. `coupon_kept`: its coupon's use was not given back.
    """

    id: UUID
    promotion_id: int
    promotion_version: int
    promotion_name: str = ""
    coupon_id: int | None
    coupon_code: str | None
    order_id: str
    customer_id: str | None
    channel: str | None
    currency: str
    state: State
    reason: Why | None = None
    discount: int
    shipping_discount: int
    credit: int
    returned: int
    order_total: int
    expires_at: datetime | None
    created_at: datetime
    updated_at: datetime

    @property
    def amount(self) -> int:
        """What it takes of a budget now."""
        return self.discount + self.shipping_discount + self.credit - self.returned


class Standing(msgspec.Struct, frozen=True):
    """A redemption of an order that was not released, with what each unit got."""

    redemption: Redemption
    allocations: tuple[Allocation, ...]


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """An order as the ledger knows it. `version` 0 is one that it has not seen.

    `returned` has the units of each line that came back, None as long as there are none.
    """

    id: str
    version: int
    customer_id: str | None
    cart: Cart
    cart_digest: bytes
    returned: tuple[int, ...] | None
    cancelled_at: datetime | None
    standing: tuple[Standing, ...]


class Code(msgspec.Struct, frozen=True):
    """A coupon code as codes are compared. `counts_customers`: it has a limit per customer."""

    code: str
    promotion_id: int
    counts_customers: bool


class Filters(msgspec.Struct, frozen=True, kw_only=True):
    """Which redemptions; None leaves a filter out. Their ids lie from `first` up to, not including, `before`.

    Ids carry the time, so that a span of time is one of ids too.
    """

    promotion_id: int | None = None
    order_id: str | None = None
    customer_id: str | None = None
    state: State | None = None
    first: UUID
    before: UUID
