"""Carts with promotions that compete for them, the same for the same seed.

Every promotion is eligible, and every promotion alone would take something off: a shop in the last week
of November. Some fight inside lanes, some use units up, thresholds fall as others take their share; one
in fifteen is large and combines with nothing; and a third of the shops let at most four apply.
"""

from collections.abc import Callable
from random import Random
from typing import Final

import msgspec

from aurapromo.engine import actions as a
from aurapromo.engine import rules as r
from aurapromo.engine.cart import Cart, Line
from aurapromo.engine.promotion import Promotion

CHANNEL: Final = "web"
CATEGORIES: Final = ("shoes", "shirts", "coats", "bags")
LANES: Final = ("loyalty", "season", "clearance", "partner")
PERCENT: Final = 10_000

Make = Callable[[Random, Cart], a.Action]


class Shop(msgspec.Struct, frozen=True):
    """A cart and what is on offer for it."""

    cart: Cart
    promotions: tuple[Promotion, ...]
    max_promotions: int | None


def shop(seed: int, promotions: int) -> Shop:
    """The shop of this number with so many promotions."""
    random = Random(seed)
    cart = a_cart(random)
    offers = tuple(a_promotion(random, cart, number) for number in range(1, promotions + 1))
    return Shop(cart, offers, 4 if random.random() < 1 / 3 else None)


def plain_shop(seed: int, promotions: int) -> Shop:
    """One where percentages, amounts and free shipping simply add up: no lanes, none exclusive."""
    random = Random(seed)
    cart = a_cart(random)
    offers = tuple(
        Promotion(
            number, 1, f"Offer {number}", (), (random.choice(ORDER_KINDS)(random, cart),), priority=number
        )
        for number in range(1, promotions + 1)
    )
    return Shop(cart, offers, None)


def a_cart(random: Random) -> Cart:
    """Three to eight lines of one to four units, 5.00 to 120.00 each, and a shipping fee."""
    lines = tuple(
        Line(
            f"p{number}",
            random.randint(1, 4),
            random.randint(500, 12_000),
            frozenset((random.choice(CATEGORIES),)),
        )
        for number in range(random.randint(3, 8))
    )
    return Cart("USD", lines, CHANNEL, (random.choice((499, 799, 1_299)),))


def a_promotion(random: Random, cart: Cart, number: int) -> Promotion:
    rules: list[r.Rule] = [r.MinimumSubtotal(cart.subtotal * random.randint(0, 9) // 10)]
    if random.random() < 0.2:
        rules.append(r.ItemTotal({CHANNEL: cart.subtotal * random.randint(5, 9) // 10}))
    is_exclusive = random.random() < 1 / 15
    make = big_percentage if is_exclusive else random.choice(KINDS)
    return Promotion(
        number,
        1,
        f"Offer {number}",
        tuple(rules),
        (make(random, cart),),
        priority=random.randint(0, 20),
        exclusive=is_exclusive,
        lane=random.choice(LANES) if random.random() < 0.4 else None,
    )


def big_percentage(random: Random, _cart: Cart) -> a.Action:
    return a.OrderPercentageDiscount(percentage=random.randint(30, 50) * PERCENT)


def order_percentage(random: Random, cart: Cart) -> a.Action:
    share = random.randint(5, 25) * PERCENT
    cap = random.choice((None, cart.subtotal // 10))
    return a.OrderPercentageDiscount(percentage=share, cap=cap, filters=some_lines(random, cart))


def order_amount(random: Random, cart: Cart) -> a.Action:
    return a.OrderFixedDiscount(amount=cart.subtotal * random.randint(2, 12) // 100)


def unit_percentage(random: Random, cart: Cart) -> a.Action:
    share = random.randint(5, 30) * PERCENT
    return a.UnitPercentageDiscount(percentage=share, filters=some_lines(random, cart))


def cheapest_free(random: Random, _cart: Cart) -> a.Action:
    return a.BuyXGetY(buy=random.randint(1, 3), get=1, percentage=random.choice((50, 100)) * PERCENT)


def bundle(random: Random, cart: Cart) -> a.Action:
    dearest = max(line.unit_price for line in cart.lines)
    return a.FixedPrice(amount=dearest * random.randint(12, 18) // 10, quantity=2)


def shipping(_random: Random, _cart: Cart) -> a.Action:
    return a.FreeShipping()


ORDER_KINDS: Final[tuple[Make, ...]] = (order_percentage, order_percentage, order_amount, shipping)
KINDS: Final[tuple[Make, ...]] = (*ORDER_KINDS, unit_percentage, cheapest_free, bundle)


def some_lines(random: Random, cart: Cart) -> a.ItemFilter:
    """All lines, or those of one line's category."""
    if random.random() < 0.5:
        return a.EVERYTHING
    return a.ItemFilter(categories=tuple(sorted(random.choice(cart.lines).categories)))
