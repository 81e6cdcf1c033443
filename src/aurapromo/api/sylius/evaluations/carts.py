"""From a cart in Sylius' terms to the engine's question."""

from collections.abc import Mapping
from typing import Any, Final

from aurapromo.api.sylius.evaluations.types import CartIn, CustomerIn
from aurapromo.coupons.codes import normalise
from aurapromo.engine.cart import Cart, Line
from aurapromo.engine.facts import Customer
from aurapromo.engine.options import Options
from aurapromo.errors import invalid
from aurapromo.facts.model import Channel

#: Sylius' own order, allocation, and trust in strangers.
SYLIUS: Final = Options(strategy="priority", allocator="sylius_proportional", anonymous_has_limits=False)
GUEST: Final = "email:"


def cart_of(given: CartIn, channels: Mapping[str, Channel]) -> Cart:
    """Raises Invalid for a channel that nobody told us of."""
    channel = channels.get(given.channel)
    if channel is None:
        raise invalid("channel", message=f"There is no channel {given.channel}")
    shipping = given.shipping
    return Cart(
        currency=channel.currency,
        lines=tuple(
            Line(
                product_id=item.product,
                quantity=item.quantity,
                unit_price=item.unit_price,
                categories=frozenset(item.taxons),
                minimum_price=item.minimum_price,
                catalog_discounted=item.catalog_promotion_applied,
            )
            for item in given.items
        ),
        channel=channel.code,
        shipping=() if shipping is None else (shipping,) if isinstance(shipping, int) else tuple(shipping),
        shipping_country=given.shipping_country,
        codes=codes_of(given),
    )


def codes_of(given: CartIn) -> tuple[str, ...]:
    return () if given.coupon is None or not given.coupon.strip() else (normalise(given.coupon),)


def customer_id(given: CustomerIn | None) -> str | None:
    """Sylius knows customers by their e-mail address, whatever its case."""
    return None if given is None else GUEST + given.email.strip().lower()


def told(given: CustomerIn | None) -> dict[str, Any]:
    """What the shop itself says of the customer, which counts more than what we have counted."""
    if given is None:
        return {}
    said = {"group": given.group, "placed_orders": given.placed_orders}
    return {name: value for name, value in said.items() if value is not None}


def customer_of(given: CustomerIn | None) -> Customer | None:
    """Who checks out."""
    if given is None:
        return None
    email = given.email.strip().lower()
    return Customer(GUEST + email, email=email, **told(given))
