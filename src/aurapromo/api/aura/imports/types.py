"""What an import is asked, the rows it takes, and what it reports."""

from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from aurapromo.api.aura.problems import FieldProblem
from aurapromo.api.aura.promotions.types import PromotionIn
from aurapromo.api.aura.shop.fields import CustomerId, OrderId, ProductId
from aurapromo.api.aura.shop.types import CustomerIn, OrderIn, ProductIn


class KindName(StrEnum):
    """What can be imported without saying where to."""

    CUSTOMERS = "customers"
    PRODUCTS = "products"
    ORDERS = "orders"
    PROMOTIONS = "promotions"


class OnError(StrEnum):
    """What a row that cannot be stored does to those after it."""

    SKIP = "skip"
    STOP = "stop"


class FirstStatus(StrEnum):
    """What a promotion is once it was imported."""

    DRAFT = "draft"
    ACTIVE = "active"


class CustomerRow(CustomerIn, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A customer to add or change."""

    id: CustomerId


class ProductRow(ProductIn, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A product to add or change."""

    id: ProductId


class OrderRow(OrderIn, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An order to add or change."""

    id: OrderId


class PromotionRow(PromotionIn, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A promotion to add."""

    code: Annotated[
        Annotated[str, Meta(pattern="^[A-Za-z0-9_-]{1,100}$")] | None,
        Meta(description="Code of its own, which makes a second import of the row an error (null = derived)"),
    ] = None
    status: Annotated[
        FirstStatus, Meta(description="active also activates it, as /activate does", examples=["active"])
    ] = FirstStatus.DRAFT


class ImportQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How to import."""

    dry_run: Annotated[
        bool, Meta(description="Check every row and report, but store nothing", examples=[True])
    ] = False
    on_error: Annotated[
        OnError,
        Meta(
            description="skip: store the good rows and report the others; stop: end at the first row that "
            "cannot be stored, those before it stay stored",
            examples=["stop"],
        ),
    ] = OnError.SKIP


class RowProblem(msgspec.Struct, frozen=True):
    """A row that was not stored, and every reason."""

    row: Annotated[
        int, Meta(description="The line of the file in which the row begins, from 1", examples=[17])
    ]
    id: Annotated[
        int | str | None,
        Meta(description="Id (of a promotion: code) in the row, as far as it can be read", examples=[456]),
    ]
    errors: Annotated[
        tuple[FieldProblem, ...], Meta(description="What is wrong with it, field by field", examples=[[]])
    ]


class ImportReport(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a file. In a dry run: what would become of it."""

    kind: Annotated[str, Meta(description="What was imported", examples=["customers"])]
    dry_run: Annotated[bool, Meta(description="Whether nothing was stored on purpose", examples=[False])]
    rows: Annotated[int, Meta(description="Rows read", examples=[20000])]
    created: Annotated[int, Meta(description="Rows stored about something new", examples=[19500])]
    updated: Annotated[int, Meta(description="Rows stored about something known", examples=[498])]
    failed: Annotated[int, Meta(description="Rows not stored", examples=[2])]
    stopped: Annotated[
        bool, Meta(description="Whether it ended at a bad row, the rest unread", examples=[False])
    ]
    errors: Annotated[tuple[RowProblem, ...], Meta(description="The first 1,000 bad rows", examples=[[]])]
    errors_truncated: Annotated[
        bool, Meta(description="Whether more rows failed than `errors` shows", examples=[False])
    ]
    duration_s: Annotated[float, Meta(description="How long it took, seconds", examples=[3.2])]
