"""Fills an empty database with the demo shop, all of it or nothing."""

from datetime import datetime
from random import Random
from typing import Final

from aurapromo.api.aura.money import digits_of
from aurapromo.api.aura.promotions import translate
from aurapromo.api.aura.promotions.handlers import currencies_of, currency_of
from aurapromo.demo import store
from aurapromo.demo.catalogue import CHANNELS, PRODUCTS
from aurapromo.demo.history import orders, price
from aurapromo.demo.people import customers
from aurapromo.demo.promotions import PROMOTIONS, Planned
from aurapromo.facts import service as facts
from aurapromo.facts.model import Channel
from aurapromo.platform.database import Conn
from aurapromo.promotions import service as promotions
from aurapromo.promotions.model import Actor

SEED: Final = 20_260_101  # the same shop every time, but for today's date
DEMO: Final = Actor("demo")


async def load(tx: Conn, now: datetime) -> bool:
    """Add the demo shop unless the database has anything of its own; whether it did."""
    await store.lock(tx)
    if not await store.is_empty(tx):
        return False
    home = await facts.default_channel(tx)
    await _tell_facts(tx, home, now)
    for planned in PROMOTIONS:
        await _promote(tx, planned, home, now)
    return True


async def _tell_facts(tx: Conn, home: Channel, now: datetime) -> None:
    chance = Random(SEED)
    digits = digits_of(home.currency)
    for code, (described, _) in CHANNELS.items():
        await facts.put_channel(tx, code, described, now=now)
    for product in PRODUCTS:
        given = {
            "name": product.name,
            "category_id": product.category,
            "brand_id": product.brand,
            "price": price(product, digits),
            "currency": home.currency,
            "quantity": chance.randint(0, 200),
            "capacity": 200,
        }
        await facts.put_product(tx, product.id, given, now=now)
    for customer_id, described in customers(chance, now).items():
        await facts.put_customer(tx, customer_id, described, now=now)
    for order_id, described in orders(chance, home, digits, now):
        await facts.put_order(tx, order_id, described, now=now)


async def _promote(tx: Conn, planned: Planned, home: Channel, now: datetime) -> None:
    given = planned.request(now)
    definition = translate.definition_of(given, currency_of(given, home), await currencies_of(tx))
    identity = translate.identity(definition.name)
    created = await promotions.create(tx, definition, identity=identity, actor=DEMO, now=now)
    for verb in planned.verbs:
        await promotions.move(tx, created.id, verb, actor=DEMO, now=now)
