"""Promotions by code, lists of them, and their end, in PostgreSQL; one function, one statement."""

from collections.abc import Mapping
from typing import Any, Final, LiteralString

from psycopg.sql import SQL, Composed

from aurapromo.platform import database as db
from aurapromo.platform.database import Conn
from aurapromo.promotions.catalogue.model import Column, Match, Wanted
from aurapromo.promotions.model import Promotion
from aurapromo.promotions.store.reads import from_row

#: LIKE without an escape sign, as a pattern may end with any sign.
MATCHES: Final[Mapping[Match, LiteralString]] = {
    Match.EQUAL: "lower(code) = lower(%(text)s) OR lower(name) = lower(%(text)s)",
    Match.NOT_EQUAL: "lower(code) <> lower(%(text)s) AND lower(name) <> lower(%(text)s)",
    Match.CONTAINS: "code ILIKE '%%' || %(text)s || '%%' ESCAPE '' "
    "OR name ILIKE '%%' || %(text)s || '%%' ESCAPE ''",
    Match.NOT_CONTAINS: "code NOT ILIKE '%%' || %(text)s || '%%' ESCAPE '' "
    "OR name NOT ILIKE '%%' || %(text)s || '%%' ESCAPE ''",
    Match.STARTS_WITH: "code ILIKE %(text)s || '%%' ESCAPE '' OR name ILIKE %(text)s || '%%' ESCAPE ''",
    Match.ENDS_WITH: "code ILIKE '%%' || %(text)s ESCAPE '' OR name ILIKE '%%' || %(text)s ESCAPE ''",
    Match.IN: "lower(code) = ANY(%(texts)s) OR lower(name) = ANY(%(texts)s)",
    Match.NOT_IN: "lower(code) <> ALL(%(texts)s) OR lower(name) <> ALL(%(texts)s)",
    Match.EMPTY: "code IS NULL OR name IS NULL",
    Match.NOT_EMPTY: "code IS NOT NULL OR name IS NOT NULL",
}
COLUMNS: Final[Mapping[Column, LiteralString]] = {
    Column.PRIORITY: "priority",
    Column.CODE: "lower(code)",
    Column.NAME: "lower(name)",
}


async def by_code(conn: Conn, code: str) -> Promotion | None:
    """The promotion unless it is archived."""
    query: LiteralString = "SELECT * FROM promotion_whole WHERE code = %(code)s AND status <> 'archived'"
    found = await db.mappings(conn, query, code=code)
    return from_row(found[0]) if found else None


async def count(conn: Conn, wanted: Wanted) -> int:
    query = SQL("SELECT count(*) AS total FROM promotion_whole WHERE {}").format(_condition(wanted))
    (found,) = await db.composed(conn, query, **_values(wanted))
    return int(found["total"])


async def page(conn: Conn, wanted: Wanted, *, skip: int, limit: int) -> list[Promotion]:
    orders = [
        SQL("{} DESC" if order.descending else "{} ASC").format(SQL(COLUMNS[order.column]))
        for order in wanted.orders
    ]
    query = SQL("SELECT * FROM promotion_whole WHERE {} ORDER BY {} LIMIT %(limit)s OFFSET %(skip)s").format(
        _condition(wanted), SQL(", ").join([*orders, SQL("id")])
    )
    found = await db.composed(conn, query, **_values(wanted), limit=limit, skip=skip)
    return [from_row(one) for one in found]


def _condition(wanted: Wanted) -> Composed:
    conditions = [SQL("status <> 'archived'")]
    if wanted.search is not None:
        conditions.append(SQL(MATCHES[wanted.search.match]))
    if wanted.coupon_based is not None:
        conditions.append(SQL("COALESCE(requires_coupon, has_coupons) = %(coupon_based)s"))
    return SQL(" AND ").join([SQL("({})").format(one) for one in conditions])


def _values(wanted: Wanted) -> dict[str, Any]:
    text = "" if wanted.search is None else wanted.search.text
    texts = [piece.strip().lower() for piece in text.split(",")]
    return {"text": text, "texts": texts, "coupon_based": wanted.coupon_based}


async def set_used(tx: Conn, promotion_id: int, used: int) -> None:
    query: LiteralString = """
        UPDATE promotion_counter SET used = %(used)s, changed = pg_current_xact_id()
         WHERE promotion_id = %(id)s
        """
    await db.execute(tx, query, id=promotion_id, used=used)


async def lock_coupons(tx: Conn, promotion_id: int) -> None:
    """Keep everybody else from using the promotion's coupons until the transaction ends."""
    query: LiteralString = "SELECT FROM coupon WHERE promotion_id = %(id)s ORDER BY code_key FOR UPDATE"
    await db.execute(tx, query, id=promotion_id)


async def lock_counter(tx: Conn, promotion_id: int) -> None:
    """Keep everybody else from using the promotion until the transaction ends."""
    query: LiteralString = "SELECT FROM promotion_counter WHERE promotion_id = %(id)s FOR UPDATE"
    await db.execute(tx, query, id=promotion_id)


async def is_in_use(conn: Conn, promotion_id: int) -> bool:
    """Whether any order ever had it."""
    query: LiteralString = "SELECT EXISTS (SELECT FROM redemption WHERE promotion_id = %(id)s)"
    return bool(await db.value(conn, query, id=promotion_id))


async def delete(tx: Conn, promotion_id: int) -> None:
    """With its coupons, rules, actions and place."""
    await db.execute(tx, "DELETE FROM promotion WHERE id = %(id)s", id=promotion_id)


async def note_removed(tx: Conn, promotion_id: int, book_version: int) -> None:
    """Have every book forget it."""
    query: LiteralString = """
        INSERT INTO promotion_removed (promotion_id, book_version) VALUES (%(id)s, %(book_version)s)
        """
    await db.execute(tx, query, id=promotion_id, book_version=book_version)
