"""The places of Sylius' promotions in PostgreSQL; one function, one statement."""

from typing import LiteralString

from aurapromo.platform import database as db
from aurapromo.platform.database import Conn


async def highest(conn: Conn) -> int | None:
    found: int | None = await db.value(conn, "SELECT max(position) FROM sylius_position")
    return found


async def shift(tx: Conn, first: int, last: int | None, by: int, book_version: int) -> None:
    """Move all from place `first` to `last` (None: the highest) by so many places."""
    query: LiteralString = """
        UPDATE sylius_position SET position = position + %(by)s, book_version = %(book_version)s
         WHERE position >= %(first)s AND (%(last)s::int IS NULL OR position <= %(last)s)
        """
    await db.execute(tx, query, first=first, last=last, by=by, book_version=book_version)


async def put(tx: Conn, promotion_id: int, position: int, book_version: int) -> None:
    query: LiteralString = """
        INSERT INTO sylius_position (promotion_id, position, book_version)
        VALUES (%(promotion_id)s, %(position)s, %(book_version)s)
            ON CONFLICT (promotion_id) DO UPDATE SET
               position = excluded.position, book_version = excluded.book_version
        """
    await db.execute(tx, query, promotion_id=promotion_id, position=position, book_version=book_version)
