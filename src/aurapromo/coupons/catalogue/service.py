"""Coupons of one promotion as Sylius' contract has them: by page, drawn in numbers, really deleted."""

from datetime import datetime
from typing import Final

import msgspec

from aurapromo.coupons import service
from aurapromo.coupons.catalogue import store
from aurapromo.coupons.codes import PLACE, Entropy, Shape, draw, normalise
from aurapromo.coupons.model import Coupon, Terms
from aurapromo.coupons.service import CouponNotFound
from aurapromo.coupons.store import coupons
from aurapromo.errors import Conflict
from aurapromo.platform.database import Conn

HEXADECIMAL: Final = "0123456789ABCDEF"


class CouponInUse(Conflict):
    """An order came with this coupon, so it cannot be deleted."""

    code = "COUPON_IN_USE"


class Batch(msgspec.Struct, frozen=True, kw_only=True):
    """So many coupons whose codes have `length` drawn signs between `prefix` and `suffix`."""

    amount: int
    length: int
    prefix: str
    suffix: str
    terms: Terms

    @property
    def shape(self) -> Shape:
        return Shape(f"{self.prefix}{PLACE * self.length}{self.suffix}", HEXADECIMAL)


async def count(conn: Conn, promotion_id: int) -> int:
    return await store.count(conn, promotion_id)


async def page(conn: Conn, promotion_id: int, *, skip: int, limit: int) -> list[Coupon]:
    return await store.page(conn, promotion_id, skip=skip, limit=limit)


async def get(conn: Conn, promotion_id: int, code: str) -> Coupon:
    """The coupon of this promotion; raises CouponNotFound, also for one of another."""
    found = await service.get(conn, code)
    if found.promotion_id != promotion_id:
        raise CouponNotFound(f"There is no coupon {code}.")
    return found


async def possible(conn: Conn, batch: Batch) -> int:
    """How many more codes of the batch's shape there may be: half of all, less those that there are."""
    length = len(batch.prefix) + batch.length + len(batch.suffix)
    existing = await store.of_shape(conn, normalise(batch.prefix), normalise(batch.suffix), length)
    return int(16**batch.length // 2 - existing)


async def generate(
    tx: Conn, promotion_id: int, batch: Batch, *, entropy: Entropy, now: datetime
) -> list[Coupon]:
    """Coupons with codes that nobody had, in the order in which they were made. Ask `possible` before."""
    made: set[str] = set()
    while len(made) < batch.amount:
        drawn = dict.fromkeys(draw(batch.shape, batch.amount - len(made), entropy))
        made |= await service.add(tx, promotion_id, [(code, batch.terms) for code in drawn], now=now)
    return await store.by_keys(tx, sorted(made))


async def remove(tx: Conn, coupon: Coupon) -> None:
    """Delete a coupon; its code is free again. Raises CouponInUse."""
    await coupons.lock(tx, normalise(coupon.code))
    if await store.is_in_use(tx, coupon.promotion_id, coupon.id):
        raise CouponInUse("Cannot delete, the promotion coupon is in use.")
    await store.delete(tx, coupon.id)
