"""The status table: what a promotion may become, and what it reads by the clock."""

from datetime import datetime
from enum import StrEnum
from typing import Final

from aurapromo.errors import Conflict
from aurapromo.promotions.model import Definition, Status


class Verb(StrEnum):
    """What can be done to a promotion's status."""

    ACTIVATE = "activate"
    PAUSE = "pause"
    RESUME = "resume"
    END = "end"
    CANCEL = "cancel"
    ARCHIVE = "archive"


class ImpossibleTransition(Conflict):
    """The promotion's status does not allow what was asked."""

    code = "INVALID_STATUS"


LIVE: Final = frozenset({Status.SCHEDULED, Status.ACTIVE})
RUNNING: Final = LIVE | {Status.PAUSED}
FINAL: Final = frozenset({Status.ENDED, Status.CANCELLED, Status.ARCHIVED})

# What each verb may start from, as shown by the clock, and the status that it asks for.
TABLE: Final[dict[Verb, tuple[frozenset[Status], Status]]] = {
    Verb.ACTIVATE: (RUNNING | {Status.DRAFT}, Status.ACTIVE),
    Verb.PAUSE: (LIVE, Status.PAUSED),
    Verb.RESUME: (frozenset({Status.PAUSED}), Status.ACTIVE),
    Verb.END: (RUNNING, Status.ENDED),
    Verb.CANCEL: (RUNNING, Status.CANCELLED),
    Verb.ARCHIVE: (
        frozenset({Status.DRAFT, Status.PAUSED, Status.ENDED, Status.CANCELLED, Status.EXPIRED}),
        Status.ARCHIVED,
    ),
}


def shown(status: Status, definition: Definition, now: datetime) -> Status:
    """The status that people see: the clock starts and ends what is live without anybody's help."""
    if status in LIVE | {Status.PAUSED} and definition.ends_at is not None and definition.ends_at <= now:
        return Status.EXPIRED
    if status in LIVE:
        started = definition.starts_at is None or definition.starts_at <= now
        return Status.ACTIVE if started else Status.SCHEDULED
    return status


def is_live(status: Status, definition: Definition, now: datetime) -> bool:
    """Whether it takes part in decisions at `now`."""
    return shown(status, definition, now) is Status.ACTIVE


def after(verb: Verb, status: Status, definition: Definition, now: datetime) -> Status:
    """The status to store once `verb` is done.

    Raises ImpossibleTransition naming both states, and the end date where that is the reason.
    """
    seen = shown(status, definition, now)
    allowed, target = TABLE[verb]
    if seen is Status.EXPIRED and verb in (Verb.ACTIVATE, Verb.RESUME):
        raise ImpossibleTransition(_over(definition))
    if seen not in allowed:
        raise ImpossibleTransition(f"A promotion that is {seen} cannot become {target} ({verb}).")
    if target is not Status.ACTIVE:
        return target
    if definition.ends_at is not None and definition.ends_at <= now:
        raise ImpossibleTransition(_over(definition))
    return shown(Status.ACTIVE, definition, now)


def ensure_editable(status: Status) -> None:
    """Raises ImpossibleTransition when the definition can no longer change."""
    if status in FINAL:
        raise ImpossibleTransition(f"A promotion that is {status} cannot be changed; duplicate it instead.")


def _over(definition: Definition) -> str:
    ended = definition.ends_at.isoformat().replace("+00:00", "Z") if definition.ends_at else ""
    return f"A promotion that is expired cannot become active: its end_date was {ended}."
