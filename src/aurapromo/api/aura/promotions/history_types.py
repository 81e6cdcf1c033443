"""What the Aura contract shows of a promotion's past."""

from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from aurapromo.api.aura.pages import CursorPagination
from aurapromo.api.aura.promotions.types import PromotionOut


class VersionOut(msgspec.Struct, frozen=True):
    """The promotion as one change left it."""

    version: Annotated[int, Meta(description="Number of the version, from 1", examples=[3])]
    changed_by: Annotated[str, Meta(description="Credential that made the change", examples=["key:1"])]
    changed_at: Annotated[datetime, Meta(tz=True, description="When", examples=["2024-01-01T12:00:00Z"])]
    promotion: Annotated[PromotionOut, Meta(description="What it was; counters are today's")]


class VersionPage(msgspec.Struct, frozen=True):
    """Versions, newest first."""

    items: Annotated[list[VersionOut], Meta(description="The versions of this page")]
    pagination: Annotated[CursorPagination, Meta(description="Where the next page begins")]


class AuditOut(msgspec.Struct, frozen=True):
    """Who did what, with the state before and after."""

    id: Annotated[int, Meta(description="Id of the entry", examples=[17])]
    at: Annotated[datetime, Meta(tz=True, description="When", examples=["2024-01-01T12:00:00Z"])]
    actor: Annotated[str, Meta(description="Credential that asked for it", examples=["key:1"])]
    request_id: Annotated[str | None, Meta(description="X-Request-Id of the request")]
    action: Annotated[str, Meta(description="What was done", examples=["promotion.updated"])]
    before: Annotated[dict[str, Any] | None, Meta(description="Status and definition before, minor units")]
    after: Annotated[dict[str, Any] | None, Meta(description="Status and definition after, minor units")]


class AuditPage(msgspec.Struct, frozen=True):
    """Audit entries, newest first."""

    items: Annotated[list[AuditOut], Meta(description="The entries of this page")]
    pagination: Annotated[CursorPagination, Meta(description="Where the next page begins")]
