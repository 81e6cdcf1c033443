"""What a batch has locked, as plain values, and what takes and moves make of it."""

from datetime import datetime
from typing import Final

import msgspec

from aurapromo.idempotency.model import Record
from aurapromo.redemptions.claims.claim import Move, Take
from aurapromo.redemptions.model import TAKEN, State, Why


class Change(msgspec.Struct, frozen=True):
    """What is added to a promotion's counter; `spent` and `revenue` in minor units."""

    used: int = 0
    held: int = 0
    spent: int = 0
    revenue: int = 0


class Counter(msgspec.Struct, frozen=True):
    """The row of one promotion that every use changes. Limits are None when there are none."""

    promotion_id: int
    used: int
    held: int
    spent: int
    revenue: int
    max_uses: int | None
    budget: int | None
    status: str
    version: int

    def after(self, change: Change) -> "Counter":
        return msgspec.structs.replace(
            self,
            used=self.used + change.used,
            held=self.held + change.held,
            spent=self.spent + change.spent,
            revenue=self.revenue + change.revenue,
        )


class Coupon(msgspec.Struct, frozen=True):
    """The row of one coupon; `code` as codes are compared. `customer_id`: only for this customer."""

    id: int
    promotion_id: int
    code: str
    customer_id: str | None
    disabled: bool
    used: int
    held: int
    max_uses: int | None
    max_uses_per_customer: int | None
    expires_at: datetime | None
    reusable: bool

    def after(self, used: int, held: int) -> "Coupon":
        return msgspec.structs.replace(self, used=self.used + used, held=self.held + held)


class Uses(msgspec.Struct, frozen=True):
    """Uses by one customer, of which `held` are only held."""

    uses: int = 0
    held: int = 0


UNUSED: Final = Uses()


class Accounts(msgspec.Struct, kw_only=True):
    """Everything that a batch has locked.

    `xid` is the transaction's id, `now` the database's clock. `orders` has the version of each order that
    exists. Coupons stand by id, `codes` leads to them. `by_customer` is keyed by customer and promotion,
    `by_coupon` by customer and coupon, `placed` by customer and the order that is not counted. `records`
    are the answers that were given before, `shoppers` the customers who took something in this batch.
    """

    xid: int
    now: datetime
    orders: dict[str, int] = {}
    counters: dict[int, Counter] = {}
    coupons: dict[int, Coupon] = {}
    codes: dict[str, int] = {}
    by_customer: dict[tuple[str, int], Uses] = {}
    by_coupon: dict[tuple[str, int], Uses] = {}
    placed: dict[tuple[str, str], int] = {}
    records: dict[bytes, Record] = {}
    shoppers: set[str] = set()


def taking(take: Take, order_total: int) -> Change:
    """What a new redemption adds; a hold reserves its use and its money, but is no revenue yet."""
    if take.state is State.HELD:
        return Change(held=1, spent=take.amount)
    return Change(used=1, spent=take.amount, revenue=order_total)


def moving(move: Move) -> Change:
    """What a change of state adds: what the old state counts is taken out, what the new one counts put in."""
    before = move.redemption
    was_held, was_taken = before.state is State.HELD, before.state in TAKEN
    is_held, is_taken = move.to is State.HELD, move.to in TAKEN
    left = 0 if move.to is State.RELEASED else before.amount - move.returned
    return Change(
        used=is_taken - was_taken,
        held=is_held - was_held,
        spent=left - before.amount,
        revenue=(is_taken - was_taken) * before.order_total,
    )


def keeps_coupon(move: Move, coupon: Coupon) -> bool:
    """Whether the use of the coupon stays taken: it was redeemed, cancelled, and is not to be used again."""
    cancelled = move.reason is Why.CANCELLED and move.redemption.state in TAKEN
    return cancelled and not coupon.reusable
