"""What the Aura contract sends and gets about the shop's facts.

In a PUT an absent field stays as it is, and null clears one that may be empty.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

from aurapromo.api.aura.items import OrderItem
from aurapromo.api.aura.shop.fields import (
    Birthday,
    Brand,
    Buyer,
    Capacity,
    Category,
    ChannelCode,
    ChannelName,
    Cost,
    Created,
    Currency,
    CustomerId,
    Email,
    FirstName,
    Group,
    Hostname,
    Items,
    LastName,
    LastOrder,
    MaxPromotions,
    Notes,
    OrderId,
    Placed,
    Price,
    ProductId,
    ProductName,
    Quantity,
    Segments,
    SignedUp,
    Status,
    Taxons,
    Timezone,
    Total,
    Updated,
)
from aurapromo.errors import FieldError


class Change(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The body of a PUT."""

    def given(self) -> dict[str, Any]:
        """The fields that were sent, null ones too."""
        return {name: value for name, value in msgspec.structs.asdict(self).items() if value is not UNSET}


class ChannelIn(Change, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A channel; a new one needs name, currency and timezone."""

    name: ChannelName | UnsetType = UNSET
    currency: Currency | UnsetType = UNSET
    timezone: Timezone | UnsetType = UNSET
    hostname: Hostname | UnsetType = UNSET
    max_promotions: MaxPromotions | UnsetType = UNSET


class ChannelOut(msgspec.Struct, frozen=True, kw_only=True):
    """A place where the shop sells."""

    code: ChannelCode
    name: ChannelName
    currency: Currency
    timezone: Timezone
    hostname: Hostname
    max_promotions: MaxPromotions
    is_default: Annotated[bool, Meta(description="Whether calls without a channel mean it", examples=[True])]
    created_at: Created
    updated_at: Updated


class ChannelList(msgspec.Struct, frozen=True):
    items: Annotated[list[ChannelOut], Meta(description="All channels, the default one first", examples=[[]])]


class CustomerIn(Change, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the shop knows of a customer."""

    first_name: FirstName | UnsetType = UNSET
    last_name: LastName | UnsetType = UNSET
    email: Email | UnsetType = UNSET
    segments: Segments | UnsetType = UNSET
    group: Group | UnsetType = UNSET
    date_of_birth: Birthday | UnsetType = UNSET
    signed_up_at: SignedUp | UnsetType = UNSET
    last_order_date: LastOrder | UnsetType = UNSET
    metadata: Notes | UnsetType | None = UNSET

    def problems(self) -> Iterator[FieldError]:
        if isinstance(self.email, str) and not _is_address(self.email.strip()):
            yield FieldError(("email",), "must be an e-mail address, like alice@example.com")


def _is_address(text: str) -> bool:
    """Enough to catch a wrong field, not to judge which addresses exist."""
    name, _, domain = text.partition("@")
    return bool(name and domain) and "@" not in domain and not any(map(str.isspace, text))


class CustomerOut(msgspec.Struct, frozen=True, kw_only=True):
    """A customer as known here."""

    id: CustomerId
    first_name: FirstName
    last_name: LastName
    email: Email
    segments: Segments
    group: Group
    date_of_birth: Birthday
    signed_up_at: SignedUp
    last_order_date: LastOrder
    order_count: Annotated[
        int, Meta(description="Orders known here, without cancelled and refunded ones", examples=[3])
    ]
    metadata: Notes
    created_at: Created
    updated_at: Updated


class ProductIn(Change, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the shop sells; `price` and `cost` are in its `currency`, at first the default channel's."""

    name: ProductName | UnsetType = UNSET
    category_id: Category | UnsetType = UNSET
    taxons: Taxons | UnsetType = UNSET
    brand_id: Brand | UnsetType = UNSET
    price: Price | UnsetType = UNSET
    cost: Cost | UnsetType = UNSET
    currency: Currency | UnsetType = UNSET
    quantity: Quantity | UnsetType = UNSET
    capacity: Capacity | UnsetType = UNSET
    metadata: Notes | UnsetType | None = UNSET


class ProductOut(msgspec.Struct, frozen=True, kw_only=True):
    """A product as known here."""

    id: ProductId
    name: ProductName
    category_id: Category
    taxons: Taxons
    brand_id: Brand
    price: Price
    cost: Cost
    currency: Annotated[Currency | None, Meta(description="Currency of price and cost", examples=["USD"])]
    quantity: Quantity
    capacity: Capacity
    metadata: Notes
    created_at: Created
    updated_at: Updated


class InventoryIn(Change, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The stock of a product."""

    quantity: Quantity | UnsetType = UNSET
    capacity: Capacity | UnsetType = UNSET


class InventoryOut(msgspec.Struct, frozen=True, kw_only=True):
    """The stock of a product as known here."""

    product_id: ProductId
    quantity: Quantity
    capacity: Capacity
    updated_at: Updated


class OrderIn(Change, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An order; a new one needs `total_amount` or `items`, whose sum is the default of the former."""

    customer_id: Buyer | UnsetType = UNSET
    total_amount: Total | UnsetType = UNSET
    status: Status | UnsetType = UNSET
    items: Items | UnsetType = UNSET
    placed_at: Placed | UnsetType = UNSET
    channel: ChannelCode | UnsetType = UNSET
    currency: Currency | UnsetType = UNSET


class OrderOut(msgspec.Struct, frozen=True, kw_only=True):
    """An order as known here."""

    id: OrderId
    customer_id: Buyer
    channel: Annotated[ChannelCode | None, Meta(description="Channel of the order", examples=["US_WEB"])]
    currency: Currency
    total_amount: Total
    status: Status
    items: Annotated[
        list[OrderItem] | None,
        Meta(description="The lines; null when only the total was told", examples=[[]]),
    ]
    placed_at: Placed
    completed_at: Annotated[
        datetime | None, Meta(description="When it became completed", examples=["2024-05-21T10:00:00Z"])
    ]
    created_at: Created
    updated_at: Updated
