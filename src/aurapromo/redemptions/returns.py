"""What comes back with returned units: for each the price, less what it had been given when it was bought.

The policy, stated in docs/redemptions.md: the discount of every unit was fixed when the order was redeemed.
A return refunds just that unit and changes nothing for those that stay, also when the order without it would
no longer have reached the promotion's threshold. Of equal units those with the most discount go back first,
so that nobody keeps the free one of a pair by returning the one that was paid.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

import msgspec

from aurapromo.engine.cart import Cart
from aurapromo.engine.decision import Run
from aurapromo.redemptions.model import Redemption

#: So many units, and what each of them got from every redemption of the order.
Segment = tuple[int, tuple[int, ...]]


class ReturnedLine(msgspec.Struct, frozen=True):
    """Units of one line that come back; amounts in minor units, `refund` is `price` less `discount`."""

    line: int
    units: int
    price: int
    discount: int

    @property
    def refund(self) -> int:
        return self.price - self.discount


class Returning(msgspec.Struct, frozen=True):
    """A return worked out: its lines, the share of each redemption, and all units that are back then."""

    lines: tuple[ReturnedLine, ...]
    shares: tuple[int, ...]
    returned: tuple[int, ...]


def returning(
    cart: Cart,
    given: Sequence[tuple[tuple[Run, ...], ...]],
    redemptions: Sequence[Redemption],
    back: Sequence[int],
    wanted: Mapping[int, int],
) -> Returning:
    """What `wanted` units by line bring back, when `back` of each line have come back before.

    `given` has what each of `redemptions` gave every unit of every line. With the last unit of the order
    the cashback goes back too; what was off the shipping fee stays, for the parcel was sent.
    """
    lines: list[ReturnedLine] = []
    shares = [0] * len(redemptions)
    for line, units in sorted(wanted.items()):
        segments = most_discounted_first(aligned([one[line] for one in given], cart.lines[line].quantity))
        parts = [sum(column) for column in zip(*taken(segments, back[line], units), strict=True)]
        shares = [share + part for share, part in zip(shares, parts or [0] * len(shares), strict=True)]
        lines.append(ReturnedLine(line, units, units * cart.lines[line].unit_price, sum(parts)))
    after = tuple([count + wanted.get(line, 0) for line, count in enumerate(back)])
    if all(count == line.quantity for count, line in zip(after, cart.lines, strict=True)):
        shares = [share + one.credit for share, one in zip(shares, redemptions, strict=True)]
    return Returning(tuple(lines), tuple(shares), after)


def aligned(given: Sequence[Sequence[Run]], quantity: int) -> Iterator[Segment]:
    """The units of one line cut wherever any redemption treats them differently."""
    edges = {0, quantity}
    for runs in given:
        at = 0
        for count, _ in runs:
            at += count
            edges.add(at)
    cuts = sorted(edges)
    for start, end in pairwise(cuts):
        yield end - start, tuple([at_unit(runs, start) for runs in given])


def at_unit(runs: Sequence[Run], unit: int) -> int:
    """What one unit got."""
    end = 0
    for count, off in runs:
        end += count
        if unit < end:
            return off
    return 0


def most_discounted_first(segments: Iterator[Segment]) -> list[Segment]:
    return sorted(segments, key=lambda segment: -sum(segment[1]))


def taken(segments: Sequence[Segment], skip: int, units: int) -> Iterator[tuple[int, ...]]:
    """What each redemption gave the next `units` units after the first `skip`, segment by segment."""
    at = 0
    for count, offs in segments:
        start, end = max(at, skip), min(at + count, skip + units)
        at += count
        if start < end:
            yield tuple([off * (end - start) for off in offs])
