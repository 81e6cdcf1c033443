"""Things that exist: what a path names is mostly drawn, and mostly names nothing.

Links between answers and paths make chains of calls, but chance alone rarely pauses a promotion that is
active, or returns an order that has redeemed. So the first calls of each operation get a path, and where one
is needed a body, that leads somewhere.
"""

import itertools
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, Final

import httpx
import schemathesis

#: So many calls of each operation are staged.
ENOUGH: Final = 5

ITEMS: Final[list[Any]] = [{"product_id": 1, "quantity": 2, "unit_price": 29.99}]
PROMOTION: Final = {
    "name": "Summer Sale",
    "promotion_type": "percentage_discount",
    "discount_type": "percentage",
    "discount_value": 25.0,
    "start_date": "2024-06-01T00:00:00Z",
    "end_date": "2999-08-31T23:59:59Z",
}
#: What a promotion must have gone through, by the last step of the path.
BEFORE: Final[Mapping[str, tuple[str, ...]]] = {
    "apply-discount": ("activate",),
    "calculate-discount": ("activate",),
    "end": ("activate",),
    "pause": ("activate",),
    "resume": ("activate", "pause"),
}


class Stage:
    """Makes what the paths of one server's operations name."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client
        self._turns: Counter[str] = Counter()
        self._fresh = itertools.count(1_000_000)
        self._makers: dict[str, Callable[[str], object]] = {
            "batch_id": lambda _: self._post(f"coupons/bulk/{self._promotion()}", {"count": 1})["batch_id"],
            "code": self._code,
            "coupon_code": lambda _: self._coupon(),
            "customer_id": lambda _: self._put("customers", {"first_name": "Alice"}),
            "key_id": lambda _: self._post("keys", {"name": "spare", "scopes": ["read"]})["id"],
            "order_id": lambda _: str(self._applied("redeem")["order_id"]),
            "product_id": lambda _: self._put("products", {"name": "Kite", "price": 29.99, "quantity": 5}),
            "promotion_id": lambda path: self._promotion(*BEFORE.get(path.split("/")[-1], ())),
            "redemption_id": lambda _: self._applied("hold")["promotions_applied"][0]["redemption_id"],
        }

    def set(self, case: schemathesis.Case[Any]) -> None:
        label = f"{case.method} {case.path}"
        self._turns[label] += 1
        if self._turns[label] > ENOUGH:
            return
        case.query.pop("batch_id", None)
        for name in case.path_parameters:
            if name in self._makers:
                case.path_parameters[name] = self._makers[name](case.path)
        if case.path.endswith("/apply-discount"):
            case.path_parameters["order_id"] = str(next(self._fresh))
            case.body = self._order()
        if case.path.endswith("/returns"):
            case.body = {"items": [{"index": 0, "quantity": 1}]}

    def _promotion(self, *steps: str) -> object:
        made = self._post("promotions", PROMOTION)["id"]
        for step in steps:
            self._post(f"promotions/{made}/{step}", None)
        return made

    def _coupon(self) -> object:
        path = f"coupons/{self._promotion('activate')}"
        return self._post(path, {"code": f"STAGE-{next(self._fresh)}"})["code"]

    def _code(self, path: str) -> object:
        return "default" if "/channels/" in path else self._coupon()

    def _applied(self, mode: str) -> Any:
        return self._post(f"orders/{next(self._fresh)}/apply-discount", {**self._order(), "mode": mode})

    def _order(self) -> dict[str, Any]:
        return {"order_items": ITEMS, "promotion_ids": [self._promotion("activate")]}

    def _put(self, what: str, body: object) -> object:
        made = str(next(self._fresh))
        self._client.put(f"/aura/api/v1/{what}/{made}", json=body).raise_for_status()
        return made

    def _post(self, path: str, body: object) -> Any:
        return self._client.post(f"/aura/api/v1/{path}", json=body).raise_for_status().json()
