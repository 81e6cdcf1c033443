"""What each line and unit of an order got, over all its promotions."""

from collections.abc import Sequence
from itertools import chain, repeat
from typing import Final

from aurapromo.api.aura.decisions.types import LineOut
from aurapromo.api.aura.fields import ShopId
from aurapromo.api.aura.money import digits_of, to_major
from aurapromo.engine.decision import Run
from aurapromo.redemptions.checkout.plan import Receipt

MOST_UNITS_LISTED: Final = 10_000


def lines_out(product_ids: Sequence[ShopId], receipt: Receipt) -> list[LineOut]:
    """One entry for each line, in order; units are listed in carts of up to 10,000."""
    digits = digits_of(receipt.cart.currency)
    listed = receipt.cart.units <= MOST_UNITS_LISTED
    given = [one.units for one in receipt.given]
    return [
        line_out(index, product_id, [units[index] for units in given], digits, listed=listed)
        for index, product_id in enumerate(product_ids)
    ]


def line_out(
    index: int, product_id: ShopId, runs: Sequence[Sequence[Run]], digits: int, *, listed: bool
) -> LineOut:
    total = sum([count * off for one in runs for count, off in one])
    units = None
    if listed:
        each = [chain.from_iterable(repeat(off, count) for count, off in one) for one in runs]
        units = [to_major(sum(unit), digits) for unit in zip(*each, strict=True)]
    return LineOut(index, product_id, to_major(total, digits), units)
