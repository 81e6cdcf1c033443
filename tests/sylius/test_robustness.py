"""No body and no query makes the server fail: bad input is a 4xx in the contract's shape."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.sylius.conftest import Api, code

NAMES = st.sampled_from(
    ["name", "description", "exclusive", "usageLimit", "startsAt", "endsAt", "priority", "couponBased",
     "rules", "actions", "channels", "used", "appliesToDiscounted", "type", "configuration", "WEB", "amount",
     "percentage", "filters", "price_range_filter", "min", "taxons", "count", "nth", "date", "time",
     "perCustomerUsageLimit", "expiresAt", "codeLength", "items", "channel", "shipping", "coupon", "customer"]
)  # fmt: skip
WORDS = st.sampled_from(
    ["WEB", "US", "2020-01-01", "10:00", "12,5", "-1", "1e999", "item_total", "unit_fixed_discount",
     "has_taxon", "order_percentage_discount", "", " ", "\0", "\ud7ff", "9" * 40]
)  # fmt: skip
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**70), 2**70), st.floats(allow_nan=False), st.text(max_size=8),
    WORDS,
)  # fmt: skip
JSON: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(NAMES, inner, max_size=5)),
    max_leaves=25,
)
KINDS = st.sampled_from(
    ["item_total", "cart_quantity", "has_taxon", "total_of_items_from_taxon", "unit_fixed_discount",
     "order_fixed_discount", "unit_percentage_discount", "order_percentage_discount", "shipping_country"]
)  # fmt: skip
PARTS = st.lists(st.fixed_dictionaries({"type": KINDS, "configuration": JSON}), max_size=3)
BODIES = st.one_of(
    JSON,
    st.dictionaries(NAMES, JSON, max_size=8),
    st.fixed_dictionaries({"name": st.just("Any"), "rules": PARTS, "actions": PARTS}),
)
QUERIES = st.dictionaries(
    st.one_of(
        st.sampled_from(
            ["page", "limit", "sorting[code]", "criteria[search][type]", "criteria[search][value]"]
        ),
        st.text("ab[]%&= .", max_size=12),
    ),
    st.one_of(st.text(max_size=8), st.sampled_from(["equal", "in", "asc", "9" * 40, "\\", "%"])),
    max_size=5,
)
RELAXED = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/promotions/"),
        ("PATCH", "/promotions/{promotion}"),
        ("PUT", "/promotions/{promotion}"),
        ("POST", "/promotions/{promotion}/coupons/"),
        ("POST", "/promotions/{promotion}/coupons/generate"),
        ("POST", "/evaluations"),
        ("POST", "/orders/1/complete"),
        ("POST", "/channels/"),
    ],
)
def test_whatever_the_body_it_is_taken_or_refused(api: Api, method: str, path: str) -> None:
    promotion = api.create(couponBased=True)["code"]

    @given(BODIES)
    @RELAXED
    def check(body: Any) -> None:
        if isinstance(body, dict) and method == "POST":
            body = {"code": code(), **body}
        answer = api.call(method, path.format(promotion=promotion), body)
        assert answer.status_code < 500, answer.text
        if answer.status_code >= 400:
            assert answer.json()["code"] == answer.status_code

    check()


def test_whatever_the_query_it_is_answered_or_refused(api: Api) -> None:
    @given(QUERIES)
    @RELAXED
    def check(query: dict[str, str]) -> None:
        answer = api.http.get("/api/v1/promotions/", params=query)
        assert answer.status_code in {200, 400, 404}, answer.text

    check()


def test_a_deeply_nested_name_is_answered(api: Api) -> None:
    assert api.http.get(f"/api/v1/promotions/?a{'[b]' * 5000}=c").status_code in {200, 414}
