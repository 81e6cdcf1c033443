"""Redeeming over HTTP: translate in, call, translate out."""

from typing import Any, Final
from uuid import UUID

import msgspec

from aurapromo.api.aura.fields import PathId, PromotionId
from aurapromo.api.aura.redemptions import show
from aurapromo.api.aura.redemptions.checkout import Worded, wanted_of
from aurapromo.api.aura.redemptions.life import (
    CancelOut,
    ListQuery,
    RedemptionOut,
    RedemptionPage,
    ReturnIn,
    ReturnOut,
)
from aurapromo.api.aura.redemptions.types import ApplyIn, ApplyOut, RedemptionId
from aurapromo.api.http.route import Call, Reply
from aurapromo.app import App
from aurapromo.promotions import service as promotions
from aurapromo.redemptions import service
from aurapromo.redemptions.ids import first_of
from aurapromo.redemptions.model import Filters
from aurapromo.redemptions.settling import Asked

Plain = Call[App, None, None]

LAST: Final = UUID(int=2**128 - 1)
FIRST: Final = UUID(int=0)


def ready(body: bytes) -> Reply[Any]:
    """An answer that is in bytes already, as it was kept under the call's key."""
    return Reply(msgspec.Raw(body))


def asked(call: Call[App, Any, Any]) -> Asked:
    return Asked(call.now, call.identity)


async def apply(call: Call[App, None, ApplyIn], order_id: PathId) -> Reply[ApplyOut]:
    return ready(await call.app.redeeming.checkout.apply(wanted_of(call, order_id), Worded(call.body)))


async def confirm(call: Plain, redemption_id: RedemptionId) -> Reply[RedemptionOut]:
    return ready(await call.app.redeeming.settlement.confirm(redemption_id, asked(call), show.body))


async def release(call: Plain, redemption_id: RedemptionId) -> Reply[RedemptionOut]:
    return ready(await call.app.redeeming.settlement.release(redemption_id, asked(call), show.body))


async def cancel(call: Plain, order_id: PathId) -> Reply[CancelOut]:
    return ready(await call.app.redeeming.settlement.cancel(order_id, asked(call), show.cancelled))


async def give_back(call: Call[App, None, ReturnIn], order_id: PathId) -> Reply[ReturnOut]:
    settlement = call.app.redeeming.settlement
    return ready(await settlement.give_back(order_id, show.picked(call.body), asked(call), show.returned))


async def read(call: Plain, redemption_id: RedemptionId) -> RedemptionOut:
    async with call.app.database.reading() as conn:
        return show.out(await service.get(conn, redemption_id))


async def page(call: Call[App, ListQuery, None]) -> RedemptionPage:
    query = call.query
    async with call.app.database.reading() as conn:
        return show.page(query, await service.page(conn, filters(query), query.per_page + 1))


async def page_of_promotion(call: Call[App, ListQuery, None], promotion_id: PromotionId) -> RedemptionPage:
    query = msgspec.structs.replace(call.query, promotion_id=promotion_id)
    async with call.app.database.reading() as conn:
        await promotions.get(conn, promotion_id)
        return show.page(query, await service.page(conn, filters(query), query.per_page + 1))


def filters(query: ListQuery) -> Filters:
    """Ids carry the millisecond of their creation, so that a span of time is a span of ids."""
    before = LAST if query.to is None else first_of(query.to)
    return Filters(
        promotion_id=query.promotion_id,
        order_id=query.order_id,
        customer_id=query.customer_id,
        state=query.state,
        first=FIRST if query.from_ is None else first_of(query.from_),
        before=before if query.cursor is None else min(before, query.cursor),
    )
