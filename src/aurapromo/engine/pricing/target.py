from collections.abc import Callable

import msgspec

from aurapromo.engine.decision import Reason
from aurapromo.engine.pricing.state import Effect, State

Spread = Callable[[int, "Target", State], Effect]


class Target(msgspec.Struct, frozen=True):
    """Which lines of a cart an action works on, and how an amount is spread over them.

    `triggers` are the lines whose units count towards a buy-x-get-y. `counts_without_effect`: an
    action that found its lines counts as applied even if they had nothing left to lose.
    """

    lines: tuple[int, ...]
    spread: Spread
    triggers: tuple[int, ...] = ()
    counts_without_effect: bool = False


def capped(amount: int, cap: int | None) -> int:
    return amount if cap is None or amount < cap else cap


def take(amount: int, base: int, target: Target, state: State) -> Effect | Reason:
    """`amount` off the lines of `target`, as far as `base` and the order's room allow."""
    if not target.lines:
        return Reason.NO_MATCHING_ITEMS
    possible = min(amount, base, state.room)
    if possible <= 0:
        return Reason.NOTHING_LEFT if amount or not base else Reason.ROUNDS_TO_NOTHING
    effect = target.spread(possible, target, state)
    return effect if effect.discount or target.counts_without_effect else Reason.NOTHING_LEFT
