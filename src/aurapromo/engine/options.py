"""How to decide: what a contract or a caller may choose."""

from collections.abc import Mapping
from typing import Literal

import msgspec

StrategyName = Literal["best", "priority"]
AllocatorName = Literal["largest_remainder", "sylius_proportional"]


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """The rules of one decision.

    `strategy`: "best" gives the customer most, "priority" goes by priority alone. `max_promotions`
    counts promotions that had an effect; None is unlimited. `node_budget` is how many nodes the
    search of "best" may visit before it answers with what it has; on a large cart a node counts for
    more, by one for every thousand lines that it may have to price. `allocator` splits an order
    discount over lines and units; "sylius_proportional" also counts a unit action as applied as
    soon as one line passes its filters, as Sylius does. `anonymous_has_limits`: a limit per customer
    refuses a caller who is not known (True) or is not checked for one (False). `withheld` are
    promotions that must not apply, each with the reason code to give. `units`: whether the answer
    says what each unit gets; without it `Applied.units` and `Applied.parts` stay empty, and the
    decision is quicker.
    """

    strategy: StrategyName = "best"
    max_promotions: int | None = None
    node_budget: int = 500
    allocator: AllocatorName = "largest_remainder"
    anonymous_has_limits: bool = True
    withheld: Mapping[int, str] = {}
    units: bool = True


BEST = Options()
