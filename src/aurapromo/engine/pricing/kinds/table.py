"""All kinds of action in one table: how each is priced and what a search may assume of it."""

from collections.abc import Callable, Mapping
from enum import Enum, auto
from typing import Any, Final

import msgspec

from aurapromo.engine.actions import (
    Action,
    ActionRecord,
    BuyXGetY,
    Cashback,
    FixedPrice,
    FreeShipping,
    OrderFixedDiscount,
    OrderPercentageDiscount,
    ShippingPercentageDiscount,
    Tiered,
    UnitFixedDiscount,
    UnitPercentageDiscount,
)
from aurapromo.engine.decision import Reason
from aurapromo.engine.pricing.kinds.bundle_price import bundle_price
from aurapromo.engine.pricing.kinds.buy_x_get_y import buy_x_get_y
from aurapromo.engine.pricing.kinds.credit import cashback
from aurapromo.engine.pricing.kinds.order import order_fixed, order_percentage, tiered
from aurapromo.engine.pricing.kinds.shipping import free_shipping, shipping_percentage
from aurapromo.engine.pricing.kinds.unit import unit_fixed, unit_percentage, unit_price
from aurapromo.engine.pricing.state import Effect, State
from aurapromo.engine.pricing.target import Target


class Level(Enum):
    """What an action works on."""

    ORDER = auto()  # the total of its lines
    UNIT = auto()  # every unit by itself
    BUNDLE = auto()  # units together, which it uses up
    SHIPPING = auto()
    CREDIT = auto()


class Kind(msgspec.Struct, frozen=True):
    """`price` says what an action of this kind takes off in a state, or why it takes nothing."""

    price: Callable[[Any, Target, State], Effect | Reason]
    level: Level


KINDS: Final[Mapping[type[ActionRecord], Kind]] = {
    OrderPercentageDiscount: Kind(order_percentage, Level.ORDER),
    OrderFixedDiscount: Kind(order_fixed, Level.ORDER),
    Tiered: Kind(tiered, Level.ORDER),
    UnitPercentageDiscount: Kind(unit_percentage, Level.UNIT),
    UnitFixedDiscount: Kind(unit_fixed, Level.UNIT),
    FixedPrice: Kind(unit_price, Level.UNIT),
    BuyXGetY: Kind(buy_x_get_y, Level.BUNDLE),
    ShippingPercentageDiscount: Kind(shipping_percentage, Level.SHIPPING),
    FreeShipping: Kind(free_shipping, Level.SHIPPING),
    Cashback: Kind(cashback, Level.CREDIT),
}
BUNDLE_PRICE: Final = Kind(bundle_price, Level.BUNDLE)


def kind_of(action: Action) -> Kind:
    if isinstance(action, FixedPrice) and action.quantity > 1:
        return BUNDLE_PRICE
    return KINDS[type(action)]
