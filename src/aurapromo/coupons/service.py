"""Use cases around single coupons: create, find, change, disable, and say which of a cart can be used."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec

from aurapromo.coupons.codes import Entropy, draw, normalise, shape_of
from aurapromo.coupons.model import Asker, Coupon, Known, Terms, Wanted
from aurapromo.coupons.rules import refusal
from aurapromo.coupons.store import coupons as store
from aurapromo.engine import facts as engine
from aurapromo.errors import Conflict, NotFound
from aurapromo.platform.database import Conn

#: How many codes are drawn at once where one is wanted.
TRIES: Final = 5


class CouponNotFound(NotFound):
    """No coupon has this code."""

    code = "COUPON_NOT_FOUND"


class CouponCodeExists(Conflict):
    """Some promotion has a coupon with this code, perhaps in other case."""

    code = "COUPON_CODE_EXISTS"


async def create(tx: Conn, promotion_id: int, code: str, terms: Terms, *, now: datetime) -> Coupon:
    """Store a coupon; raises CouponCodeExists."""
    return await _create(tx, promotion_id, [code], terms, now)


async def generate(tx: Conn, promotion_id: int, terms: Terms, *, entropy: Entropy, now: datetime) -> Coupon:
    """Store a coupon with a code that nobody can guess."""
    return await _create(tx, promotion_id, draw(shape_of(), TRIES, entropy), terms, now)


async def _create(tx: Conn, promotion_id: int, codes: Sequence[str], terms: Terms, now: datetime) -> Coupon:
    keyed = [(code, normalise(code)) for code in codes]
    coupon_id = await store.insert(tx, promotion_id, keyed, terms, now)
    created = None if coupon_id is None else await store.by_id(tx, coupon_id)
    if created is None:
        raise CouponCodeExists(f"There is a coupon {codes[0]} already.")
    return created


async def taken(conn: Conn, codes: Sequence[str]) -> set[str]:
    """Those of the codes, normalised, that some coupon has."""
    return await store.keys_taken(conn, [normalise(code) for code in codes])


async def add(tx: Conn, promotion_id: int, new: Sequence[tuple[str, Terms]], *, now: datetime) -> set[str]:
    """Store many coupons with given codes; those codes, normalised, that nobody had."""
    rows: list[dict[str, Any]] = [
        msgspec.structs.asdict(terms) | {"code": code, "code_key": normalise(code)} for code, terms in new
    ]
    return await store.insert_rows(tx, promotion_id, rows, now)


async def get(conn: Conn, code: str) -> Coupon:
    """The coupon with this code; raises CouponNotFound."""
    return _found(await store.by_key(conn, normalise(code)), code)


async def change(tx: Conn, code: str, edit: Callable[[Coupon], Coupon], *, now: datetime) -> Coupon:
    """Replace what can be changed of a coupon by what `edit` makes of it; raises CouponNotFound.

    Uses that were taken stay taken, also where a limit falls below them.
    """
    await store.lock(tx, normalise(code))
    before = await get(tx, code)
    after = edit(before)
    if after == before:
        return before
    changed = msgspec.structs.replace(after, updated_at=now)
    await store.update(tx, changed)
    return changed


async def disable(tx: Conn, code: str, *, now: datetime) -> None:
    """Take a coupon out of use; once more changes nothing. Raises CouponNotFound."""
    await change(tx, code, lambda coupon: msgspec.structs.replace(coupon, disabled=True), now=now)


async def page(conn: Conn, wanted: Wanted, *, cursor: int | None, limit: int) -> list[Coupon]:
    """Coupons behind the one with the id `cursor`: newest first, or by code where a prefix is wanted."""
    if wanted.prefix is None:
        return await store.newest(conn, wanted, before=cursor, limit=limit)
    last = None if cursor is None else await store.by_id(conn, cursor)
    return await store.by_prefix(conn, wanted, after=normalise(last.code) if last else "", limit=limit)


async def known(conn: Conn, code: str, customer_id: str | None, *, now: datetime) -> Known | None:
    """The coupon with this code and how often this customer has used it; None without one."""
    found = await store.known(conn, [normalise(code)], customer_id=customer_id, now=now)
    return found[0] if found else None


async def for_decision(
    conn: Conn, codes: Sequence[str], asker: Asker, *, now: datetime
) -> list[engine.Coupon]:
    """Those of the codes that exist, each with the reason why this customer cannot use it now."""
    keys = [normalise(code) for code in codes]
    found = await store.known(conn, keys, customer_id=asker.customer_id, now=now)
    if asker.uses is not None:
        found = [msgspec.structs.replace(one, customer_uses=asker.uses) for one in found]
    return [
        engine.Coupon(
            normalise(one.code),
            one.promotion_id,
            refusal(one, asker.customer_id, now, strangers=asker.strangers),
        )
        for one in found
    ]


def _found(coupon: Coupon | None, code: str) -> Coupon:
    if coupon is None:
        raise CouponNotFound(f"There is no coupon {code}.")
    return coupon
