"""A promotion's past over HTTP: its versions and who made them."""

import msgspec

from aurapromo.api.aura.fields import PromotionId
from aurapromo.api.aura.pages import CursorQuery, pagination
from aurapromo.api.aura.promotions.answers import AuditOut, AuditPage, VersionOut, VersionPage
from aurapromo.api.aura.promotions.show import out
from aurapromo.api.http.route import Call
from aurapromo.app import App
from aurapromo.promotions import service
from aurapromo.promotions.model import AuditEntry, Promotion, Version, lasting_ids


async def versions(call: Call[App, CursorQuery, None], promotion_id: PromotionId) -> VersionPage:
    async with call.app.database.reading() as conn:
        promotion = await service.get(conn, promotion_id)
        found = await service.versions(
            conn, promotion_id, before=call.query.cursor, limit=call.query.per_page + 1
        )
    shown = [_version(promotion, one, call) for one in found[: call.query.per_page]]
    return VersionPage(shown, pagination(call.query, [one.version for one in found]))


async def audit(call: Call[App, CursorQuery, None], promotion_id: PromotionId) -> AuditPage:
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
        rule_ids=lasting_ids(promotion.definition.rules, promotion.rule_ids, version.definition.rules),
        action_ids=lasting_ids(
            promotion.definition.actions, promotion.action_ids, version.definition.actions
        ),
    )
    return VersionOut(
        version.version, version.changed_by, version.changed_at, out(past, call.now, call.app.book.currencies)
    )


def _entry(one: AuditEntry) -> AuditOut:
    return AuditOut(**msgspec.structs.asdict(one))
