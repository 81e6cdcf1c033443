"""The kind under which a promotion is listed and filtered, read from its actions."""

from typing import Final

from aurapromo.engine import actions as a
from aurapromo.promotions.model import Definition

CUSTOM: Final = "custom"
KINDS: Final[dict[type[a.Action], str]] = {
    a.OrderPercentageDiscount: "percentage_discount",
    a.OrderFixedDiscount: "fixed_amount_discount",
    a.BuyXGetY: "buy_one_get_one",
    a.Tiered: "tiered_discount",
    a.FreeShipping: "free_shipping",
    a.Cashback: "cashback",
}


def kind_of(definition: Definition) -> str:
    """The name of the single action's kind; `custom` for several actions or one without such a name.

    What was written as `custom` is kept as such, though the flat fields could say it, too.
    """
    written = (definition.shorthand or {}).get("promotion_type")
    if written == CUSTOM or len(definition.actions) != 1:
        return CUSTOM
    return KINDS.get(type(definition.actions[0]), CUSTOM)
