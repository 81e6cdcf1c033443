"""What returned units bring back, worked out without a database."""

from hypothesis import given
from hypothesis import strategies as st
from tests.redemptions.world import a_redemption

from aurapromo.engine.cart import Cart, Line
from aurapromo.redemptions.returns import returning

Runs = tuple[tuple[int, int], ...]


@st.composite
def runs(draw: st.DrawFn, quantity: int) -> Runs:
    """A discount for every unit of a line, as runs of equal units."""
    found, left = [], quantity
    while left:
        count = draw(st.integers(1, left))
        found.append((count, draw(st.integers(0, 100))))
        left -= count
    return tuple(found)


@given(st.data(), st.integers(1, 12), st.integers(1, 3))
def test_what_comes_back_in_any_steps_is_all_that_was_given(
    data: st.DataObject, quantity: int, promotions: int
) -> None:
    cart = Cart("USD", (Line("1", quantity, 500),))
    per_unit = [(data.draw(runs(quantity)),) for _ in range(promotions)]
    redemptions = [a_redemption() for _ in range(promotions)]
    back: tuple[int, ...] = (0,)
    shares, refund, units = [0] * promotions, 0, []
    while back[0] < quantity:
        step = data.draw(st.integers(1, quantity - back[0]))
        result = returning(cart, per_unit, redemptions, back, {0: step})
        (line,) = result.lines
        shares = [total + share for total, share in zip(shares, result.shares, strict=True)]
        refund += line.refund
        units.append(line.discount / line.units)
        back = result.returned
    given_in_all = [sum(count * off for count, off in lines[0]) for lines in per_unit]
    assert shares == given_in_all
    assert refund == quantity * 500 - sum(given_in_all)
    assert units == sorted(units, reverse=True)


def test_the_cashback_goes_back_with_the_last_unit_of_the_order() -> None:
    cart = Cart("USD", (Line("1", 1, 500), Line("2", 1, 500)))
    nothing = (((1, 0),), ((1, 0),))
    redemption = a_redemption(credit=50)
    first = returning(cart, [nothing], [redemption], (0, 0), {0: 1})
    last = returning(cart, [nothing], [redemption], first.returned, {1: 1})
    assert (first.shares, last.shares) == ((0,), (50,))
