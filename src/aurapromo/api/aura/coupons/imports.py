"""Coupons with codes of the caller's own out of a file."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from aurapromo.api.aura.coupons import fields as f
from aurapromo.api.aura.coupons.translate import terms_of
from aurapromo.api.aura.imports.routes import CSV
from aurapromo.api.aura.imports.rows import CsvRows, JsonRows
from aurapromo.api.aura.imports.run import Importer, Job
from aurapromo.api.aura.imports.types import ImportQuery, ImportReport
from aurapromo.api.http.route import Call, Chunks
from aurapromo.app import App
from aurapromo.coupons import service
from aurapromo.coupons.codes import normalise
from aurapromo.coupons.service import CouponCodeExists
from aurapromo.errors import AuraPromoError, Unavailable
from aurapromo.platform.database import Conn
from aurapromo.promotions import issuing
from aurapromo.promotions import service as promotions

#: What an export puts before a cell that a spreadsheet would take for a formula.
ESCAPE: Final = "'"


class CouponRow(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A coupon to add."""

    code: Annotated[
        str,
        Meta(
            pattern=f"^{ESCAPE}?[A-Za-z0-9_-]{{3,50}}$",
            description="The code, unique without case; an apostrophe before it is left out",
            examples=["SUMMER25"],
        ),
    ]
    max_uses: f.MaxUses = None
    max_uses_per_customer: f.MaxUsesPerCustomer = None
    expires_at: f.ExpiresAt = None
    customer_id: f.Owner = None
    metadata: f.Notes | None = None


class NewCoupons(msgspec.Struct):
    """What to add, and whether each row is among it or why not."""

    verdicts: list[bool | AuraPromoError] = []
    new: list[tuple[str, CouponRow]] = []


class Coupons(msgspec.Struct, frozen=True):
    """Rows that each add a coupon to a promotion."""

    promotion_id: int
    name: str = "coupons"
    shape: type[CouponRow] = CouponRow
    batch: int = 1000
    repeatable: bool = False

    async def lock(self, tx: Conn, _rows: Sequence[CouponRow]) -> None:
        await issuing.expect_coupons(tx, self.promotion_id)

    async def plan(self, conn: Conn, rows: Sequence[CouponRow], _now: datetime) -> NewCoupons:
        codes = [row.code.removeprefix(ESCAPE) for row in rows]
        taken = await service.taken(conn, codes)
        plan = NewCoupons()
        for code, row in zip(codes, rows, strict=True):
            if normalise(code) in taken:
                plan.verdicts.append(CouponCodeExists(f"There is a coupon {code} already."))
                continue
            taken.add(normalise(code))
            plan.new.append((code, row))
            plan.verdicts.append(True)
        return plan

    async def write(self, tx: Conn, plan: NewCoupons, now: datetime) -> None:
        new = [(code, terms_of(row)) for code, row in plan.new]
        stored = await service.add(tx, self.promotion_id, new, now=now)
        if len(stored) < len(new):
            raise Unavailable("Somebody else has just taken a code of this file.")


async def import_coupons(call: Call[App, ImportQuery, Chunks], promotion_id: f.PathPromotion) -> ImportReport:
    app, reader = call.app, CsvRows if call.body.media_type == CSV else JsonRows
    async with app.database.reading() as conn:
        await promotions.get(conn, promotion_id)
    job = Job(kind=Coupons(promotion_id), options=call.query, database=app.database, clock=app.clock)
    try:
        return await Importer(job).run(call.body, reader(CouponRow))
    finally:
        await app.book.refresh()
