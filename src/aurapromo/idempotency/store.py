"""Statements about kept answers; their table is written by the ledger too."""

from datetime import datetime

import msgspec
from psycopg.types.json import Json

from aurapromo.idempotency.model import Record
from aurapromo.platform import database as db
from aurapromo.platform.database import Conn


async def try_lock(tx: Conn, lock: int) -> bool:
    """Take an advisory lock until the end of the transaction; False while another one has it."""
    taken: bool = await db.value(tx, "SELECT pg_try_advisory_xact_lock(%(lock)s)", lock=lock)
    return taken


async def find(conn: Conn, record_id: bytes, *, after: datetime) -> Record | None:
    """The record with this id, unless it was made before."""
    found = await db.row(
        conn,
        Record,
        """
        SELECT id, body_digest, status, headers, body FROM idempotency_record
         WHERE id = %(record_id)s AND created_at > %(after)s
        """,
        record_id=record_id,
        after=after,
    )
    if found is None:
        return None
    return msgspec.structs.replace(found, headers=tuple((name, value) for name, value in found.headers))


async def insert(tx: Conn, record: Record, *, now: datetime, after: datetime) -> bool:
    """Keep a record in place of one made before `after`; False if there is a newer one."""
    changed = await db.execute(
        tx,
        """
        INSERT INTO idempotency_record AS kept (id, body_digest, status, headers, body, created_at)
        VALUES (%(id)s, %(body_digest)s, %(status)s, %(headers)s, %(body)s, %(now)s)
        ON CONFLICT (id) DO UPDATE
           SET body_digest = excluded.body_digest, status = excluded.status, headers = excluded.headers,
               body = excluded.body, created_at = excluded.created_at
         WHERE kept.created_at <= %(after)s
        """,
        id=record.id,
        body_digest=record.body_digest,
        status=record.status,
        headers=Json(record.headers),
        body=record.body,
        now=now,
        after=after,
    )
    return changed == 1


async def delete_older(tx: Conn, *, than: datetime, most: int) -> int:
    """Delete the oldest records made up to a moment, at most so many; how many there were."""
    return await db.execute(
        tx,
        """
        DELETE FROM idempotency_record
         WHERE id = ANY (ARRAY (SELECT id FROM idempotency_record WHERE created_at <= %(than)s
                                 ORDER BY created_at LIMIT %(most)s FOR UPDATE SKIP LOCKED))
        """,
        than=than,
        most=most,
    )
