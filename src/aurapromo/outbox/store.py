"""The outbox in PostgreSQL: events, written by the transaction that causes them."""

from collections.abc import Sequence
from typing import LiteralString
from uuid import UUID

from psycopg.types.json import Json

from aurapromo.outbox.model import Event
from aurapromo.platform import database as db
from aurapromo.platform.database import Conn


async def append(tx: Conn, events: Sequence[Event]) -> None:
    """Write the events with the transaction: they are there if and only if it commits."""
    query: LiteralString = """
        INSERT INTO outbox (id, event, at, data)
        SELECT id, event, at, data
          FROM json_to_recordset(%(events)s) AS e(id uuid, event text, at timestamptz, data json)
        """
    await db.execute(tx, query, events=Json(events))


async def has(conn: Conn, event_id: UUID) -> bool:
    """Whether the event was written and committed."""
    query: LiteralString = "SELECT EXISTS (SELECT FROM outbox WHERE id = %(id)s)"
    return bool(await db.value(conn, query, id=event_id))
