"""Many clients and several processes at one limit: just as many uses as there are, never one fewer."""

import asyncio
from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

import httpx
import pytest
from tests.api.aura.world import Json, item
from tests.conftest import Server
from tests.redemptions.world import Shop, broken_laws, crowd, limited


async def everybody_tries(
    servers: list[Server], clients: int, tries: int, body: Callable[[int], Json]
) -> Counter[int]:
    """How many got which status; the tries go to the servers in turn."""
    found: Counter[int] = Counter()
    headers = {"Authorization": f"Bearer {servers[0].key}"}
    limits = httpx.Limits(max_connections=clients)
    async with httpx.AsyncClient(headers=headers, trust_env=False, timeout=60, limits=limits) as client:

        async def attempt(number: int) -> None:
            url = servers[number % len(servers)].base_url
            answer = await client.post(f"{url}/api/v1/orders/race-{number}/apply-discount", json=body(number))
            found[answer.status_code] += 1

        await crowd(clients, range(tries), attempt)
    return found


class Rush(NamedTuple):
    """How many of what meet at one limit."""

    processes: int
    clients: int
    tries: int
    limit: int


@pytest.mark.parametrize(
    "rush",
    [
        pytest.param(Rush(2, 32, 800, 150), id="two processes, a few hundred tries"),
        pytest.param(Rush(4, 64, 10_000, 1_000), id="four processes, 10,000 tries", marks=pytest.mark.soak),
    ],
)
def test_a_limit_is_reached_exactly_and_never_passed(
    serve: Callable[[], Server], database_url: str, rush: Rush
) -> None:
    servers = [serve() for _ in range(rush.processes)]
    with servers[0].client() as client:
        promotion_id = Shop(client).live(limited(max_uses=rush.limit))
    body = {"order_items": [item()], "promotion_ids": [promotion_id]}
    found = asyncio.run(everybody_tries(servers, rush.clients, rush.tries, lambda _: body))
    assert found == {200: rush.limit, 409: rush.tries - rush.limit}
    with servers[-1].client() as client:
        assert Shop(client).uses(promotion_id) == (rush.limit, 0)
    assert broken_laws(database_url) == {}


def test_codes_of_one_promotion_share_its_limit(serve: Callable[[], Server], database_url: str) -> None:
    servers = [serve(), serve()]
    with servers[0].client() as client:
        shop = Shop(client)
        promotion_id = shop.live(limited(max_uses=20))
        codes = [shop.coupon(promotion_id, max_uses=15) for _ in range(2)]

    def body(number: int) -> Json:
        return {"order_items": [item()], "coupon_codes": [codes[number // 2 % 2]]}

    assert asyncio.run(everybody_tries(servers, 16, 60, body)) == {200: 20, 409: 40}
    assert broken_laws(database_url) == {}


def test_a_customer_at_several_checkouts_at_once_has_no_more_than_allowed(
    serve: Callable[[], Server], database_url: str
) -> None:
    servers = [serve(), serve()]
    with servers[0].client() as client:
        promotion_id = Shop(client).live(limited(max_uses_per_customer=2))

    def body(number: int) -> Json:
        return {"order_items": [item()], "promotion_ids": [promotion_id], "customer_id": number // 5}

    found = asyncio.run(everybody_tries(servers, 10, 50, body))
    assert found == {200: 20, 409: 30}
    assert broken_laws(database_url) == {}
