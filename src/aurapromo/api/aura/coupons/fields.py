"""The fields of coupons, each described once for requests and answers."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final, TypedDict

from msgspec import Meta

from aurapromo.api.aura.fields import Metadata, ShopId
from aurapromo.coupons.model import BatchStatus, Status

#: What a code is made of.
CODE: Final = "^[A-Za-z0-9_-]{3,50}$"
#: What may stand before and behind the drawn characters.
PART: Final = "^[A-Za-z0-9_-]{0,49}$"

_Limit = Annotated[int, Meta(ge=1, le=10**15)] | None
_Part = Annotated[str, Meta(pattern=PART)] | None


class Form(TypedDict):
    """How codes look."""

    pattern: str | None
    length: int | None
    prefix: str
    suffix: str
    exclude_ambiguous: bool


class Switch(StrEnum):
    """What a coupon can be made: fit for use or not."""

    ACTIVE = "active"
    DISABLED = "disabled"


MaxUses = Annotated[_Limit, Meta(description="Most uses in all (null = unlimited)", examples=[100])]
MaxUsesPerCustomer = Annotated[
    _Limit, Meta(description="Most uses by one customer (null = unlimited)", examples=[1])
]
ExpiresAt = Annotated[
    Annotated[datetime, Meta(tz=True)] | None,
    Meta(
        description="The first moment at which it can no longer be used (null = with its promotion)",
        examples=["2024-08-31T23:59:59Z"],
    ),
]
Owner = Annotated[
    ShopId | None, Meta(description="The only customer who may use it (null = anybody)", examples=[456])
]
Notes = Annotated[Metadata, Meta(description="Kept as given", examples=[{"campaign": "summer_email"}])]
CodePrefix = Annotated[_Part, Meta(description="Stands before what is drawn", examples=["SUMMER"])]
CodeSuffix = Annotated[_Part, Meta(description="Stands behind what is drawn", examples=["-24"])]
Prefix = Annotated[_Part, Meta(description="Another name of code_prefix", examples=["SUMMER"])]
Suffix = Annotated[_Part, Meta(description="Another name of code_suffix", examples=["-24"])]

CouponId = Annotated[int, Meta(description="Id of the coupon", examples=[1001])]
PromotionId = Annotated[int, Meta(description="Id of its promotion", examples=[123])]
ShownCode = Annotated[str, Meta(description="The code, as it was given", examples=["SUMMER25"])]
ShownStatus = Annotated[
    Status, Meta(description="active, used_up, expired (itself or its promotion) or disabled")
]
CurrentUses = Annotated[int, Meta(description="Uses so far", examples=[45])]
CreatedAt = Annotated[datetime, Meta(description="When it was created", examples=["2024-01-01T12:00:00Z"])]
UpdatedAt = Annotated[
    datetime, Meta(description="When it was last changed", examples=["2024-01-01T12:00:00Z"])
]
BatchId = Annotated[str, Meta(description="Id of the batch", examples=["batch_001"])]
BatchState = Annotated[
    BatchStatus,
    Meta(description="running, completed, or failed: others took the codes it could have had"),
]
Count = Annotated[int, Meta(description="How many coupons were asked for", examples=[1000])]
CouponsCreated = Annotated[int, Meta(description="How many exist by now", examples=[1000])]

PathPromotion = Annotated[int, Meta(description="Id of the promotion", examples=[123])]
PathCode = Annotated[str, Meta(description="The code, in any case", examples=["SUMMER25"])]
PathBatch = Annotated[str, Meta(description="Id of the batch", examples=["batch_001"])]
