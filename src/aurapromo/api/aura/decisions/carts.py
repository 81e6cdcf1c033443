"""From the contract's cart to the engine's."""

from collections.abc import Mapping
from typing import Protocol

from aurapromo.api.aura.items import OrderItem, to_lines
from aurapromo.api.aura.money import minor_of
from aurapromo.engine.cart import Cart
from aurapromo.errors import invalid
from aurapromo.facts.currency import currencies
from aurapromo.facts.model import Channel


class CartIn(Protocol):
    """What every request with a cart has."""

    @property
    def order_items(self) -> list[OrderItem]: ...
    @property
    def channel(self) -> str | None: ...
    @property
    def currency(self) -> str | None: ...
    @property
    def shipping_amount(self) -> float | None: ...
    @property
    def shipping_country(self) -> str | None: ...


def channel_of(given: CartIn, channels: Mapping[str, Channel], default: Channel) -> Channel:
    """The cart's channel; raises Invalid for one that nobody has told us of."""
    if given.channel is None:
        return default
    if given.channel not in channels:
        raise invalid("channel", message=f"There is no channel {given.channel}")
    return channels[given.channel]


def cart_of(
    given: CartIn, channel: Channel, *, codes: tuple[str, ...] = (), prior: float | None = None
) -> Cart:
    """The engine's cart; raises Invalid with every amount at fault."""
    currency = given.currency or channel.currency
    if currency != channel.currency and currency not in currencies():
        raise invalid("currency", message=f"{currency} is not a currency of ISO 4217")
    shipping = given.shipping_amount
    return Cart(
        currency,
        to_lines(given.order_items, currency),
        channel.code,
        () if shipping is None else (minor_of(shipping, currency, "shipping_amount"),),
        given.shipping_country,
        codes,
        0 if not prior else minor_of(prior, currency, "existing_discounts"),
    )
