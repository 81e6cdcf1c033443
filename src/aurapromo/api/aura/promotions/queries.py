"""What lists of promotions can be asked."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from aurapromo.api.aura.promotions.flat.fields import PromotionType
from aurapromo.errors import FieldError
from aurapromo.promotions.model import Status
from aurapromo.promotions.store.listing import Filters, Page, SortBy, SortOrder

From = Annotated[
    Annotated[datetime, Meta(tz=True)] | None,
    Meta(description="Only promotions starting at or after this date", examples=["2024-06-01T00:00:00Z"]),
]
To = Annotated[
    Annotated[datetime, Meta(tz=True)] | None,
    Meta(description="Only promotions starting at or before this date", examples=["2024-08-31T23:59:59Z"]),
]


class ListQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Filters, order and page; archived promotions are left out unless asked for by status."""

    status: Annotated[
        Status | None, Meta(description="Filter by status, as shown by the clock", examples=["active"])
    ] = None
    promotion_type: Annotated[
        PromotionType | None, Meta(description="Filter by promotion type", examples=["cashback"])
    ] = None
    search: Annotated[
        Annotated[str, Meta(max_length=200)] | None,
        Meta(description="Search in name and description, without case", examples=["summer"]),
    ] = None
    page: Annotated[int, Meta(ge=1, le=1_000_000, description="Page number", examples=[1])] = 1
    per_page: Annotated[int, Meta(ge=1, le=100, description="Items per page", examples=[20])] = 20
    sort_by: Annotated[SortBy, Meta(description="Sort field", examples=["priority"])] = SortBy.CREATED_AT
    sort_order: Annotated[SortOrder, Meta(description="Sort direction", examples=["asc"])] = SortOrder.DESC
    start_date_from: From = None
    start_date_to: To = None

    def problems(self) -> Iterator[FieldError]:
        if self.start_date_from and self.start_date_to and self.start_date_from > self.start_date_to:
            yield FieldError(("start_date_to",), "must not be before start_date_from")

    def filters(self, now: datetime) -> Filters:
        return Filters(
            now=now,
            status=self.status,
            kind=self.promotion_type,
            search=self.search or None,
            starts_from=self.start_date_from,
            starts_to=self.start_date_to,
        )

    def wanted(self) -> Page:
        return Page(self.page, self.per_page, self.sort_by, self.sort_order)


class DuplicateIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the copy is to have of its own."""

    name: Annotated[
        Annotated[str, Meta(min_length=1, max_length=200)] | None,
        Meta(
            description="Name of the copy (default: the original's, with a mark)",
            examples=["Autumn Sale"],
        ),
    ] = None
    start_date: Annotated[
        Annotated[datetime, Meta(tz=True)] | None,
        Meta(description="Start of the copy (default: the original's)"),
    ] = None
    end_date: Annotated[
        Annotated[datetime, Meta(tz=True)] | None,
        Meta(description="End of the copy (default: the original's)"),
    ] = None

    def problems(self) -> Iterator[FieldError]:
        if self.name is not None and not self.name.strip():
            yield FieldError(("name",), "must not be blank")
