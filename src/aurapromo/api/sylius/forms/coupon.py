"""The form of a coupon."""

from collections.abc import Callable
from typing import Any, Final
from zoneinfo import ZoneInfo

from aurapromo.api.sylius.forms.node import Node, fields
from aurapromo.api.sylius.forms.values.moments import midnight
from aurapromo.api.sylius.forms.values.scalars import flag, integer, record
from aurapromo.api.sylius.forms.values.words import code_of, length

FIELDS: Final = ("usageLimit", "expiresAt", "perCustomerUsageLimit", "code")
#: Of later versions of Sylius; absent from the tree.
REUSABLE: Final = "reusableFromCancelledOrders"
LEAST: Final = "Coupon usage limit must be at least 1."
LOWEST: Final = -(2**31)


class CouponForm:
    """A submitted coupon. `values` has the fields that are to be written, by their names in the form."""

    def __init__(self, data: Any, zone: ZoneInfo, *, is_new: bool, partial: bool) -> None:
        self.node = Node(fields(*FIELDS))
        self.values: dict[str, Any] = {}
        given = record(data, self.node, (*FIELDS, REUSABLE))
        readers: dict[str, Callable[[Any, Node], Any]] = {
            "usageLimit": _usage_limit,
            "expiresAt": lambda value, node: midnight(value, node, zone),
            "perCustomerUsageLimit": integer,
        }
        for name, read in readers.items():
            if name in given or not partial:
                self.values[name] = read(given.get(name), self.node[name])
        if REUSABLE in given:
            self.values[REUSABLE] = flag(given[REUSABLE], self.node)
        if is_new:
            code = code_of(given.get("code"), self.node["code"], "coupon")
            if code is not None:
                length(code, self.node["code"], "Coupon code")
            self.values["code"] = code


def _usage_limit(value: Any, node: Node) -> int | None:
    found = integer(value, node, least=LOWEST)
    if found is not None and found < 1:
        node.refuse(LEAST)
    return found
