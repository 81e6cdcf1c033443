"""A shop that speaks the Aura contract, with defaults so that a case says only what it is about."""

import secrets
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

import httpx

from aurapromo.platform import clock

DAY = timedelta(days=1)
Json = dict[str, Any]


def moment(days: float = 0) -> str:
    """So many days from now, as the contract writes it."""
    return (clock.now() + days * DAY).isoformat().replace("+00:00", "Z")


def sale(**changes: Any) -> Json:
    """25 % off everything, yesterday to tomorrow."""
    return {
        "name": "Sale",
        "promotion_type": "percentage_discount",
        "discount_type": "percentage",
        "discount_value": 25.0,
        "start_date": moment(-1),
        "end_date": moment(1),
        "can_stack": True,
    } | changes


def custom(*actions: Json, rules: Iterable[Json] = (), **changes: Any) -> Json:
    """A promotion written with rules and actions."""
    body = sale(promotion_type="custom", actions=list(actions), rules=list(rules), **changes)
    return {name: value for name, value in body.items() if name not in {"discount_type", "discount_value"}}


def item(price: Any = 10.0, quantity: Any = 1, product: Any = 1, **more: Any) -> Json:
    return {"product_id": product, "quantity": quantity, "unit_price": price} | more


def faults(answer: httpx.Response) -> dict[str, str]:
    """The message of each field that a 422 names."""
    assert answer.status_code == 422, answer.text
    return {fault["field"]: fault["message"] for fault in answer.json()["errors"]}


class Aura:
    """The contract behind a client; `own` makes names that no other test has."""

    def __init__(self, client: httpx.Client) -> None:
        self.client = client
        self._mark = secrets.token_hex(4)

    def own(self, name: object) -> str:
        return f"{self._mark}-{name}"

    def call(self, method: str, path: str, **more: Any) -> httpx.Response:
        return self.client.request(method, f"/api/v1/{path}", **more)

    def ok(self, method: str, path: str, **more: Any) -> Any:
        answer = self.call(method, path, **more)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    def post(self, body: Json) -> httpx.Response:
        return self.call("POST", "promotions", json=body)

    def create(self, body: Mapping[str, Any] | None = None, **changes: Any) -> Json:
        answer = self.post({**(body or sale()), **changes})
        assert answer.status_code == 201, answer.text
        found: Json = answer.json()
        return found

    def live(self, body: Mapping[str, Any] | None = None, **changes: Any) -> int:
        """The id of a promotion that is active now."""
        created = self.create(body, **changes)
        self.ok("POST", f"promotions/{created['id']}/activate")
        return int(created["id"])

    def get(self, promotion_id: int) -> Json:
        found: Json = self.ok("GET", f"promotions/{promotion_id}")
        return found

    def put(self, promotion_id: int, **changes: Any) -> Json:
        found: Json = self.ok("PUT", f"promotions/{promotion_id}", json=changes)
        return found

    def calculate(self, promotion_id: int, *items: Json, **more: Any) -> Json:
        body = {"order_items": list(items)} | more
        found: Json = self.ok("POST", f"promotions/{promotion_id}/calculate-discount", json=body)
        return found

    def evaluate(self, *items: Json, **more: Any) -> Json:
        found: Json = self.ok("POST", "evaluations", json={"order_items": list(items)} | more)
        return found
