"""Carts and promotions for properties: small numbers, so that ties, roundings and limits are hit often."""

from typing import Any

from hypothesis import strategies as st

from aurapromo.engine.actions import (
    Action,
    BuyXGetY,
    Cashback,
    FixedPrice,
    FreeShipping,
    ItemFilter,
    OrderFixedDiscount,
    OrderPercentageDiscount,
    ShippingPercentageDiscount,
    Tier,
    Tiered,
    UnitFixedDiscount,
    UnitPercentageDiscount,
)
from aurapromo.engine.cart import Cart, Line
from aurapromo.engine.promotion import Limits, Promotion
from aurapromo.engine.rules import (
    Category,
    ItemTotal,
    MinimumSubtotal,
    Not,
    Rule,
    TaxonThreshold,
    TotalOfItemsFromTaxon,
)

CATEGORIES = ("hats", "mugs", "toys")
prices = st.one_of(st.integers(0, 40), st.integers(0, 5_000))
amounts = st.one_of(st.integers(1, 40), st.integers(1, 3_000))
percentages = st.one_of(
    st.sampled_from([10_000, 50_000, 100_000, 333_333, 500_000, 1_000_000]), st.integers(1, 1_000_000)
)
caps = st.one_of(st.none(), st.none(), amounts)
some_categories = st.sets(st.sampled_from(CATEGORIES), max_size=2)


@st.composite
def lines(draw: st.DrawFn, *, floors: bool = False) -> Line:
    price = draw(prices)
    return Line(
        draw(st.sampled_from("abcd")),
        draw(st.integers(1, 4)),
        price,
        frozenset(draw(some_categories)),
        minimum_price=draw(st.integers(0, price)) if floors and draw(st.booleans()) else 0,
        catalog_discounted=draw(st.booleans()) and draw(st.booleans()),
    )


@st.composite
def carts(draw: st.DrawFn, *, floors: bool = True, prior: bool = True, max_lines: int = 4) -> Cart:
    floored = floors and draw(st.booleans())
    fewest = 0 if draw(st.integers(0, 9)) == 0 else 2
    chosen = tuple(draw(st.lists(lines(floors=floored), min_size=fewest, max_size=max_lines)))
    subtotal = sum(line.subtotal for line in chosen)
    return Cart(
        "USD",
        chosen,
        channel="WEB",
        shipping=tuple(draw(st.lists(st.integers(0, 900), max_size=2))),
        prior_discount=draw(st.integers(0, subtotal)) if prior and draw(st.integers(0, 4)) == 0 else 0,
    )


filters = st.one_of(
    st.just(ItemFilter()),
    st.just(ItemFilter()),
    some_categories.map(lambda chosen: ItemFilter(categories=tuple(sorted(chosen)))),
    st.sampled_from([ItemFilter(products=("a",)), ItemFilter(excluded_categories=("hats",))]),
)
tiers = st.builds(
    Tier,
    minimum_amount=st.one_of(st.none(), amounts),
    minimum_quantity=st.one_of(st.none(), st.integers(1, 6)),
    percentage=percentages,
    cap=caps,
)


def order_or_unit_actions() -> st.SearchStrategy[Action]:
    """Kinds that a search can bound closely, with amounts so small that every rounding shows."""
    small = st.integers(1, 12)
    return st.one_of(
        st.builds(OrderPercentageDiscount, percentage=percentages, filters=filters),
        st.builds(OrderFixedDiscount, amount=small, filters=filters),
        st.builds(UnitPercentageDiscount, percentage=percentages, filters=filters),
        st.builds(FixedPrice, amount=small, filters=filters, cap=st.one_of(st.none(), small)),
    )


def actions() -> st.SearchStrategy[Action]:
    def of(kind: Any, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
        return st.builds(kind, cap=caps, **fields)

    order = of(OrderPercentageDiscount, percentage=percentages, filters=filters)
    return st.one_of(
        order,
        order,
        of(OrderFixedDiscount, amount=amounts, filters=filters),
        of(UnitPercentageDiscount, percentage=percentages, filters=filters),
        of(UnitFixedDiscount, amount=amounts, filters=filters),
        of(ShippingPercentageDiscount, percentage=percentages),
        of(FreeShipping),
        of(
            BuyXGetY,
            buy=st.integers(1, 2),
            get=st.integers(1, 2),
            percentage=percentages,
            max_sets=st.one_of(st.none(), st.integers(1, 2)),
            trigger=filters,
            target=filters,
        ),
        of(Tiered, tiers=st.lists(tiers, min_size=1, max_size=2).map(tuple), filters=filters),
        of(FixedPrice, amount=amounts, quantity=st.integers(1, 3), filters=filters),
        of(Cashback, percentage=percentages, filters=filters),
    )


def rules() -> st.SearchStrategy[Rule]:
    running = st.one_of(
        amounts.map(lambda amount: ItemTotal({"WEB": amount})),
        st.builds(
            lambda taxon, amount: TotalOfItemsFromTaxon({"WEB": TaxonThreshold(taxon, amount)}),
            st.sampled_from(CATEGORIES),
            amounts,
        ),
    )
    return st.one_of(
        amounts.map(MinimumSubtotal),
        st.sampled_from(CATEGORIES).map(lambda name: Category(include=(name,))),
        running,
        running.map(Not),
    )


some_rules = st.lists(rules(), min_size=1, max_size=2)
rule_lists: st.SearchStrategy[list[Rule]] = st.one_of(*[st.just([])] * 3, some_rules)


@st.composite
def promotions(draw: st.DrawFn, *, max_size: int = 8, exclusive: bool = True) -> list[Promotion]:
    count = draw(st.integers(max_size // 2, max_size))
    return [
        Promotion(
            number,
            1,
            f"No {number}",
            rules=tuple(draw(rule_lists)),
            actions=tuple(draw(st.lists(actions(), min_size=1, max_size=2 if draw(st.booleans()) else 1))),
            priority=draw(st.integers(0, 2)),
            exclusive=exclusive and draw(st.integers(0, 5)) == 0,
            lane=draw(st.sampled_from([None, None, None, "a", "b"])),
            limits=Limits(budget=draw(st.one_of(st.none(), st.none(), st.none(), amounts))),
            applies_to_discounted=draw(st.integers(0, 3)) > 0,
        )
        for number in range(1, count + 1)
    ]
