from datetime import datetime
from functools import cached_property

from aurapromo.engine.cart import Cart
from aurapromo.engine.facts import Facts
from aurapromo.engine.options import Options
from aurapromo.engine.pricing.state import State, start


class Question:
    """Everything one decision is about. What rules ask of the cart again and again is worked out once."""

    def __init__(self, cart: Cart, facts: Facts, now: datetime, options: Options) -> None:
        self.cart = cart
        self.facts = facts
        self.now = now
        self.options = options
        self.start: State = start(cart)

    @cached_property
    def units(self) -> int:
        return self.cart.units

    @cached_property
    def categories(self) -> frozenset[str]:
        return frozenset().union(*[line.categories for line in self.cart.lines])

    @cached_property
    def products(self) -> frozenset[str]:
        return frozenset([line.product_id for line in self.cart.lines])

    @cached_property
    def brands(self) -> frozenset[str]:
        return frozenset([line.brand_id for line in self.cart.lines if line.brand_id is not None])
