"""Priorities as Sylius counts them: places among its promotions, so that a move shifts others.

Source of the rules: doctrine-extensions, SortableListener. To be called by whoever holds the book's row,
so that one move ends before the next begins. A negative number wants the top.
"""

from aurapromo.platform.database import Conn
from aurapromo.promotions.positions import store


async def make_room(tx: Conn, wanted: int, book_version: int) -> int:
    """The place of a new promotion: what is at or above it moves up. Beyond the top it is as given."""
    highest = await store.highest(tx)
    top = -1 if highest is None else highest
    if wanted < 0:
        return top + 1
    if wanted <= top:
        await store.shift(tx, wanted, None, 1, book_version)
    return wanted


async def put(tx: Conn, promotion_id: int, position: int, book_version: int) -> None:
    """Note the place for which room was made."""
    await store.put(tx, promotion_id, position, book_version)


async def move(tx: Conn, promotion_id: int, places: tuple[int, int], book_version: int) -> int:
    """Take a promotion from its old place to a new one (`places`), at most to the top; where it is then."""
    old, wanted = places
    highest = await store.highest(tx)
    top = old if highest is None else highest
    new = top if wanted < 0 else min(wanted, top)
    if new < old:
        await store.shift(tx, new, old - 1, 1, book_version)
    elif new > old:
        await store.shift(tx, old + 1, new, -1, book_version)
    await store.put(tx, promotion_id, new, book_version)
    return new


async def close_gap(tx: Conn, position: int, book_version: int) -> None:
    """What is at or above the place of one that was deleted moves down."""
    await store.shift(tx, position, None, -1, book_version)
