from collections.abc import Callable

from aurapromo.engine.actions import EVERYTHING, ItemFilter
from aurapromo.engine.cart import Line
from aurapromo.engine.pricing.state import Basket

Filter = Callable[[Basket], tuple[int, ...]]


def filter_of(wanted: ItemFilter, *, applies_to_discounted: bool) -> Filter:
    """A function from a basket to the indices of the lines that `wanted` lets through, in order.

    Without `applies_to_discounted` the lines whose price a catalogue promotion has reduced stay out.
    """
    if wanted == EVERYTHING:
        return all_lines if applies_to_discounted else regular_lines
    passes = test_of(wanted)

    def lines(basket: Basket) -> tuple[int, ...]:
        return tuple(
            [
                index
                for index, line in enumerate(basket.cart.lines)
                if (applies_to_discounted or not line.catalog_discounted) and passes(line)
            ]
        )

    return lines


def all_lines(basket: Basket) -> tuple[int, ...]:
    return basket.everything


def regular_lines(basket: Basket) -> tuple[int, ...]:
    lines = basket.cart.lines
    return tuple([index for index in basket.everything if not lines[index].catalog_discounted])


def test_of(wanted: ItemFilter) -> Callable[[Line], bool]:
    """Whether one line passes; the sets are made once and not for every cart."""
    tests: list[Callable[[Line], bool]] = []
    if wanted.categories or wanted.excluded_categories:
        tests.append(category_test(frozenset(wanted.categories), frozenset(wanted.excluded_categories)))
    if wanted.products or wanted.excluded_products:
        products = one_of(wanted.products, wanted.excluded_products)
        tests.append(lambda line: products(line.product_id))
    if wanted.brands or wanted.excluded_brands:
        brands = one_of(wanted.brands, wanted.excluded_brands)
        tests.append(lambda line: brands(line.brand_id))
    if wanted.minimum_price is not None or wanted.maximum_price is not None:
        tests.append(price_test(wanted.minimum_price, wanted.maximum_price))
    if len(tests) == 1:
        return tests[0]
    return lambda line: all(test(line) for test in tests)


def category_test(included: frozenset[str], excluded: frozenset[str]) -> Callable[[Line], bool]:
    def passes(line: Line) -> bool:
        categories = line.categories
        if included and included.isdisjoint(categories):
            return False
        return excluded.isdisjoint(categories)

    return passes


def one_of(included: tuple[str, ...], excluded: tuple[str, ...]) -> Callable[[str | None], bool]:
    wanted, unwanted = frozenset(included), frozenset(excluded)
    return lambda name: (not wanted or name in wanted) and name not in unwanted


def price_test(minimum: int | None, maximum: int | None) -> Callable[[Line], bool]:
    def passes(line: Line) -> bool:
        above = minimum is None or line.unit_price >= minimum
        return above and (maximum is None or line.unit_price <= maximum)

    return passes
