"""Redemptions and orders out of PostgreSQL; one function, one statement."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

import msgspec
import psycopg

from aurapromo.engine.cart import Cart
from aurapromo.platform import database as db
from aurapromo.platform.database import Conn
from aurapromo.redemptions.model import Allocation, Code, Filters, Order, Redemption, Standing, State, Why


def from_row(found: dict[str, Any]) -> Redemption:
    reason = None if found["reason"] is None else Why(found["reason"])
    name = found["promotion_name"] or ""
    return Redemption(**found | {"state": State(found["state"]), "reason": reason, "promotion_name": name})


async def in_progress(conn: Conn, xid: int) -> bool:
    """Whether this transaction is still under way; one that PostgreSQL has lost in a crash is not."""
    query: LiteralString = "SELECT pg_xact_status(%(xid)s::text::xid8) = 'in progress'"
    try:
        return bool(await db.value(conn, query, xid=str(xid)))
    except psycopg.errors.InvalidParameterValue:  # "is in the future"
        return False


async def clock(conn: Conn) -> datetime:
    """The database's clock."""
    found: datetime = await db.value(conn, "SELECT clock_timestamp()")
    return found


async def by_id(conn: Conn, redemption_id: UUID) -> Redemption | None:
    found = await db.mappings(conn, "SELECT * FROM redemption_whole WHERE id = %(id)s", id=redemption_id)
    return from_row(found[0]) if found else None


async def page(conn: Conn, filters: Filters, limit: int) -> list[Redemption]:
    """The newest first."""
    query: LiteralString = """
        SELECT * FROM redemption_whole r
         WHERE r.id >= %(first)s AND r.id < %(before)s
           AND (%(promotion_id)s::bigint IS NULL OR r.promotion_id = %(promotion_id)s)
           AND (%(order_id)s::text IS NULL OR r.order_id = %(order_id)s)
           AND (%(customer_id)s::text IS NULL OR r.customer_id = %(customer_id)s)
           AND (%(state)s::text IS NULL OR r.state = %(state)s)
         ORDER BY r.id DESC LIMIT %(limit)s
        """
    values = msgspec.structs.asdict(filters) | {"limit": limit}
    return [from_row(found) for found in await db.mappings(conn, query, **values)]


async def of_order(conn: Conn, order_id: str) -> list[Redemption]:
    """Everything that an order ever had, newest first."""
    query: LiteralString = "SELECT * FROM redemption_whole WHERE order_id = %(id)s ORDER BY id DESC"
    return [from_row(found) for found in await db.mappings(conn, query, id=order_id)]


async def standing(conn: Conn, order_ids: Collection[str]) -> list[Standing]:
    """The redemptions of these orders that were not released, in order of application."""
    query: LiteralString = """
        SELECT r.*, ARRAY(
               SELECT json_build_array(a.line, a.first_unit, a.units, a.unit_discount)
                 FROM redemption_allocation a WHERE a.redemption_id = r.id
                ORDER BY a.line, a.first_unit) AS allocations
          FROM redemption_whole r WHERE r.order_id = ANY(%(ids)s) AND r.state <> 'released' ORDER BY r.id
        """
    found = await db.mappings(conn, query, ids=list(order_ids))
    return [
        Standing(from_row(one), tuple(Allocation(*a) for a in allocations))
        for one in found
        for allocations in (one.pop("allocations"),)
    ]


async def orders(conn: Conn, ids: Collection[str]) -> list[Order]:
    """These orders, as far as they are known, without their redemptions."""
    query: LiteralString = """
        SELECT id, version, customer_id, cart, cart_digest, returned, cancelled_at
          FROM redemption_order WHERE id = ANY(%(ids)s)
        """
    return [
        Order(
            **one
            | {
                "cart": msgspec.convert(one["cart"], Cart),
                "returned": None if one["returned"] is None else tuple(one["returned"]),
                "standing": (),
            }
        )
        for one in await db.mappings(conn, query, ids=list(ids))
    ]


async def expired(conn: Conn, limit: int) -> list[str]:
    """Orders with holds that have expired by the database's clock, those longest over first."""
    query: LiteralString = """
        SELECT order_id FROM redemption WHERE state = 'held' AND expires_at <= clock_timestamp()
         ORDER BY expires_at LIMIT %(limit)s
        """
    return [found["order_id"] for found in await db.mappings(conn, query, limit=limit)]


async def codes(conn: Conn, wanted: Collection[str]) -> list[Code]:
    """Those of the codes that exist."""
    query: LiteralString = """
        SELECT code_key AS code, promotion_id, max_uses_per_customer IS NOT NULL AS counts_customers
          FROM coupon WHERE code_key = ANY(%(codes)s)
        """
    return await db.rows(conn, Code, query, codes=list(wanted))
