"""Lists that are read with a cursor, newest first."""

from collections.abc import Sequence
from typing import Annotated

import msgspec
from msgspec import Meta


class CursorQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which page."""

    per_page: Annotated[int, Meta(ge=1, le=100, description="Items per page", examples=[20])] = 20
    cursor: Annotated[
        Annotated[int, Meta(ge=1)] | None,
        Meta(description="`next_cursor` of the page before", examples=[17]),
    ] = None


class CursorPagination(msgspec.Struct, frozen=True):
    """Where the list goes on."""

    per_page: Annotated[int, Meta(description="Items per page", examples=[20])]
    next_cursor: Annotated[
        int | None, Meta(description="`cursor` of the next page; null on the last", examples=[17])
    ]
    has_next: Annotated[bool, Meta(description="Whether there is a next page", examples=[True])]


def pagination(query: CursorQuery, ids: Sequence[int]) -> CursorPagination:
    """The foot of a page, from the ids that were read: one more than `per_page` when there is more."""
    more = len(ids) > query.per_page
    return CursorPagination(query.per_page, ids[query.per_page - 1] if more else None, more)
