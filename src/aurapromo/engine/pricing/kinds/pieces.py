"""Units pooled over several lines, as pieces of lines and never one by one.

A line of a million units therefore costs what a line of one does.
"""

from collections.abc import Iterable

import msgspec

from aurapromo.engine.pricing.allocation import Runs, laid_out, overlay
from aurapromo.engine.pricing.state import State


class Piece(msgspec.Struct, frozen=True):
    """`count` neighbouring units of a line, from position `start`, each with `left` still to pay."""

    line: int
    start: int
    count: int
    left: int

    def part(self, start: int, count: int) -> "Piece":
        return Piece(self.line, start, count, self.left)


Marks = dict[int, list[tuple[int, int, int]]]  # by line: (start, count, value)


def unused(lines: Iterable[int], state: State) -> list[Piece]:
    """The units of `lines` that nothing has used up yet."""
    pieces: list[Piece] = []
    units = state.units()
    for line in lines:
        used = state.used[line] if state.used else ((state.basket.cart.lines[line].quantity, 0),)
        start = 0
        for count, left, is_used in overlay(units[line], used):
            if not is_used:
                pieces.append(Piece(line, start, count, left))
            start += count
    return pieces


def size(pieces: Iterable[Piece]) -> int:
    return sum([piece.count for piece in pieces])


def value(pieces: Iterable[Piece]) -> int:
    """What is left to pay for all these units."""
    return sum([piece.count * piece.left for piece in pieces])


def first(pieces: Iterable[Piece], units: int) -> list[Piece]:
    """The first `units` units of the pieces."""
    found: list[Piece] = []
    for piece in pieces:
        if count := min(piece.count, units):
            found.append(piece.part(piece.start, count))
        units -= count
    return found


def used_up(pieces: Iterable[Piece], state: State) -> tuple[Runs, ...]:
    """1 for every unit of the pieces, 0 for every other unit of the cart."""
    marks: Marks = {}
    for piece in pieces:
        marks.setdefault(piece.line, []).append((piece.start, piece.count, 1))
    lines = enumerate(state.basket.cart.lines)
    return tuple([laid_out(marks.get(index, []), line.quantity) for index, line in lines])


def runs_of(marks: Marks, state: State) -> dict[int, Runs]:
    """The values of all units of the marked lines, 0 for those without a mark."""
    lines = state.basket.cart.lines
    return {line: laid_out(marks[line], lines[line].quantity) for line in sorted(marks)}
