"""What a batch leaves behind; one function, one statement a table."""

from collections.abc import Collection, Sequence
from typing import LiteralString

from psycopg.types.json import Json

from aurapromo.platform import database as db
from aurapromo.platform.database import Conn
from aurapromo.redemptions.claims.accounts import Counter, Coupon
from aurapromo.redemptions.store.rows import AllocationRow, MoveRow, OrderRow, RedemptionRow


async def forget_records(tx: Conn, ids: Collection[bytes]) -> None:
    """Take back answers that this batch has put there for claims that it then refused."""
    await db.execute(tx, "DELETE FROM idempotency_record WHERE id = ANY(%(ids)s)", ids=list(ids))


async def forget_orders(tx: Conn, ids: Collection[str]) -> None:
    """Take back orders that this batch has put there for claims that it then refused."""
    await db.execute(tx, "DELETE FROM redemption_order WHERE id = ANY(%(ids)s)", ids=list(ids))


async def change_orders(tx: Conn, rows: Sequence[OrderRow]) -> None:
    """Store orders as they now are, each one version on."""
    query: LiteralString = """
        UPDATE redemption_order o
           SET version = o.version + 1, customer_id = r.customer_id, channel = r.channel,
               currency = r.currency, total = r.total, cart_digest = r.cart_digest, cart = r.cart,
               returned = r.returned, updated_at = r.at,
               cancelled_at = CASE WHEN r.cancelled THEN COALESCE(o.cancelled_at, r.at) END
          FROM json_to_recordset(%(rows)s) AS r(id text, customer_id text, channel text, currency text,
               total bigint, cart_digest bytea, cart json, returned int[], cancelled boolean, at timestamptz)
         WHERE o.id = r.id
        """
    await db.execute(tx, query, rows=Json(rows))


async def cancel_shop_orders(tx: Conn, ids: Collection[str]) -> None:
    """The shop's own orders with these ids are cancelled too."""
    query: LiteralString = """
        UPDATE shop_order SET status = 'cancelled', updated_at = now()
         WHERE id = ANY(%(ids)s) AND status <> 'cancelled'
        """
    await db.execute(tx, query, ids=sorted(ids))


async def set_coupons(tx: Conn, coupons: Sequence[Coupon]) -> None:
    query: LiteralString = """
        UPDATE coupon c SET used = r.used, held = r.held
          FROM json_to_recordset(%(rows)s) AS r(id bigint, used bigint, held bigint)
         WHERE c.id = r.id
        """
    await db.execute(tx, query, rows=Json(coupons))


async def set_counters(tx: Conn, counters: Sequence[Counter]) -> None:
    query: LiteralString = """
        UPDATE promotion_counter c
           SET used = r.used, held = r.held, spent = r.spent, revenue = r.revenue,
               changed = pg_current_xact_id()
          FROM json_to_recordset(%(rows)s) AS r(promotion_id bigint, used bigint, held bigint,
                                                spent bigint, revenue bigint)
         WHERE c.promotion_id = r.promotion_id
        """
    await db.execute(tx, query, rows=Json(counters))


async def change_redemptions(tx: Conn, rows: Sequence[MoveRow]) -> None:
    """Redemptions that change their state; what came back is added to what came back before."""
    query: LiteralString = """
        UPDATE redemption d
           SET state = r.state, reason = r.reason, returned = d.returned + r.returned,
               coupon_kept = r.coupon_kept, updated_at = r.at, xid = pg_current_xact_id()
          FROM json_to_recordset(%(rows)s) AS r(id uuid, state text, reason text, returned bigint,
                                                coupon_kept boolean, at timestamptz)
         WHERE d.id = r.id
        """
    await db.execute(tx, query, rows=Json(rows))


async def add_redemptions(tx: Conn, rows: Sequence[RedemptionRow]) -> None:
    query: LiteralString = """
        INSERT INTO redemption (id, promotion_id, promotion_version, coupon_id, order_id, customer_id,
               channel, currency, state, discount, shipping_discount, credit, order_total, expires_at,
               created_at, updated_at)
        SELECT id, promotion_id, promotion_version, coupon_id, order_id, customer_id, channel, currency,
               state, discount, shipping_discount, credit, order_total, expires_at, at, at
          FROM json_to_recordset(%(rows)s) AS r(id uuid, promotion_id bigint, promotion_version int,
               coupon_id bigint, order_id text, customer_id text, channel text, currency text, state text,
               discount bigint, shipping_discount bigint, credit bigint, order_total bigint,
               expires_at timestamptz, at timestamptz)
        """
    await db.execute(tx, query, rows=Json(rows))


async def add_allocations(tx: Conn, rows: Sequence[AllocationRow]) -> None:
    query: LiteralString = """
        INSERT INTO redemption_allocation (redemption_id, line, first_unit, units, unit_discount)
        SELECT redemption_id, line, first_unit, units, unit_discount
          FROM json_to_recordset(%(rows)s) AS r(redemption_id uuid, line int, first_unit int, units int,
                                                unit_discount bigint)
        """
    await db.execute(tx, query, rows=Json(rows))
