"""Many of the shop's facts at once in PostgreSQL; one function, one statement."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, LiteralString

import msgspec
from psycopg.sql import SQL, Identifier
from psycopg.types.json import Json

from aurapromo.facts.model import Table
from aurapromo.facts.store import KEYS
from aurapromo.platform import database as db
from aurapromo.platform.database import Conn


class Prices(msgspec.Struct, frozen=True):
    """What a product is stored with, minor units."""

    currency: str | None
    price: int | None
    cost: int | None


class Standing(msgspec.Struct, frozen=True):
    """What an order is stored with."""

    currency: str
    completed_at: datetime | None


async def lock_all(tx: Conn, table: Table, keys: Sequence[str]) -> None:
    """As `lock`, for many keys; in one order, so that writers of the same keys never wait in a circle."""
    query: LiteralString = """
        SELECT pg_advisory_xact_lock(place)
          FROM (SELECT hashtextextended(%(table)s || ':' || key, 0) AS place
                  FROM unnest(%(keys)s::text[]) AS key ORDER BY place) AS places
        """
    await db.execute(tx, query, table=table, keys=list(keys))


async def put_all(tx: Conn, table: Table, rows: Sequence[Mapping[str, Any]], *, now: datetime) -> None:
    """As `put`, for many rows at once, which have the same columns (the key among them) and other keys."""
    key = KEYS[table]
    columns = [name for name in rows[0] if name != key]
    query = SQL(
        "INSERT INTO {table} ({columns}) SELECT {given}, %(now)s, %(now)s "
        "FROM json_populate_recordset(null::{table}, %(rows)s) ORDER BY {key} "
        "ON CONFLICT ({key}) DO UPDATE SET {changes}"
    ).format(
        table=Identifier(table),
        columns=SQL(", ").join(map(Identifier, (key, *columns, "created_at", "updated_at"))),
        given=SQL(", ").join(map(Identifier, (key, *columns))),
        key=Identifier(key),
        changes=SQL(", ").join(
            SQL("{0} = excluded.{0}").format(Identifier(name)) for name in (*columns, "updated_at")
        ),
    )
    await tx.execute(query, {"rows": Json(rows), "now": now})


async def change_all(tx: Conn, table: Table, rows: Sequence[Mapping[str, Any]], *, now: datetime) -> None:
    """As `change`, for many rows at once, which have the same columns (the key among them)."""
    key = KEYS[table]
    columns = [name for name in rows[0] if name != key]
    changes = [SQL("{0} = given.{0}").format(Identifier(name)) for name in columns]
    query = SQL(
        "UPDATE {table} AS kept SET {changes} "
        "FROM json_populate_recordset(null::{table}, %(rows)s) AS given WHERE kept.{key} = given.{key}"
    ).format(
        table=Identifier(table),
        changes=SQL(", ").join([*changes, SQL("updated_at = %(now)s")]),
        key=Identifier(key),
    )
    await tx.execute(query, {"rows": Json(rows), "now": now})


async def ensure_customers(tx: Conn, customer_ids: Sequence[str], now: datetime) -> None:
    """As `ensure_customer`, for many."""
    query: LiteralString = """
        INSERT INTO customer (id, created_at, updated_at)
        SELECT id, %(now)s, %(now)s FROM unnest(%(ids)s::text[]) AS id ORDER BY id
        ON CONFLICT DO NOTHING
        """
    await db.execute(tx, query, ids=list(customer_ids), now=now)


async def known_customers(conn: Conn, customer_ids: Sequence[str]) -> list[str]:
    query: LiteralString = "SELECT id FROM customer WHERE id = ANY(%(ids)s)"
    return [found["id"] for found in await db.mappings(conn, query, ids=list(customer_ids))]


async def prices(conn: Conn, product_ids: Sequence[str]) -> dict[str, Prices]:
    """Those of the products that are known, by id."""
    query: LiteralString = "SELECT id, currency, price, cost FROM product WHERE id = ANY(%(ids)s)"
    found = await db.mappings(conn, query, ids=list(product_ids))
    return {one.pop("id"): Prices(**one) for one in found}


async def standings(conn: Conn, order_ids: Sequence[str]) -> dict[str, Standing]:
    """Those of the orders that are known, by id."""
    query: LiteralString = "SELECT id, currency, completed_at FROM shop_order WHERE id = ANY(%(ids)s)"
    found = await db.mappings(conn, query, ids=list(order_ids))
    return {one.pop("id"): Standing(**one) for one in found}
