"""What the server itself asks of PostgreSQL; one function, one statement."""

from aurapromo.platform import database as db
from aurapromo.platform.database import Conn


async def revision(conn: Conn) -> str | None:
    """The migration that the database is at."""
    found: str | None = await db.value(conn, "SELECT version_num FROM alembic_version")
    return found
