"""What the first coupon of a promotion changes in PostgreSQL; one function, one statement."""

from aurapromo.platform import database as db
from aurapromo.platform.database import Conn


async def hold(tx: Conn, promotion_id: int) -> bool:
    """Keep the promotion from being deleted until the transaction ends; False without one."""
    query = "SELECT true FROM promotion WHERE id = %(id)s FOR KEY SHARE"
    return bool(await db.value(tx, query, id=promotion_id))


async def mark(tx: Conn, promotion_id: int, book_version: int) -> bool:
    """Have every book read the promotion again; False without one."""
    query = "UPDATE promotion SET book_version = %(book_version)s WHERE id = %(id)s"
    return await db.execute(tx, query, id=promotion_id, book_version=book_version) == 1
