"""Promotions in PostgreSQL; one function, one statement."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, LiteralString

import msgspec

from aurapromo.engine.facts import Spent
from aurapromo.platform import database as db
from aurapromo.platform.database import Conn
from aurapromo.promotions.model import AuditEntry, Counters, Definition, Promotion, Status, Version

DEFINED: Final = frozenset(field.name for field in msgspec.structs.fields(Definition))
COUNTED: Final = frozenset(field.name for field in msgspec.structs.fields(Counters))


def from_row(found: dict[str, Any]) -> Promotion:
    """A promotion from a row of `promotion_whole`."""
    defined = {name: value for name, value in found.items() if name in DEFINED}
    counted = {name: value for name, value in found.items() if name in COUNTED}
    rest = {name: value for name, value in found.items() if name not in DEFINED | COUNTED}
    return Promotion(
        **rest
        | {"status": Status(rest["status"])}
        | {name: tuple(rest[name]) for name in ("rule_ids", "action_ids")},
        definition=msgspec.convert(defined, Definition),
        counters=Counters(**counted),
    )


async def by_id(conn: Conn, promotion_id: int) -> Promotion | None:
    return _first(await db.mappings(conn, "SELECT * FROM promotion_whole WHERE id = %(id)s", id=promotion_id))


async def by_ids(conn: Conn, promotion_ids: Sequence[int]) -> list[Promotion]:
    query: LiteralString = "SELECT * FROM promotion_whole AS p WHERE p.id = ANY(%(ids)s) ORDER BY p.id"
    return [from_row(found) for found in await db.mappings(conn, query, ids=list(promotion_ids))]


async def changed_since(conn: Conn, version: int) -> list[Promotion]:
    """Every promotion written, or moved among Sylius', after the book had `version`."""
    query: LiteralString = """
        SELECT * FROM promotion_whole AS p
         WHERE p.id IN (SELECT id FROM promotion WHERE book_version > %(version)s
                         UNION SELECT promotion_id FROM sylius_position WHERE book_version > %(version)s)
        """
    return [from_row(found) for found in await db.mappings(conn, query, version=version)]


async def live(conn: Conn) -> list[Promotion]:
    """Every promotion that is active or scheduled, whatever the clock says."""
    query: LiteralString = "SELECT * FROM promotion_whole AS p WHERE p.status IN ('active', 'scheduled')"
    return [from_row(found) for found in await db.mappings(conn, query)]


async def live_at(conn: Conn, moment: datetime) -> list[Promotion]:
    """Those in force at a past `moment`, also the ones ended since; with their current definitions."""
    query: LiteralString = """
        SELECT * FROM promotion_whole p
         WHERE (p.status IN ('active', 'scheduled', 'ended', 'cancelled')
                OR p.status = 'archived' AND p.ended_at IS NOT NULL)
           AND p.activated_at IS NOT NULL AND (p.ended_at IS NULL OR p.ended_at > %(moment)s)
           AND (p.starts_at IS NULL OR p.starts_at <= %(moment)s)
           AND (p.ends_at IS NULL OR p.ends_at > %(moment)s)
        """
    return [from_row(found) for found in await db.mappings(conn, query, moment=moment)]


async def versions(conn: Conn, promotion_id: int, *, before: int, limit: int) -> list[Version]:
    """Versions below `before`, newest first."""
    found = await db.mappings(
        conn,
        """
        SELECT version, definition, changed_by, changed_at FROM promotion_version
         WHERE promotion_id = %(id)s AND version < %(before)s ORDER BY version DESC LIMIT %(limit)s
        """,
        id=promotion_id,
        before=before,
        limit=limit,
    )
    return [msgspec.convert(one, Version) for one in found]


async def book_version(conn: Conn) -> int:
    return int(await db.value(conn, "SELECT version FROM book_version"))


async def removed_since(conn: Conn, version: int) -> list[int]:
    query: LiteralString = "SELECT promotion_id FROM promotion_removed WHERE book_version > %(version)s"
    return [found["promotion_id"] for found in await db.mappings(conn, query, version=version)]


async def codes_taken(conn: Conn, codes: Sequence[str]) -> set[str]:
    """Those of the codes that promotions have."""
    query: LiteralString = "SELECT code FROM promotion WHERE code = ANY(%(codes)s)"
    return {found["code"] for found in await db.mappings(conn, query, codes=list(codes))}


def _first(found: list[dict[str, Any]]) -> Promotion | None:
    return from_row(found[0]) if found else None


async def audit(conn: Conn, promotion_id: int, *, before: int, limit: int) -> list[AuditEntry]:
    """Audit entries of one promotion with ids below `before`, newest first."""
    query: LiteralString = """
        SELECT id, at, actor, request_id, action, before, after FROM audit
         WHERE subject = 'promotion' AND subject_id = %(id)s AND id < %(before)s
         ORDER BY id DESC LIMIT %(limit)s
        """
    found = await db.mappings(conn, query, id=str(promotion_id), before=before, limit=limit)
    return [AuditEntry(**one) for one in found]


async def spent_since(conn: Conn, seen: int) -> tuple[int, dict[int, Spent]]:
    """What is spent of promotions whose counters changed since the transactions that were `seen`.

    The number to ask with next time comes with it: that of the oldest transaction still under way, so
    that one which commits late is not missed.
    """
    query: LiteralString = """
        SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS seen, promotion_id, used, held, spent
          FROM (VALUES (1)) AS one LEFT JOIN promotion_counter ON changed >= %(seen)s::text::xid8
        """
    found = await db.mappings(conn, query, seen=str(seen))
    changed = {
        one["promotion_id"]: Spent(one["used"], one["held"], one["spent"])
        for one in found
        if one["promotion_id"] is not None
    }
    return found[0]["seen"], changed


async def customer_uses(conn: Conn, customer_id: str, promotion_ids: Sequence[int]) -> dict[int, int]:
    """How often the customer has used each of the promotions, open holds included."""
    query: LiteralString = """
        SELECT promotion_id, count(*) AS uses FROM redemption
         WHERE customer_id = %(customer_id)s AND promotion_id = ANY(%(ids)s)
           AND (state IN ('redeemed', 'returned') OR state = 'held' AND expires_at > clock_timestamp())
         GROUP BY promotion_id
        """
    found = await db.mappings(conn, query, customer_id=customer_id, ids=list(promotion_ids))
    return {one["promotion_id"]: one["uses"] for one in found}
