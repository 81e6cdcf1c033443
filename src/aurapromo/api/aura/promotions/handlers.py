"""Promotions over HTTP: translate in, call, translate out."""

import math
from functools import partial
from typing import Any

from aurapromo.api.aura.fields import PromotionId
from aurapromo.api.aura.promotions import translate
from aurapromo.api.aura.promotions.answers import Pagination, PromotionOut, PromotionPage, Transition
from aurapromo.api.aura.promotions.queries import DuplicateIn, ListQuery
from aurapromo.api.aura.promotions.show import out
from aurapromo.api.aura.promotions.types import PromotionChange, PromotionIn
from aurapromo.api.http.route import Call
from aurapromo.app import App
from aurapromo.errors import invalid
from aurapromo.facts import service as facts
from aurapromo.facts.currency import currencies
from aurapromo.facts.model import Channel
from aurapromo.platform.database import Conn
from aurapromo.promotions import service
from aurapromo.promotions.lifecycle import Verb
from aurapromo.promotions.model import Actor, Promotion

Plain = Call[App, None, None]


def currency_of(given: PromotionIn, channel: Channel) -> str:
    """The currency of a new promotion's amounts; raises Invalid for one that does not exist."""
    if given.currency is not None and given.currency not in currencies():
        raise invalid("currency", message=f"{given.currency} is not a currency of ISO 4217")
    return given.currency or channel.currency


def actor(call: Call[App, Any, Any]) -> Actor:
    """Who is named in the audit as the author of what this call changes."""
    return Actor(call.caller.id, call.request_id)


async def currencies_of(conn: Conn) -> dict[str, str]:
    """The currency of each channel by its code, also of one that another process has just been told of."""
    return {channel.code: channel.currency for channel in await facts.channels(conn)}


def shown(call: Call[App, Any, Any], promotion: Promotion) -> PromotionOut:
    return out(promotion, call.now, call.app.book.currencies)


async def create(call: Call[App, None, PromotionIn]) -> PromotionOut:
    currency = currency_of(call.body, call.app.book.default_channel)
    async with call.app.database.writing() as tx:
        definition = translate.definition_of(call.body, currency, await currencies_of(tx))
        identity = translate.identity(definition.name)
        created = await service.create(tx, definition, identity=identity, actor=actor(call), now=call.now)
    await call.app.book.refresh()
    return shown(call, created)


async def read(call: Plain, promotion_id: PromotionId) -> PromotionOut:
    async with call.app.database.reading() as conn:
        return shown(call, await service.get(conn, promotion_id))


async def page(call: Call[App, ListQuery, None]) -> PromotionPage:
    query = call.query
    async with call.app.database.reading() as conn:
        total, found = await service.page(conn, query.filters(call.now), query.wanted())
    pages = math.ceil(total / query.per_page)
    return PromotionPage(
        [shown(call, one) for one in found],
        Pagination(query.page, query.per_page, total, pages, query.page < pages, query.page > 1),
    )


async def update(call: Call[App, None, PromotionChange], promotion_id: PromotionId) -> PromotionOut:
    async with call.app.database.writing() as tx:
        edit = partial(translate.edited, given=call.body, channels=await currencies_of(tx))
        changed = await service.change(tx, promotion_id, edit, actor=actor(call), now=call.now)
    await call.app.book.refresh()
    return shown(call, changed)


async def activate(call: Plain, promotion_id: PromotionId) -> Transition:
    return await _move(call, promotion_id, Verb.ACTIVATE, "activated")


async def pause(call: Plain, promotion_id: PromotionId) -> Transition:
    return await _move(call, promotion_id, Verb.PAUSE, "paused")


async def resume(call: Plain, promotion_id: PromotionId) -> Transition:
    return await _move(call, promotion_id, Verb.RESUME, "resumed")


async def end(call: Plain, promotion_id: PromotionId) -> Transition:
    return await _move(call, promotion_id, Verb.END, "ended")


async def cancel(call: Plain, promotion_id: PromotionId) -> Transition:
    return await _move(call, promotion_id, Verb.CANCEL, "cancelled")


async def archive(call: Plain, promotion_id: PromotionId) -> None:
    await _move(call, promotion_id, Verb.ARCHIVE, "archived")


async def duplicate(call: Call[App, None, DuplicateIn], promotion_id: PromotionId) -> PromotionOut:
    async with call.app.database.writing() as tx:
        original = await service.get(tx, promotion_id)
        definition = translate.copied(original, call.body)
        identity = translate.identity(definition.name)
        created = await service.create(tx, definition, identity=identity, actor=actor(call), now=call.now)
    await call.app.book.refresh()
    return shown(call, created)


async def _move(call: Plain, promotion_id: PromotionId, verb: Verb, done: str) -> Transition:
    async with call.app.database.writing() as tx:
        moved = await service.move(tx, promotion_id, verb, actor=actor(call), now=call.now)
    await call.app.book.refresh()
    return Transition(success=True, message=f"Promotion {done} successfully", promotion=shown(call, moved))
