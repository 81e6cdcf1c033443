"""Promotions whose coupons a test makes, over HTTP and in a database."""

import secrets
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio

from aurapromo.engine.actions import OrderPercentageDiscount
from aurapromo.facts import service as facts
from aurapromo.platform.database import Database
from aurapromo.promotions import service as promotions
from aurapromo.promotions.model import Actor, Definition
from aurapromo.promotions.service import Identity

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
SALE = {
    "name": "Summer Sale",
    "promotion_type": "percentage_discount",
    "discount_type": "percentage",
    "discount_value": 25.0,
    "start_date": "2020-01-01T00:00:00Z",
    "end_date": "2099-01-01T00:00:00Z",
    "can_stack": True,
}


class Shop:
    """A client with words for what tests of coupons do; `own` makes codes that no other test has."""

    def __init__(self, client: httpx.Client, key: str | None = None) -> None:
        self._client = client
        self._headers = {} if key is None else {"Authorization": f"Bearer {key}"}
        self._mark = secrets.token_hex(4).upper()

    def own(self, name: str) -> str:
        return f"{self._mark}-{name}"

    def promotion(self, *, live: bool = True, **changes: Any) -> int:
        created: int = self.ok("POST", "promotions", json=SALE | changes)["id"]
        if live:
            self.ok("POST", f"promotions/{created}/activate")
        return created

    def coupon(self, promotion_id: int, **fields: Any) -> dict[str, Any]:
        found: dict[str, Any] = self.ok("POST", f"coupons/{promotion_id}", json=fields)
        return found

    def bulk(self, promotion_id: int, count: int, **config: Any) -> httpx.Response:
        return self.call(
            "POST", f"coupons/bulk/{promotion_id}", json={"count": count, "coupon_config": config}
        )

    def validate(self, code: str, **body: Any) -> dict[str, Any]:
        found: dict[str, Any] = self.ok("POST", f"coupons/validate/{code}", json=body)
        return found

    def reason(self, code: str, **body: Any) -> str:
        answer = self.validate(code, **body)
        assert answer["is_valid"] is (answer["reason"] == "Valid")
        return str(answer["reason"])

    def evaluate(self, *codes: str, **more: Any) -> dict[str, Any]:
        items = [{"product_id": 1, "quantity": 1, "unit_price": 100.0}]
        body = {"order_items": items, "coupon_codes": list(codes), **more}
        found: dict[str, Any] = self.ok("POST", "evaluations", json=body)
        return found

    def with_scopes(self, *scopes: str) -> "Shop":
        """The same shop with a key that may do no more than this."""
        body = {"name": "fewer scopes", "scopes": list(scopes), "limits": "none"}
        return Shop(self._client, self.ok("POST", "keys", json=body)["key"])

    def call(self, method: str, path: str, **more: Any) -> httpx.Response:
        return self._client.request(method, f"/api/v1/{path}", headers=self._headers, **more)

    def stream(self, path: str) -> AbstractContextManager[httpx.Response]:
        return self._client.stream("GET", f"/api/v1/{path}", headers=self._headers)

    def ok(self, method: str, path: str, **more: Any) -> Any:
        answer = self.call(method, path, **more)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None


@pytest.fixture
def shop(client: httpx.Client) -> Shop:
    return Shop(client)


@pytest_asyncio.fixture
async def promotion_id(database: Database) -> int:
    """A draft in a database of the test's own."""
    definition = Definition(
        name="Sale", currency="USD", actions=(OrderPercentageDiscount(percentage=250_000),)
    )
    async with database.writing() as tx:
        await facts.ensure_default_channel(tx, currency="USD", timezone="UTC", now=NOON)
        created = await promotions.create(
            tx, definition, identity=Identity(uuid4(), "sale", "aura"), actor=Actor("tests"), now=NOON
        )
    return created.id
