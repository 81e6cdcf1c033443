"""Promotions over HTTP in Sylius' contract."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import uuid4
from zoneinfo import ZoneInfo

import msgspec

from aurapromo.access.model import Scope
from aurapromo.api.http.route import Call, Route
from aurapromo.api.sylius import criteria
from aurapromo.api.sylius.channels import channels_of
from aurapromo.api.sylius.examples import CHRISTMAS, RENAMED, SUNDAY
from aurapromo.api.sylius.forms.body import submitted
from aurapromo.api.sylius.forms.checking import check_named
from aurapromo.api.sylius.forms.context import Context
from aurapromo.api.sylius.forms.promotion import TOP, Form
from aurapromo.api.sylius.translate import links
from aurapromo.api.sylius.translate import promotion as translate
from aurapromo.api.sylius.translate.links import nested, place_of
from aurapromo.api.sylius.translate.promotion import Shower, short
from aurapromo.api.sylius.types import Code, PromotionItems, PromotionOut, PromotionPage
from aurapromo.app import App
from aurapromo.facts.currency import digits_of
from aurapromo.facts.model import Channel
from aurapromo.platform.database import Conn
from aurapromo.promotions import service
from aurapromo.promotions.catalogue import service as catalogue
from aurapromo.promotions.model import Actor, Definition, Promotion

TAKEN: Final = "The promotion with given code already exists."

Listing = Call[App, dict[str, list[str]], None]
Plain = Call[App, None, None]
Submission = Call[App, None, bytes]


def actor(call: Call[App, Any, Any]) -> Actor:
    """Who is named as the author of a change; parts keep their ids by their places."""
    return Actor(call.caller.id, call.request_id, by_place=True)


def zone_of(call: Call[App, Any, Any]) -> ZoneInfo:
    return ZoneInfo(call.app.settings.sylius_timezone)


def shower(call: Call[App, Any, Any], channels: Sequence[Channel]) -> Shower:
    return Shower(channels, zone_of(call))


def context_of(call: Call[App, Any, Any], channels: Sequence[Channel]) -> Context:
    return Context({channel.code: digits_of(channel.currency) for channel in channels}, zone_of(call))


async def list_promotions(call: Listing) -> PromotionPage:
    query = nested(call.query)
    wanted, place = criteria.wanted(query), place_of(query)
    async with call.app.database.reading() as conn:
        total = await catalogue.count(conn, wanted)
        place = msgspec.structs.replace(place, page=min(place.page, place.number(total)))
        found = await catalogue.page(conn, wanted, skip=place.skip, limit=place.limit)
    shown = links.links("/api/v1/promotions/", query, place, total)
    items = PromotionItems([short(one) for one in found])
    return PromotionPage(place.page, place.limit, place.number(total), total, shown, items)


async def create_promotion(call: Submission) -> PromotionOut:
    data = submitted(call.body)
    async with call.app.database.writing() as tx:
        channels = await channels_of(tx)
        form = await _new(tx, Form(data, context_of(call, channels), None, partial=False))
        created = await _created(tx, call, form)
    await call.app.book.refresh()
    return shower(call, channels).full(created)


async def read_promotion(call: Plain, code: Code) -> PromotionOut:
    async with call.app.database.reading() as conn:
        return shower(call, await channels_of(conn)).full(await catalogue.by_code(conn, code))


async def replace_promotion(call: Submission, code: Code) -> None:
    await _change(call, code, partial=False)


async def patch_promotion(call: Submission, code: Code) -> None:
    await _change(call, code, partial=True)


async def delete_promotion(call: Plain, code: Code) -> None:
    async with call.app.database.writing() as tx:
        found = await catalogue.by_code(tx, code)
        await catalogue.remove(tx, found.id, actor=actor(call), now=call.now)
    await call.app.book.refresh()


async def _new(tx: Conn, form: Form) -> Form:
    """The form of a new promotion if it can be accepted; nobody takes its code meanwhile."""
    await service.queue(tx)
    code = form.values["code"]
    if code is not None and await service.taken(tx, [code]):
        form.node["code"].refuse(TAKEN)
    await check_named(tx, form.context)
    form.check()
    return form


async def _created(tx: Conn, call: Submission, form: Form) -> Promotion:
    empty = Definition(name="", currency=call.app.book.default_channel.currency)
    created = await catalogue.create(
        tx,
        translate.edited(empty, form),
        identity=translate.identity(form, uuid4()),
        actor=actor(call),
        now=call.now,
    )
    return await _with_uses(tx, created, form)


async def _with_uses(tx: Conn, promotion: Promotion, form: Form) -> Promotion:
    """The promotion as it is stored, with the number of uses that the form may name."""
    used = form.values.get("used")
    if used is not None and used != promotion.counters.used:
        await catalogue.set_used(tx, promotion.id, used)
    return await service.get(tx, promotion.id)


async def _change(call: Submission, code: Code, *, partial: bool) -> None:
    async with call.app.database.writing() as tx:
        await service.queue(tx)
        before = await catalogue.by_code(tx, code)
        context = context_of(call, await channels_of(tx))
        form = Form(submitted(call.body), context, translate.before_of(before), partial=partial)
        await check_named(tx, context)
        form.check()
        keep_foreign_priority(before, form)
        changed = await service.change(
            tx,
            before.id,
            lambda one: translate.edited(one.definition, form),
            actor=actor(call),
            now=call.now,
        )
        await _with_uses(tx, changed, form)
    await call.app.book.refresh()


def keep_foreign_priority(before: Promotion, form: Form) -> None:
    """A promotion of the other contract has no place among Sylius': there is no top to go to."""
    if before.origin != "sylius" and form.values.get("priority") == TOP:
        del form.values["priority"]


ROUTES: Final[tuple[Route, ...]] = (
    Route(
        "GET",
        "/promotions/",
        list_promotions,
        scope=Scope.READ,
        tag="promotions",
        summary="List promotions",
        description=(
            "By priority, highest first. `page` and `limit`; `sorting[priority|code|name]=asc|desc`; "
            "`criteria[search][type]` and `criteria[search][value]`, `criteria[couponBased]`."
        ),
    ),
    Route(
        "POST",
        "/promotions/",
        create_promotion,
        scope=Scope.WRITE,
        tag="promotions",
        summary="Create a promotion",
        description="It is live at once, within its dates. Amounts come in major units.",
        status=201,
        body_optional=True,
        examples={"A name is enough": SUNDAY, "With a rule and an action": CHRISTMAS},
    ),
    Route(
        "GET",
        "/promotions/{code}",
        read_promotion,
        scope=Scope.READ,
        tag="promotions",
        summary="Get a promotion",
        description="In full; amounts in minor units, percentages as fractions.",
        errors=(404,),
    ),
    Route(
        "PUT",
        "/promotions/{code}",
        replace_promotion,
        scope=Scope.WRITE,
        tag="promotions",
        summary="Replace a promotion",
        description="What is left out is emptied; without a priority it goes to the top.",
        status=204,
        body_optional=True,
        errors=(404, 409),
        examples={"Another name": RENAMED},
    ),
    Route(
        "PATCH",
        "/promotions/{code}",
        patch_promotion,
        scope=Scope.WRITE,
        tag="promotions",
        summary="Change a promotion",
        description="What is left out stays as it is.",
        status=204,
        body_optional=True,
        errors=(404, 409),
        examples={"Exclusive": {"exclusive": True, "priority": 1}},
    ),
    Route(
        "DELETE",
        "/promotions/{code}",
        delete_promotion,
        scope=Scope.WRITE,
        tag="promotions",
        summary="Delete a promotion",
        description="With its coupons; one that an order has used cannot be deleted (422).",
        status=204,
        errors=(404, 409),
    ),
)
