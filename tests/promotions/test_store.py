"""Promotions in PostgreSQL: what is written is read, and what is said twice agrees."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from itertools import product
from uuid import uuid4

import msgspec
import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st
from tests.engine import strategies as engine_strategies
from tests.promotions.world import DAY, NOW, a_definition, stored

from aurapromo.engine import actions as a
from aurapromo.engine import rules as r
from aurapromo.engine.promotion import Promotion as EnginePromotion
from aurapromo.facts import service as facts
from aurapromo.platform import database as db
from aurapromo.platform.database import Database
from aurapromo.promotions import lifecycle, service
from aurapromo.promotions.keeper import BookKeeper
from aurapromo.promotions.lifecycle import Verb
from aurapromo.promotions.model import Actor, Definition, Promotion, Status, lasting_ids
from aurapromo.promotions.quote import was_live
from aurapromo.promotions.service import Identity
from aurapromo.promotions.store import reads

TEN_OFF = a.OrderPercentageDiscount(percentage=100_000)
TESTER = Actor("tester")


async def create(database: Database, definition: Definition, *verbs: Verb, now: datetime = NOW) -> Promotion:
    """A promotion that has gone through `verbs`."""
    name = uuid4()
    async with database.writing() as tx:
        identity = Identity(name, str(name), "aura")
        made = await service.create(tx, definition, identity=identity, actor=TESTER, now=now)
        for verb in verbs:
            made = await service.move(tx, made.id, verb, actor=TESTER, now=now)
    return made


@pytest_asyncio.fixture
async def shop(database: Database) -> Database:
    """A database with a default channel."""
    async with database.writing() as tx:
        await facts.ensure_default_channel(tx, currency="USD", timezone="UTC", now=NOW)
    return database


async def test_a_definition_is_read_as_it_was_written(database: Database) -> None:
    @given(engine_strategies.promotions(max_size=2))
    def definitions(drawn: list[EnginePromotion]) -> None:
        written.extend(stored(one).definition for one in drawn)

    written: list[Definition] = []
    definitions()
    for definition in written[:100]:
        made = await create(database, definition)
        async with database.reading() as conn:
            found = await service.get(conn, made.id)
        assert found == made
        assert found.definition == definition
        assert len(found.rule_ids) == len(definition.rules)


async def test_the_database_shows_the_same_status_as_the_program(database: Database) -> None:
    moments = [
        None,
        NOW - DAY,
        NOW - timedelta(microseconds=1),
        NOW,
        NOW + timedelta(microseconds=1),
        NOW + DAY,
    ]
    statuses = [status for status in Status if status is not Status.EXPIRED]
    async with database.reading() as conn:
        for status, starts_at, ends_at in product(statuses, moments, moments):
            query = "SELECT shown_status(%(status)s, %(starts)s, %(ends)s, %(now)s)"
            shown = await db.value(conn, query, status=status, starts=starts_at, ends=ends_at, now=NOW)
            definition = a_definition(starts_at=starts_at, ends_at=ends_at)
            assert shown == lifecycle.shown(status, definition, NOW), (status, starts_at, ends_at)


V = Verb
LIVES = [(), (V.ACTIVATE,), (V.ACTIVATE, V.PAUSE), (V.ACTIVATE, V.END), (V.ACTIVATE, V.CANCEL),
         (V.ACTIVATE, V.END, V.ARCHIVE), (V.ACTIVATE, V.PAUSE, V.ARCHIVE), (V.ARCHIVE,)]  # fmt: skip


async def test_the_database_knows_the_same_past_as_the_program(database: Database) -> None:
    periods = [(None, None), (NOW - 2 * DAY, NOW + DAY), (NOW - DAY, NOW + DAY)]
    made = [
        await create(database, a_definition(starts_at=starts_at, ends_at=ends_at), *verbs)
        for verbs in LIVES
        for starts_at, ends_at in periods
    ]
    for moment in (NOW - 3 * DAY, NOW - 1.5 * DAY, NOW - DAY / 2, NOW, NOW + DAY / 2):
        async with database.reading() as conn:
            found = {one.id for one in await reads.live_at(conn, moment)}
        expected = {
            one.id for one in made if was_live(one, moment) and one.for_engine().period.contains(moment)
        }
        assert found == expected, moment


async def test_one_that_ran_out_and_was_archived_was_live_until_its_end(database: Database) -> None:
    made = await create(database, a_definition(ends_at=NOW + DAY), Verb.ACTIVATE)
    async with database.writing() as tx:
        over = await service.move(tx, made.id, Verb.ARCHIVE, actor=TESTER, now=NOW + 2 * DAY)
        found = await reads.live_at(tx, NOW + DAY / 2)
    assert over.ended_at == NOW + DAY
    assert [one.id for one in found] == [made.id]


RULES = (r.FirstOrder(), r.CartQuantity(1), r.CartQuantity(2), r.Product(("a",)))


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ((0, 1, 2), (0, 1, 2), (10, 11, 12)),
        ((0, 1, 2), (2, 0), (12, 10)),
        ((0, 1), (0, 2), (10, 11)),
        ((0, 1), (0, 3), (10, None)),
        ((0,), (3, 0), (None, 10)),
        ((1, 1), (1,), (10,)),
        ((1, 1), (1, 1, 1), (10, 11, None)),
        ((1, 2), (2, 1), (11, 10)),
        ((), (0,), (None,)),
        ((0,), (), ()),
    ],
)
def test_what_stays_or_is_changed_in_its_place_keeps_its_id(
    before: tuple[int, ...], after: tuple[int, ...], expected: tuple[int | None, ...]
) -> None:
    ids = range(10, 10 + len(before))
    assert lasting_ids([RULES[n] for n in before], ids, [RULES[n] for n in after]) == expected


@given(st.lists(st.sampled_from(RULES), max_size=6), st.lists(st.sampled_from(RULES), max_size=6))
def test_no_id_is_given_twice(before: list[r.Rule], after: list[r.Rule]) -> None:
    kept = [one for one in lasting_ids(before, range(len(before)), after) if one is not None]
    assert len(kept) == len(set(kept))
    assert set(kept) <= set(range(len(before)))


@pytest_asyncio.fixture
async def keepers(shop: Database) -> AsyncIterator[list[BookKeeper]]:
    """The books of three processes."""
    found = [BookKeeper(shop, lambda: NOW) for _ in range(3)]
    for keeper in found:
        await keeper.start()
    yield found
    for keeper in found:
        await keeper.stop()


async def test_every_book_ends_with_what_is_stored_whoever_wrote_it(
    shop: Database, keepers: list[BookKeeper]
) -> None:
    made = [await create(shop, a_definition(actions=(TEN_OFF,)), Verb.ACTIVATE) for _ in range(5)]

    async def write(turn: int) -> None:
        number = made[turn % len(made)].id
        async with shop.writing() as tx:
            await service.change(
                tx,
                number,
                lambda before: msgspec.structs.replace(before.definition, priority=turn + 1),
                actor=TESTER,
                now=NOW,
            )
        await keepers[turn % 3].refresh()
        entry = keepers[turn % 3].book.entries[number]
        assert entry.promotion.version > 1, "who writes sees it at once"

    await asyncio.gather(*[write(turn) for turn in range(60)])
    for keeper in keepers:
        await keeper.refresh()
    async with shop.reading() as conn:
        live = {one.id: one for one in await reads.live(conn)}
    assert [{one: entry.promotion for one, entry in keeper.book.entries.items()} for keeper in keepers] == [
        live
    ] * 3
    assert {one.version for one in live.values()} == {14}, "created, activated, and changed 12 times"


async def test_writers_of_one_promotion_never_lose_a_change(shop: Database) -> None:
    made = await create(shop, a_definition())

    async def raise_priority() -> None:
        async with shop.writing() as tx:
            await service.change(
                tx,
                made.id,
                lambda before: msgspec.structs.replace(
                    before.definition, priority=before.definition.priority + 1
                ),
                actor=TESTER,
                now=NOW,
            )

    await asyncio.gather(*[raise_priority() for _ in range(30)])
    async with shop.reading() as conn:
        found = await service.get(conn, made.id)
    assert (found.definition.priority, found.version) == (30, 31)
