"""Single coupons in PostgreSQL; one function, one statement."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, LiteralString

import msgspec
from psycopg.types.json import Json

from aurapromo.coupons.model import Coupon, Known, Terms, Wanted
from aurapromo.platform import database as db
from aurapromo.platform.database import Conn

LAST: Final = 2**63 - 1  # above every id
#: Above every sign that a code may have, in the order of bytes.
ABOVE: Final = "\x7f"


async def insert(
    tx: Conn, promotion_id: int, codes: Sequence[tuple[str, str]], terms: Terms, now: datetime
) -> int | None:
    """Store the first of the codes (each with its key) that nobody has; its id, None if all are taken."""
    query: LiteralString = """
        INSERT INTO coupon (promotion_id, code, code_key, customer_id, max_uses, max_uses_per_customer,
                            expires_at, reusable_from_cancelled_orders, metadata, created_at, updated_at)
        SELECT %(promotion_id)s, code, code_key, %(customer_id)s, %(max_uses)s, %(max_uses_per_customer)s,
               %(expires_at)s, %(reusable_from_cancelled_orders)s, %(metadata)s, %(now)s, %(now)s
          FROM unnest(%(codes)s::text[], %(keys)s::text[]) AS given (code, code_key)
         WHERE NOT EXISTS (SELECT FROM coupon c WHERE c.code_key = given.code_key)
         LIMIT 1
            ON CONFLICT (code_key) DO NOTHING
        RETURNING id
        """
    values = msgspec.structs.asdict(terms) | {
        "promotion_id": promotion_id,
        "codes": [code for code, _ in codes],
        "keys": [key for _, key in codes],
        "metadata": None if terms.metadata is None else Json(terms.metadata),
        "now": now,
    }
    found: int | None = await db.value(tx, query, **values)
    return found


async def insert_rows(tx: Conn, promotion_id: int, rows: Sequence[dict[str, Any]], now: datetime) -> set[str]:
    """Store those of the rows whose keys nobody has; the keys that were stored."""
    query: LiteralString = """
        INSERT INTO coupon (promotion_id, code, code_key, customer_id, max_uses, max_uses_per_customer,
                            expires_at, metadata, created_at, updated_at)
        SELECT %(promotion_id)s, code, code_key, customer_id, max_uses, max_uses_per_customer, expires_at,
               metadata, %(now)s, %(now)s
          FROM json_to_recordset(%(rows)s) AS given (
               code text, code_key text, customer_id text, max_uses bigint, max_uses_per_customer bigint,
               expires_at timestamptz, metadata json)
         ORDER BY code_key COLLATE "C"
            ON CONFLICT (code_key) DO NOTHING
        RETURNING code_key
        """
    found = await db.mappings(tx, query, promotion_id=promotion_id, rows=Json(list(rows)), now=now)
    return {one["code_key"] for one in found}


async def keys_taken(conn: Conn, keys: Sequence[str]) -> set[str]:
    query: LiteralString = "SELECT code_key FROM coupon WHERE code_key = ANY(%(keys)s)"
    return {one["code_key"] for one in await db.mappings(conn, query, keys=list(keys))}


async def by_id(conn: Conn, coupon_id: int) -> Coupon | None:
    query: LiteralString = "SELECT * FROM coupon_whole WHERE id = %(id)s"
    return _first(await db.mappings(conn, query, id=coupon_id))


async def by_key(conn: Conn, key: str) -> Coupon | None:
    return _first(await db.mappings(conn, "SELECT * FROM coupon_whole WHERE code_key = %(key)s", key=key))


async def lock(tx: Conn, key: str) -> int | None:
    """Keep everybody else from changing the coupon until the transaction ends; its id, None without one."""
    query: LiteralString = "SELECT id FROM coupon WHERE code_key = %(key)s FOR NO KEY UPDATE"
    found: int | None = await db.value(tx, query, key=key)
    return found


async def known(conn: Conn, keys: Sequence[str], *, customer_id: str | None, now: datetime) -> list[Known]:
    """Those of the coupons that exist, each with its uses by the customer, open holds among them."""
    query: LiteralString = """
        SELECT c.*, (SELECT count(*) FROM redemption r
                      WHERE r.customer_id = %(customer_id)s AND r.promotion_id = c.promotion_id
                        AND r.coupon_id = c.id
                        AND (r.state IN ('redeemed', 'returned') OR r.coupon_kept
                             OR r.state = 'held' AND r.expires_at > %(now)s)) AS customer_uses
          FROM coupon_whole c WHERE c.code_key = ANY(%(keys)s)
        """
    found = await db.mappings(conn, query, keys=list(keys), customer_id=customer_id, now=now)
    return [msgspec.convert(one, Known) for one in found]


async def update(tx: Conn, coupon: Coupon) -> None:
    """Store what can be changed of a coupon; what is counted stays."""
    await db.execute(
        tx,
        """
        UPDATE coupon SET disabled = %(disabled)s, customer_id = %(customer_id)s, max_uses = %(max_uses)s,
               max_uses_per_customer = %(max_uses_per_customer)s, expires_at = %(expires_at)s,
               reusable_from_cancelled_orders = %(reusable_from_cancelled_orders)s,
               metadata = %(metadata)s, updated_at = %(updated_at)s
         WHERE id = %(id)s
        """,
        **msgspec.structs.asdict(coupon) | {"metadata": Json(coupon.metadata)},
    )


async def newest(conn: Conn, wanted: Wanted, *, before: int | None, limit: int) -> list[Coupon]:
    """Coupons with ids below `before`, newest first."""
    # Rows are compared, so that no other index gives the order, whatever the statistics say.
    query: LiteralString = """
        SELECT whole.* FROM (
            SELECT id FROM coupon
             WHERE (promotion_id, id) >= (%(promotion_id)s, %(from_id)s)
               AND (promotion_id, id) <= (%(promotion_id)s, least(%(to_id)s, %(before)s - 1))
               AND (%(batch_id)s::bigint IS NULL OR batch_id = %(batch_id)s)
               AND (%(status)s::text IS NULL OR %(status)s = coupon_status(disabled, expires_at,
                    (SELECT ends_at FROM promotion WHERE id = %(promotion_id)s), max_uses, used, %(now)s))
             ORDER BY promotion_id DESC, id DESC LIMIT %(limit)s) AS page
          JOIN coupon_whole whole ON whole.id = page.id
         ORDER BY whole.id DESC
        """
    return await _page(conn, query, wanted, before=before or LAST, limit=limit)


async def oldest(conn: Conn, wanted: Wanted, *, limit: int) -> list[Coupon]:
    """The first coupons of a batch, as they were made."""
    query: LiteralString = """
        SELECT whole.* FROM (
            SELECT id FROM coupon
             WHERE (promotion_id, id) >= (%(promotion_id)s, %(from_id)s)
               AND (promotion_id, id) <= (%(promotion_id)s, %(to_id)s) AND batch_id = %(batch_id)s
             ORDER BY promotion_id, id LIMIT %(limit)s) AS page
          JOIN coupon_whole whole ON whole.id = page.id
         ORDER BY whole.id
        """
    return await _page(conn, query, wanted, limit=limit)


async def by_prefix(conn: Conn, wanted: Wanted, *, after: str, limit: int) -> list[Coupon]:
    """Coupons whose keys begin with the prefix, by key, behind the key `after`."""
    # The + 0 keeps the planner from fetching and sorting a whole promotion.
    query: LiteralString = """
        SELECT whole.* FROM (
            SELECT id FROM coupon
             WHERE code_key >= %(prefix)s AND code_key < %(above)s AND code_key > %(after)s
               AND promotion_id + 0 = %(promotion_id)s
               AND (%(batch_id)s::bigint IS NULL OR batch_id = %(batch_id)s)
               AND (%(status)s::text IS NULL OR %(status)s = coupon_status(disabled, expires_at,
                    (SELECT ends_at FROM promotion WHERE id = %(promotion_id)s), max_uses, used, %(now)s))
             ORDER BY code_key LIMIT %(limit)s) AS page
          JOIN coupon_whole whole ON whole.id = page.id
         ORDER BY whole.code_key
        """
    return await _page(conn, query, wanted, after=after, above=f"{wanted.prefix}{ABOVE}", limit=limit)


async def _page(conn: Conn, query: LiteralString, wanted: Wanted, **values: Any) -> list[Coupon]:
    found = await db.mappings(conn, query, **bounds(wanted), **values)
    return [msgspec.convert(one, Coupon) for one in found]


def bounds(wanted: Wanted) -> dict[str, Any]:
    """The values by which the statements know which coupons are wanted."""
    batch = wanted.batch
    return {
        "promotion_id": wanted.promotion_id,
        "prefix": wanted.prefix,
        "status": wanted.status,
        "now": wanted.now,
        "batch_id": None if batch is None else batch.id,
        # A batch's ids lie close together, so they do what an index on it would do.
        "from_id": 0 if batch is None else batch.first_id or LAST,
        "to_id": LAST if batch is None else batch.last_id or 0,
    }


def _first(found: list[dict[str, Any]]) -> Coupon | None:
    return msgspec.convert(found[0], Coupon) if found else None
