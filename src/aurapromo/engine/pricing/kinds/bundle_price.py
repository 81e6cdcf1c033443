"""Several units together at one price: units are pooled over lines and each is used once."""

from collections.abc import Iterable, Iterator

import msgspec

from aurapromo.engine.actions import FixedPrice
from aurapromo.engine.decision import Reason
from aurapromo.engine.pricing.allocation import Runs, allocate_over_units, merged, overlay
from aurapromo.engine.pricing.kinds.pieces import Marks, Piece, runs_of, size, unused, used_up, value
from aurapromo.engine.pricing.largest_remainder import cut
from aurapromo.engine.pricing.state import Effect, State, above_floor
from aurapromo.engine.pricing.target import Target, capped

Groups = tuple[list[Piece], int]  # the units of so many groups


def bundle_price(action: FixedPrice, target: Target, state: State) -> Effect | Reason:
    """Groups of `quantity` units, dearest first, cost `amount` each; none costs more than before."""
    if not target.lines:
        return Reason.NO_MATCHING_ITEMS
    pool = sorted(unused(target.lines, state), key=lambda piece: -piece.left)
    if size(pool) < action.quantity:
        return Reason.TOO_FEW_UNITS
    off: Marks = {}
    taken: list[Piece] = []
    for pieces, groups in grouped(pool, action.quantity):
        gain = value(pieces) - groups * action.amount
        if gain <= 0:
            break
        mark(off, pieces, gain)
        taken += pieces
    effect = cut(above_minimum(runs_of(off, state), state), capped(state.room, action.cap), state)
    if effect.discount == 0:
        return Reason.NOTHING_LEFT
    return msgspec.structs.replace(effect, used=used_up(taken, state))


def grouped(pool: Iterable[Piece], quantity: int) -> Iterator[Groups]:
    """The whole groups of `quantity` units in the order of the pool; those inside one piece together."""
    begun: list[Piece] = []
    for piece in pool:
        filling = min(quantity - size(begun), piece.count) if begun else 0
        if filling:
            begun.append(piece.part(piece.start, filling))
        if size(begun) == quantity:
            yield begun, 1
            begun = []
        groups, rest = divmod(piece.count - filling, quantity)
        if groups:
            yield [piece.part(piece.start + filling, groups * quantity)], groups
        if rest:
            begun = [*begun, piece.part(piece.start + piece.count - rest, rest)]


def mark(off: Marks, pieces: list[Piece], gain: int) -> None:
    """Note the gain of one group, split over its units in proportion to what is left of them."""
    shares = allocate_over_units(gain, tuple([(piece.count, piece.left) for piece in pieces]))
    whose = tuple([(piece.count, index) for index, piece in enumerate(pieces)])
    starts = [piece.start for piece in pieces]
    for count, index, share in overlay(whose, shares):
        off.setdefault(pieces[index].line, []).append((starts[index], count, share))
        starts[index] += count


def above_minimum(off: dict[int, Runs], state: State) -> dict[int, Runs]:
    """The discounts as far as the units' minimum prices let them."""
    floors = state.basket.floors
    if floors is None:
        return off
    units = state.units()
    return {
        line: merged(
            (count, min(share, most))
            for count, share, most in overlay(runs, above_floor(units[line], floors[line]))
        )
        for line, runs in off.items()
    }
