"""Pages of promotions in PostgreSQL, with filters, exact totals and any documented order."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Final, LiteralString

import msgspec
from psycopg import sql

from aurapromo.platform import database as db
from aurapromo.platform.database import Conn
from aurapromo.promotions.model import Promotion
from aurapromo.promotions.store.reads import from_row


class SortBy(StrEnum):
    """What a list can be sorted by."""

    ID = "id"
    NAME = "name"
    CREATED_AT = "created_at"
    UPDATED_AT = "updated_at"
    PRIORITY = "priority"
    START_DATE = "start_date"
    END_DATE = "end_date"
    STATUS = "status"
    CURRENT_USES = "current_uses"


class SortOrder(StrEnum):
    ASC = "asc"
    DESC = "desc"


class Filters(msgspec.Struct, frozen=True, kw_only=True):
    """Which promotions; None leaves a filter out. `status` is the one that people see at `now`."""

    now: datetime
    status: str | None = None
    kind: str | None = None
    search: str | None = None
    starts_from: datetime | None = None
    starts_to: datetime | None = None


class Page(msgspec.Struct, frozen=True):
    """The `number`th page (from 1) of `size` promotions in an order; equal ones follow by id."""

    number: int
    size: int
    sort_by: SortBy = SortBy.CREATED_AT
    order: SortOrder = SortOrder.DESC


MATCHES: Final[LiteralString] = """
        (CASE WHEN %(status)s::text IS NULL THEN status <> 'archived'
              ELSE shown_status(status, starts_at, ends_at, %(now)s) = %(status)s END)
    AND (%(kind)s::text IS NULL OR kind = %(kind)s)
    AND (%(pattern)s::text IS NULL OR name ILIKE %(pattern)s OR description ILIKE %(pattern)s)
    AND (%(starts_from)s::timestamptz IS NULL OR starts_at >= %(starts_from)s)
    AND (%(starts_to)s::timestamptz IS NULL OR starts_at <= %(starts_to)s)
    """

ORDERS: Final[dict[SortBy, LiteralString]] = {
    SortBy.ID: "id",
    SortBy.NAME: "lower(name)",
    SortBy.CREATED_AT: "created_at",
    SortBy.UPDATED_AT: "updated_at",
    SortBy.PRIORITY: "priority",
    SortBy.START_DATE: "starts_at",
    SortBy.END_DATE: "ends_at",
    SortBy.STATUS: "shown_status(status, starts_at, ends_at, %(now)s)",
    SortBy.CURRENT_USES: "used",
}

DIRECTIONS: Final[dict[SortOrder, LiteralString]] = {SortOrder.ASC: "ASC", SortOrder.DESC: "DESC"}


async def count(conn: Conn, filters: Filters) -> int:
    query = sql.SQL("SELECT count(*) FROM promotion WHERE {}").format(sql.SQL(MATCHES))
    found = await (await conn.execute(query, _values(filters))).fetchone()
    return 0 if found is None else int(found[0])


async def page(conn: Conn, filters: Filters, wanted: Page) -> list[Promotion]:
    direction = sql.SQL(DIRECTIONS[wanted.order])
    query = sql.SQL(
        "SELECT * FROM promotion_whole WHERE {} ORDER BY {} {}, id {} LIMIT %(size)s OFFSET %(skip)s"
    ).format(sql.SQL(MATCHES), sql.SQL(ORDERS[wanted.sort_by]), direction, direction)
    values = _values(filters) | {"size": wanted.size, "skip": (wanted.number - 1) * wanted.size}
    return [from_row(found) for found in await db.composed(conn, query, **values)]


def _values(filters: Filters) -> dict[str, Any]:
    values = msgspec.structs.asdict(filters)
    return values | {"pattern": None if filters.search is None else f"%{_literal(filters.search)}%"}


def _literal(text: str) -> str:
    """The text with LIKE's own signs taken literally."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
