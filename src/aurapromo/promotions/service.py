"""Use cases around a promotion's life: create, change, move through its statuses, look back."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec

from aurapromo.errors import NotFound
from aurapromo.outbox import store as outbox
from aurapromo.platform.database import Conn
from aurapromo.promotions import lifecycle
from aurapromo.promotions.events import audit_entry, event_of
from aurapromo.promotions.kind import kind_of
from aurapromo.promotions.lifecycle import LIVE, Verb
from aurapromo.promotions.model import (
    Actor,
    AuditEntry,
    Counters,
    Definition,
    Promotion,
    Status,
    Version,
    ids_by_place,
    lasting_ids,
)
from aurapromo.promotions.positions import service as positions
from aurapromo.promotions.store import listing, reads, writes

LAST: Final = 2**63 - 1  # above every id and version
#: Origins whose promotions need nobody to activate them, and those whose priorities are places.
LIVE_AT_BIRTH: Final = frozenset({"sylius"})
HAS_PLACES: Final = LIVE_AT_BIRTH


class PromotionNotFound(NotFound):
    """No promotion has this id."""

    code = "PROMOTION_NOT_FOUND"


class Identity(msgspec.Struct, frozen=True):
    """What a new promotion is called by machines; chosen at the edge, since it needs chance."""

    uuid: UUID
    code: str
    origin: str


async def create(
    tx: Conn, definition: Definition, *, identity: Identity, actor: Actor, now: datetime
) -> Promotion:
    """Store a new promotion: as a draft, or live at once where that is its contract's way."""
    is_live = identity.origin in LIVE_AT_BIRTH
    fresh = Promotion(
        id=0,
        uuid=identity.uuid,
        code=identity.code,
        status=Status.ACTIVE if is_live else Status.DRAFT,
        origin=identity.origin,
        kind=kind_of(definition),
        version=1,
        book_version=await writes.bump_book(tx),
        definition=definition,
        counters=Counters(),
        rule_ids=(),
        action_ids=(),
        has_coupons=False,
        created_at=now,
        updated_at=now,
        activated_at=now if is_live else None,
        ended_at=None,
    )
    stored = msgspec.structs.replace(fresh, id=await writes.insert(tx, fresh))
    return await _finish(tx, None, stored, action="promotion.created", actor=actor)


async def get(conn: Conn, promotion_id: int) -> Promotion:
    """The promotion; raises PromotionNotFound."""
    found = await reads.by_id(conn, promotion_id)
    if found is None:
        raise PromotionNotFound(f"There is no promotion {promotion_id}.")
    return found


async def by_ids(conn: Conn, promotion_ids: Sequence[int]) -> list[Promotion]:
    """Those of the promotions that exist."""
    return await reads.by_ids(conn, promotion_ids)


async def change(
    tx: Conn,
    promotion_id: int,
    edit: Callable[[Promotion], Definition],
    *,
    actor: Actor,
    now: datetime,
) -> Promotion:
    """Replace the definition by what `edit` makes of it, as a new version.

    Raises PromotionNotFound, ImpossibleTransition when the promotion is over, and what `edit` raises.
    """
    before = await _locked(tx, promotion_id)
    lifecycle.ensure_editable(before.status)
    edited = await _placed(tx, before, edit(before))
    if edited == before.definition:
        return before
    changed = await _next(tx, before, now=now, definition=edited, kind=kind_of(edited))
    return await _finish(tx, before, changed, action="promotion.updated", actor=actor)


async def _placed(tx: Conn, before: Promotion, edited: Definition) -> Definition:
    """The same; where Sylius counts places, a new priority moves other promotions out of the way."""
    old, wanted = before.definition.priority, edited.priority
    if before.origin not in HAS_PLACES or old == wanted:
        return edited
    version = await reads.book_version(tx)
    return msgspec.structs.replace(
        edited, priority=await positions.move(tx, before.id, (old, wanted), version)
    )


async def move(tx: Conn, promotion_id: int, verb: Verb, *, actor: Actor, now: datetime) -> Promotion:
    """Activate, pause, resume, end, cancel or archive; what is already so stays untouched.

    Raises PromotionNotFound, and ImpossibleTransition naming both states.
    """
    before = await _locked(tx, promotion_id)
    target = lifecycle.after(verb, before.status, before.definition, now)
    if target == lifecycle.shown(before.status, before.definition, now):
        return before
    changed = await _next(
        tx,
        before,
        now=now,
        status=target,
        activated_at=now if target in LIVE else before.activated_at,
        ended_at=_ended_at(before, target, now),
    )
    return await _finish(tx, before, changed, action=f"promotion.{verb}", actor=actor)


def _ended_at(before: Promotion, target: Status, now: datetime) -> datetime | None:
    """When it ended, by somebody or, where it is archived, by the clock before; None while it has not."""
    if target in (Status.ENDED, Status.CANCELLED):
        return now
    by_the_clock = target is Status.ARCHIVED and before.status in LIVE
    return before.definition.ends_at if by_the_clock else before.ended_at


async def queue(tx: Conn) -> None:
    """Wait for the writers of promotions before this one, and keep the others waiting until its end."""
    await writes.bump_book(tx)


async def taken(conn: Conn, codes: Sequence[str]) -> set[str]:
    """Those of the codes that exist; after `queue` nobody can add one of them."""
    return await reads.codes_taken(conn, codes)


async def page(conn: Conn, filters: listing.Filters, wanted: listing.Page) -> tuple[int, list[Promotion]]:
    """How many promotions match in all, and those of one page."""
    return await listing.count(conn, filters), await listing.page(conn, filters, wanted)


async def versions(conn: Conn, promotion_id: int, *, before: int | None, limit: int) -> list[Version]:
    """Versions older than `before` (None: from the newest), newest first."""
    return await reads.versions(conn, promotion_id, before=before or LAST, limit=limit)


async def audit(conn: Conn, promotion_id: int, *, before: int | None, limit: int) -> list[AuditEntry]:
    """Audit entries older than `before` (None: from the newest), newest first."""
    return await reads.audit(conn, promotion_id, before=before or LAST, limit=limit)


async def _locked(tx: Conn, promotion_id: int) -> Promotion:
    # The book's row first and always: every writer takes its locks in the same order.
    await writes.bump_book(tx)
    await writes.lock(tx, promotion_id)
    return await get(tx, promotion_id)


async def _next(tx: Conn, before: Promotion, *, now: datetime, **changes: Any) -> Promotion:
    return msgspec.structs.replace(
        before,
        version=before.version + 1,
        book_version=await reads.book_version(tx),
        updated_at=now,
        **changes,
    )


async def _finish(
    tx: Conn, before: Promotion | None, after: Promotion, *, action: str, actor: Actor
) -> Promotion:
    """Write the promotion with all that belongs to a change: parts, counter, version, audit, notice."""
    if before is not None:
        await writes.update(tx, after)
    await _put_rules(tx, before, after, actor)
    await _put_actions(tx, before, after, actor)
    await writes.put_counter(tx, after)
    await writes.insert_version(tx, after, changed_by=actor.name)
    await writes.insert_audit(tx, audit_entry(before, after, action=action, actor=actor))
    if event := event_of(before, after):
        await outbox.append(tx, [event])
    await writes.announce(tx, after.book_version)
    return await get(tx, after.id)


async def _put_rules(tx: Conn, before: Promotion | None, after: Promotion, actor: Actor) -> None:
    rules = after.definition.rules
    if before is None:
        await writes.insert_rules(tx, after.id, rules, [None] * len(rules))
    elif rules != before.definition.rules:
        await writes.delete_rules(tx, after.id)
        ids = _ids(before.definition.rules, before.rule_ids, rules, actor)
        await writes.insert_rules(tx, after.id, rules, ids)


async def _put_actions(tx: Conn, before: Promotion | None, after: Promotion, actor: Actor) -> None:
    actions = after.definition.actions
    if before is None:
        await writes.insert_actions(tx, after.id, actions, [None] * len(actions))
    elif actions != before.definition.actions:
        await writes.delete_actions(tx, after.id)
        ids = _ids(before.definition.actions, before.action_ids, actions, actor)
        await writes.insert_actions(tx, after.id, actions, ids)


def _ids(
    before: Sequence[Any], ids: Sequence[int], after: Sequence[Any], actor: Actor
) -> tuple[int | None, ...]:
    return ids_by_place(ids, after) if actor.by_place else lasting_ids(before, ids, after)
