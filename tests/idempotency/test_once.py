"""One effect and one answer for each call, whatever happens to it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
import pytest_asyncio

from aurapromo.errors import Conflict
from aurapromo.idempotency import service
from aurapromo.idempotency.model import (
    AnsweredBefore,
    Identity,
    KeyReused,
    Record,
    StillRunning,
    identity,
)
from aurapromo.platform.database import Database

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
JSON = (("content-type", "application/json"),)


def call(key: str = "k", body: bytes = b"{}") -> Identity:
    return identity("key:1", ("POST", b"/things"), key, body)


def answer(status: int = 201, body: bytes = b'{"id":1}', of: Identity | None = None) -> Record:
    known = of or call()
    return Record(known.id, known.body_digest, status, JSON, body)


class Shop:
    """Something with an effect that can be counted."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def sell(self) -> None:
        async with self.database.writing() as tx:
            await tx.execute("INSERT INTO sale DEFAULT VALUES")

    async def sales(self) -> int:
        """How many there are for everybody to see."""
        async with await psycopg.AsyncConnection.connect(self.database.url) as conn:
            row = await (await conn.execute("SELECT count(*) FROM sale")).fetchone()
        assert row is not None
        return int(row[0])

    async def sold(self) -> Record:
        await self.sell()
        return answer()


@pytest_asyncio.fixture
async def shop(database: Database) -> AsyncIterator[Shop]:
    async with database.writing() as tx:
        await tx.execute("CREATE TABLE sale (id int GENERATED ALWAYS AS IDENTITY)")
    yield Shop(database)


async def test_the_second_time_the_first_answer_comes_again(shop: Shop) -> None:
    first = await service.once(shop.database, call(), shop.sold, now=NOON)
    again = await service.once(shop.database, call(), shop.sold, now=NOON)
    assert first == (answer(), False)
    assert again == (answer(), True)
    assert await shop.sales() == 1


async def test_another_body_under_the_same_key_is_refused(shop: Shop) -> None:
    await service.once(shop.database, call(), shop.sold, now=NOON)
    with pytest.raises(KeyReused):
        await service.once(shop.database, call(body=b"{ }"), shop.sold, now=NOON)
    assert await shop.sales() == 1


async def test_while_the_first_is_running_a_twin_is_sent_away(shop: Shop) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slow() -> Record:
        await shop.sell()
        begun.set()
        await go_on.wait()
        return answer()

    first = asyncio.create_task(service.once(shop.database, call(), slow, now=NOON))
    await begun.wait()
    with pytest.raises(StillRunning):
        await service.once(shop.database, call(), shop.sold, now=NOON)
    go_on.set()
    assert await first == (answer(), False)
    assert await service.once(shop.database, call(), shop.sold, now=NOON) == (answer(), True)
    assert await shop.sales() == 1


async def test_many_twins_at_one_moment_have_one_effect(shop: Shop) -> None:
    twins = (service.once(shop.database, call(), shop.sold, now=NOON) for _ in range(40))
    answers = await asyncio.gather(*twins, return_exceptions=True)
    given = [found for found in answers if not isinstance(found, StillRunning)]
    assert {found[0] for found in given if isinstance(found, tuple)} == {answer()}
    assert [found for found in given if isinstance(found, tuple) and not found[1]] == [(answer(), False)]
    assert await shop.sales() == 1


async def test_nothing_is_to_be_seen_before_effect_and_answer_are_both_there(shop: Shop) -> None:
    seen: list[int] = []

    async def watched() -> Record:
        await shop.sell()
        seen.append(await shop.sales())
        return answer()

    await service.once(shop.database, call(), watched, now=NOON)
    assert seen == [0]
    assert await shop.sales() == 1


async def test_a_refusal_is_kept_and_its_effect_is_not(shop: Shop) -> None:
    async def refused() -> Record:
        with suppress(Conflict):
            async with shop.database.writing():
                await shop.sell()
                raise Conflict("There are none left")
        return answer(409)

    assert await service.once(shop.database, call(), refused, now=NOON) == (answer(409), False)
    assert await service.once(shop.database, call(), shop.sold, now=NOON) == (answer(409), True)
    assert await shop.sales() == 0


@pytest.mark.parametrize("status", [403, 500, 503])
async def test_an_answer_that_is_not_kept_leaves_nothing_behind(shop: Shop, status: int) -> None:
    async def failed() -> Record:
        await shop.sell()
        return answer(status)

    assert await service.once(shop.database, call(), failed, now=NOON) == (answer(status), False)
    assert await shop.sales() == 0
    assert await service.once(shop.database, call(), shop.sold, now=NOON) == (answer(), False)


async def test_a_defect_leaves_nothing_behind(shop: Shop) -> None:
    async def broken() -> Record:
        await shop.sell()
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await service.once(shop.database, call(), broken, now=NOON)
    assert await shop.sales() == 0
    assert await service.once(shop.database, call(), shop.sold, now=NOON) == (answer(), False)


async def test_after_a_day_a_key_is_a_new_one(shop: Shop) -> None:
    await service.once(shop.database, call(), shop.sold, now=NOON)
    almost = NOON + timedelta(hours=24, microseconds=-1)
    assert (await service.once(shop.database, call(), shop.sold, now=almost))[1]
    later = NOON + timedelta(hours=24)
    assert await service.once(shop.database, call(), shop.sold, now=later) == (answer(), False)
    assert (await service.once(shop.database, call(), shop.sold, now=later))[1]
    assert await shop.sales() == 2


async def test_what_is_shown_once_is_not_stored(shop: Shop) -> None:
    async def issued() -> Record:
        return answer(body=b'{"id":1,"key":"secret"}')

    first, _ = await service.once(shop.database, call(), issued, now=NOON, secrets=("key",))
    again, _ = await service.once(shop.database, call(), issued, now=NOON, secrets=("key",))
    assert (first.body, again.body) == (b'{"id":1,"key":"secret"}', b'{"id":1,"key":null}')


async def test_what_follows_a_commit_waits_for_it(shop: Shop) -> None:
    seen: list[int] = []

    async def look() -> None:
        seen.append(await shop.sales())

    async def sold_and_looked() -> Record:
        await shop.sell()
        await shop.database.after_commit(look)
        assert seen == []
        return answer()

    await service.once(shop.database, call(), sold_and_looked, now=NOON)
    assert seen == [1]
    await shop.database.after_commit(look)
    assert seen == [1, 1]


async def test_what_should_follow_a_commit_is_left_out_without_one(shop: Shop) -> None:
    async def never() -> None:
        raise AssertionError

    async def failed() -> Record:
        await shop.database.after_commit(never)
        return answer(503)

    assert (await service.once(shop.database, call(), failed, now=NOON))[0].status == 503


async def test_a_task_that_is_started_inside_has_no_part_in_the_transaction(shop: Shop) -> None:
    async def failed() -> Record:
        await asyncio.create_task(shop.sell())
        return answer(503)

    await service.once(shop.database, call(), failed, now=NOON)
    assert await shop.sales() == 1


async def test_only_what_is_older_than_a_day_is_swept_out(shop: Shop) -> None:
    for hours in range(3):
        known = call(str(hours))

        async def sold(of: Identity = known) -> Record:
            return answer(of=of)

        await service.once(shop.database, known, sold, now=NOON + timedelta(hours=hours))
    assert await service.sweep(shop.database, now=NOON + timedelta(hours=25)) == 2
    assert await service.sweep(shop.database, now=NOON + timedelta(hours=25)) == 0


class TestUseCasesThatKeepTheirOwnRecords:
    async def test_the_record_they_find_is_the_answer(self, shop: Shop) -> None:
        async def found() -> Record:
            raise AnsweredBefore(answer(body=b'{"id":7}'))

        assert await service.recorded(shop.database, call(), found, now=NOON) == (
            answer(body=b'{"id":7}'),
            True,
        )
        with pytest.raises(KeyReused):
            await service.recorded(shop.database, call(body=b"{ }"), found, now=NOON)

    async def test_a_refusal_that_did_not_come_so_far_is_kept_for_them(self, shop: Shop) -> None:
        async def refused() -> Record:
            return answer(422)

        async def refused_otherwise() -> Record:
            return answer(409)

        assert await service.recorded(shop.database, call(), refused, now=NOON) == (answer(422), False)
        again = await service.recorded(shop.database, call(), refused_otherwise, now=NOON)
        assert again == (answer(422), True)

    async def test_a_refusal_does_not_hide_what_was_done_before(self, shop: Shop) -> None:
        await service.once(shop.database, call(), shop.sold, now=NOON)

        async def refused() -> Record:
            return answer(409)

        assert await service.recorded(shop.database, call(), refused, now=NOON) == (answer(), True)

    async def test_what_they_have_done_is_theirs_to_keep(self, shop: Shop) -> None:
        assert await service.recorded(shop.database, call(), shop.sold, now=NOON) == (answer(), False)
        assert await service.recorded(shop.database, call(), shop.sold, now=NOON) == (answer(), False)
        assert await shop.sales() == 2
