"""Promotions by code, with places of their own, and really deleted: what Sylius' contract asks for."""

from datetime import datetime
from typing import Any

import msgspec
import psycopg
from psycopg.types.json import Json

from aurapromo.errors import Conflict
from aurapromo.platform.database import Conn
from aurapromo.promotions import service
from aurapromo.promotions.catalogue import store
from aurapromo.promotions.catalogue.model import Wanted
from aurapromo.promotions.model import Actor, Definition, Promotion
from aurapromo.promotions.positions import service as positions
from aurapromo.promotions.service import Identity, PromotionNotFound
from aurapromo.promotions.store import coupons, writes


class PromotionInUse(Conflict):
    """An order has had this promotion, so it cannot be deleted."""

    code = "PROMOTION_IN_USE"


async def by_code(conn: Conn, code: str) -> Promotion:
    """The promotion; raises PromotionNotFound, also for one that is archived."""
    found = await store.by_code(conn, code)
    if found is None:
        raise PromotionNotFound(f"There is no promotion {code}.")
    return found


async def count(conn: Conn, wanted: Wanted) -> int:
    return await store.count(conn, wanted)


async def page(conn: Conn, wanted: Wanted, *, skip: int, limit: int) -> list[Promotion]:
    return await store.page(conn, wanted, skip=skip, limit=limit)


async def create(
    tx: Conn, definition: Definition, *, identity: Identity, actor: Actor, now: datetime
) -> Promotion:
    """As `service.create`, at the place that `definition.priority` names (negative: the top)."""
    version = await writes.bump_book(tx)
    place = await positions.make_room(tx, definition.priority, version)
    placed = msgspec.structs.replace(definition, priority=place)
    created = await service.create(tx, placed, identity=identity, actor=actor, now=now)
    await positions.put(tx, created.id, place, created.book_version)
    return created


async def set_used(tx: Conn, promotion_id: int, used: int) -> None:
    """Say how often a promotion was used, for a shop that comes with orders of its own."""
    version = await writes.bump_book(tx)
    await store.set_used(tx, promotion_id, used)
    await coupons.mark(tx, promotion_id, version)
    await writes.announce(tx, version)


async def remove(tx: Conn, promotion_id: int, *, actor: Actor, now: datetime) -> None:
    """Delete a promotion with everything of it; its code and those of its coupons are free again.

    Raises PromotionNotFound and PromotionInUse.
    """
    version = await writes.bump_book(tx)
    await writes.lock(tx, promotion_id)
    before = await service.get(tx, promotion_id)
    await store.lock_coupons(tx, promotion_id)  # coupons before counters, as the ledger does
    await store.lock_counter(tx, promotion_id)
    if await store.is_in_use(tx, promotion_id):
        raise PromotionInUse("Cannot delete, the promotion is in use.")
    try:
        await store.delete(tx, promotion_id)
    except psycopg.errors.ForeignKeyViolation:
        raise PromotionInUse("Cannot delete, the promotion is in use.") from None
    if before.origin == "sylius":
        await positions.close_gap(tx, before.definition.priority, version)
    await store.note_removed(tx, promotion_id, version)
    await writes.insert_audit(tx, _audit_entry(before, actor, now))
    await writes.announce(tx, version)


def _audit_entry(before: Promotion, actor: Actor, now: datetime) -> dict[str, Any]:
    return {
        "at": now,
        "actor": actor.name,
        "request_id": actor.request_id,
        "action": "promotion.deleted",
        "subject": "promotion",
        "subject_id": str(before.id),
        "before": Json({"status": before.status, "definition": before.definition}),
        "after": None,
    }
