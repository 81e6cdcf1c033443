"""Between the contract's words for coupons and ours."""

from datetime import datetime
from typing import Any, Final, Protocol

import msgspec
from msgspec import UNSET

from aurapromo.api.aura.coupons.fields import Switch
from aurapromo.api.aura.coupons.queries import shown_batch
from aurapromo.api.aura.coupons.types import BatchOut, BulkIn, BulkOut, CouponChange, CouponOut
from aurapromo.api.aura.fields import Metadata, shown_id_or_none, stored_id
from aurapromo.coupons.codes import shape_of
from aurapromo.coupons.model import Batch, BatchStatus, Coupon, Order, Terms
from aurapromo.coupons.rules import status_of

BATCH_ID: Final = "batch_id"  # ours inside the caller's metadata


class TermsIn(Protocol):
    """What every request that makes coupons has."""

    @property
    def max_uses(self) -> int | None: ...
    @property
    def max_uses_per_customer(self) -> int | None: ...
    @property
    def expires_at(self) -> datetime | None: ...
    @property
    def customer_id(self) -> int | str | None: ...
    @property
    def metadata(self) -> Metadata | None: ...


def terms_of(given: TermsIn) -> Terms:
    return Terms(
        max_uses=given.max_uses,
        max_uses_per_customer=given.max_uses_per_customer,
        expires_at=given.expires_at,
        customer_id=stored_id(given.customer_id),
        metadata=given.metadata,
    )


def order_of(given: BulkIn, promotion_id: int, created_by: str) -> Order:
    config = given.coupon_config
    return Order(
        promotion_id=promotion_id,
        shape=shape_of(**config.form()),
        count=given.count,
        terms=terms_of(config),
        created_by=created_by,
    )


def edited(before: Coupon, given: CouponChange) -> Coupon:
    """The coupon with the fields that were given."""
    changes: dict[str, Any] = {
        name: value
        for name, value in msgspec.structs.asdict(given).items()
        if value is not UNSET and name != "status"
    }
    if "customer_id" in changes:
        changes["customer_id"] = stored_id(changes["customer_id"])
    if given.status is not UNSET:
        changes["disabled"] = given.status is Switch.DISABLED
    return msgspec.structs.replace(before, **changes)


def coupon_out(coupon: Coupon, now: datetime) -> CouponOut:
    """The coupon as the contract shows it at `now`; a batch names itself in the metadata."""
    batch = {} if coupon.batch_id is None else {BATCH_ID: shown_batch(coupon.batch_id)}
    return CouponOut(
        id=coupon.id,
        promotion_id=coupon.promotion_id,
        code=coupon.code,
        status=status_of(coupon, now),
        max_uses=coupon.max_uses,
        current_uses=coupon.used,
        held_uses=coupon.held,
        max_uses_per_customer=coupon.max_uses_per_customer,
        expires_at=coupon.expires_at,
        customer_id=shown_id_or_none(coupon.customer_id),
        metadata=coupon.metadata | batch,
        created_at=coupon.created_at,
        updated_at=coupon.updated_at,
    )


def export_url(batch: Batch) -> str:
    return f"/api/v1/coupons/{batch.promotion_id}/export.csv?batch_id={shown_batch(batch.id)}"


def bulk_out(batch: Batch, made: list[CouponOut], seconds: float) -> BulkOut:
    return BulkOut(
        success=True,
        batch_id=shown_batch(batch.id),
        status=batch.status,
        count=batch.wanted,
        coupons_created=batch.made,
        generation_time=f"{seconds:.3f}s",
        coupons=made,
        export_url=None if len(made) == batch.wanted else export_url(batch),
        status_url=None
        if batch.status is BatchStatus.COMPLETED
        else f"/api/v1/coupons/batches/{shown_batch(batch.id)}",
    )


def batch_out(batch: Batch) -> BatchOut:
    same = ("promotion_id", "status", "max_uses", "max_uses_per_customer", "expires_at", "metadata")
    shown = ("error", "created_by", "created_at", "updated_at", "finished_at")
    return BatchOut(
        **{name: getattr(batch, name) for name in (*same, *shown)},
        id=shown_batch(batch.id),
        count=batch.wanted,
        coupons_created=batch.made,
        progress=batch.made * 1000 // batch.wanted / 10,
        pattern=batch.template,
        customer_id=shown_id_or_none(batch.customer_id),
        export_url=export_url(batch),
    )
