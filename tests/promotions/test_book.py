"""The book of live promotions: what the index leaves out could not have applied."""

import random
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engine import strategies as engine_strategies
from tests.promotions.world import DAY, NOW, a_promotion, same_for_engine, stored

from aurapromo.engine import actions as a
from aurapromo.engine import rules as r
from aurapromo.engine.cart import Cart, Line
from aurapromo.engine.decide import decide
from aurapromo.engine.facts import Coupon, Customer, Facts
from aurapromo.engine.options import Options
from aurapromo.engine.promotion import Period, Promotion
from aurapromo.promotions.book import SLACK, TURNS_EACH, Book
from aurapromo.promotions.model import Counters, Status
from aurapromo.promotions.model import Promotion as Stored

TEN_OFF = a.OrderPercentageDiscount(percentage=100_000)
WORDS = st.lists(st.sampled_from("abc"), max_size=2, unique=True).map(tuple)
SOME = st.lists(st.sampled_from("abc"), min_size=1, max_size=2, unique=True).map(tuple)


def asking() -> st.SearchStrategy[r.Rule]:
    """Rules by which the index sorts, and some by which it cannot, in any nesting."""
    plain: list[st.SearchStrategy[r.Rule]] = [
        st.builds(r.MinimumSubtotal, st.integers(0, 9_000)),
        st.builds(r.CartQuantity, st.integers(0, 9)),
        st.builds(r.CustomerSegment, SOME),
        st.builds(r.Product, WORDS, WORDS),
        st.builds(r.Category, WORDS, WORDS),
        st.builds(r.Brand, WORDS, WORDS),
        st.builds(r.Channel, st.sampled_from([(), ("WEB",), ("APP",)]), st.just(())),
        st.builds(r.ContainsProduct, st.sampled_from("abc")),
        st.builds(r.HasTaxon, SOME),
        st.builds(r.ShippingCountry, st.sampled_from([("DE",), ("FR",)])),
        st.builds(r.CouponCode, st.sampled_from([(), ("A",), ("b ",)])),
        st.just(r.FirstOrder()),
    ]
    return st.recursive(
        st.one_of(plain),
        lambda inner: st.one_of(
            st.builds(r.All, st.lists(inner, min_size=1, max_size=2).map(tuple)),
            st.builds(r.AnyOf, st.lists(inner, min_size=1, max_size=2).map(tuple)),
            st.builds(r.Not, inner),
        ),
        max_leaves=4,
    )


filters = st.builds(a.ItemFilter, categories=WORDS, products=WORDS, brands=WORDS)
actions: st.SearchStrategy[a.Action] = st.one_of(
    st.builds(a.OrderPercentageDiscount, percentage=st.integers(1, 1_000_000), filters=filters),
    st.builds(a.UnitFixedDiscount, amount=st.integers(1, 500), filters=filters),
    st.builds(a.OrderFixedDiscount, channels=st.sampled_from([{"WEB": 100}, {"APP": 100}, {}])),
    st.builds(a.BuyXGetY, trigger=filters, target=filters),
    st.just(a.FreeShipping()),
)


@st.composite
def promotions(draw: st.DrawFn) -> list[Promotion]:
    return [
        Promotion(
            number,
            1,
            f"No {number}",
            rules=tuple(draw(st.lists(asking(), max_size=2))),
            actions=tuple(draw(st.lists(actions, max_size=2))),
            priority=draw(st.integers(0, 2)),
            exclusive=draw(st.integers(0, 4)) == 0,
            channels=draw(st.sampled_from([None, None, frozenset(), frozenset({"WEB"}), frozenset({"APP"})])),
            requires_coupon=draw(st.integers(0, 3)) == 0,
            period=draw(
                st.sampled_from(
                    [Period(), Period(NOW), Period(None, NOW), Period(NOW + DAY), Period(NOW - DAY)]
                )
            ),
        )
        for number in range(1, draw(st.integers(1, 8)) + 1)
    ]


lines = st.builds(
    Line,
    st.sampled_from("abcx"),
    st.integers(1, 3),
    st.integers(0, 3_000),
    st.frozensets(st.sampled_from("abcx"), max_size=2),
    st.none() | st.sampled_from("abcx"),
)
carts = st.builds(
    Cart,
    st.just("USD"),
    st.lists(lines, max_size=3).map(tuple),
    st.sampled_from(["WEB", "APP"]),
    st.sampled_from([(), (499,)]),
    st.sampled_from([None, "DE", "FR"]),
    st.sampled_from([(), ("A",), ("B", "OF-1")]),
)
customers = st.none() | st.builds(
    Customer,
    st.just("alice"),
    st.frozensets(st.sampled_from("abc"), max_size=2),
    placed_orders=st.sampled_from([None, 0, 1]),
)
CODES = {
    "A": Coupon("A", 2),
    "B": Coupon("B", 3, "coupon_expired"),
    "OF-1": Coupon("OF-1", 1),
}


@given(promotions(), carts, customers, st.sampled_from(["best", "priority"]))
def test_a_decision_from_the_index_is_the_one_from_all_promotions(
    live: list[Promotion], cart: Cart, customer: Customer | None, strategy: str
) -> None:
    book = Book()
    for promotion in live:
        book.put(stored(promotion), NOW)
    coupons = {code: CODES[code] for code in cart.codes}
    found = book.candidates(
        cart,
        segments=customer.segments if customer else (),
        promotions_of_codes={coupon.promotion_id for coupon in coupons.values()},
        now=NOW,
    )
    facts = Facts(customer=customer, coupons=coupons, spent=book.spent)
    options = Options(strategy="best" if strategy == "best" else "priority", node_budget=100_000)
    of_all = decide(cart, live, facts, now=NOW, options=options)
    of_found = decide(cart, [entry.prepared for entry in found], facts, now=NOW, options=options)
    assert of_found.applied == of_all.applied
    assert {one.promotion_id for one in of_all.applied} <= {entry.id for entry in found}


@given(engine_strategies.promotions())
def test_nothing_is_lost_between_the_engine_and_the_store(live: list[Promotion]) -> None:
    assert all(same_for_engine(promotion) for promotion in live)


def looked_at(book: Book, now: datetime, cart: Cart | None = None) -> set[int]:
    found = book.candidates(
        cart or Cart("USD", (Line("a", 1, 1_000),)), segments=(), promotions_of_codes=(), now=now
    )
    return {entry.id for entry in found}


steps = st.lists(
    st.tuples(
        st.sampled_from(["put", "put", "put", "pause", "remove"]),
        st.integers(1, 5),
        st.none() | st.integers(-3, 6),
        st.none() | st.integers(0, 6),
        st.integers(0, 2),
        st.sampled_from([(), (r.Product(("a",)),), (r.Product(("b",)),), (r.MinimumSubtotal(500),)]),
    ),
    max_size=30,
)


@given(steps)
def test_after_any_changes_and_any_time_the_book_is_as_if_it_were_new(
    changes: list[tuple[str, int, int | None, int | None, int, tuple[r.Rule, ...]]],
) -> None:
    book, now = Book(), NOW
    kept: dict[int, Stored] = {}
    for what, number, starts, lasts, passes, rules in changes:
        now += passes * DAY
        if what == "remove":
            book.remove(number)
            kept.pop(number, None)
        else:
            starts_at = None if starts is None else NOW + starts * DAY
            ends_at = None if lasts is None else (starts_at or NOW) + lasts * DAY
            kept[number] = a_promotion(
                number,
                status=Status.PAUSED if what == "pause" else Status.ACTIVE,
                starts_at=starts_at,
                ends_at=ends_at,
                rules=rules,
                actions=(TEN_OFF,),
            )
            book.put(kept[number], now)
        fresh = Book()
        for promotion in kept.values():
            fresh.put(promotion, now)
        assert looked_at(book, now) == looked_at(fresh, now)
        assert set(book.entries) == set(book.spent) == set(fresh.entries)


def test_the_first_instant_counts_and_the_last_does_not() -> None:
    book = Book()
    book.put(a_promotion(actions=(TEN_OFF,), starts_at=NOW, ends_at=NOW + DAY), NOW - DAY)
    instant = DAY / 86_400_000_000
    moments = (NOW - instant, NOW, NOW + DAY - instant, NOW + DAY)
    assert [looked_at(book, moment) for moment in moments] == [set(), {1}, {1}, set()]


@pytest.mark.parametrize("status", [one for one in Status if one not in (Status.ACTIVE, Status.SCHEDULED)])
def test_what_is_not_live_leaves_the_book(status: Status) -> None:
    book = Book()
    book.put(a_promotion(actions=(TEN_OFF,)), NOW)
    book.put(a_promotion(actions=(TEN_OFF,), status=status), NOW)
    assert (len(book), book.spent, looked_at(book, NOW)) == (0, {}, set())


def test_what_is_used_so_far_comes_with_the_promotion() -> None:
    book = Book()
    book.put(a_promotion(counters=Counters(used=3, held=2, spent=500)), NOW)
    spent = book.spent[1]
    assert (spent.used, spent.held, spent.amount) == (3, 2, 500)


def test_a_segment_that_nobody_asks_for_any_more_is_not_read() -> None:
    book = Book()
    book.put(a_promotion(rules=(r.CustomerSegment(("vip",)),)), NOW)
    assert book.asks_for_segments
    book.remove(1)
    assert not book.asks_for_segments


def test_ten_thousand_changes_of_one_promotion_leave_no_weight_behind() -> None:
    book = Book()
    for turn in range(10_000):
        book.put(a_promotion(starts_at=NOW + DAY, ends_at=NOW + (2 + turn) * DAY), NOW)
    assert len(book._turns) <= TURNS_EACH + SLACK + 2
    assert looked_at(book, NOW + 1.5 * DAY) == {1}


def test_a_cart_looks_at_the_few_that_it_can_meet_among_ten_thousand() -> None:
    chance = random.Random(7)
    book = Book()
    for number in range(1, 10_001):
        rules: list[r.Rule] = [r.Product((f"p{number}",)), r.MinimumSubtotal(10**6 + number)]
        book.put(a_promotion(number, rules=(chance.choice(rules),), actions=(TEN_OFF,)), NOW)
    book.put(a_promotion(10_001, rules=(r.Product(("mug",)),), actions=(TEN_OFF,)), NOW)
    assert looked_at(book, NOW, Cart("USD", (Line("mug", 1, 1_000),))) == {10_001}
