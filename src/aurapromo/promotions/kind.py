"""The kind under which a promotion is listed and filtered, read from its actions."""

from collections.abc import Sequence
from typing import Final

from aurapromo.engine import actions as a

CUSTOM: Final = "custom"
KINDS: Final[dict[type[a.Action], str]] = {
    a.OrderPercentageDiscount: "percentage_discount",
    a.OrderFixedDiscount: "fixed_amount_discount",
    a.BuyXGetY: "buy_one_get_one",
    a.Tiered: "tiered_discount",
    a.FreeShipping: "free_shipping",
    a.Cashback: "cashback",
}


def kind_of(actions: Sequence[a.Action]) -> str:
    """The name of the single action's kind; `custom` for several actions or one without such a name."""
    if len(actions) != 1:
        return CUSTOM
    return KINDS.get(type(actions[0]), CUSTOM)
