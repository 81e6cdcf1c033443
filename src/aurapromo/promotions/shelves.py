"""An index of live promotions by the narrowest thing that each of them requires."""

from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Final

import msgspec

from aurapromo.engine.cart import Cart
from aurapromo.engine.eligibility.requirements import Requirements
from aurapromo.engine.prepare import Prepared
from aurapromo.promotions.model import Promotion

LAST: Final = 2**63  # above every id


class Entry(msgspec.Struct, frozen=True):
    """A live promotion, ready to decide with.

    `alone` is the same without asking for a code, to price it by itself. `asks_customer`: facts
    about the customer matter to it.
    """

    promotion: Promotion
    prepared: Prepared
    alone: Prepared
    requires: Requirements
    asks_customer: bool

    @property
    def id(self) -> int:
        return self.promotion.id

    def may_meet(self, cart: Cart, subtotal: int, units: int) -> bool:
        """False when the cart as a whole (its size, channel, country) rules the promotion out."""
        needs = self.requires
        return (
            subtotal >= needs.minimum_subtotal
            and units >= needs.minimum_quantity
            and (needs.channels is None or cart.channel in needs.channels)
            and (needs.countries is None or cart.shipping_country in needs.countries)
        )


class Keyed:
    """Promotions under any of several words: a cart finds those with a word that it has."""

    def __init__(self) -> None:
        self._by_word: defaultdict[str, dict[int, Entry]] = defaultdict(dict)

    def __bool__(self) -> bool:
        return bool(self._by_word)

    def add(self, words: Iterable[str], entry: Entry) -> None:
        for word in words:
            self._by_word[word][entry.id] = entry

    def discard(self, words: Iterable[str], entry: Entry) -> None:
        for word in words:
            self._by_word[word].pop(entry.id, None)
            if not self._by_word[word]:
                del self._by_word[word]

    def collect(self, words: Iterable[str], found: dict[int, Entry]) -> None:
        for word in words:
            if word in self._by_word:
                found.update(self._by_word[word])


class Shelves:
    """Where each promotion stands, and which of them a cart has to look at.

    A promotion stands under the first of product, category, brand, code, segment and channel that it
    requires, else by its minimum subtotal; one that needs a coupon is found by its coupons alone.
    """

    def __init__(self) -> None:
        self.segments = Keyed()
        self._products = Keyed()
        self._categories = Keyed()
        self._brands = Keyed()
        self._codes = Keyed()
        self._channels = Keyed()
        self._with_coupon: dict[int, Entry] = {}
        self._by_minimum: list[tuple[int, int]] = []
        self._open: dict[int, Entry] = {}

    def add(self, entry: Entry) -> None:
        needs = entry.requires
        if needs.coupon:
            self._with_coupon[entry.id] = entry
        elif (place := self._place(needs)) is not None:
            shelf, words = place
            shelf.add(words, entry)
        else:
            self._open[entry.id] = entry
            insort(self._by_minimum, (needs.minimum_subtotal, entry.id))

    def discard(self, entry: Entry) -> None:
        self._with_coupon.pop(entry.id, None)
        place = self._place(entry.requires)
        if place is not None:
            shelf, words = place
            shelf.discard(words, entry)
        if self._open.pop(entry.id, None) is not None:
            key = (entry.requires.minimum_subtotal, entry.id)
            self._by_minimum.pop(bisect_left(self._by_minimum, key))

    def look_up(
        self, cart: Cart, *, segments: Collection[str], promotions_of_codes: Collection[int]
    ) -> list[Entry]:
        """The promotions that stand where this cart and customer look, and that the cart can meet."""
        found: dict[int, Entry] = {}
        for line in cart.lines:
            self._products.collect((line.product_id,), found)
            self._categories.collect(line.categories, found)
            if line.brand_id is not None:
                self._brands.collect((line.brand_id,), found)
        self._codes.collect(cart.codes, found)
        self.segments.collect(segments, found)
        if cart.channel is not None:
            self._channels.collect((cart.channel,), found)
        for promotion_id in promotions_of_codes:
            if promotion_id in self._with_coupon:
                found[promotion_id] = self._with_coupon[promotion_id]
        subtotal, units = cart.subtotal, cart.units
        reached = bisect_right(self._by_minimum, (subtotal, LAST))
        for _, promotion_id in self._by_minimum[:reached]:
            found[promotion_id] = self._open[promotion_id]
        return [one for one in found.values() if one.may_meet(cart, subtotal, units)]

    def _place(self, needs: Requirements) -> tuple[Keyed, frozenset[str]] | None:
        for shelf, words in (
            (self._products, needs.products),
            (self._categories, needs.categories),
            (self._brands, needs.brands),
            (self._codes, needs.codes),
            (self.segments, needs.segments),
            (self._channels, needs.channels),
        ):
            if words is not None:
                return shelf, words
        return None
