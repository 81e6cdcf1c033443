"""Decide a cart against the book: gather what the candidates' rules ask for, then let the engine decide."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec

from aurapromo.coupons import service as coupons
from aurapromo.coupons.model import Asker
from aurapromo.engine.cart import Cart
from aurapromo.engine.decide import appraise, decide
from aurapromo.engine.decision import Appraisal, Decision
from aurapromo.engine.facts import Coupon, Customer, Facts
from aurapromo.engine.options import Options
from aurapromo.engine.prepare import prepare
from aurapromo.engine.promotion import Limits, Period, Promotion
from aurapromo.facts import service as facts
from aurapromo.facts.recall import CustomerRecall
from aurapromo.platform.clock import monotonic
from aurapromo.platform.database import Database
from aurapromo.promotions import model, service
from aurapromo.promotions.book import entry_of
from aurapromo.promotions.keeper import BookKeeper
from aurapromo.promotions.lifecycle import LIVE
from aurapromo.promotions.shelves import Entry
from aurapromo.promotions.store import reads

NOT_ACTIVE: Final = "not_active"
ENDED_OR_LIVE: Final = LIVE | {model.Status.ENDED, model.Status.CANCELLED, model.Status.ARCHIVED}
SMALL: Final = 20  # promotions that are judged one by one when somebody reads why


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """A cart, who asks, and what to look at.

    `told` has what the caller says of the customer, fields of the engine's record, and `coupon_uses` how
    often the customer has used the coupons; both count more than what we know.
    `only`: these promotions instead of every live one. `at`: decide as at that moment instead of
    `now`, with today's definitions. `traced`: somebody will read the trace, so a small book is judged
    whole. `every`: also in a large one those that the index rules out, for their trace.
    """

    cart: Cart
    now: datetime
    options: Options
    customer_id: str | None = None
    told: Mapping[str, Any] = {}
    coupon_uses: int | None = None
    only: tuple[int, ...] | None = None
    at: datetime | None = None
    traced: bool = False
    every: bool = False


class Quote(msgspec.Struct, frozen=True):
    """A decision, the promotions that it speaks of, the codes of the cart, and ids that nobody has."""

    decision: Decision
    promotions: Mapping[int, model.Promotion]
    coupons: Mapping[str, Coupon]
    unknown: tuple[int, ...]


class Known(msgspec.Struct):
    """What has been read from the database for one question."""

    customer: Customer | None = None
    coupons: Mapping[str, Coupon] = {}
    uses: Mapping[int, int] = {}


def unlimited(promotion: Promotion) -> Promotion:
    """The promotion as if it had always begun, would never end and nothing of it were used."""
    return msgspec.structs.replace(
        promotion, period=Period(), limits=Limits(), granted_only=False, holdout_ppm=0, ab_test=None
    )


def is_live(promotion: model.Promotion, _at: datetime) -> bool:
    """Whether it takes part in decisions now and later; its period is the engine's matter."""
    return promotion.status in LIVE


def was_live(promotion: model.Promotion, at: datetime) -> bool:
    """Whether it took part in decisions at a past moment, also when it has ended since.

    The same as `store.reads.live_at` asks of the database.
    """
    if promotion.status not in ENDED_OR_LIVE or promotion.activated_at is None:
        return False
    if promotion.ended_at is None:
        return promotion.status is not model.Status.ARCHIVED
    return at < promotion.ended_at


class Desk:
    """Where decisions are made: the book of this process, and the reads behind it."""

    def __init__(self, keeper: BookKeeper, database: Database, recall: CustomerRecall) -> None:
        self._keeper = keeper
        self._database = database
        self._recall = recall

    async def quote(self, question: Question) -> Quote:
        """What the cart gets; reads the database only when a candidate's rules ask for it."""
        known = Known()
        if question.cart.codes:
            await self._read_coupons(question, known)
        if question.customer_id is not None and self._keeper.book.asks_for_segments:
            await self._read_customer(question.customer_id, known)
        entries = await self._entries(question, known)
        if question.customer_id is not None and any(entry.asks_customer for entry in entries):
            await self._read_customer(question.customer_id, known)
            await self._read_uses(question.customer_id, entries, known)
        return self._decided(question, entries, known)

    async def alone(
        self, promotion_id: int, question: Question, *, preview: bool = False
    ) -> tuple[model.Promotion, Appraisal]:
        """What one promotion by itself would give the cart, with or without a code.

        `preview` prices it as if it were live, whatever its status, dates and limits. Raises
        PromotionNotFound.
        """
        entry = self._keeper.book.entries.get(promotion_id) or await self._stored(promotion_id)
        known = Known()
        if question.customer_id is not None and entry.asks_customer:
            await self._read_customer(question.customer_id, known)
            await self._read_uses(question.customer_id, [entry], known)
        if preview:
            entry = msgspec.structs.replace(entry, alone=prepare(unlimited(entry.alone.promotion)))
        elif entry.promotion.status not in LIVE:
            withheld = msgspec.structs.replace(question.options, withheld={promotion_id: NOT_ACTIVE})
            question = msgspec.structs.replace(question, options=withheld)
        facts = self._facts(question, known)
        given = appraise(question.cart, entry.alone, facts, now=question.now, options=question.options)
        return entry.promotion, given

    async def _stored(self, promotion_id: int) -> Entry:
        async with self._database.reading() as conn:
            return entry_of(await service.get(conn, promotion_id))

    def _decided(self, question: Question, entries: Sequence[Entry], known: Known) -> Quote:
        at = question.at or question.now
        in_force = was_live if at < question.now else is_live
        withheld = {entry.id: NOT_ACTIVE for entry in entries if not in_force(entry.promotion, at)}
        options = question.options
        if withheld:
            options = msgspec.structs.replace(options, withheld={**options.withheld, **withheld})
        decision = decide(
            question.cart,
            [entry.prepared for entry in entries],
            self._facts(question, known),
            now=at,
            options=options,
        )
        found = {entry.id: entry.promotion for entry in entries}
        unknown = tuple(one for one in question.only or () if one not in found)
        return Quote(decision, found, known.coupons, unknown)

    def _facts(self, question: Question, known: Known) -> Facts:
        customer = known.customer
        if customer is None and question.customer_id is not None:
            customer = Customer(question.customer_id)
        if customer is not None and question.told:
            customer = msgspec.structs.replace(customer, **question.told)
        return Facts(
            customer=customer,
            spent=self._keeper.book.spent,
            customer_uses=known.uses,
            coupons=known.coupons,
            holdout_key=question.customer_id,
        )

    async def _entries(self, question: Question, known: Known) -> list[Entry]:
        if question.only is not None:
            return await self._named(question.only)
        if question.at is not None and question.at < question.now:
            async with self._database.reading() as conn:
                return [entry_of(one) for one in await reads.live_at(conn, question.at)]
        book = self._keeper.book
        if question.every or question.at is not None or (question.traced and len(book) <= SMALL):
            return list(book.entries.values())
        return book.candidates(
            question.cart,
            segments=known.customer.segments if known.customer else (),
            promotions_of_codes={coupon.promotion_id for coupon in known.coupons.values()},
            now=question.now,
        )

    async def _named(self, promotion_ids: Sequence[int]) -> list[Entry]:
        """The promotions with these ids, live ones from the book, others from the database."""
        book = self._keeper.book.entries
        entries = [book[one] for one in promotion_ids if one in book]
        missing = [one for one in promotion_ids if one not in book]
        if missing:
            async with self._database.reading() as conn:
                entries += [entry_of(one) for one in await reads.by_ids(conn, missing)]
        return entries

    async def _read_customer(self, customer_id: str, known: Known) -> None:
        if known.customer is None:
            known.customer = self._recall.get(customer_id, monotonic())
        if known.customer is None:
            epoch, read_at = self._recall.epoch, monotonic()
            async with self._database.reading() as conn:
                known.customer = await facts.customer_facts(conn, customer_id)
            self._recall.keep(known.customer, read_at, epoch=epoch)

    async def _read_uses(self, customer_id: str, entries: Sequence[Entry], known: Known) -> None:
        """What the customer has used of those that have a limit for each customer."""
        limited = [one.id for one in entries if one.promotion.definition.max_uses_per_customer is not None]
        if limited:
            async with self._database.reading() as conn:
                known.uses = await reads.customer_uses(conn, customer_id, limited)

    async def _read_coupons(self, question: Question, known: Known) -> None:
        async with self._database.reading() as conn:
            found = await coupons.for_decision(
                conn,
                question.cart.codes,
                Asker(
                    question.customer_id,
                    strangers=not question.options.anonymous_has_limits,
                    uses=question.coupon_uses,
                ),
                now=question.at or question.now,
            )
        known.coupons = {coupon.code: coupon for coupon in found}
