"""A coupon and a batch of coupons as we keep them."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec

from aurapromo.coupons.codes import Shape


class Status(StrEnum):
    """What a coupon is to people; never stored."""

    ACTIVE = "active"
    USED_UP = "used_up"
    EXPIRED = "expired"
    DISABLED = "disabled"


class BatchStatus(StrEnum):
    """Where the making of a batch stands."""

    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """Under which conditions coupons may be used.

    Limits are at least 1, None is unlimited. `expires_at` (UTC) is the first moment at which it can no
    longer be used. `customer_id`: only this customer may use it. `metadata` None is that of the batch.
    """

    max_uses: int | None = None
    max_uses_per_customer: int | None = None
    expires_at: datetime | None = None
    customer_id: str | None = None
    reusable_from_cancelled_orders: bool = True
    metadata: dict[str, Any] | None = None


class Coupon(msgspec.Struct, frozen=True, kw_only=True):
    """A stored coupon.

    `promotion_ends_at` is the end of its promotion, which ends the coupon too. `used` counts redeemed
    uses, `held` those that open checkouts hold.
    """

    id: int
    promotion_id: int
    code: str
    customer_id: str | None
    disabled: bool
    max_uses: int | None
    max_uses_per_customer: int | None
    used: int
    held: int
    expires_at: datetime | None
    promotion_ends_at: datetime | None
    batch_id: int | None
    reusable_from_cancelled_orders: bool
    metadata: dict[str, Any]
    created_at: datetime
    updated_at: datetime


class Known(Coupon, frozen=True, kw_only=True):
    """A coupon whose code somebody gave; `customer_uses` are those of that customer, held ones too."""

    customer_uses: int


class Asker(msgspec.Struct, frozen=True):
    """Who wants to use coupons; `customer_id` None is a customer who is not known.

    `strangers`: a limit per customer does not keep away such a one. `uses` is how often the shop says that
    the customer has used the coupon, None where we have counted ourselves.
    """

    customer_id: str | None
    strangers: bool
    uses: int | None = None


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """A batch as it is asked for. `created_by` names the credential."""

    promotion_id: int
    shape: Shape
    count: int
    terms: Terms
    created_by: str


class Batch(msgspec.Struct, frozen=True, kw_only=True):
    """A stored batch.

    `made` of the `wanted` coupons exist; their ids lie from `first_id` to `last_id`, where those of
    others may lie too. `error` tells why a failed one ended before its time.
    """

    id: int
    promotion_id: int
    status: BatchStatus
    template: str
    alphabet: str
    wanted: int
    made: int
    first_id: int | None
    last_id: int | None
    max_uses: int | None
    max_uses_per_customer: int | None
    expires_at: datetime | None
    customer_id: str | None
    metadata: dict[str, Any]
    created_by: str
    created_at: datetime
    updated_at: datetime
    finished_at: datetime | None
    error: str | None

    @property
    def shape(self) -> Shape:
        return Shape(self.template, self.alphabet)

    @property
    def missing(self) -> int:
        return self.wanted - self.made


class Made(msgspec.Struct, frozen=True):
    """What one statement added to a batch; without any, both ids are None."""

    count: int
    first_id: int | None
    last_id: int | None


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which coupons of a promotion. `prefix` is compared as codes are; None leaves a filter out."""

    promotion_id: int
    now: datetime
    status: Status | None = None
    batch: Batch | None = None
    prefix: str | None = None
