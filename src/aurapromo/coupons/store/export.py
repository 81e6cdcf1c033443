"""Coupons out of PostgreSQL as CSV, a stretch of ids at a time; one function, one statement."""

from typing import Final, LiteralString

from aurapromo.coupons.model import Wanted
from aurapromo.coupons.store.coupons import bounds
from aurapromo.platform import database as db
from aurapromo.platform.database import Conn

COLUMNS: Final = (
    "code",
    "status",
    "max_uses",
    "current_uses",
    "held_uses",
    "max_uses_per_customer",
    "expires_at",
    "customer_id",
    "batch_id",
    "metadata",
    "created_at",
)


async def stretch(conn: Conn, wanted: Wanted, *, after: int, limit: int) -> int | None:
    """The last of the next ids behind `after`; None when no coupon of the promotion is left."""
    query: LiteralString = """
        SELECT max(id) FROM (
            SELECT id FROM coupon
             WHERE (promotion_id, id) >= (%(promotion_id)s, greatest(%(from_id)s, %(after)s + 1))
               AND (promotion_id, id) <= (%(promotion_id)s, %(to_id)s)
             ORDER BY promotion_id, id LIMIT %(limit)s) AS next
        """
    found: int | None = await db.value(conn, query, **bounds(wanted), after=after, limit=limit)
    return found


async def csv(conn: Conn, wanted: Wanted, *, after: int, last: int) -> bytes:
    """The lines of the coupons behind `after` up to `last`, in the order of `COLUMNS`."""
    query: LiteralString = """
        COPY (
            SELECT csv_text(code),
                   coupon_status(disabled, expires_at, promotion_ends_at, max_uses, used, %(now)s),
                   max_uses, used, held, max_uses_per_customer,
                   to_char(expires_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), csv_text(customer_id),
                   CASE WHEN batch_id IS NOT NULL THEN 'batch_' || lpad(
                        batch_id::text, greatest(3, length(batch_id::text)), '0') END,
                   csv_text(metadata::text), to_char(created_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
              FROM coupon_whole
             WHERE promotion_id = %(promotion_id)s AND id > %(after)s AND id <= %(last)s
               AND id >= %(from_id)s AND id <= %(to_id)s
               AND (%(batch_id)s::bigint IS NULL OR batch_id = %(batch_id)s)
               AND (%(status)s::text IS NULL OR %(status)s = coupon_status(
                    disabled, expires_at, promotion_ends_at, max_uses, used, %(now)s))
             ORDER BY id
        ) TO STDOUT (FORMAT csv)
        """
    values = bounds(wanted) | {"after": after, "last": last}
    async with conn.cursor() as cursor, cursor.copy(query, values) as copy:
        return b"".join([bytes(part) async for part in copy])
