"""What is asked of a batch, and what it answers. All plain values, complete before anything is written."""

from datetime import datetime
from uuid import UUID

import msgspec

from aurapromo.engine.cart import Cart
from aurapromo.idempotency.model import Record
from aurapromo.outbox.model import Event
from aurapromo.redemptions.model import Allocation, Redemption, State, Why


class Take(msgspec.Struct, frozen=True, kw_only=True):
    """One use of a promotion that a claim wants; amounts as in `Redemption`.

    `version` is the definition that was decided with, `most` its limit per customer. `code` is the
    coupon to use, as codes are compared.
    """

    id: UUID
    promotion_id: int
    version: int
    state: State
    discount: int
    shipping_discount: int
    credit: int
    code: str | None = None
    most: int | None = None
    allocations: tuple[Allocation, ...] = ()

    @property
    def amount(self) -> int:
        return self.discount + self.shipping_discount + self.credit


class Move(msgspec.Struct, frozen=True, kw_only=True):
    """A change to a redemption, given as it was seen; `returned` is what comes back now."""

    redemption: Redemption
    to: State
    reason: Why | None = None
    returned: int = 0


class OrderAfter(msgspec.Struct, frozen=True, kw_only=True):
    """The order as it is to be stored, beside its version."""

    customer_id: str | None
    cart: Cart
    cart_digest: bytes
    total: int
    returned: tuple[int, ...] | None = None
    cancelled: bool = False


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """All that one request wants of the ledger: everything or nothing.

    `seen` is the version of the order that was decided with, 0 for one not seen before; `order` is what it
    becomes (None: it stays as it is, and only the record is written). `customer` is locked when limits or
    rules count by customer; `placed_orders` is then what the rules counted with (None: they did not).
    `expires_at` is that of new holds.
    """

    order_id: str
    seen: int
    at: datetime
    order: OrderAfter | None = None
    takes: tuple[Take, ...] = ()
    moves: tuple[Move, ...] = ()
    customer: str | None = None
    placed_orders: int | None = None
    expires_at: datetime | None = None
    record: Record | None = None
    events: tuple[Event, ...] = ()


class Done(msgspec.Struct, frozen=True):
    """Everything was taken as claimed."""


class Repeated(msgspec.Struct, frozen=True):
    """The key was used before; `record` is what was answered then, perhaps to another body."""

    record: Record


class Stale(msgspec.Struct, frozen=True):
    """The order, the customer's orders or a promotion are not as they were decided with: decide again.

    `promotions` are those whose definition or status has changed since.
    """

    promotions: tuple[int, ...] = ()


class Over(msgspec.Struct, frozen=True):
    """A hold that was to be confirmed has expired by the database's clock."""


class Refused(msgspec.Struct, frozen=True):
    """Limits: promotions and codes that cannot be had, each with the reason code.

    `held`: some of what is used up is held, so expired holds may give it back.
    """

    promotions: dict[int, str]
    codes: dict[str, str]
    held: bool


Verdict = Done | Repeated | Stale | Over | Refused
