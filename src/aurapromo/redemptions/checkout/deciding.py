"""Decide what an order gets before the ledger is asked: as if nothing were spent, beside what it has already.

The ledger judges limits under its locks. What it refused comes back in `Asked.withheld` and
`Asked.refused`, and is left out of the next decision.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

import msgspec

from aurapromo.engine import rules as r
from aurapromo.engine.cart import Cart
from aurapromo.engine.decide import decide
from aurapromo.engine.decision import Applied, Decision, Reason
from aurapromo.engine.facts import Coupon, Customer, Facts
from aurapromo.engine.options import Options
from aurapromo.engine.prepare import Prepared, flattened, prepare
from aurapromo.engine.promotion import Limits, Period
from aurapromo.facts import service as facts
from aurapromo.platform.database import Database
from aurapromo.promotions import service as promotions
from aurapromo.promotions.book import entry_of
from aurapromo.promotions.keeper import BookKeeper
from aurapromo.promotions.lifecycle import LIVE
from aurapromo.promotions.model import Promotion
from aurapromo.promotions.shelves import Entry
from aurapromo.redemptions.checkout.codes import Codes
from aurapromo.redemptions.model import Code, Standing

NOT_ACTIVE: Final = "not_active"
NOT_FOUND: Final = "coupon_not_found"
#: What a shop may say of its customer itself; it counts more than what we know.
TOLD: Final = ("group", "placed_orders")
FIRST: Final = 2**40  # a priority above all that anybody can give


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What an order wants.

    `named` promotions and those of the cart's codes, and with `automatic` all live ones that need no
    code. `standing` is what the order has already. `withheld` are promotions, `refused` codes that the
    ledger has turned down, with the reason. `fresh`: remembered codes are not good enough.
    """

    order_id: str
    cart: Cart
    now: datetime
    options: Options
    customer: Customer | None
    named: tuple[int, ...] = ()
    automatic: bool = True
    standing: tuple[Standing, ...] = ()
    withheld: Mapping[int, str] = {}
    refused: Mapping[str, str] = {}
    fresh: bool = False


class Decided(msgspec.Struct, frozen=True):
    """What a decision adds to an order, with what stands behind it.

    `added` stands in order of application. `refused` are codes that are known to be of no use, with the
    reason; one that nobody has is among them. `placed_orders` is what the customer's orders were counted
    as, None when no rule asked. `unknown` are named promotions that nobody has.
    """

    decision: Decision
    added: tuple[Applied, ...]
    promotions: Mapping[int, Promotion]
    codes: Mapping[str, Code]
    refused: Mapping[str, str]
    placed_orders: int | None
    unknown: tuple[int, ...]


class Decider:
    """The book of this process, and the reads behind it."""

    def __init__(self, keeper: BookKeeper, database: Database) -> None:
        self._keeper = keeper
        self._database = database
        self._codes = Codes(database)

    async def decide(self, asked: Asked) -> Decided:
        """What the order gets if nothing is spent, its earlier promotions first."""
        cart = asked.cart
        codes = await self._codes.find(cart.codes, fresh=asked.fresh) if cart.codes else {}
        named = dict.fromkeys([*asked.named, *[one.promotion_id for one in codes.values()]])
        customer = asked.customer
        if customer is not None and self._keeper.book.asks_for_segments:
            customer = await self._known(customer, asked.order_id)
        entries = await self._entries(asked, list(named), customer)
        if customer is asked.customer and customer is not None and any(one.asks_customer for one in entries):
            customer = await self._known(customer, asked.order_id)
        earlier = await self._named([one.redemption.promotion_id for one in asked.standing])
        found = {entry.id: entry.promotion for entry in (*entries, *earlier)}
        decision = self._decision(asked, entries, earlier, _facts(asked, customer, codes))
        taken = {entry.id for entry in earlier}
        counts = has_no_count(asked.customer) and any(map(counts_orders, entries))
        unfound = {code: NOT_FOUND for code in cart.codes if code not in codes}
        return Decided(
            decision,
            tuple([one for one in decision.applied if one.promotion_id not in taken]),
            found,
            codes,
            {**unfound, **asked.refused},
            customer.placed_orders if counts and customer is not None else None,
            tuple([one for one in asked.named if one not in found]),
        )

    def _decision(
        self, asked: Asked, entries: Sequence[Entry], earlier: Sequence[Entry], known: Facts
    ) -> Decision:
        taken = {entry.id for entry in earlier}
        fresh = [entry for entry in entries if entry.id not in taken]
        withheld = {entry.id: NOT_ACTIVE for entry in fresh if entry.promotion.status not in LIVE}
        options = msgspec.structs.replace(asked.options, withheld={**withheld, **asked.withheld})
        if not earlier:
            prepared = [entry.prepared for entry in fresh]
            return decide(asked.cart, prepared, known, now=asked.now, options=options)
        return beside(asked, fresh, earlier, (known, options))

    async def _entries(self, asked: Asked, named: list[int], customer: Customer | None) -> list[Entry]:
        entries = await self._named(named)
        if not asked.automatic:
            return entries
        known = {entry.id for entry in entries}
        segments = customer.segments if customer is not None else ()
        found = self._keeper.book.candidates(
            asked.cart, segments=segments, promotions_of_codes=(), now=asked.now
        )
        return entries + [entry for entry in found if entry.id not in known]

    async def _named(self, promotion_ids: Sequence[int]) -> list[Entry]:
        """The promotions with these ids, live ones from the book, others from the database."""
        book = self._keeper.book.entries
        entries = [book[one] for one in promotion_ids if one in book]
        missing = [one for one in promotion_ids if one not in book]
        if missing:
            async with self._database.reading() as conn:
                entries += [entry_of(one) for one in await promotions.by_ids(conn, missing)]
        return entries

    async def _known(self, customer: Customer, order_id: str) -> Customer:
        async with self._database.reading() as conn:
            known = await facts.customer_facts(conn, customer.id, besides=order_id)
        told = {name: getattr(customer, name) for name in TOLD if getattr(customer, name) is not None}
        email = customer.email if known.email is None else known.email
        return msgspec.structs.replace(known, **told, email=email)


def beside(
    asked: Asked, fresh: Sequence[Entry], earlier: Sequence[Entry], known: tuple[Facts, Options]
) -> Decision:
    """What comes on top of the promotions that an order has already, which stay as they are.

    They take their turns first, and an exclusive one neither joins them nor is joined. Should they not
    give today what they gave then (their definition has changed), what they gave only bounds what is
    left.
    """
    facts_known, options = known
    alone = any(entry.promotion.definition.exclusive for entry in earlier)
    excluded = {
        entry.id: Reason.EXCLUSIVE.value for entry in fresh if alone or entry.promotion.definition.exclusive
    }
    options = msgspec.structs.replace(options, strategy="priority", withheld={**excluded, **options.withheld})
    first = [as_taken(entry, place) for place, entry in enumerate(earlier)]
    prepared = [entry.prepared for entry in fresh]
    decision = decide(asked.cart, [*first, *prepared], facts_known, now=asked.now, options=options)
    given = {one.promotion_id: (one.discount, one.credit) for one in decision.applied}
    if all(given.get(s.redemption.promotion_id) == given_by(s) for s in asked.standing):
        return decision
    return decide(what_is_left(asked), prepared, facts_known, now=asked.now, options=options)


def what_is_left(asked: Asked) -> Cart:
    """The cart with what the order's promotions gave as a discount that others have given."""
    given = [one.redemption for one in asked.standing]
    shipping = sum(asked.cart.shipping) - sum([one.shipping_discount for one in given])
    return msgspec.structs.replace(
        asked.cart,
        prior_discount=sum([one.discount for one in given]),
        shipping=(max(0, shipping),) if asked.cart.shipping else (),
    )


def given_by(standing: Standing) -> tuple[int, int]:
    redemption = standing.redemption
    return redemption.discount + redemption.shipping_discount, redemption.credit


def as_taken(entry: Entry, place: int) -> Prepared:
    """A promotion that an order has already: it asks for nothing any more, and comes before all others."""
    return prepare(
        msgspec.structs.replace(
            entry.prepared.promotion,
            rules=(),
            exclusive=False,
            requires_coupon=False,
            granted_only=False,
            holdout_ppm=0,
            ab_test=None,
            period=Period(),
            limits=Limits(),
            priority=FIRST - place,
        )
    )


def has_no_count(customer: Customer | None) -> bool:
    """Whether we know of the customer, but were not told the number of orders."""
    return customer is not None and customer.placed_orders is None


def counts_orders(entry: Entry) -> bool:
    """Whether it matters to the promotion how many orders the customer has placed."""
    if not entry.asks_customer:
        return False
    rules = entry.prepared.promotion.rules
    return any(isinstance(rule, r.FirstOrder | r.NthOrder) for rule in flattened(rules))


def _facts(asked: Asked, customer: Customer | None, codes: Mapping[str, Code]) -> Facts:
    return Facts(
        customer=customer,
        coupons={
            code: Coupon(code, one.promotion_id, asked.refused.get(code)) for code, one in codes.items()
        },
        holdout_key=None if customer is None else customer.id,
    )
