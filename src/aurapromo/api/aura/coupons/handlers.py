"""Coupons over HTTP: translate in, call, translate out."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from secrets import token_bytes
from typing import Final

from aurapromo.api.aura.coupons import translate
from aurapromo.api.aura.coupons.fields import PathBatch, PathCode, PathPromotion
from aurapromo.api.aura.coupons.queries import (
    BatchQuery,
    CouponQuery,
    ExportQuery,
    batch_number,
    shown_batch,
)
from aurapromo.api.aura.coupons.types import (
    BatchOut,
    BatchPage,
    BulkIn,
    BulkOut,
    CouponChange,
    CouponIn,
    CouponOut,
    CouponPage,
)
from aurapromo.api.aura.pages import pagination
from aurapromo.api.http.route import Call, Raw, Reply
from aurapromo.app import App
from aurapromo.coupons import batches, service
from aurapromo.coupons.batches import BatchNotFound
from aurapromo.coupons.codes import normalise
from aurapromo.coupons.model import Batch, Coupon, Order, Wanted
from aurapromo.platform.clock import monotonic
from aurapromo.platform.database import Conn
from aurapromo.promotions import issuing
from aurapromo.promotions import service as promotions

#: Larger batches are made in the background.
AT_ONCE: Final = 100_000
#: What is made of them before the answer, so that something can be shown.
FIRST: Final = 1_000
#: An answer shows all coupons of a batch up to this size, of a larger one the first of them.
SHOWN_WHOLE: Final = 1_000
SHOWN_FIRST: Final = 100

Plain = Call[App, None, None]


@asynccontextmanager
async def adding(app: App, promotion_id: int) -> AsyncIterator[Conn]:
    """A transaction that adds coupons to a promotion; raises what `issuing.expect_coupons` raises."""
    async with app.database.writing() as tx:
        promotion = await issuing.expect_coupons(tx, promotion_id)
        yield tx
    if not promotion.has_coupons:
        await app.book.refresh()


async def create(call: Call[App, None, CouponIn], promotion_id: PathPromotion) -> CouponOut:
    code, terms = call.body.code, translate.terms_of(call.body)
    async with adding(call.app, promotion_id) as tx:
        if code is None:
            coupon = await service.generate(tx, promotion_id, terms, entropy=token_bytes, now=call.now)
        else:
            coupon = await service.create(tx, promotion_id, code, terms, now=call.now)
    return translate.coupon_out(coupon, call.now)


async def bulk(call: Call[App, None, BulkIn], promotion_id: PathPromotion) -> Reply[BulkOut]:
    started = monotonic()
    order = translate.order_of(call.body, promotion_id, call.caller.id)
    batch, made = await _begun(call.app, order, call.now)
    if batch.missing:
        await call.app.database.after_commit(call.app.batch_worker.nudge)
    coupons = [translate.coupon_out(one, call.now) for one in made]
    return Reply(translate.bulk_out(batch, coupons, monotonic() - started), 202 if batch.missing else 201)


async def _begun(app: App, order: Order, now: datetime) -> tuple[Batch, list[Coupon]]:
    """The batch as far as it is made before the answer, and the coupons that the answer shows."""
    at_once = order.count if order.count <= AT_ONCE else FIRST
    shown = order.count if order.count <= SHOWN_WHOLE else SHOWN_FIRST
    async with adding(app, order.promotion_id) as tx:
        batch = await batches.start(tx, order, at_once=at_once, entropy=token_bytes, now=now)
        return batch, await batches.first_coupons(tx, batch, limit=shown, now=now)


async def page(call: Call[App, CouponQuery, None], promotion_id: PathPromotion) -> CouponPage:
    query = call.query
    async with call.app.database.reading() as conn:
        wanted = await _wanted(conn, promotion_id, call.query, call.now)
        found = await service.page(conn, wanted, cursor=query.cursor, limit=query.per_page + 1)
    shown = [translate.coupon_out(one, call.now) for one in found[: query.per_page]]
    return CouponPage(shown, pagination(query, [one.id for one in found]))


async def export(call: Call[App, ExportQuery, None], promotion_id: PathPromotion) -> Raw:
    async with call.app.database.reading() as conn:
        wanted = await _wanted(conn, promotion_id, call.query, call.now)
    name = f"coupons-{promotion_id}.csv"
    return Raw(
        batches.exported(call.app.database, wanted),
        "text/csv; charset=utf-8; header=present",
        headers=(("content-disposition", f'attachment; filename="{name}"'),),
    )


async def read(call: Plain, code: PathCode) -> CouponOut:
    async with call.app.database.reading() as conn:
        return translate.coupon_out(await service.get(conn, code), call.now)


async def change(call: Call[App, None, CouponChange], code: PathCode) -> CouponOut:
    async with call.app.database.writing() as tx:
        changed = await service.change(
            tx, code, lambda before: translate.edited(before, call.body), now=call.now
        )
    return translate.coupon_out(changed, call.now)


async def disable(call: Plain, code: PathCode) -> None:
    async with call.app.database.writing() as tx:
        await service.disable(tx, code, now=call.now)


async def read_batch(call: Plain, batch_id: PathBatch) -> BatchOut:
    number = batch_number(batch_id)
    if number is None:
        raise BatchNotFound(f"There is no batch {batch_id}.")
    async with call.app.database.reading() as conn:
        return translate.batch_out(await batches.get(conn, number))


async def list_batches(call: Call[App, BatchQuery, None]) -> BatchPage:
    query = call.query
    async with call.app.database.reading() as conn:
        found = await batches.newest(
            conn, promotion_id=query.promotion_id, before=query.cursor, limit=query.per_page + 1
        )
    shown = [translate.batch_out(one) for one in found[: query.per_page]]
    return BatchPage(shown, pagination(query, [one.id for one in found]))


async def _wanted(conn: Conn, promotion_id: int, query: CouponQuery | ExportQuery, now: datetime) -> Wanted:
    """The coupons that a query asks for; raises PromotionNotFound and BatchNotFound."""
    await promotions.get(conn, promotion_id)
    number = batch_number(query.batch_id or "")
    batch = None if number is None else await batches.get(conn, number)
    if batch is not None and batch.promotion_id != promotion_id:
        raise BatchNotFound(f"Promotion {promotion_id} has no batch {shown_batch(batch.id)}.")
    search = query.search if isinstance(query, CouponQuery) else None
    return Wanted(
        promotion_id=promotion_id,
        now=now,
        status=query.status,
        batch=batch,
        prefix=None if search is None else normalise(search),
    )
