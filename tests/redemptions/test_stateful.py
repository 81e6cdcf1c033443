"""Any sequence of checkouts and second thoughts, over HTTP, against a model that fits on a page."""

from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from tests.api.aura.world import item
from tests.conftest import Server
from tests.redemptions.world import Shop, broken_laws, limited

LIMIT = 4
BUDGET = 900  # cents
UNITS = 3
ORDERS = [f"order-{number}" for number in range(6)]
PRICES = [10.0, 20.0]


class Kept:
    """What the model knows of one order: its state, price of a unit, and units that came back."""

    def __init__(self, state: str, price: float) -> None:
        self.state = state
        self.price = price
        self.back = 0

    @property
    def amount(self) -> int:
        """Discount that is still given, cents: 10 % of what was not returned."""
        return round(self.price * 10) * (UNITS - self.back)


class Checkouts(RuleBasedStateMachine):
    """One promotion: 10 % off, four uses, nine dollars in all; orders of three equal units."""

    shop: ClassVar[Shop]
    database_url: ClassVar[str]

    def __init__(self) -> None:
        super().__init__()
        self.orders: dict[str, Kept] = {}
        self.ids: dict[str, str] = {}
        self.cancelled: set[str] = set()
        self.round = self.shop.own(id(self))
        self.promotion_id = self.shop.live(limited(max_uses=LIMIT, budget_amount=BUDGET / 100))

    @property
    def live(self) -> list[Kept]:
        return [kept for kept in self.orders.values() if kept.state != "released"]

    def path(self, order: str) -> str:
        return f"{self.round}-{order}"

    def has_room(self, order: str, price: float) -> bool:
        """Whether one more use fits, once what the order holds is given back."""
        others = [
            kept
            for name, kept in self.orders.items()
            if kept.state != "released" and not (name == order and kept.state == "held")
        ]
        spent = sum(kept.amount for kept in others)
        return len(others) < LIMIT and spent + round(price * 10) * UNITS <= BUDGET

    @rule(
        order=st.sampled_from(ORDERS), price=st.sampled_from(PRICES), mode=st.sampled_from(["redeem", "hold"])
    )
    def check_out(self, order: str, price: float, mode: str) -> None:
        before = self.orders.get(order)
        had = before is not None and before.state != "released"
        answer = self.shop.checkout(
            self.path(order), item(price, UNITS), promotion_ids=[self.promotion_id], mode=mode
        )
        if order in self.cancelled:
            assert (answer.status_code, answer.json()["code"]) == (409, "ORDER_CANCELLED")
        elif before is not None and had and before.price == price:
            assert answer.status_code == 200, answer.text
            if mode == "redeem" and before.state == "held":
                before.state = "redeemed"
            assert self.given(answer.json()) == self.ids[order]
        elif before is not None and had and before.state != "held":
            assert (answer.status_code, answer.json()["code"]) == (409, "CART_CHANGED")
        elif before is not None and before.back:
            assert (answer.status_code, answer.json()["code"]) == (409, "ORDER_RETURNED")
        elif not self.has_room(order, price):
            assert (answer.status_code, answer.json()["code"]) == (409, "LIMIT_REACHED")
        else:
            assert answer.status_code == 200, answer.text
            self.orders[order] = Kept("redeemed" if mode == "redeem" else "held", price)
            self.ids[order] = self.given(answer.json())

    @rule(order=st.sampled_from(ORDERS), verb=st.sampled_from(["confirm", "release"]))
    def settle(self, order: str, verb: str) -> None:
        kept = self.orders.get(order)
        if kept is None:
            return
        answer = self.shop.call("POST", f"redemptions/{self.ids[order]}/{verb}")
        if verb == "confirm":
            assert answer.status_code == (409 if kept.state == "released" else 200), answer.text
            kept.state = "redeemed" if kept.state == "held" else kept.state
        else:
            assert answer.status_code == (200 if kept.state in {"held", "released"} else 409), answer.text
            kept.state = "released" if kept.state == "held" else kept.state

    @rule()
    def time_runs_out(self) -> None:
        self.shop.expire_holds(self.database_url)
        for order, kept in self.orders.items():
            if kept.state == "held":
                answer = self.shop.call("POST", f"redemptions/{self.ids[order]}/confirm")
                assert (answer.status_code, answer.json()["code"]) == (409, "HOLD_EXPIRED")
                kept.state = "released"

    @rule(order=st.sampled_from(ORDERS))
    def cancel(self, order: str) -> None:
        answer = self.shop.call("POST", f"orders/{self.path(order)}/cancel")
        if order not in self.orders:
            assert (answer.status_code, answer.json()["code"]) == (404, "ORDER_UNKNOWN")
            return
        assert answer.status_code == 200, answer.text
        self.cancelled.add(order)
        self.orders[order].state = "released"

    @rule(order=st.sampled_from(ORDERS), units=st.integers(1, UNITS))
    def give_back(self, order: str, units: int) -> None:
        kept = self.orders.get(order)
        if kept is None or kept.state != "redeemed" or kept.back + units > UNITS:
            return
        answer = self.shop.call(
            "POST", f"orders/{self.path(order)}/returns", json={"items": [{"index": 0, "quantity": units}]}
        )
        assert answer.status_code == 200, answer.text
        assert answer.json()["refund_total"] == pytest.approx(kept.price * 0.9 * units)
        kept.back += units

    @invariant()
    def the_promotion_counts_like_the_model(self) -> None:
        shown = self.shop.get(self.promotion_id)
        used = [kept for kept in self.live if kept.state == "redeemed"]
        assert shown["current_uses"] == len(used)
        assert shown["held_uses"] == len(self.live) - len(used)
        assert shown["budget_spent"] * 100 == pytest.approx(sum(kept.amount for kept in self.live))
        assert shown["revenue_generated"] == pytest.approx(sum(kept.price * UNITS for kept in used))

    def teardown(self) -> None:
        assert broken_laws(self.database_url) == {}

    def given(self, answer: dict[str, Any]) -> str:
        (applied,) = answer["promotions_applied"]
        return str(applied["redemption_id"])


@pytest.mark.parametrize(
    "examples", [pytest.param(20, id="a few"), pytest.param(300, id="many", marks=pytest.mark.soak)]
)
def test_checkouts_in_any_order_agree_with_the_model(server: Server, examples: int) -> None:
    with server.client() as client:
        Checkouts.shop, Checkouts.database_url = Shop(client), server.database_url
        run_state_machine_as_test(
            Checkouts,
            settings=settings(
                max_examples=examples,
                stateful_step_count=25,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
