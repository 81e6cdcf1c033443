"""Coupons of a promotion by page, and their end, in PostgreSQL; one function, one statement."""

from collections.abc import Sequence
from typing import LiteralString

import msgspec

from aurapromo.coupons.model import Coupon
from aurapromo.platform import database as db
from aurapromo.platform.database import Conn


async def count(conn: Conn, promotion_id: int) -> int:
    query: LiteralString = "SELECT count(*) FROM coupon WHERE promotion_id = %(promotion_id)s"
    return int(await db.value(conn, query, promotion_id=promotion_id))


async def page(conn: Conn, promotion_id: int, *, skip: int, limit: int) -> list[Coupon]:
    """Oldest first."""
    query: LiteralString = """
        SELECT * FROM coupon_whole WHERE promotion_id = %(promotion_id)s
         ORDER BY promotion_id, id LIMIT %(limit)s OFFSET %(skip)s
        """
    found = await db.mappings(conn, query, promotion_id=promotion_id, limit=limit, skip=skip)
    return [msgspec.convert(one, Coupon) for one in found]


async def by_keys(conn: Conn, keys: Sequence[str]) -> list[Coupon]:
    """Those with these codes, as codes are compared; oldest first."""
    query: LiteralString = "SELECT * FROM coupon_whole WHERE code_key = ANY(%(keys)s) ORDER BY id"
    return [msgspec.convert(one, Coupon) for one in await db.mappings(conn, query, keys=list(keys))]


async def of_shape(conn: Conn, prefix: str, suffix: str, length: int) -> int:
    """How many codes of this length, as compared, begin and end so."""
    query: LiteralString = """
        SELECT count(*) FROM coupon
         WHERE char_length(code_key) = %(length)s
           AND starts_with(code_key, %(prefix)s) AND right(code_key, char_length(%(suffix)s)) = %(suffix)s
        """
    return int(await db.value(conn, query, prefix=prefix, suffix=suffix, length=length))


async def is_in_use(conn: Conn, promotion_id: int, coupon_id: int) -> bool:
    """Whether any order ever came with it."""
    query: LiteralString = """
        SELECT EXISTS (SELECT FROM redemption WHERE promotion_id = %(promotion_id)s AND coupon_id = %(id)s)
        """
    return bool(await db.value(conn, query, promotion_id=promotion_id, id=coupon_id))


async def delete(tx: Conn, coupon_id: int) -> None:
    await db.execute(tx, "DELETE FROM coupon WHERE id = %(id)s", id=coupon_id)
