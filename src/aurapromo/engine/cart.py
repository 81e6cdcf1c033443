"""The question put to the engine: what is in the cart, and where it is going."""

import msgspec


class Line(msgspec.Struct, frozen=True):
    """One line of a cart; `quantity` equal units of one product.

    Amounts are minor units of the cart's currency. `product_id`, `brand_id` and `categories`
    (category and taxons in one set) are the shop's own ids, compared as strings.
    `minimum_price` is the floor of one unit; `catalog_discounted` says that the unit price is
    already reduced by a catalogue promotion.
    """

    product_id: str
    quantity: int
    unit_price: int
    categories: frozenset[str] = frozenset()
    brand_id: str | None = None
    minimum_price: int = 0
    catalog_discounted: bool = False

    @property
    def subtotal(self) -> int:
        """Price of all units before any discount, minor units."""
        return self.quantity * self.unit_price


class Cart(msgspec.Struct, frozen=True):
    """What a customer is about to buy. All amounts are minor units of `currency`.

    `shipping` has one fee per shipment and is empty when no fee is known. `codes` are the coupon
    codes given, upper case and trimmed. `prior_discount` is what others have already taken off:
    it does not reduce the base of a percentage but bounds what is left to take.
    """

    currency: str
    lines: tuple[Line, ...]
    channel: str | None = None
    shipping: tuple[int, ...] = ()
    shipping_country: str | None = None
    codes: tuple[str, ...] = ()
    prior_discount: int = 0

    @property
    def subtotal(self) -> int:
        """Price of all lines before any discount, without shipping, minor units."""
        return sum(line.quantity * line.unit_price for line in self.lines)

    @property
    def units(self) -> int:
        return sum(line.quantity for line in self.lines)
