from itertools import chain, combinations

from hypothesis import event, given
from hypothesis import strategies as st
from tests.engine.strategies import carts, order_or_unit_actions, promotions
from tests.engine.world import a_cart, a_line, a_promotion, amount_off, decided, discount, percent_off

from aurapromo.engine.actions import Action, BuyXGetY, FixedPrice, ItemFilter
from aurapromo.engine.cart import Cart
from aurapromo.engine.decision import Decision
from aurapromo.engine.options import AllocatorName, Options
from aurapromo.engine.promotion import Promotion

Worth = tuple[int, int, int]
maxima = st.one_of(st.none(), st.none(), st.integers(0, 3))


def worth(decision: Decision) -> Worth:
    return discount(decision), decision.credit, -len(decision.applied)


def places(decision: Decision, given: list[Promotion]) -> list[tuple[int, int]]:
    order = {promotion.id: (-promotion.priority, promotion.id) for promotion in given}
    return [order[applied.promotion_id] for applied in decision.applied]


def every_combination(
    cart: Cart,
    given: list[Promotion],
    max_promotions: int | None,
    allocator: AllocatorName = "largest_remainder",
) -> list[Decision]:
    """Each set of stacking promotions, and each exclusive one alone, applied in their order."""
    stacking = [promotion for promotion in given if not promotion.exclusive]
    alone = [(promotion,) for promotion in given if promotion.exclusive]
    subsets = chain.from_iterable(combinations(stacking, size) for size in range(len(stacking) + 1))
    options = Options(strategy="priority", max_promotions=max_promotions, allocator=allocator)
    return [decided(cart, *chosen, options=options) for chosen in chain(subsets, alone)]


@given(carts(), promotions(max_size=6), maxima)
def test_the_best_combination_is_the_best_of_all(
    cart: Cart, given: list[Promotion], max_promotions: int | None
) -> None:
    best = decided(cart, *given, options=Options(max_promotions=max_promotions, node_budget=100_000))
    every = every_combination(cart, given, max_promotions)
    highest = max(worth(one) for one in every)
    first = min(places(one, given) for one in every if worth(one) == highest)
    event(f"{len(best.applied)} applied")
    assert best.optimal
    assert worth(best) == highest
    assert places(best, given) == first
    assert best.bound == discount(best)


def test_out_of_many_for_few_places_the_largest_are_found_within_the_budget() -> None:
    given = [a_promotion(amount_off(100 + number), number=number) for number in range(1, 41)]
    found = decided(a_cart(90_000), *given, options=Options(max_promotions=3, node_budget=100))
    assert discount(found) == 140 + 139 + 138


def test_out_of_many_in_few_lanes_the_largest_are_found_within_the_budget() -> None:
    given = [
        a_promotion(percent_off(number), number=number, lane=f"lane {number % 4}") for number in range(1, 41)
    ]
    found = decided(a_cart(100_00), *given, options=Options(node_budget=200))
    assert {applied.promotion_id for applied in found.applied} == {37, 38, 39, 40}


tight_carts = carts(prior=False, max_lines=3)
plain = st.lists(order_or_unit_actions(), min_size=2, max_size=6).map(
    lambda chosen: [a_promotion(action, number=number) for number, action in enumerate(chosen, 1)]
)


@given(tight_carts, plain)
def test_roundings_do_not_fool_the_bound(cart: Cart, given: list[Promotion]) -> None:
    best = decided(cart, *given, options=Options(node_budget=100_000))
    assert worth(best) == max(worth(one) for one in every_combination(cart, given, None))


@given(carts(), promotions(max_size=6), maxima, st.integers(0, 12))
def test_a_search_cut_short_never_lies(
    cart: Cart, given: list[Promotion], max_promotions: int | None, budget: int
) -> None:
    found = decided(cart, *given, options=Options(max_promotions=max_promotions, node_budget=budget))
    every = every_combination(cart, given, max_promotions)
    highest = max(worth(one) for one in every)
    event(f"optimal: {found.optimal}")
    assert discount(found) <= highest[0] <= found.bound
    assert not found.optimal or worth(found) == highest


@given(carts(), promotions(max_size=5), maxima, st.integers(0, 40))
def test_a_search_with_the_other_allocator_does_not_lie_either(
    cart: Cart, given: list[Promotion], max_promotions: int | None, budget: int
) -> None:
    options = Options(max_promotions=max_promotions, node_budget=budget, allocator="sylius_proportional")
    found = decided(cart, *given, options=options)
    every = every_combination(cart, given, max_promotions, "sylius_proportional")
    highest = max(worth(one) for one in every)
    assert discount(found) <= highest[0] <= found.bound
    assert not found.optimal or worth(found) == highest


def test_a_large_cart_spends_the_budget_sooner_and_is_not_lied_to() -> None:
    cart = a_cart(*[a_line(100 + n, categories=["hats"] if n % 3 else []) for n in range(1_000)])
    hats = ItemFilter(categories=("hats",))
    pairs: list[Action] = [
        BuyXGetY(target=hats, percentage=300_000),
        FixedPrice(amount=150, quantity=2, filters=hats),
    ]
    actions: list[Action] = [percent_off(1), *pairs]
    offers = [a_promotion(action, number=number) for number, action in enumerate(actions, 1)]
    short, long = (decided(cart, *offers, options=Options(node_budget=budget)) for budget in (1, 100_000))
    assert (short.optimal, long.optimal) == (False, True)
    assert discount(short) <= discount(long) <= short.bound
