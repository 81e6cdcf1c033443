"""What `serve --demo` does before it serves, and what it says then."""

import json
from textwrap import dedent
from typing import Any, Final

from aurapromo.api.aura import money
from aurapromo.app import App
from aurapromo.demo import sylius
from aurapromo.demo.catalogue import PRODUCTS
from aurapromo.demo.history import price
from aurapromo.demo.key import demo_key
from aurapromo.demo.load import load
from aurapromo.facts.model import Channel

#: One of the best customers, who also gets the newsletter.
CUSTOMER: Final = 30


async def prepared(app: App, address: str) -> str:
    """Load the demo shop into an empty database; the text that tells how to try it."""
    now = app.clock()
    async with app.database.writing() as tx:
        loaded = await load(tx, now)
        await sylius.prepare(tx, now)
        key = await demo_key(tx, app.settings.data_dir, now)
    await app.book.refresh()
    return told(address, key, cart(app.book.default_channel), loaded=loaded)


def cart(home: Channel) -> dict[str, Any]:
    """Two T-shirts and a pair of boots."""
    digits = money.digits_of(home.currency)
    chosen = ((PRODUCTS[0], 2), (PRODUCTS[10], 1))
    items = [
        {
            "product_id": int(product.id),
            "category_id": int(product.category),
            "quantity": quantity,
            "unit_price": money.to_major(price(product, digits), digits),
            "subtotal": money.to_major(price(product, digits) * quantity, digits),
        }
        for product, quantity in chosen
    ]
    return {"customer_id": CUSTOMER, "shipping_amount": 5, "order_items": items}


def told(address: str, key: str, body: dict[str, Any], *, loaded: bool) -> str:
    """The words for a terminal; the curl is one line that works as it stands there."""
    state = "A demo shop has been loaded." if loaded else "Nothing was loaded: the database has data already."
    headers = f"-H 'Authorization: Bearer {key}' -H 'Content-Type: application/json'"
    return dedent(f"""
        {state}

          API   {address}/api/v1
          Docs  {address}/docs
          Key   {key}

        In Sylius' contract: client demo_client / secret_demo_client, user api@example.com / sylius-api,
        or simply Authorization: Bearer SampleToken.

        What does a cart get, and why?

        curl -s {address}/api/v1/evaluations {headers} -d '{json.dumps(body)}'
        """)
