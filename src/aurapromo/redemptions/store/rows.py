"""Rows as they are handed to PostgreSQL: many of a table in one JSON document, a statement for all."""

from datetime import datetime
from uuid import UUID

import msgspec

from aurapromo.engine.cart import Cart
from aurapromo.idempotency.model import Record
from aurapromo.redemptions.claims.claim import Claim, Move, OrderAfter, Take


class OrderRow(msgspec.Struct, frozen=True):
    id: str
    customer_id: str | None
    channel: str | None
    currency: str
    total: int
    cart_digest: str
    cart: Cart
    returned: str | None
    cancelled: bool
    at: datetime


class RecordRow(msgspec.Struct, frozen=True):
    id: str
    body_digest: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: str
    created_at: datetime


class RedemptionRow(msgspec.Struct, frozen=True):
    id: UUID
    promotion_id: int
    promotion_version: int
    coupon_id: int | None
    order_id: str
    customer_id: str | None
    channel: str | None
    currency: str
    state: str
    discount: int
    shipping_discount: int
    credit: int
    order_total: int
    expires_at: datetime | None
    at: datetime


class AllocationRow(msgspec.Struct, frozen=True):
    redemption_id: UUID
    line: int
    first_unit: int
    units: int
    unit_discount: int


class MoveRow(msgspec.Struct, frozen=True):
    id: UUID
    state: str
    reason: str | None
    returned: int
    coupon_kept: bool
    at: datetime


def order_row(claim: Claim, order: OrderAfter) -> OrderRow:
    cart = order.cart
    returned = None if order.returned is None else "{" + ",".join(map(str, order.returned)) + "}"
    digest = hexed(order.cart_digest)
    return OrderRow(
        claim.order_id,
        order.customer_id,
        cart.channel,
        cart.currency,
        order.total,
        digest,
        cart,
        returned,
        order.cancelled,
        claim.at,
    )


def record_row(record: Record, at: datetime) -> RecordRow:
    body = record.body.decode()
    return RecordRow(hexed(record.id), hexed(record.body_digest), record.status, record.headers, body, at)


def redemption_row(claim: Claim, order: OrderAfter, take: Take, coupon_id: int | None) -> RedemptionRow:
    return RedemptionRow(
        take.id,
        take.promotion_id,
        take.version,
        coupon_id,
        claim.order_id,
        order.customer_id,
        order.cart.channel,
        order.cart.currency,
        take.state,
        take.discount,
        take.shipping_discount,
        take.credit,
        order.total,
        claim.expires_at if take.state == "held" else None,
        claim.at,
    )


def allocation_rows(take: Take) -> list[AllocationRow]:
    return [
        AllocationRow(take.id, one.line, one.first_unit, one.units, one.unit_discount)
        for one in take.allocations
    ]


def move_row(move: Move, at: datetime, *, coupon_kept: bool) -> MoveRow:
    return MoveRow(move.redemption.id, move.to, move.reason, move.returned, coupon_kept, at)


def hexed(given: bytes) -> str:
    """Bytes as PostgreSQL reads a bytea."""
    return "\\x" + given.hex()
