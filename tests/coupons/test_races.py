"""Many at once: the same code, overlapping batches, a promotion's first coupon."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from random import Random

import pytest
from tests.coupons.conftest import NOON, Shop

from aurapromo.coupons import batches, service
from aurapromo.coupons.codes import shape_of
from aurapromo.coupons.model import Order, Terms
from aurapromo.errors import Conflict, Unavailable
from aurapromo.platform import database as db
from aurapromo.platform.database import Database
from aurapromo.promotions import issuing
from aurapromo.promotions import service as promotions
from aurapromo.promotions.lifecycle import Verb
from aurapromo.promotions.model import Actor


def test_of_many_who_want_the_same_code_one_gets_it(shop: Shop) -> None:
    promotions, code = [shop.promotion() for _ in range(4)], shop.own("WANTED")

    def one(at: int) -> int:
        spelled = code.lower() if at % 2 else code
        return shop.call("POST", f"coupons/{promotions[at % 4]}", json={"code": spelled}).status_code

    with ThreadPoolExecutor(16) as pool:
        statuses = list(pool.map(one, range(32)))
    assert sorted(statuses) == [201] + [409] * 31


def test_first_coupons_at_once_leave_a_promotion_that_asks_for_a_code(shop: Shop) -> None:
    promotion_id = shop.promotion()
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: shop.call("POST", f"coupons/{promotion_id}").status_code, range(8)))
    assert made == [201] * 8
    assert shop.evaluate(promotion_ids=[promotion_id])["total_discount"] == 0.0


async def test_a_promotion_is_changed_while_coupons_of_it_are_being_made(
    database: Database, promotion_id: int
) -> None:
    async with database.writing() as tx:
        await issuing.expect_coupons(tx, promotion_id)
        await service.create(tx, promotion_id, "FIRST", Terms(), now=NOON)
    async with database.writing() as making, asyncio.timeout(5):
        await issuing.expect_coupons(making, promotion_id)
        await service.create(making, promotion_id, "SECOND", Terms(), now=NOON)
        async with database.writing() as changing:
            changed = await promotions.move(
                changing, promotion_id, Verb.ACTIVATE, actor=Actor("tests"), now=NOON
            )
    assert changed.has_coupons


@pytest.mark.parametrize(
    "patterns",
    [
        pytest.param(["R###"] * 6, id="of one pattern"),
        pytest.param(["R###", "R##A", "#R##", "##R#"] * 2, id="of overlapping patterns"),
    ],
)
async def test_batches_at_once_each_get_codes_of_their_own(
    database: Database, promotion_id: int, patterns: list[str]
) -> None:
    orders = [
        Order(
            promotion_id=promotion_id,
            shape=shape_of(pattern=pattern),
            count=200,
            terms=Terms(),
            created_by="tests",
        )
        for pattern in patterns
    ]

    async def one(seed: int, order: Order) -> int:
        async with database.writing() as tx:
            entropy = Random(seed % 2).randbytes  # every other one would draw the same codes
            return (await batches.start(tx, order, at_once=200, entropy=entropy, now=NOON)).made

    made = await asyncio.gather(*(one(seed, order) for seed, order in enumerate(orders)))
    assert made == [200] * len(orders)
    async with database.reading() as conn:
        assert await db.value(conn, "SELECT count(*) FROM coupon") == 200 * len(orders)


async def test_requests_at_once_do_not_fill_more_than_half_of_a_key_space(
    database: Database, promotion_id: int
) -> None:
    order = Order(
        promotion_id=promotion_id,
        shape=shape_of(pattern="H##"),
        count=100,
        terms=Terms(),
        created_by="tests",
    )

    async def one(seed: int) -> int:
        async with database.writing() as tx:
            return (
                await batches.start(tx, order, at_once=100, entropy=Random(seed).randbytes, now=NOON)
            ).made

    done = await asyncio.gather(*(one(seed) for seed in range(8)), return_exceptions=True)
    assert [made for made in done if made == 100] == [100] * 4  # of 961
    async with database.reading() as conn:
        assert await db.value(conn, "SELECT count(*) FROM coupon") == 400


async def test_files_and_single_coupons_at_once_store_every_code_once(
    database: Database, promotion_id: int
) -> None:
    codes = [f"FILE-{number:03d}" for number in range(200)]

    async def a_file(order: int) -> int:
        shuffled = Random(order).sample(codes, len(codes))
        async with database.writing() as tx:
            rows = [(code, Terms()) for code in shuffled]
            return len(await service.add(tx, promotion_id, rows, now=NOON))

    async def a_coupon(code: str) -> int:
        try:
            async with database.writing() as tx:
                await service.create(tx, promotion_id, code.lower(), Terms(), now=NOON)
        except Conflict:
            return 0
        return 1

    works = [*(a_file(order) for order in range(4)), *(a_coupon(code) for code in codes[::10])]
    stored = await asyncio.gather(*works, return_exceptions=True)
    assert not [one for one in stored if isinstance(one, BaseException) and not isinstance(one, Unavailable)]
    assert sum(one for one in stored if isinstance(one, int)) == len(codes)
    async with database.reading() as conn:
        assert await db.value(conn, "SELECT count(*) FROM coupon") == len(codes)
