"""What can be imported, and how rows of it are checked and stored."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any, Final, Protocol, TypeVar

import msgspec

from aurapromo.api.aura.imports.types import CustomerRow, KindName, OrderRow, ProductRow
from aurapromo.api.aura.shop.translate import customer_given, order_given, product_given, told
from aurapromo.errors import AuraPromoError
from aurapromo.facts import bulk
from aurapromo.facts.bulk import Told
from aurapromo.facts.changes import Given
from aurapromo.facts.model import Table
from aurapromo.platform.database import Conn

Verdicts = Sequence[bool | AuraPromoError]


class Plan(Protocol):
    """What is to be stored, and of each row, in order, whether it is about something new, or why not."""

    @property
    def verdicts(self) -> Verdicts: ...


P = TypeVar("P", bound=Plan)


class Kind(Protocol[P]):
    """One kind of rows.

    `batch` of them are stored in a transaction. `repeatable` says that storing the same rows again
    changes nothing more.
    """

    @property
    def name(self) -> str: ...
    @property
    def shape(self) -> type[msgspec.Struct]: ...
    @property
    def batch(self) -> int: ...
    @property
    def repeatable(self) -> bool: ...
    async def lock(self, tx: Conn, rows: Sequence[Any]) -> None:
        """Keep those away who would make a plan for these rows wrong, until the transaction ends."""

    async def plan(self, conn: Conn, rows: Sequence[Any], now: datetime) -> P:
        """Judge the rows; only reads."""

    async def write(self, tx: Conn, plan: P, now: datetime) -> None: ...


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """Rows that tell facts of the shop."""

    name: KindName
    shape: type[msgspec.Struct]
    table: Table
    tell: Callable[[Any], Told]
    planner: Callable[[Conn, Sequence[Told], datetime], Awaitable[bulk.Plan]]
    batch: int = 500
    repeatable: bool = True

    async def lock(self, tx: Conn, rows: Sequence[Any]) -> None:
        await bulk.lock(tx, self.table, map(self.tell, rows))

    async def plan(self, conn: Conn, rows: Sequence[Any], now: datetime) -> bulk.Plan:
        return await self.planner(conn, [self.tell(row) for row in rows], now)

    async def write(self, tx: Conn, plan: bulk.Plan, now: datetime) -> None:
        await bulk.write(tx, self.table, plan, now=now)


def _customer(row: CustomerRow) -> Told:
    return Told(id=str(row.id), given=lambda _: _without_id(customer_given(row)))


def _product(row: ProductRow) -> Told:
    return Told(
        id=str(row.id),
        given=lambda currency: _without_id(product_given(row, currency)),
        currency=told(row.currency),
    )


def _order(row: OrderRow) -> Told:
    return Told(
        id=str(row.id),
        given=lambda currency: _without_id(order_given(row, currency)),
        currency=told(row.currency),
        channel=told(row.channel),
    )


def _without_id(given: Given) -> Given:
    return {name: value for name, value in given.items() if name != "id"}


CUSTOMERS: Final = Facts(
    name=KindName.CUSTOMERS,
    shape=CustomerRow,
    table="customer",
    tell=_customer,
    planner=bulk.plan_customers,
)
PRODUCTS: Final = Facts(
    name=KindName.PRODUCTS,
    shape=ProductRow,
    table="product",
    tell=_product,
    planner=bulk.plan_products,
)
ORDERS: Final = Facts(
    name=KindName.ORDERS,
    shape=OrderRow,
    table="shop_order",
    tell=_order,
    planner=bulk.plan_orders,
)
