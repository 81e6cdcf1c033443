"""What a credential may do, and how its calls are counted."""

from enum import StrEnum


class Scope(StrEnum):
    """What a credential is allowed to do; every route names the one it asks for."""

    READ = "read"
    CHECKOUT = "checkout"
    WRITE = "write"
    ADMIN = "admin"


class RateClass(StrEnum):
    """The window that a call counts in; a call counts in its own class only."""

    GENERAL = "general"
    COUPON = "coupon"
    DISCOUNT = "discount"
    BULK = "bulk"
