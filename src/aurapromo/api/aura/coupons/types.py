"""What the Aura contract sends and gets about coupons."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from aurapromo.api.aura.coupons import fields as f
from aurapromo.api.aura.pages import CursorPagination
from aurapromo.coupons.codes import shape_of
from aurapromo.errors import FieldError, Invalid


class CouponIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new coupon."""

    code: Annotated[
        Annotated[str, Meta(pattern=f.CODE)] | None,
        Meta(description="The code, unique without case (null = one is drawn)", examples=["SUMMER25"]),
    ] = None
    max_uses: f.MaxUses = None
    max_uses_per_customer: f.MaxUsesPerCustomer = None
    expires_at: f.ExpiresAt = None
    customer_id: f.Owner = None
    metadata: f.Notes | None = None


class CouponConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What all coupons of a batch have in common, and how their codes look."""

    max_uses: f.MaxUses = None
    max_uses_per_customer: f.MaxUsesPerCustomer = None
    expires_at: f.ExpiresAt = None
    customer_id: f.Owner = None
    metadata: f.Notes | None = None
    code_length: Annotated[
        Annotated[int, Meta(ge=1, le=50)] | None,
        Meta(description="Characters that are drawn (default 8), beside prefix and suffix", examples=[8]),
    ] = None
    code_prefix: f.CodePrefix = None
    code_suffix: f.CodeSuffix = None
    prefix: f.Prefix = None
    suffix: f.Suffix = None
    pattern: Annotated[
        Annotated[str, Meta(min_length=1, max_length=50)] | None,
        Meta(description="Instead of code_length: each # is drawn, all else stands", examples=["##-####"]),
    ] = None
    exclude_ambiguous: Annotated[
        bool, Meta(description="Draw no 0 and O, no 1, I and L", examples=[True])
    ] = True

    def problems(self) -> Iterator[FieldError]:
        for long, short in (("code_prefix", "prefix"), ("code_suffix", "suffix")):
            if getattr(self, long) is not None and getattr(self, short) is not None:
                yield FieldError((short,), f"is another name of {long}; give one of them")
        try:
            shape_of(**self.form())
        except Invalid as error:
            yield from error.fields

    def form(self) -> f.Form:
        """How the codes look, in the words of `codes.shape_of`."""
        return {
            "pattern": self.pattern,
            "length": self.code_length,
            "prefix": self.code_prefix or self.prefix or "",
            "suffix": self.code_suffix or self.suffix or "",
            "exclude_ambiguous": self.exclude_ambiguous,
        }


class BulkIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A batch of new coupons with codes that are drawn."""

    count: Annotated[int, Meta(ge=1, le=10_000_000, description="How many coupons", examples=[1000])]
    coupon_config: Annotated[CouponConfig, Meta(description="What they have in common")] = CouponConfig()


class CouponChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The fields to change; absent ones stay, null takes an optional one away."""

    status: Annotated[f.Switch | UnsetType, Meta(description="disabled takes it out of use")] = UNSET
    max_uses: f.MaxUses | UnsetType = UNSET
    max_uses_per_customer: f.MaxUsesPerCustomer | UnsetType = UNSET
    expires_at: f.ExpiresAt | UnsetType = UNSET
    customer_id: f.Owner | UnsetType = UNSET
    metadata: f.Notes | UnsetType = UNSET


class CouponOut(msgspec.Struct, frozen=True, kw_only=True):
    """A coupon as it is now."""

    id: f.CouponId
    promotion_id: f.PromotionId
    code: f.ShownCode
    status: f.ShownStatus
    max_uses: f.MaxUses
    current_uses: f.CurrentUses
    held_uses: Annotated[int, Meta(description="Uses held by open checkouts", examples=[0])]
    max_uses_per_customer: f.MaxUsesPerCustomer
    expires_at: f.ExpiresAt
    customer_id: f.Owner
    metadata: f.Notes
    created_at: f.CreatedAt
    updated_at: f.UpdatedAt


class CouponPage(msgspec.Struct, frozen=True):
    """One page of coupons."""

    items: Annotated[list[CouponOut], Meta(description="The coupons of this page")]
    pagination: Annotated[CursorPagination, Meta(description="Where the list goes on")]


class BulkOut(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a bulk request."""

    success: Annotated[bool, Meta(description="Always true; a refusal is an error", examples=[True])]
    batch_id: f.BatchId
    status: f.BatchState
    count: f.Count
    coupons_created: f.CouponsCreated
    generation_time: Annotated[str, Meta(description="How long this call took", examples=["0.012s"])]
    coupons: Annotated[
        list[CouponOut],
        Meta(description="Up to 1,000 coupons: all of them; of more the first 100"),
    ]
    export_url: Annotated[
        str | None,
        Meta(
            description="Where all of them can be read as CSV (null = all are in `coupons`)",
            examples=["/api/v1/coupons/123/export.csv?batch_id=batch_001"],
        ),
    ]
    status_url: Annotated[
        str | None,
        Meta(
            description="Where the progress of a batch over 100,000 is to be seen",
            examples=["/api/v1/coupons/batches/batch_001"],
        ),
    ]


class BatchOut(msgspec.Struct, frozen=True, kw_only=True):
    """A batch and how far it is."""

    id: f.BatchId
    promotion_id: f.PromotionId
    status: f.BatchState
    count: f.Count
    coupons_created: f.CouponsCreated
    progress: Annotated[float, Meta(description="The same in percent, cut to one decimal", examples=[62.5])]
    pattern: Annotated[str, Meta(description="How its codes look; # was drawn", examples=["SUMMER########"])]
    max_uses: f.MaxUses
    max_uses_per_customer: f.MaxUsesPerCustomer
    expires_at: f.ExpiresAt
    customer_id: f.Owner
    metadata: f.Notes
    error: Annotated[str | None, Meta(description="Why a failed one ended early (null = it did not)")]
    export_url: Annotated[
        str,
        Meta(
            description="Where its coupons can be read as CSV",
            examples=["/api/v1/coupons/123/export.csv?batch_id=batch_001"],
        ),
    ]
    created_by: Annotated[str, Meta(description="The credential that asked for it", examples=["key:17"])]
    created_at: f.CreatedAt
    updated_at: f.UpdatedAt
    finished_at: Annotated[datetime | None, Meta(description="When it was done (null = not yet)")]


class BatchPage(msgspec.Struct, frozen=True):
    """One page of batches."""

    items: Annotated[list[BatchOut], Meta(description="The batches of this page")]
    pagination: Annotated[CursorPagination, Meta(description="Where the list goes on")]
