"""A shop at checkout, and the books that must balance whatever it does."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

import httpx
import psycopg
from tests.api.aura.world import Aura, Json, item, sale

from aurapromo.redemptions.ids import mint
from aurapromo.redemptions.model import Redemption, State

Result = TypeVar("Result")
NOW: Final = datetime(2026, 11, 27, 12, tzinfo=UTC)

#: What must hold of every promotion, coupon and redemption, in words and as a query for what breaks it.
LAWS: Final = {
    "a promotion counts just its redemptions": """
        SELECT c.promotion_id, c.used, c.held, c.spent, c.revenue, r.*
          FROM promotion_counter c, LATERAL (
               SELECT count(*) FILTER (WHERE state IN ('redeemed', 'returned')) AS is_used,
                      count(*) FILTER (WHERE state = 'held') AS is_held,
                      COALESCE(sum(discount + shipping_discount + credit - returned)
                               FILTER (WHERE state <> 'released'), 0) AS is_spent,
                      COALESCE(sum(order_total)
                               FILTER (WHERE state IN ('redeemed', 'returned')), 0) AS is_revenue
                 FROM redemption WHERE promotion_id = c.promotion_id) AS r
         WHERE (c.used, c.held, c.spent, c.revenue) <> (is_used, is_held, is_spent, is_revenue)
        """,
    "a coupon counts just its redemptions": """
        SELECT c.id, c.used, c.held, r.*
          FROM coupon c, LATERAL (
               SELECT count(*) FILTER (WHERE state IN ('redeemed', 'returned') OR coupon_kept) AS is_used,
                      count(*) FILTER (WHERE state = 'held') AS is_held
                 FROM redemption WHERE coupon_id = c.id) AS r
         WHERE (c.used, c.held) <> (is_used, is_held)
        """,
    "no limit is passed": """
        SELECT promotion_id FROM promotion_counter WHERE used + held > max_uses OR spent > budget
         UNION ALL SELECT id FROM coupon WHERE used + held > max_uses
        """,
    "no customer has more than the promotion allows": """
        SELECT r.promotion_id, r.customer_id, count(*)
          FROM redemption r JOIN promotion p ON p.id = promotion_id
         WHERE r.state <> 'released' AND r.customer_id IS NOT NULL
         GROUP BY 1, 2, p.max_uses_per_customer HAVING count(*) > p.max_uses_per_customer
        """,
    "an order has a promotion once": """
        SELECT order_id, promotion_id FROM redemption WHERE state <> 'released'
         GROUP BY 1, 2 HAVING count(*) > 1
        """,
    "the units' discounts add up": """
        SELECT r.id, r.discount FROM redemption r
         WHERE discount <> (SELECT COALESCE(sum(units * unit_discount), 0)
                              FROM redemption_allocation WHERE redemption_id = r.id)
        """,
    "an order never costs less than nothing": """
        SELECT order_id FROM redemption WHERE state <> 'released'
         GROUP BY order_id HAVING sum(discount + shipping_discount) > max(order_total)
        """,
    "every use of a coupon is told once": """
        SELECT data->>'redemption_id' FROM outbox WHERE event = 'coupon.used' GROUP BY 1 HAVING count(*) > 1
        """,
    "every state a redemption came into is told": """
        SELECT r.id, r.state FROM redemption r
         WHERE NOT EXISTS (SELECT FROM outbox
                            WHERE event = 'redemption.' || r.state AND data->>'redemption_id' = r.id::text)
        """,
}


def broken_laws(database_url: str) -> dict[str, list[Any]]:
    """The laws that the database breaks, each with what breaks it."""
    with psycopg.connect(database_url) as conn:
        found = {law: conn.execute(query.encode()).fetchall() for law, query in LAWS.items()}
    return {law: rows for law, rows in found.items() if rows}


def stored(database_url: str, query: str, *values: Any) -> list[Any]:
    """Rows straight from the database."""
    with psycopg.connect(database_url, autocommit=True) as conn:
        cursor = conn.execute(query.encode(), values)
        return cursor.fetchall() if cursor.description else []


class Shop(Aura):
    """The contract's checkout behind a client."""

    def checkout(self, order: object, *items: Json, **more: Any) -> httpx.Response:
        """Apply discounts; without items one line of 10.00 is sold."""
        body = {"order_items": list(items) or [item()]} | more
        return self.call("POST", f"orders/{order}/apply-discount", json=body)

    def redeem(self, order: object, *items: Json, **more: Any) -> Json:
        answer = self.checkout(order, *items, **more)
        assert answer.status_code == 200, answer.text
        found: Json = answer.json()
        return found

    def hold(self, order: object, *items: Json, **more: Any) -> str:
        """The id of the redemption that is held."""
        return str(self.redeem(order, *items, mode="hold", **more)["promotions_applied"][0]["redemption_id"])

    def coupon(self, promotion_id: int, **terms: Any) -> str:
        """A new code of the promotion."""
        code = f"C-{secrets.token_hex(6)}".upper()
        self.ok("POST", f"coupons/{promotion_id}", json={"code": code} | terms)
        return code

    def uses(self, promotion_id: int) -> tuple[int, int]:
        """Redeemed and held uses, as the promotion shows them."""
        shown = self.get(promotion_id)
        return shown["current_uses"], shown["held_uses"]

    def expire_holds(self, database_url: str) -> None:
        """Let the time of every hold run out now."""
        stored(database_url, "UPDATE redemption SET expires_at = now() - interval '1 s' WHERE state = 'held'")


def limited(**changes: Any) -> Json:
    """10 % off, for a limited number of orders."""
    return sale(discount_value=10.0) | changes


async def crowd(clients: int, tries: Iterable[Result], attempt: Callable[[Result], Awaitable[None]]) -> None:
    """Work through the tries with so many clients at once."""
    left = iter(tries)

    async def client() -> None:
        for one in left:
            await attempt(one)

    async with asyncio.TaskGroup() as group:
        for _ in range(clients):
            group.create_task(client())


def reasons(answer: httpx.Response) -> Sequence[str]:
    """The reason codes of a refusal, in order."""
    return [fault["message"].rpartition("(")[2].rstrip(")") for fault in answer.json()["errors"]]


def a_redemption(**changes: Any) -> Redemption:
    """A redeemed one, worth nothing unless said otherwise."""
    given: dict[str, Any] = {
        "id": mint(NOW, secrets.randbits),
        "promotion_id": 1,
        "promotion_version": 2,
        "coupon_id": None,
        "coupon_code": None,
        "order_id": "1",
        "customer_id": None,
        "channel": "default",
        "currency": "USD",
        "state": State.REDEEMED,
        "discount": 0,
        "shipping_discount": 0,
        "credit": 0,
        "returned": 0,
        "order_total": 1000,
        "expires_at": None,
        "created_at": NOW,
        "updated_at": NOW,
    }
    return Redemption(**given | changes)
