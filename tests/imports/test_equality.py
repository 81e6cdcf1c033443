"""An import of facts leaves behind what as many single PUTs leave behind, and refuses the same rows."""

import secrets
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from tests.imports.conftest import Imports

Row = dict[str, Any]

TIMES = st.sampled_from(["2024-01-01T12:00:00Z", "2024-05-20T08:30:00.5+02:00"])
IDS = st.sampled_from(["a", "b", "c"])
AMOUNTS = st.sampled_from([0, 10, 29.99, 1.5, 0.001])
CURRENCIES = st.sampled_from(["USD", "EUR", "JPY", "XXY"])
NOTES = st.none() | st.dictionaries(st.sampled_from(["k", "ä"]), st.none() | st.text("a\"'é", max_size=3))
ITEMS = st.lists(
    st.fixed_dictionaries(
        {"product_id": st.integers(0, 3), "quantity": st.integers(1, 3), "unit_price": AMOUNTS},
        optional={"taxons": st.lists(st.just("t"), max_size=2), "metadata": NOTES, "category_id": st.just(5)},
    ),
    max_size=2,
)


def facts(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Row]]:
    return st.lists(st.fixed_dictionaries({"id": IDS}, optional=fields), min_size=1, max_size=8)


CUSTOMERS = facts(
    first_name=st.none() | st.text("aé\"'", max_size=3),
    email=st.sampled_from([" a@example.com ", "nobody", None]),
    segments=st.none() | st.lists(st.sampled_from(["vip", 'a"b,{}']), max_size=2),
    group=st.none() | st.just("g"),
    date_of_birth=st.none() | st.just("1990-06-15"),
    signed_up_at=st.none() | TIMES,
    metadata=NOTES,
)
PRODUCTS = facts(
    category_id=st.sampled_from([5, "5", "c", None]),
    taxons=st.none() | st.lists(st.sampled_from([1, "b"]), max_size=2),
    price=st.none() | AMOUNTS,
    cost=st.none() | AMOUNTS,
    currency=CURRENCIES,
    quantity=st.none() | st.integers(-1, 5),
    metadata=NOTES,
)
ORDERS = facts(
    customer_id=st.sampled_from([None, "c1", "c2"]),
    total_amount=AMOUNTS,
    status=st.sampled_from(["pending", "completed", "cancelled", "lost"]),
    items=st.none() | ITEMS,
    placed_at=TIMES,
    channel=st.sampled_from(["default", "nowhere"]),
    currency=CURRENCIES,
)

#: Times of our own clock, which differ between two ways of telling.
OURS = ("created_at", "updated_at", "completed_at", "placed_at")


def put(client: httpx.Client, kind: str, row: Row, mark: str) -> str:
    """Tell one row by itself: created, updated or failed."""
    body = {name: value for name, value in row.items() if name != "id"}
    status = client.put(f"/api/v1/{kind}/{mark}-{row['id']}", json=marked(body, mark)).status_code
    return {200: "updated", 201: "created"}.get(status, "failed")


def marked(row: Row, mark: str) -> Row:
    """The row with ids that nobody else has."""
    return row | {name: f"{mark}-{row[name]}" for name in ("id", "customer_id") if row.get(name) is not None}


def kept(client: httpx.Client, kind: str, mark: str) -> dict[str, Any]:
    """What is known afterwards, without marks and our own times."""
    found: dict[str, Any] = {}
    for name in ("a", "b", "c"):
        answer = client.get(f"/api/v1/{kind}/{mark}-{name}")
        if answer.is_success:
            fact = answer.json()
            ours = {time: "now" for time in OURS if not str(fact.get(time)).startswith(("2024", "None"))}
            found[name] = fact | ours | {"id": name, "customer_id": str(fact.get("customer_id"))[len(mark) :]}
        else:
            found[name] = answer.status_code
    return found


@pytest.mark.parametrize(
    ("kind", "tables"),
    [
        pytest.param("customers", CUSTOMERS, id="customers"),
        pytest.param("products", PRODUCTS, id="products"),
        pytest.param("orders", ORDERS, id="orders"),
    ],
)
def test_importing_rows_is_telling_them_one_after_the_other(
    imports: "Imports", kind: str, tables: st.SearchStrategy[list[Row]]
) -> None:
    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(rows=tables)
    def same(rows: list[Row]) -> None:
        one, all_ = secrets.token_hex(4), secrets.token_hex(4)
        outcomes = [put(imports.client, kind, row, one) for row in rows]
        report = imports.rows(kind, [marked(row, all_) for row in rows])
        assert {name: report[name] for name in ("created", "updated", "failed")} == {
            name: outcomes.count(name) for name in ("created", "updated", "failed")
        }
        bad = [at for at, outcome in enumerate(outcomes, 1) if outcome == "failed"]
        assert [found["row"] for found in report["errors"]] == bad
        assert kept(imports.client, kind, all_) == kept(imports.client, kind, one)

    same()
