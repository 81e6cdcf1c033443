"""The answer of the engine, with a reason for every promotion considered."""

from enum import StrEnum
from typing import Any

import msgspec

Run = tuple[int, int]  # (number of units, discount of each in minor units)


class Outcome(StrEnum):
    """What became of a promotion that was considered."""

    APPLIED = "applied"
    NOT_ELIGIBLE = "not_eligible"
    BEATEN = "beaten"
    EXCLUDED_BY = "excluded_by"
    LIMIT_REACHED = "limit_reached"
    NO_EFFECT = "no_effect"


class RuleResult(msgspec.Struct, frozen=True):
    """How one rule (or built-in condition) was judged.

    `reason` is a stable code, empty when it passed. `expected` and `actual` are plain values (minor
    units for amounts); `missing` is how much more would have been enough, in the rule's own unit.
    `parts` are the results inside `all`, `any` and `not`.
    """

    type: str
    passed: bool
    reason: str = ""
    expected: Any = None
    actual: Any = None
    missing: int | None = None
    parts: tuple["RuleResult", ...] = ()


class Step(msgspec.Struct, frozen=True):
    """The trace entry of one promotion. `by` names the promotion that excluded or beat it."""

    promotion_id: int
    outcome: Outcome
    reason: str = ""
    discount: int = 0
    by: int | None = None
    rules: tuple[RuleResult, ...] = ()


class Applied(msgspec.Struct, frozen=True):
    """What one promotion did. All amounts in minor units.

    `lines` has the discount of each cart line, in order; `units` the same as runs of equal units
    (each line's runs cover its quantity); `shipping` the discount per shipment; `credit` takes
    nothing off.
    """

    promotion_id: int
    lines: tuple[int, ...]
    units: tuple[tuple[Run, ...], ...]
    shipping: tuple[int, ...] = ()
    credit: int = 0
    unit_level: bool = False

    @property
    def discount(self) -> int:
        """Line and shipping discount together."""
        return sum(self.lines) + sum(self.shipping)


class Decision(msgspec.Struct, frozen=True):
    """What a cart gets. Minor units of the cart's currency.

    `applied` stands in order of application, `trace` in stacking order. `optimal` says that no
    combination is better; when the search ran out of its node budget it is false and `bound` is the
    most that any combination could take off. `explored` counts the combinations that were priced.
    """

    items_total: int
    shipping_total: int
    applied: tuple[Applied, ...]
    trace: tuple[Step, ...]
    strategy: str
    optimal: bool
    explored: int
    bound: int

    @property
    def line_discount(self) -> int:
        return sum(sum(applied.lines) for applied in self.applied)

    @property
    def shipping_discount(self) -> int:
        return sum(sum(applied.shipping) for applied in self.applied)

    @property
    def credit(self) -> int:
        return sum(applied.credit for applied in self.applied)
