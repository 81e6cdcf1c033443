"""What decisions ask of the shop's facts."""

from datetime import UTC, datetime

import pytest

from aurapromo.engine import facts as engine
from aurapromo.errors import Invalid
from aurapromo.facts import service
from aurapromo.facts.currency import currencies
from aurapromo.platform.database import Conn, Database

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)


async def an_order(tx: Conn, order_id: str, **given: object) -> None:
    await service.put_order(tx, order_id, {"currency": "USD", "total": 1000, **given}, now=NOON)


async def a_channel(tx: Conn) -> None:
    await service.ensure_default_channel(tx, currency="USD", timezone="UTC", now=NOON)


async def test_a_fresh_database_gets_one_default_channel(database: Database) -> None:
    async with database.writing() as tx:
        assert await service.ensure_default_channel(tx, currency="EUR", timezone="Europe/Berlin", now=NOON)
        assert not await service.ensure_default_channel(tx, currency="USD", timezone="UTC", now=NOON)
        channel = await service.default_channel(tx)
    assert (channel.code, channel.name, channel.currency, channel.timezone) == (
        "default",
        "Default",
        "EUR",
        "Europe/Berlin",
    )


async def test_the_default_channel_cannot_be_nonsense(database: Database) -> None:
    async with database.writing() as tx:
        with pytest.raises(Invalid):
            await service.ensure_default_channel(tx, currency="XYZ", timezone="UTC", now=NOON)


async def test_nothing_is_known_of_a_stranger(database: Database) -> None:
    async with database.reading() as conn:
        assert await service.customer_facts(conn, "nobody") == engine.Customer("nobody", placed_orders=0)


async def test_what_the_shop_said_of_a_customer_is_what_a_decision_sees(database: Database) -> None:
    given = {"segments": ["vip", "new"], "group": "wholesale", "email": "a@b", "signed_up_at": NOON}
    async with database.writing() as tx:
        await a_channel(tx)
        await service.put_customer(tx, "c", given, now=NOON)
        await an_order(tx, "1", customer_id="c")
        await an_order(tx, "2", customer_id="c", status="completed")
        await an_order(tx, "3", customer_id="c", status="cancelled")
        await an_order(tx, "4", customer_id="c", status="refunded")
        await an_order(tx, "5", customer_id="other")
        assert await service.customer_facts(tx, "c") == engine.Customer(
            id="c",
            segments=frozenset({"vip", "new"}),
            group="wholesale",
            placed_orders=2,
            signed_up_at=NOON,
            email="a@b",
        )


async def test_the_order_being_decided_is_not_one_of_those_before(database: Database) -> None:
    async with database.writing() as tx:
        await a_channel(tx)
        await an_order(tx, "1", customer_id="c")
        await an_order(tx, "2", customer_id="c")
        assert (await service.customer_facts(tx, "c", besides="2")).placed_orders == 1


async def test_products_are_read_together_and_unknown_ones_are_left_out(database: Database) -> None:
    async with database.writing() as tx:
        await service.put_product(tx, "1", {"category_id": "5", "taxons": ["a", "b"]}, now=NOON)
        await service.put_product(tx, "2", {"brand_id": "acme"}, now=NOON)
        found = await service.products(tx, ["2", "1", "1", "none"])
    assert {key: (one.category_id, one.taxons, one.brand_id) for key, one in found.items()} == {
        "1": ("5", ("a", "b"), None),
        "2": (None, (), "acme"),
    }


@pytest.mark.parametrize("code", ["USD", "EUR", "JPY", "KWD", "XAF", "CLF"])
def test_currencies_in_force_are_known(code: str) -> None:
    assert code in currencies()


@pytest.mark.parametrize("code", ["XXX", "XTS", "XAU", "DEM", "HRK", "ABC", "usd", ""])
def test_what_nobody_can_pay_with_is_no_currency(code: str) -> None:
    assert code not in currencies()
