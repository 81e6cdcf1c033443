"""Buy some, get some cheaper: units are pooled over lines and each is used once."""

import msgspec

from aurapromo.engine.actions import BuyXGetY
from aurapromo.engine.decision import Reason
from aurapromo.engine.pricing.kinds.pieces import Marks, Piece, first, runs_of, size, unused, used_up, value
from aurapromo.engine.pricing.largest_remainder import cut
from aurapromo.engine.pricing.money import share_of
from aurapromo.engine.pricing.state import Effect, State
from aurapromo.engine.pricing.target import Target, capped


class Pool(msgspec.Struct, frozen=True):
    """The unused units by what they can be: trigger only, reward only, or either."""

    triggers: list[Piece]
    targets: list[Piece]
    both: list[Piece]


def buy_x_get_y(action: BuyXGetY, target: Target, state: State) -> Effect | Reason:
    """The most whole sets; the cheapest units are the reward, the dearest of the rest the trigger."""
    pool = pool_of(target, state)
    if not target.lines or not pool.triggers + pool.both:
        return Reason.NO_MATCHING_ITEMS
    sets = feasible_sets(action, pool)
    if sets == 0:
        return Reason.TOO_FEW_UNITS
    rewards, triggers = chosen(action, sets, pool)
    off = min(capped(share_of(value(rewards), action.percentage), action.cap), state.room)
    effect = cut(losable(rewards, state), off, state)
    if effect.discount == 0:
        return Reason.NOTHING_LEFT
    return msgspec.structs.replace(effect, used=used_up([*rewards, *triggers], state))


def pool_of(target: Target, state: State) -> Pool:
    targets, triggers = set(target.lines), set(target.triggers)
    return Pool(
        triggers=unused(sorted(triggers - targets), state),
        targets=unused(sorted(targets - triggers), state),
        both=unused(sorted(targets & triggers), state),
    )


def feasible_sets(action: BuyXGetY, pool: Pool) -> int:
    """How many sets of `buy` triggers and `get` rewards fit at once, at most `max_sets`.

    A unit that can be either is used as one of the two. The two sides and their sum must have
    enough units; that suffices, since the units that can be either may be divided at will.
    """
    buy, get = max(1, action.buy), max(1, action.get)
    triggers, targets, both = size(pool.triggers), size(pool.targets), size(pool.both)
    sets = min((triggers + both) // buy, (targets + both) // get, (triggers + targets + both) // (buy + get))
    return sets if action.max_sets is None else min(sets, action.max_sets)


def chosen(action: BuyXGetY, sets: int, pool: Pool) -> tuple[list[Piece], list[Piece]]:
    """The reward units and the trigger units of `sets` sets.

    Of the units that can be either, as many stay as the triggers need; within that, taking the
    cheapest first gives the cheapest reward there is (a greedy choice under one quota).
    """
    buy, missing = sets * max(1, action.buy), sets * max(1, action.get)
    spare = size(pool.both) - max(0, buy - size(pool.triggers))
    rewards: list[Piece] = []
    rest = list(pool.triggers)
    either = set(pool.both)
    for piece in sorted([*pool.targets, *pool.both], key=lambda piece: piece.left):
        is_both = piece in either
        count = min(piece.count, missing, spare) if is_both else min(piece.count, missing)
        kept = piece.count - count
        missing -= count
        if count:
            rewards.append(piece.part(piece.start + kept, count))
        if is_both:
            spare -= count
            rest.append(piece.part(piece.start, kept))
    return rewards, first(sorted(rest, key=lambda piece: -piece.left), buy)


def losable(pieces: list[Piece], state: State) -> "dict[int, tuple[tuple[int, int], ...]]":
    """What the units of the pieces can lose above their minimum prices, by line."""
    floors = state.basket.floors or state.basket.nothing
    marks: Marks = {}
    for piece in pieces:
        most = max(0, piece.left - floors[piece.line])
        marks.setdefault(piece.line, []).append((piece.start, piece.count, most))
    return runs_of(marks, state)
