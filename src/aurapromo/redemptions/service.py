"""Look at redemptions and orders."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

import msgspec

from aurapromo.errors import NotFound
from aurapromo.platform.database import Conn
from aurapromo.redemptions.model import Filters, Order, Redemption, Standing
from aurapromo.redemptions.store import reads


class RedemptionNotFound(NotFound):
    """No redemption has this id."""

    code = "REDEMPTION_NOT_FOUND"


async def get(conn: Conn, redemption_id: UUID) -> Redemption:
    """Raises RedemptionNotFound."""
    found = await reads.by_id(conn, redemption_id)
    if found is None:
        raise RedemptionNotFound(f"There is no redemption {redemption_id}.")
    return found


async def page(conn: Conn, filters: Filters, limit: int) -> list[Redemption]:
    """Redemptions, newest first."""
    return await reads.page(conn, filters, limit)


async def of_order(conn: Conn, order_id: str) -> list[Redemption]:
    """Everything that an order ever had, newest first."""
    return await reads.of_order(conn, order_id)


async def order(conn: Conn, order_id: str) -> Order | None:
    """The order as the ledger knows it, with its redemptions."""
    found = await orders(conn, [order_id])
    return found[0] if found else None


async def orders(conn: Conn, ids: Collection[str]) -> list[Order]:
    """These orders, as far as they are known, each with its redemptions.

    The orders are read first: what has changed meanwhile shows as a version that is too old, never as one
    that is too new.
    """
    found = await reads.orders(conn, ids)
    standing: defaultdict[str, list[Standing]] = defaultdict(list)
    for one in await reads.standing(conn, ids):
        standing[one.redemption.order_id].append(one)
    return [msgspec.structs.replace(one, standing=tuple(standing[one.id])) for one in found]


async def expired(conn: Conn, limit: int) -> list[Order]:
    """Orders with holds that have expired, those longest over first."""
    return await orders(conn, await reads.expired(conn, limit))


async def clock(conn: Conn) -> datetime:
    """The database's clock, by which holds expire."""
    return await reads.clock(conn)
