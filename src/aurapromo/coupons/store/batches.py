"""Batches of coupons in PostgreSQL; one function, one statement."""

from datetime import datetime
from typing import Any, Final, LiteralString

import msgspec
from psycopg.types.json import Json

from aurapromo.coupons.model import Batch, Made, Order
from aurapromo.platform import database as db
from aurapromo.platform.database import Conn

#: The first half of advisory locks that are about the drawing of codes.
DRAWING: Final = 7_272_003


async def queue(tx: Conn, length: int) -> None:
    """Until the transaction ends, nobody else draws codes of this length: no others can be equal."""
    await db.execute(tx, "SELECT pg_advisory_xact_lock(%(k)s, %(length)s)", k=DRAWING, length=length)


async def issued(conn: Conn, template_key: str) -> int:
    """How many codes of this template were drawn or are going to be."""
    query: LiteralString = """
        SELECT COALESCE(sum(CASE status WHEN 'failed' THEN made ELSE wanted END), 0)
          FROM coupon_batch WHERE template_key = %(key)s
        """
    return int(await db.value(conn, query, key=template_key))


async def insert(tx: Conn, order: Order, now: datetime) -> Batch:
    """A batch of which nothing is made yet."""
    query: LiteralString = """
        INSERT INTO coupon_batch (promotion_id, status, template, template_key, alphabet, wanted, max_uses,
               max_uses_per_customer, expires_at, customer_id, metadata, created_by, created_at, updated_at)
        VALUES (%(promotion_id)s, 'running', %(template)s, %(key)s, %(alphabet)s, %(count)s, %(max_uses)s,
               %(max_uses_per_customer)s, %(expires_at)s, %(customer_id)s, %(metadata)s, %(created_by)s,
               %(now)s, %(now)s)
        RETURNING *
        """
    values = msgspec.structs.asdict(order.terms) | {
        "promotion_id": order.promotion_id,
        "template": order.shape.template,
        "key": order.shape.key,
        "alphabet": order.shape.alphabet,
        "count": order.count,
        "metadata": Json(order.terms.metadata or {}),
        "created_by": order.created_by,
        "now": now,
    }
    return _batch((await db.mappings(tx, query, **values))[0])


async def add(tx: Conn, batch: Batch, codes: str, now: datetime) -> Made:
    """Store those of the codes (joined by commas) that nobody has.

    In the order of the index, which makes it faster, and in which others who store many wait for us
    instead of we for them and they for us.
    """
    query: LiteralString = """
        WITH made AS (
            INSERT INTO coupon (promotion_id, code, code_key, customer_id, max_uses, max_uses_per_customer,
                                expires_at, batch_id, created_at, updated_at)
            SELECT %(promotion_id)s, code, upper(code COLLATE "C"), %(customer_id)s, %(max_uses)s,
                   %(max_uses_per_customer)s, %(expires_at)s, %(id)s, %(now)s, %(now)s
              FROM string_to_table(%(codes)s, ',') AS code
             ORDER BY upper(code COLLATE "C")
                ON CONFLICT (code_key) DO NOTHING
            RETURNING id
        )
        SELECT count(*) AS count, min(id) AS first_id, max(id) AS last_id FROM made
        """
    values = msgspec.structs.asdict(batch) | {"codes": codes, "now": now}
    (found,) = await db.mappings(tx, query, **values)
    return Made(**found)


async def advance(tx: Conn, batch_id: int, made: Made, now: datetime) -> Batch:
    """Note what was made; the batch is completed with the last of it."""
    query: LiteralString = """
        UPDATE coupon_batch
           SET made = made + %(count)s, first_id = COALESCE(first_id, %(first_id)s), last_id = %(last_id)s,
               status = CASE WHEN made + %(count)s = wanted THEN 'completed' ELSE status END,
               finished_at = CASE WHEN made + %(count)s = wanted THEN %(now)s::timestamptz END,
               updated_at = %(now)s
         WHERE id = %(id)s RETURNING *
        """
    values = msgspec.structs.asdict(made) | {"id": batch_id, "now": now}
    return _batch((await db.mappings(tx, query, **values))[0])


async def fail(tx: Conn, batch_id: int, error: str, now: datetime) -> Batch:
    query: LiteralString = """
        UPDATE coupon_batch SET status = 'failed', error = %(error)s, finished_at = %(now)s,
               updated_at = %(now)s
         WHERE id = %(id)s RETURNING *
        """
    return _batch((await db.mappings(tx, query, id=batch_id, error=error, now=now))[0])


async def next_running(tx: Conn) -> Batch | None:
    """The oldest batch that is not done and on which nobody works at this moment; it stays locked."""
    query: LiteralString = """
        SELECT * FROM coupon_batch WHERE status = 'running' ORDER BY id LIMIT 1
           FOR NO KEY UPDATE SKIP LOCKED
        """
    return _first(await db.mappings(tx, query))


async def gather_statistics(tx: Conn) -> None:
    """Tell the planner of a table that has grown much, a minute before it would notice by itself."""
    await db.execute(tx, "ANALYZE coupon")


async def by_id(conn: Conn, batch_id: int) -> Batch | None:
    return _first(await db.mappings(conn, "SELECT * FROM coupon_batch WHERE id = %(id)s", id=batch_id))


async def newest(conn: Conn, *, promotion_id: int | None, before: int, limit: int) -> list[Batch]:
    """Batches with ids below `before`, newest first; of one promotion if one is named."""
    query: LiteralString = """
        SELECT * FROM coupon_batch
         WHERE id < %(before)s AND (%(promotion_id)s::bigint IS NULL OR promotion_id = %(promotion_id)s)
         ORDER BY id DESC LIMIT %(limit)s
        """
    found = await db.mappings(conn, query, promotion_id=promotion_id, before=before, limit=limit)
    return [_batch(one) for one in found]


def _first(found: list[dict[str, Any]]) -> Batch | None:
    return _batch(found[0]) if found else None


def _batch(found: dict[str, Any]) -> Batch:
    return msgspec.convert(found, Batch)
