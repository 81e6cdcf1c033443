"""What a batch locks, in the one order that every batch keeps; one function, one statement.

Keys, orders, customers, coupons, counters, each sorted: two batches may wait for each other, but never in
a circle. The statements are sent one after the other without waiting for answers, in a pipeline; what they
return is an answer to be fetched once all are on their way.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, LiteralString, TypeVar

import msgspec
from psycopg import AsyncCursor
from psycopg.rows import class_row
from psycopg.types.json import Json

from aurapromo.idempotency.model import KEPT_FOR, Record
from aurapromo.platform import database as db
from aurapromo.platform.database import Conn
from aurapromo.redemptions.claims.accounts import Counter, Coupon
from aurapromo.redemptions.store.rows import OrderRow, RecordRow

Row = TypeVar("Row")


class Begun(msgspec.Struct, frozen=True):
    """The transaction's id, to look it up by, and the database's clock."""

    xid: int
    now: datetime


class Key(msgspec.Struct, frozen=True):
    id: bytes


class Name(msgspec.Struct, frozen=True):
    id: str


class Version(msgspec.Struct, frozen=True):
    id: str
    version: int


class Used(msgspec.Struct, frozen=True):
    """Uses of a promotion with a coupon (None: without one) by a customer."""

    customer_id: str
    promotion_id: int
    coupon_id: int | None
    uses: int
    held: int
    kept: int


class Pair(msgspec.Struct, frozen=True):
    """A customer, and the order that is not counted."""

    customer: str
    besides: str


class Placed(Pair, frozen=True):
    orders: int


async def send(tx: Conn, record: type[Row], query: LiteralString, **values: Any) -> AsyncCursor[Row]:
    """Send a statement whose rows, each a `record`, are fetched later."""
    cursor = tx.cursor(row_factory=class_row(record))
    await cursor.execute(query, values)
    return cursor


async def begin(tx: Conn) -> AsyncCursor[Begun]:
    """Say how the transaction is known. Locks are waited for 2 s at most."""
    query: LiteralString = """
        SELECT pg_current_xact_id()::text::bigint AS xid, clock_timestamp() AS now
          FROM set_config('lock_timeout', '2s', true)
        """
    return await send(tx, Begun, query)


async def add_records(tx: Conn, rows: Sequence[RecordRow]) -> AsyncCursor[Key]:
    """Keep the answers whose keys are new or long over; their ids.

    Waits for whoever is just adding one of them.
    """
    query: LiteralString = """
        INSERT INTO idempotency_record AS kept (id, body_digest, status, headers, body, created_at)
        SELECT id, body_digest, status, headers, convert_to(body, 'UTF8'), created_at
          FROM json_to_recordset(%(rows)s) AS r(id bytea, body_digest bytea, status int, headers json,
                                                body text, created_at timestamptz)
         ORDER BY id
            ON CONFLICT (id) DO UPDATE
           SET body_digest = excluded.body_digest, status = excluded.status, headers = excluded.headers,
               body = excluded.body, created_at = excluded.created_at
         WHERE kept.created_at <= excluded.created_at - %(kept_for)s::interval
        RETURNING id
        """
    return await send(tx, Key, query, rows=Json(rows), kept_for=KEPT_FOR)


async def records(conn: Conn, ids: Collection[bytes]) -> dict[bytes, Record]:
    """The answers kept under these ids."""
    query: LiteralString = """
        SELECT id, body_digest, status, headers, body FROM idempotency_record WHERE id = ANY(%(ids)s)
        """
    found = await db.mappings(conn, query, ids=list(ids))
    return {
        one["id"]: Record(
            one["id"],
            one["body_digest"],
            one["status"],
            tuple((name, value) for name, value in one["headers"]),
            one["body"],
        )
        for one in found
    }


async def add_orders(tx: Conn, rows: Sequence[OrderRow]) -> AsyncCursor[Name]:
    """Put those orders there that are missing, and lock them by it; their ids."""
    query: LiteralString = """
        INSERT INTO redemption_order (id, version, customer_id, channel, currency, total, cart_digest, cart,
                                      cancelled_at, created_at, updated_at)
        SELECT id, 1, customer_id, channel, currency, total, cart_digest, cart,
               CASE WHEN cancelled THEN at END, at, at
          FROM json_to_recordset(%(rows)s) AS r(id text, customer_id text, channel text, currency text,
               total bigint, cart_digest bytea, cart json, cancelled boolean, at timestamptz)
         ORDER BY id
            ON CONFLICT DO NOTHING
        RETURNING id
        """
    return await send(tx, Name, query, rows=Json(rows))


async def lock_orders(tx: Conn, ids: Collection[str]) -> AsyncCursor[Version]:
    """The version of each of these orders that exists."""
    query: LiteralString = """
        SELECT id, version FROM redemption_order WHERE id = ANY(%(ids)s) ORDER BY id FOR NO KEY UPDATE
        """
    return await send(tx, Version, query, ids=list(ids))


async def add_customers(tx: Conn, ids: Collection[str]) -> None:
    """Put those customers there that are missing."""
    query: LiteralString = """
        INSERT INTO redemption_customer (id) SELECT unnest(%(ids)s::text[]) AS id ORDER BY id
            ON CONFLICT DO NOTHING
        """
    await db.execute(tx, query, ids=list(ids))


async def lock_customers(tx: Conn, ids: Collection[str]) -> None:
    query: LiteralString = """
        SELECT FROM redemption_customer WHERE id = ANY(%(ids)s) ORDER BY id FOR NO KEY UPDATE
        """
    await db.execute(tx, query, ids=list(ids))


async def lock_coupons(tx: Conn, *, codes: Collection[str], ids: Collection[int]) -> AsyncCursor[Coupon]:
    """Those of the coupons with these codes or ids that exist."""
    query: LiteralString = """
        SELECT id, promotion_id, code_key AS code, customer_id, disabled, used, held, max_uses,
               max_uses_per_customer, expires_at, reusable_from_cancelled_orders AS reusable
          FROM coupon WHERE code_key = ANY(%(codes)s) OR id = ANY(%(ids)s)
         ORDER BY id FOR NO KEY UPDATE
        """
    return await send(tx, Coupon, query, codes=list(codes), ids=list(ids))


async def lock_counters(tx: Conn, ids: Collection[int]) -> AsyncCursor[Counter]:
    """The counters of these promotions, as far as they exist."""
    query: LiteralString = """
        SELECT promotion_id, used, held, spent, revenue, max_uses, budget, status, version
          FROM promotion_counter WHERE promotion_id = ANY(%(ids)s)
         ORDER BY promotion_id FOR NO KEY UPDATE
        """
    return await send(tx, Counter, query, ids=list(ids))


async def uses(tx: Conn, customers: Collection[str], promotions: Collection[int]) -> AsyncCursor[Used]:
    """Uses by customer, promotion and coupon; once the customers are locked nobody can add to them.

    `kept` are uses of a coupon that a cancelled order did not give back.
    """
    query: LiteralString = """
        SELECT customer_id, promotion_id, coupon_id,
               count(*) FILTER (WHERE state <> 'released') AS uses,
               count(*) FILTER (WHERE state = 'held') AS held,
               count(*) FILTER (WHERE coupon_kept) AS kept
          FROM redemption
         WHERE customer_id = ANY(%(customers)s) AND promotion_id = ANY(%(promotions)s)
           AND (state <> 'released' OR coupon_kept)
         GROUP BY customer_id, promotion_id, coupon_id
        """
    return await send(tx, Used, query, customers=list(customers), promotions=list(promotions))


async def placed(tx: Conn, pairs: Sequence[Pair]) -> AsyncCursor[Placed]:
    """Orders that each customer has placed."""
    query: LiteralString = """
        SELECT customer, besides, placed_orders(customer, besides) AS orders
          FROM json_to_recordset(%(pairs)s) AS p(customer text, besides text)
        """
    return await send(tx, Placed, query, pairs=Json(pairs))
