"""The fields of the shop's facts, each described once for requests and answers."""

from datetime import date, datetime
from typing import Annotated

from msgspec import Meta

from aurapromo.api.aura.fields import Metadata, ShopId, Text, Words
from aurapromo.api.aura.items import OrderItems
from aurapromo.facts.model import OrderStatus

Instant = Annotated[datetime, Meta(tz=True)]
Amount = Annotated[float, Meta(ge=0)]
Ids = Annotated[list[ShopId], Meta(max_length=1000)]

ChannelCode = Annotated[str, Meta(description="Code of the channel", examples=["US_WEB"])]
ChannelName = Annotated[Text, Meta(min_length=1, description="Name for people", examples=["US Web Store"])]
Currency = Annotated[
    str, Meta(pattern="^[A-Z]{3}$", description="Currency of its amounts, ISO 4217", examples=["USD"])
]
Timezone = Annotated[Text, Meta(description="IANA zone of its days and hours", examples=["America/New_York"])]
Hostname = Annotated[Text | None, Meta(description="Host name under which it sells", examples=["localhost"])]
MaxPromotions = Annotated[
    Annotated[int, Meta(ge=1, le=1000)] | None,
    Meta(description="Most promotions that may combine in a cart (null = no limit)", examples=[3]),
]
CustomerId = Annotated[ShopId, Meta(description="The shop's id of the customer", examples=[456, "cus_9"])]
FirstName = Annotated[Text | None, Meta(description="First name", examples=["Alice"])]
LastName = Annotated[Text | None, Meta(description="Last name", examples=["Example"])]
Email = Annotated[
    Annotated[str, Meta(max_length=254)] | None,
    Meta(description="E-mail address; compared without case", examples=["alice@example.com"]),
]
Segments = Annotated[
    Words | None,
    Meta(description="The shop's own segments the customer is in", examples=[["premium", "loyal"]]),
]
Group = Annotated[Text | None, Meta(description="The shop's customer group", examples=["wholesale"])]
Birthday = Annotated[date | None, Meta(description="Date of birth", examples=["1990-06-15"])]
SignedUp = Annotated[
    Instant | None, Meta(description="When the customer signed up", examples=["2024-01-01T12:00:00Z"])
]
LastOrder = Annotated[
    Instant | None,
    Meta(
        description="The latest order; an order known here counts if it is later",
        examples=["2024-05-20T08:30:00Z"],
    ),
]
ProductId = Annotated[ShopId, Meta(description="The shop's id of the product", examples=[1, "SKU-1"])]
ProductName = Annotated[Text | None, Meta(description="Name of the product", examples=["T-shirt"])]
Category = Annotated[ShopId | None, Meta(description="Main category", examples=[5])]
Taxons = Annotated[Ids | None, Meta(description="Further categories", examples=[["t_shirts", "sale"]])]
Brand = Annotated[ShopId | None, Meta(description="Brand", examples=[10])]
Price = Annotated[Amount | None, Meta(description="Price of one unit, major units", examples=[29.99])]
Cost = Annotated[
    Amount | None, Meta(description="What one unit costs the shop, major units", examples=[12.5])
]
Quantity = Annotated[
    Annotated[int, Meta(ge=0, le=10**15)] | None, Meta(description="Units in stock", examples=[40])
]
Capacity = Annotated[
    Annotated[int, Meta(ge=1, le=10**15)] | None,
    Meta(description="Units in stock when it is full", examples=[200]),
]
OrderId = Annotated[ShopId, Meta(description="The shop's id of the order", examples=[789, "ord-7"])]
Buyer = Annotated[
    ShopId | None, Meta(description="The shop's id of the customer (null = a guest)", examples=[456])
]
Total = Annotated[
    Amount, Meta(description="What the order came to before discounts, major units", examples=[110.0])
]
Status = Annotated[OrderStatus, Meta(description="Where the order stands", examples=["completed"])]
Items = Annotated[
    OrderItems | None,
    Meta(
        description="The lines of the order",
        examples=[[{"product_id": 1, "quantity": 2, "unit_price": 29.99, "subtotal": 59.98}]],
    ),
]
Placed = Annotated[Instant, Meta(description="When it was placed", examples=["2024-05-20T08:30:00Z"])]
Notes = Annotated[Metadata, Meta(description="Kept as given", examples=[{"source": "pos"}])]
Created = Annotated[datetime, Meta(description="When it was first told", examples=["2024-01-01T12:00:00Z"])]
Updated = Annotated[datetime, Meta(description="When it was last told", examples=["2024-01-02T12:00:00Z"])]
