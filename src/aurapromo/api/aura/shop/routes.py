"""What the shop tells us and asks back: channels, customers, products, stock, orders."""

from collections.abc import Callable
from typing import Annotated, Final, TypeVar

from msgspec import Meta

from aurapromo.access.model import Scope
from aurapromo.api.aura.fields import PathId
from aurapromo.api.aura.shop.translate import (
    channel_out,
    customer_given,
    customer_out,
    inventory_out,
    order_given,
    order_out,
    product_given,
    product_out,
    told,
)
from aurapromo.api.aura.shop.types import (
    ChannelIn,
    ChannelList,
    ChannelOut,
    CustomerIn,
    CustomerOut,
    InventoryIn,
    InventoryOut,
    OrderIn,
    OrderOut,
    ProductIn,
    ProductOut,
)
from aurapromo.api.http.route import Call, Handler, Reply, Route
from aurapromo.app import App
from aurapromo.facts import service
from aurapromo.facts.model import Saved

Record = TypeVar("Record")
Shown = TypeVar("Shown")

ChannelPath = Annotated[str, Meta(pattern="^[A-Za-z0-9_-]{1,64}$", description="Code of the channel")]


def _reply(saved: Saved[Record], show: Callable[[Record], Shown]) -> Reply[Shown]:
    return Reply(show(saved.record), 201 if saved.created else 200)


async def list_channels(call: Call[App, None, None]) -> ChannelList:
    async with call.app.database.reading() as conn:
        return ChannelList([channel_out(channel) for channel in await service.channels(conn)])


async def get_channel(call: Call[App, None, None], code: ChannelPath) -> ChannelOut:
    async with call.app.database.reading() as conn:
        return channel_out(await service.channel(conn, code))


async def put_channel(call: Call[App, None, ChannelIn], code: ChannelPath) -> Reply[ChannelOut]:
    async with call.app.database.writing() as tx:
        saved = await service.put_channel(tx, code, call.body.given(), now=call.now)
    await call.app.book.refresh()
    return _reply(saved, channel_out)


async def get_customer(call: Call[App, None, None], customer_id: PathId) -> CustomerOut:
    async with call.app.database.reading() as conn:
        return customer_out(await service.customer(conn, customer_id))


async def put_customer(call: Call[App, None, CustomerIn], customer_id: PathId) -> Reply[CustomerOut]:
    async with call.app.database.writing() as tx:
        saved = await service.put_customer(tx, customer_id, customer_given(call.body), now=call.now)
    call.app.recall.forget(customer_id)
    return _reply(saved, customer_out)


async def get_product(call: Call[App, None, None], product_id: PathId) -> ProductOut:
    async with call.app.database.reading() as conn:
        return product_out(await service.product(conn, product_id))


async def put_product(call: Call[App, None, ProductIn], product_id: PathId) -> Reply[ProductOut]:
    async with call.app.database.writing() as tx:
        currency = await service.pricing_currency(tx, product_id, told(call.body.currency))
        given = product_given(call.body, currency)
        saved = await service.put_product(tx, product_id, given, now=call.now)
    return _reply(saved, product_out)


async def get_inventory(call: Call[App, None, None], product_id: PathId) -> InventoryOut:
    async with call.app.database.reading() as conn:
        return inventory_out(await service.product(conn, product_id))


async def put_inventory(call: Call[App, None, InventoryIn], product_id: PathId) -> Reply[InventoryOut]:
    async with call.app.database.writing() as tx:
        saved = await service.put_product(tx, product_id, call.body.given(), now=call.now)
    return _reply(saved, inventory_out)


async def get_order(call: Call[App, None, None], order_id: PathId) -> OrderOut:
    async with call.app.database.reading() as conn:
        return order_out(await service.order(conn, order_id))


async def put_order(call: Call[App, None, OrderIn], order_id: PathId) -> Reply[OrderOut]:
    body = call.body
    async with call.app.database.writing() as tx:
        currency = await service.order_currency(
            tx, order_id, channel_code=told(body.channel), currency=told(body.currency)
        )
        saved = await service.put_order(tx, order_id, order_given(body, currency), now=call.now)
    call.app.recall.forget()
    return _reply(saved, order_out)


def _get(path: str, handler: Handler, summary: str, *, errors: tuple[int, ...] = (404,)) -> Route:
    return Route("GET", path, handler, scope=Scope.READ, tag="shop", summary=summary, errors=errors)


def _put(path: str, handler: Handler, what: str, *, errors: tuple[int, ...], example: object) -> Route:
    return Route(
        "PUT",
        path,
        handler,
        scope=Scope.WRITE,
        tag="shop",
        summary=f"Add or change {what}",
        description="Only the given fields change, null clears one. 201 when it was unknown before.",
        also=(201,),
        errors=errors,
        examples={"Sample": example},
    )


ROUTES: Final[tuple[Route, ...]] = (
    _get("/channels", list_channels, "List the channels", errors=()),
    _get("/channels/{code}", get_channel, "Read a channel"),
    _put(
        "/channels/{code}",
        put_channel,
        "a channel",
        errors=(409,),
        example={"name": "US Web Store", "currency": "USD", "timezone": "America/New_York"},
    ),
    _get("/customers/{customer_id}", get_customer, "Read a customer"),
    _put(
        "/customers/{customer_id}",
        put_customer,
        "a customer",
        errors=(),
        example={"first_name": "Alice", "email": "alice@example.com", "segments": ["premium"]},
    ),
    _get("/products/{product_id}", get_product, "Read a product"),
    _put(
        "/products/{product_id}",
        put_product,
        "a product",
        errors=(),
        example={"name": "T-shirt", "category_id": 5, "price": 29.99, "quantity": 40, "capacity": 200},
    ),
    _get("/inventory/{product_id}", get_inventory, "Read the stock of a product"),
    _put(
        "/inventory/{product_id}",
        put_inventory,
        "the stock of a product",
        errors=(),
        example={"quantity": 40, "capacity": 200},
    ),
    _get("/orders/{order_id}", get_order, "Read an order"),
    _put(
        "/orders/{order_id}",
        put_order,
        "an order",
        errors=(409,),
        example={"customer_id": 456, "total_amount": 110.0, "status": "completed"},
    ),
)
