"""How a list of promotions may be asked for by code, name and coupons."""

from enum import StrEnum

import msgspec


class Match(StrEnum):
    """How a text is compared with code and name."""

    EQUAL = "equal"
    NOT_EQUAL = "not_equal"
    CONTAINS = "contains"
    NOT_CONTAINS = "not_contains"
    STARTS_WITH = "starts_with"
    ENDS_WITH = "ends_with"
    IN = "in"
    NOT_IN = "not_in"
    EMPTY = "empty"
    NOT_EMPTY = "not_empty"


class Column(StrEnum):
    """What a list can be sorted by."""

    PRIORITY = "priority"
    CODE = "code"
    NAME = "name"


class Search(msgspec.Struct, frozen=True):
    """A text that code or name have to match; signs of LIKE in it count as such."""

    match: Match
    text: str = ""


class Order(msgspec.Struct, frozen=True):
    """One column to sort by."""

    column: Column
    descending: bool


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which promotions, in which order; equal ones follow by id. Archived ones never."""

    search: Search | None = None
    coupon_based: bool | None = None
    orders: tuple[Order, ...] = (Order(Column.PRIORITY, descending=True),)
