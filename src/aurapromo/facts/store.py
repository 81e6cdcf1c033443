"""The shop's facts in PostgreSQL; one function, one statement."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, LiteralString, TypeVar

import msgspec
from psycopg.sql import SQL, Identifier, Placeholder
from psycopg.types.json import Json

from aurapromo.engine import facts as engine
from aurapromo.facts.model import Channel, Customer, Order, Product, Table
from aurapromo.platform import database as db
from aurapromo.platform.database import Conn

Record = TypeVar("Record")

KEYS: Final[Mapping[Table, str]] = {
    "channel": "code",
    "customer": "id",
    "product": "id",
    "shop_order": "id",
}
JSON_COLUMNS: Final = frozenset(("metadata", "items"))


async def lock(tx: Conn, table: Table, key: str) -> None:
    """Wait until no other transaction holds this key, known or not; held to the end of this one.

    For writes that depend on what is stored. Each lock takes a place in the server's shared memory,
    so an import takes some hundreds of them in a transaction, not all.
    """
    query: LiteralString = "SELECT pg_advisory_xact_lock(hashtextextended(%(what)s, 0))"
    await db.execute(tx, query, what=f"{table}:{key}")


async def put(tx: Conn, table: Table, key: str, given: Mapping[str, Any], *, now: datetime) -> bool:
    """Write the `given` columns of one row and leave the others as they are; whether the row is new.

    The statement is put together because its columns vary; as one statement, it and a concurrent
    write of other columns both take effect, also when the row is new to both. What a row cannot be
    without must be among the given columns, even if the row is there: `change` does without.
    """
    values = _adapted(given) | {"updated_at": now}
    columns = [KEYS[table], "created_at", *values]
    query = SQL(
        "INSERT INTO {table} ({columns}) VALUES ({values}) "
        "ON CONFLICT ({name}) DO UPDATE SET {changes} RETURNING xmax = 0 AS created"
    ).format(
        table=Identifier(table),
        columns=SQL(", ").join(map(Identifier, columns)),
        values=SQL(", ").join(map(Placeholder, columns)),
        name=Identifier(KEYS[table]),
        changes=SQL(", ").join(SQL("{0} = excluded.{0}").format(Identifier(column)) for column in values),
    )
    (answer,) = await db.composed(tx, query, **values, **{KEYS[table]: key}, created_at=now)
    return bool(answer["created"])


async def change(tx: Conn, table: Table, key: str, given: Mapping[str, Any], *, now: datetime) -> None:
    """Write the `given` columns of a row that is there."""
    values = _adapted(given) | {"updated_at": now}
    query = SQL("UPDATE {table} SET {changes} WHERE {name} = {key} RETURNING {name}").format(
        table=Identifier(table),
        changes=SQL(", ").join(
            SQL("{} = {}").format(Identifier(column), Placeholder(column)) for column in values
        ),
        name=Identifier(KEYS[table]),
        key=Placeholder("row"),
    )
    await db.composed(tx, query, **values, row=key)


def _adapted(given: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: Json(value) if name in JSON_COLUMNS and value is not None else value
        for name, value in given.items()
    }


async def ensure_default_channel(tx: Conn, *, currency: str, timezone: str, now: datetime) -> bool:
    """Add the channel that everything without one belongs to, unless there is one."""
    return bool(
        await db.execute(
            tx,
            """
            INSERT INTO channel (code, name, currency, timezone, is_default, created_at, updated_at)
            SELECT 'default', 'Default', %(currency)s, %(timezone)s, true, %(now)s, %(now)s
             WHERE NOT EXISTS (SELECT FROM channel WHERE is_default)
            ON CONFLICT DO NOTHING
            """,
            currency=currency,
            timezone=timezone,
            now=now,
        )
    )


async def default_channel(conn: Conn) -> Channel | None:
    return await db.row(conn, Channel, "SELECT * FROM channel WHERE is_default")


async def channel(conn: Conn, code: str) -> Channel | None:
    return await db.row(conn, Channel, "SELECT * FROM channel WHERE code = %(code)s", code=code)


async def channels(conn: Conn) -> list[Channel]:
    """All of them, the default one first."""
    return await db.rows(conn, Channel, "SELECT * FROM channel ORDER BY is_default DESC, code")


async def has_orders(conn: Conn, channel_code: str) -> bool:
    query: LiteralString = "SELECT EXISTS (SELECT FROM shop_order WHERE channel = %(code)s)"
    return bool(await db.value(conn, query, code=channel_code))


async def unknown_products(conn: Conn, codes: Sequence[str]) -> list[str]:
    """Those of the codes that no product has; none as long as no product is known."""
    query: LiteralString = """
        SELECT code FROM unnest(%(codes)s::text[]) AS code
         WHERE EXISTS (SELECT FROM product) AND NOT EXISTS (SELECT FROM product WHERE id = code)
        """
    return [found["code"] for found in await db.mappings(conn, query, codes=list(codes))]


async def unknown_taxons(conn: Conn, codes: Sequence[str]) -> list[str]:
    """Those of the codes that no product is in; none as long as no product is in any taxon."""
    query: LiteralString = """
        SELECT code FROM unnest(%(codes)s::text[]) AS code
         WHERE EXISTS (SELECT FROM product WHERE taxons <> '{}')
           AND NOT EXISTS (SELECT FROM product WHERE code = ANY(taxons) OR category_id = code)
        """
    return [found["code"] for found in await db.mappings(conn, query, codes=list(codes))]


async def unknown_groups(conn: Conn, codes: Sequence[str]) -> list[str]:
    """Those of the codes that no customer's group has; none as long as no customer is in any group."""
    query: LiteralString = """
        SELECT code FROM unnest(%(codes)s::text[]) AS code
         WHERE EXISTS (SELECT FROM customer WHERE customer_group IS NOT NULL)
           AND NOT EXISTS (SELECT FROM customer WHERE customer_group = code)
        """
    return [found["code"] for found in await db.mappings(conn, query, codes=list(codes))]


async def ensure_customer(tx: Conn, customer_id: str, now: datetime) -> None:
    """Add a customer of whom only the id is known."""
    query: LiteralString = """
        INSERT INTO customer (id, created_at, updated_at) VALUES (%(id)s, %(now)s, %(now)s)
        ON CONFLICT DO NOTHING
        """
    await db.execute(tx, query, id=customer_id, now=now)


async def customer(conn: Conn, customer_id: str) -> Customer | None:
    query: LiteralString = """
        SELECT c.id, c.first_name, c.last_name, c.email, c.segments, c.customer_group AS "group",
               c.date_of_birth, c.signed_up_at, c.metadata, c.created_at, c.updated_at,
               GREATEST(c.last_order_date, placed.latest) AS last_order_date, placed.order_count
          FROM customer c, LATERAL (
               SELECT count(*) AS order_count, max(placed_at) AS latest FROM shop_order
                WHERE customer_id = c.id AND status IN ('pending', 'completed')) AS placed
         WHERE c.id = %(id)s
        """
    return _first(Customer, await db.mappings(conn, query, id=customer_id))


async def customer_facts(conn: Conn, customer_id: str, *, besides: str | None) -> engine.Customer:
    """What a decision asks about a customer, known to us or not; the order `besides` is not counted."""
    query: LiteralString = """
        SELECT asked.id, COALESCE(c.segments, '{}') AS segments, c.customer_group AS "group",
               c.signed_up_at, c.email, placed_orders(asked.id, %(besides)s::text) AS placed_orders
          FROM (SELECT %(id)s::text AS id) AS asked LEFT JOIN customer c ON c.id = asked.id
        """
    (found,) = await db.mappings(conn, query, id=customer_id, besides=besides)
    return engine.Customer(**found | {"segments": frozenset(found["segments"])})


async def product(conn: Conn, product_id: str) -> Product | None:
    query: LiteralString = "SELECT * FROM product WHERE id = %(id)s"
    return _first(Product, await db.mappings(conn, query, id=product_id))


async def products(conn: Conn, product_ids: Sequence[str]) -> list[Product]:
    query: LiteralString = "SELECT * FROM product WHERE id = ANY(%(ids)s)"
    return msgspec.convert(await db.mappings(conn, query, ids=list(product_ids)), list[Product])


async def order(conn: Conn, order_id: str) -> Order | None:
    query: LiteralString = "SELECT * FROM shop_order WHERE id = %(id)s"
    return _first(Order, await db.mappings(conn, query, id=order_id))


def _first(record: type[Record], found: list[dict[str, Any]]) -> Record | None:
    return msgspec.convert(found[0], record) if found else None
