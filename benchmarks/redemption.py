"""How fast one hot promotion is redeemed: the ledger, a transaction for each redemption, bare inserts.

`python benchmarks/redemption.py DATABASE_URL` prints redemptions a second of each, on a database with fsync
on that it migrates and fills. Over HTTP, `checkout(number)` is what the load generator sends.
"""

import asyncio
import secrets
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from aurapromo.engine.cart import Cart, Line
from aurapromo.facts import service as facts
from aurapromo.outbox import store as outbox
from aurapromo.platform import clock, migrate
from aurapromo.platform.database import Conn, Database
from aurapromo.promotions import service as promotions
from aurapromo.promotions.lifecycle import Verb
from aurapromo.promotions.model import Actor, Definition
from aurapromo.promotions.service import Identity
from aurapromo.redemptions.claims.claim import Claim, Done, OrderAfter, Take
from aurapromo.redemptions.events import entered
from aurapromo.redemptions.ids import mint
from aurapromo.redemptions.ledger import Ledger
from aurapromo.redemptions.model import Allocation, Redemption, State
from aurapromo.redemptions.store import locks, writes
from aurapromo.redemptions.store.rows import allocation_rows, order_row, redemption_row

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
CART = Cart("USD", (Line("1", 2, 2999),), "default")
COUNT_ONE = "UPDATE promotion_counter SET used = used + 1, spent = spent + 600 WHERE promotion_id = %s"
ITEM = {"product_id": 1, "quantity": 2, "unit_price": 29.99, "category_id": 5}


def checkout(number: int, promotion_id: int) -> tuple[str, dict[str, Any]]:
    """Path and body of one checkout of the hot promotion."""
    path = f"/api/v1/orders/bench-{number}/apply-discount"
    return path, {"order_items": [ITEM], "customer_id": 456, "promotion_ids": [promotion_id]}


async def hot_promotion(database: Database) -> int:
    """A live promotion that does not run out."""
    identity, actor = Identity(uuid4(), f"hot-{uuid4().hex}", "aura"), Actor("benchmark")
    async with database.writing() as tx:
        await facts.ensure_default_channel(tx, currency="USD", timezone="UTC", now=NOW)
        definition = Definition(name="Hot", currency="USD", max_uses=10**9)
        made = await promotions.create(tx, definition, identity=identity, actor=actor, now=NOW)
        await promotions.move(tx, made.id, Verb.ACTIVATE, actor=actor, now=NOW)
    return made.id


def claim_of(promotion_id: int) -> Claim:
    """One redemption of two units by a new order, as a checkout hands it to the ledger."""
    order_id = uuid4().hex
    take = Take(
        id=mint(NOW, secrets.randbits),
        promotion_id=promotion_id,
        version=2,
        state=State.REDEEMED,
        discount=600,
        shipping_discount=0,
        credit=0,
        allocations=(Allocation(0, 0, 2, 300),),
    )
    told = Redemption(
        id=take.id,
        promotion_id=promotion_id,
        promotion_version=2,
        promotion_name="Hot",
        coupon_id=None,
        coupon_code=None,
        order_id=order_id,
        customer_id="456",
        channel="default",
        currency="USD",
        state=State.REDEEMED,
        discount=600,
        shipping_discount=0,
        credit=0,
        returned=0,
        order_total=5998,
        expires_at=None,
        created_at=NOW,
        updated_at=NOW,
    )
    return Claim(
        order_id=order_id,
        seen=0,
        at=NOW,
        order=OrderAfter(customer_id="456", cart=CART, cart_digest=b"cart", total=5998),
        takes=(take,),
        events=tuple(entered(told, NOW, secrets.randbits)),
    )


async def rate(clients: int, claims: Sequence[Claim], perform: Callable[[Claim], Awaitable[None]]) -> float:
    """Claims a second, with so many at once."""
    left = iter(claims)

    async def client() -> None:
        for claim in left:
            await perform(claim)

    began = time.perf_counter()
    await asyncio.gather(*[client() for _ in range(clients)])
    return len(claims) / (time.perf_counter() - began)


async def by_ledger(url: str, promotion_id: int, *, clients: int, count: int) -> float:
    """The ledger, without HTTP and without the decision."""
    ledger = Ledger(url, clock.now, lambda _batch: None)
    await ledger.start()

    async def perform(claim: Claim) -> None:
        assert await ledger.submit(claim) == Done()

    found = await rate(clients, [claim_of(promotion_id) for _ in range(count)], perform)
    await ledger.stop()
    return found


async def one_by_one(url: str, promotion_id: int, *, clients: int, count: int) -> float:
    """The same rows, locks and checks, in a transaction for each redemption."""
    async with connections(url, clients) as database:

        async def perform(claim: Claim) -> None:
            async with database.writing() as tx:
                counters = await locks.lock_counters(tx, [promotion_id])
                (counter,) = await counters.fetchall()
                assert counter.max_uses is not None
                assert counter.used + counter.held < counter.max_uses
                await write_all(tx, [claim])
                await tx.execute(COUNT_ONE, (promotion_id,))

        return await rate(clients, [claim_of(promotion_id) for _ in range(count)], perform)


async def bare_inserts(url: str, promotion_id: int, *, batch: int, count: int) -> float:
    """Nothing but the inserts of the same rows, so many redemptions in a transaction."""
    claims = [claim_of(promotion_id) for _ in range(count)]
    async with connections(url, 1) as database:
        began = time.perf_counter()
        for start in range(0, count, batch):
            async with database.writing() as tx:
                await write_all(tx, claims[start : start + batch])
        return count / (time.perf_counter() - began)


async def write_all(tx: Conn, claims: Sequence[Claim]) -> None:
    orders = [(claim, claim.order) for claim in claims if claim.order is not None]
    takes = [(claim, order, take) for claim, order in orders for take in claim.takes]
    await locks.add_orders(tx, [order_row(claim, order) for claim, order in orders])
    await writes.add_redemptions(
        tx, [redemption_row(claim, order, take, None) for claim, order, take in takes]
    )
    await writes.add_allocations(tx, [row for _, _, take in takes for row in allocation_rows(take)])
    await outbox.append(tx, [event for claim in claims for event in claim.events])


@asynccontextmanager
async def connections(url: str, count: int) -> AsyncIterator[Database]:
    database = Database(url, size=count, wait_s=60)
    await database.open()
    yield database
    await database.close()


async def main(url: str) -> None:
    migrate.upgrade(url)
    async with connections(url, 1) as database:
        promotion_id = await hot_promotion(database)
    figures = {
        "ledger, 64 clients": await by_ledger(url, promotion_id, clients=64, count=10_000),
        "ledger, 256 clients": await by_ledger(url, promotion_id, clients=256, count=20_000),
        "a transaction each, 64 clients": await one_by_one(url, promotion_id, clients=64, count=2_000),
        "bare inserts, 64 in a transaction": await bare_inserts(url, promotion_id, batch=64, count=10_000),
    }
    for name, found in figures.items():
        print(f"{name:36} {found:10,.0f} redemptions/s")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
