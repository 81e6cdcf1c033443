"""The ledger itself: claims of all kinds thrown into one batch on purpose, and commits nobody heard of."""

import asyncio
import itertools
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import psycopg
import pytest
import pytest_asyncio
from psycopg import AsyncConnection
from tests.redemptions.world import NOW, a_redemption, broken_laws, stored

from aurapromo.engine.cart import Cart, Line
from aurapromo.errors import Unavailable
from aurapromo.facts import service as facts
from aurapromo.idempotency.model import Record
from aurapromo.platform import clock
from aurapromo.platform.database import Database
from aurapromo.promotions import service as promotions
from aurapromo.promotions.lifecycle import Verb
from aurapromo.promotions.model import Actor, Definition
from aurapromo.promotions.service import Identity
from aurapromo.redemptions.batch.transaction import Batch
from aurapromo.redemptions.claims.claim import (
    Claim,
    Done,
    OrderAfter,
    Refused,
    Repeated,
    Stale,
    Take,
    Verdict,
)
from aurapromo.redemptions.events import entered
from aurapromo.redemptions.ids import mint
from aurapromo.redemptions.ledger import Ledger
from aurapromo.redemptions.model import State

CART = Cart("USD", (Line("1", 1, 1000),), "default")


@pytest_asyncio.fixture
async def promotion_id(database: Database) -> int:
    """A live promotion with three uses."""
    identity = Identity(uuid4(), "sale", "aura")
    actor = Actor("tests")
    async with database.writing() as tx:
        await facts.ensure_default_channel(tx, currency="USD", timezone="UTC", now=NOW)
        definition = Definition(name="Sale", currency="USD", max_uses=3)
        made = await promotions.create(tx, definition, identity=identity, actor=actor, now=NOW)
        await promotions.move(tx, made.id, Verb.ACTIVATE, actor=actor, now=NOW)
    return made.id


@asynccontextmanager
async def ledger_on(database_url: str, **options: Any) -> AsyncIterator[Ledger]:
    ledger = Ledger(database_url, clock.now, lambda _batch: None, **options)
    await ledger.start()
    yield ledger
    await ledger.stop()


def a_claim(promotion_id: int, order_id: str, **changes: Any) -> Claim:
    """One use by a new order, worth 1.00."""
    given = {"customer": None, "key": None, "most": None, "version": 2} | changes
    take = Take(
        id=mint(NOW, secrets.randbits),
        promotion_id=promotion_id,
        version=given["version"],
        state=State.REDEEMED,
        discount=0,
        shipping_discount=0,
        credit=100,
        most=given["most"],
    )
    key = given["key"]
    told = a_redemption(
        id=take.id,
        promotion_id=promotion_id,
        promotion_version=take.version,
        order_id=order_id,
        customer_id=given["customer"],
        credit=100,
    )
    return Claim(
        order_id=order_id,
        seen=0,
        at=NOW,
        order=OrderAfter(customer_id=given["customer"], cart=CART, cart_digest=b"cart", total=1000),
        takes=(take,),
        customer=given["customer"] if given["most"] is not None else None,
        record=None if key is None else Record(key, b"body", 200, (), order_id.encode()),
        events=tuple(entered(told, NOW, secrets.randbits)),
    )


async def together(database_url: str, *claims: Claim) -> list[Verdict]:
    """The verdicts on claims that make one batch, in order."""
    batch = Batch(claims)
    async with await AsyncConnection.connect(database_url, autocommit=True) as conn:
        await batch.run(conn)
    return batch.verdicts


class TestInOneBatch:
    async def test_just_as_many_are_taken_as_there_are(self, database_url: str, promotion_id: int) -> None:
        claims = [a_claim(promotion_id, f"o{number}") for number in range(5)]
        verdicts = await together(database_url, *claims)
        assert verdicts[:3] == [Done()] * 3
        assert verdicts[3:] == [Refused({promotion_id: "usage_limit_reached"}, {}, held=False)] * 2
        assert stored(database_url, "SELECT id FROM redemption_order ORDER BY id") == [
            ("o0",),
            ("o1",),
            ("o2",),
        ]
        assert broken_laws(database_url) == {}

    async def test_twins_with_one_key_have_one_effect(self, database_url: str, promotion_id: int) -> None:
        claims = [a_claim(promotion_id, f"o{number}", key=b"key") for number in range(3)]
        first = claims[0].record
        assert first is not None
        assert await together(database_url, *claims) == [Done(), Repeated(first), Repeated(first)]
        late = a_claim(promotion_id, "o9", key=b"key")
        assert await together(database_url, late) == [Repeated(first)]
        assert broken_laws(database_url) == {}

    async def test_an_order_is_new_only_once(self, database_url: str, promotion_id: int) -> None:
        claims = [a_claim(promotion_id, "o1"), a_claim(promotion_id, "o1")]
        assert await together(database_url, *claims) == [Done(), Stale()]
        assert await together(database_url, a_claim(promotion_id, "o1")) == [Stale()]
        assert broken_laws(database_url) == {}

    async def test_a_refused_twin_leaves_order_and_key_to_the_next(
        self, database_url: str, promotion_id: int
    ) -> None:
        outdated = a_claim(promotion_id, "o1", key=b"key", version=1)
        good = a_claim(promotion_id, "o1", key=b"key")
        assert await together(database_url, outdated, good) == [Stale((promotion_id,)), Done()]
        assert stored(database_url, "SELECT body FROM idempotency_record") == [(b"o1",)]
        assert broken_laws(database_url) == {}

    async def test_a_refused_claim_leaves_nothing(self, database_url: str, promotion_id: int) -> None:
        outdated = a_claim(promotion_id, "o1", key=b"key", version=1, customer="c", most=1)
        assert await together(database_url, outdated) == [Stale((promotion_id,))]
        for table in ("redemption", "redemption_order", "idempotency_record"):
            assert stored(database_url, f"SELECT * FROM {table}") == []  # noqa: S608
        assert stored(database_url, "SELECT * FROM outbox WHERE event = 'redemption.redeemed'") == []

    async def test_a_customer_has_no_more_than_allowed(self, database_url: str, promotion_id: int) -> None:
        claims = [a_claim(promotion_id, f"o{number}", customer="c", most=1) for number in range(2)]
        refused = Refused({promotion_id: "customer_limit_reached"}, {}, held=False)
        assert await together(database_url, *claims) == [Done(), refused]
        assert await together(database_url, a_claim(promotion_id, "o9", customer="c", most=1)) == [refused]


class TestACommitNobodyHeardOf:
    async def test_is_found(self, database_url: str, promotion_id: int) -> None:
        batch = Batch([a_claim(promotion_id, "o1")])
        async with await AsyncConnection.connect(database_url, autocommit=True) as conn:
            await batch.run(conn)
            assert await batch.was_committed(conn) is True

    async def test_is_not_mistaken_for_one_under_way_or_rolled_back(
        self, database_url: str, promotion_id: int
    ) -> None:
        batch = Batch([a_claim(promotion_id, "o1")])
        async with (
            await AsyncConnection.connect(database_url, autocommit=True) as ours,
            await AsyncConnection.connect(database_url, autocommit=True) as other,
        ):
            await ours.execute("BEGIN")  # so that the batch is a part of it, and stays open
            await batch.run(ours)
            assert await batch.was_committed(other) is None
            await ours.rollback()
            assert await batch.was_committed(other) is False

    async def test_is_not_believed_by_its_number_alone(self, database_url: str, promotion_id: int) -> None:
        """As after a crash, when the number went to another transaction, or to none yet."""
        batch = Batch([a_claim(promotion_id, "o1")])
        async with await AsyncConnection.connect(database_url, autocommit=True) as ours:
            await ours.execute("BEGIN")
            await batch.run(ours)
            await ours.rollback()
        async with await AsyncConnection.connect(database_url, autocommit=True) as other:
            cursor = await other.execute("SELECT pg_current_xact_id()::text::bigint")
            (committed,) = await cursor.fetchone() or (0,)
            for number in (committed, committed + 1_000_000):
                batch._xid = number
                assert await batch.was_committed(other) is False


async def test_a_broken_connection_is_no_refusal(database_url: str, promotion_id: int) -> None:
    async with ledger_on(database_url) as ledger:
        assert await ledger.submit(a_claim(promotion_id, "o1")) == Done()
        stored(
            database_url,
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()",
        )
        assert await ledger.submit(a_claim(promotion_id, "o2")) == Done()
    assert broken_laws(database_url) == {}


async def test_a_claim_that_cannot_be_stored_hits_nobody_else(database_url: str, promotion_id: int) -> None:
    async with ledger_on(database_url) as ledger:
        claims = [a_claim(promotion_id, "o1"), a_claim(promotion_id, "\0"), a_claim(promotion_id, "o2")]
        good, bad, too = await asyncio.gather(*map(ledger.submit, claims), return_exceptions=True)
    assert (good, too) == (Done(), Done())
    assert isinstance(bad, psycopg.DataError)


async def test_a_full_ledger_takes_nothing_and_says_so(database_url: str, promotion_id: int) -> None:
    async with ledger_on(database_url, capacity=2) as ledger:
        claims = [a_claim(promotion_id, f"o{number}") for number in range(4)]
        found = await asyncio.gather(*map(ledger.submit, claims), return_exceptions=True)
    assert found[:2] == [Done(), Done()]
    assert all(isinstance(one, Unavailable) and one.retry_after_s == 1 for one in found[2:])
    assert stored(database_url, "SELECT count(*) FROM redemption") == [(2,)]


async def test_what_waits_is_finished_at_the_end(database_url: str, promotion_id: int) -> None:
    ledger = Ledger(database_url, clock.now, lambda _batch: None)
    await ledger.start()
    claims = [a_claim(promotion_id, f"o{number}") for number in range(3)]
    waiting = [asyncio.ensure_future(ledger.submit(claim)) for claim in claims]
    await asyncio.sleep(0)
    await ledger.stop()
    assert [await one for one in waiting] == [Done()] * 3
    with pytest.raises(Unavailable):
        await ledger.submit(claims[0])


async def test_ledgers_that_meet_in_every_order_never_lock_each_other_up(
    database_url: str, promotion_id: int
) -> None:
    """Two ledgers, the same orders, customers and keys, backwards and forwards."""
    orders = [f"o{number}" for number in range(40)]
    async with ledger_on(database_url) as one, ledger_on(database_url) as other:
        turns = [(one, orders), (other, list(reversed(orders)))]
        claims = [
            ledger.submit(a_claim(promotion_id, order, key=order.encode(), customer=f"c{order}", most=1))
            for ledger, names in turns
            for order in itertools.chain(names, names)
        ]
        found = await asyncio.gather(*claims)
    assert found.count(Done()) == 3
    assert broken_laws(database_url) == {}
