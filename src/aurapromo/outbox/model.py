"""Events: what has happened, for those who want to hear of it."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """Something that has happened, under a stable id (UUIDv7). `data` is plain JSON values.

    Amounts in `data` are minor units, beside their `currency`; whoever delivers an event puts it into the
    words of a contract.
    """

    id: UUID
    event: str
    at: datetime
    data: dict[str, Any]
