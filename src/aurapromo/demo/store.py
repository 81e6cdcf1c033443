"""What the demo asks of PostgreSQL; one function, one statement."""

from typing import Final, LiteralString

from aurapromo.platform import database as db
from aurapromo.platform.database import Conn

LOCK: Final = 7_272_002  # any number that nobody else uses


async def lock(tx: Conn) -> None:
    """Let one process at a time see to the demo."""
    await db.execute(tx, "SELECT pg_advisory_xact_lock(%(lock)s)", lock=LOCK)


async def is_empty(conn: Conn) -> bool:
    """Whether nobody has used this database yet: no promotion, no product, no customer, no order."""
    query: LiteralString = """
        SELECT NOT (EXISTS (SELECT FROM promotion) OR EXISTS (SELECT FROM product)
                    OR EXISTS (SELECT FROM customer) OR EXISTS (SELECT FROM shop_order))
        """
    return bool(await db.value(conn, query))
