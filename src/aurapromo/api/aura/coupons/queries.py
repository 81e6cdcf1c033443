"""What lists and exports of coupons can be asked."""

import re
from collections.abc import Iterator
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from aurapromo.api.aura.pages import CursorQuery
from aurapromo.coupons.model import Status
from aurapromo.errors import FieldError

_BATCH: Final = re.compile(r"batch_0*([1-9][0-9]{0,17})", re.ASCII)

StatusFilter = Annotated[Status | None, Meta(description="Filter by status", examples=["active"])]
BatchFilter = Annotated[
    Annotated[str, Meta(pattern="^batch_0{0,9}[1-9][0-9]{0,17}$")] | None,
    Meta(description="Only coupons of this batch", examples=["batch_001"]),
]


def shown_batch(batch_id: int) -> str:
    return f"batch_{batch_id:03d}"


def batch_number(shown: str) -> int | None:
    """The id of a batch as it is stored; None for a text that is none."""
    found = _BATCH.fullmatch(shown)
    return None if found is None else int(found[1])


def _check_batch(shown: str | None) -> Iterator[FieldError]:
    if shown is not None and batch_number(shown) is None:
        yield FieldError(("batch_id",), "is not the id of a batch")


class CouponQuery(CursorQuery, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Filters and page: newest first, with `search` in the order of the codes."""

    status: StatusFilter = None
    batch_id: BatchFilter = None
    search: Annotated[
        Annotated[str, Meta(pattern="^[A-Za-z0-9_-]{1,50}$")] | None,
        Meta(description="Only codes that begin so, without case", examples=["SUMMER"]),
    ] = None

    def problems(self) -> Iterator[FieldError]:
        yield from _check_batch(self.batch_id)


class ExportQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which coupons."""

    status: StatusFilter = None
    batch_id: BatchFilter = None

    def problems(self) -> Iterator[FieldError]:
        yield from _check_batch(self.batch_id)


class BatchQuery(CursorQuery, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Filter and page, newest first."""

    promotion_id: Annotated[
        Annotated[int, Meta(ge=1)] | None, Meta(description="Only batches of this promotion", examples=[123])
    ] = None
