"""What is noted of a change to a promotion: in the audit, and for those outside in the outbox."""

from typing import Any, Final
from uuid import uuid5

from psycopg.types.json import Json

from aurapromo.outbox.model import Event
from aurapromo.promotions.model import Actor, Promotion, Status

LIVE: Final = (Status.ACTIVE, Status.SCHEDULED)
OVER: Final = (Status.ENDED, Status.CANCELLED)


def event_of(before: Promotion | None, after: Promotion) -> Event | None:
    """The event of one change, None when nobody outside hears of it.

    Its id follows from promotion and version, so the same change is always the same event.
    """
    name = name_of(None if before is None else before.status, after.status)
    if name is None:
        return None
    shown = {"id": after.id, "name": after.definition.name, "status": after.status}
    event_id = uuid5(after.uuid, f"{after.version} {name}")
    return Event(id=event_id, event=name, at=after.updated_at, data={"promotion": shown})


def name_of(before: Status | None, after: Status) -> str | None:
    """What a change of status is called; `before` None is a new promotion."""
    if before is None:
        return "promotion.created"
    if after == before or (after in LIVE and before in LIVE):
        return None
    if after in LIVE:
        return "promotion.activated"
    if after is Status.PAUSED:
        return "promotion.paused"
    return "promotion.ended" if after in OVER else None


def audit_entry(before: Promotion | None, after: Promotion, *, action: str, actor: Actor) -> dict[str, Any]:
    """The row of the audit: who did what, and what it was before and after."""
    return {
        "at": after.updated_at,
        "actor": actor.name,
        "request_id": actor.request_id,
        "action": action,
        "subject": "promotion",
        "subject_id": str(after.id),
        "before": None if before is None else Json(snapshot(before)),
        "after": Json(snapshot(after)),
    }


def snapshot(promotion: Promotion) -> dict[str, Any]:
    return {"status": promotion.status, "definition": promotion.definition}
