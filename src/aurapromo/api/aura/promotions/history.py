"""A promotion's past over HTTP: its versions and who made them."""

from collections.abc import Sequence

import msgspec

from aurapromo.api.aura.pages import CursorQuery, pagination
from aurapromo.api.aura.promotions import translate
from aurapromo.api.aura.promotions.history_types import (
    AuditOut,
    AuditPage,
    VersionOut,
    VersionPage,
)
from aurapromo.api.http.route import Call
from aurapromo.app import App
from aurapromo.promotions import service
from aurapromo.promotions.model import AuditEntry, Promotion, Version


async def versions(call: Call[App, CursorQuery, None], promotion_id: int) -> VersionPage:
    async with call.app.database.reading() as conn:
        promotion = await service.get(conn, promotion_id)
        found = await service.versions(
            conn, promotion_id, before=call.query.cursor, limit=call.query.per_page + 1
        )
    shown = [_version(promotion, one, call) for one in found[: call.query.per_page]]
    return VersionPage(shown, pagination(call.query, [one.version for one in found]))


async def audit(call: Call[App, CursorQuery, None], promotion_id: int) -> AuditPage:
    async with call.app.database.reading() as conn:
        await service.get(conn, promotion_id)
        found = await service.audit(
            conn, promotion_id, before=call.query.cursor, limit=call.query.per_page + 1
        )
    shown = [_entry(one) for one in found[: call.query.per_page]]
    return AuditPage(shown, pagination(call.query, [one.id for one in found]))


def _version(promotion: Promotion, version: Version, call: Call[App, CursorQuery, None]) -> VersionOut:
    past = msgspec.structs.replace(
        promotion,
        definition=version.definition,
        version=version.version,
        updated_at=version.changed_at,
        # Ids of parts belong to the promotion as it is; a past version shows those of the same place.
        rule_ids=_padded(promotion.rule_ids, len(version.definition.rules)),
        action_ids=_padded(promotion.action_ids, len(version.definition.actions)),
    )
    return VersionOut(version.version, version.changed_by, version.changed_at, translate.out(past, call.now))


def _padded(ids: Sequence[int], count: int) -> tuple[int, ...]:
    return tuple(ids[:count]) + (0,) * (count - len(ids))


def _entry(one: AuditEntry) -> AuditOut:
    return AuditOut(**msgspec.structs.asdict(one))
