"""Apply discounts to an order: decide, claim, and decide again without what turned out to be spent."""

from collections.abc import Sequence
from typing import Final

import msgspec

from aurapromo.engine.cart import Cart, Line
from aurapromo.engine.facts import Customer
from aurapromo.errors import FieldError, Invalid, NotFound, Unavailable, invalid
from aurapromo.facts import service as facts
from aurapromo.facts.model import Item
from aurapromo.facts.model import Order as ShopOrder
from aurapromo.idempotency.model import AnsweredBefore
from aurapromo.platform.database import Database
from aurapromo.promotions.keeper import BookKeeper
from aurapromo.redemptions import service
from aurapromo.redemptions.checkout.claiming import Draft, claim_of, draft_of, is_given, is_limit, receipt_of
from aurapromo.redemptions.checkout.deciding import Asked, Decided, Decider
from aurapromo.redemptions.checkout.wanted import (
    CartChanged,
    LimitReached,
    NothingApplies,
    OrderCancelled,
    OrderReturned,
    OrderUnknown,
    Wanted,
    Words,
)
from aurapromo.redemptions.claims.claim import Claim, Done, Refused, Repeated, Stale
from aurapromo.redemptions.ids import RandomBits
from aurapromo.redemptions.ledger import Ledger
from aurapromo.redemptions.model import Order
from aurapromo.redemptions.reclaim import Reclaimer

#: Rounds of one request. Each follows a change that somebody else has brought about, or leaves out a
#: promotion or a code for good.
ROUNDS: Final = 50


class Round(msgspec.Struct):
    """What one request has learned so far."""

    order: Order | None = None
    cart: Cart | None = None
    withheld: dict[int, str] = {}
    refused: dict[str, str] = {}
    fresh: bool = False
    reclaimed: bool = False


class Checkout:
    """Where orders take their discounts."""

    def __init__(
        self,
        database: Database,
        keeper: BookKeeper,
        ledger: Ledger,
        reclaimer: Reclaimer,
        random_bits: RandomBits,
    ) -> None:
        self._database = database
        self._keeper = keeper
        self._decider = Decider(keeper, database)
        self._ledger = ledger
        self._reclaimer = reclaimer
        self._random_bits = random_bits

    async def apply(self, wanted: Wanted, words: Words) -> bytes:
        """Take what was asked for as far as it applies; the body of the answer, in a contract's words.

        Raises NothingApplies, LimitReached, OrderUnknown, OrderCancelled, CartChanged, Invalid for a
        promotion that nobody has, AnsweredBefore, and Unavailable when too many wait.
        """
        known = Round()
        if wanted.cart is None:
            known.order = await self._order(wanted.order_id)
        for _ in range(ROUNDS):
            draft = await self._draft(wanted, known)
            claim, body = await self._claim(draft, known, words)
            if claim.order is None and claim.record is None:
                return body
            match await self._ledger.submit(claim):
                case Done():
                    return body
                case Repeated(record):
                    raise AnsweredBefore(record)
                case Refused() as refused:
                    await self._learn(known, refused)
                case Stale(promotions) if promotions:
                    await self._keeper.refresh()
                case _:
                    known.order = await self._order(wanted.order_id)
            known.fresh = True
        raise Unavailable("The order is being changed too often right now; try again.")

    async def _claim(self, draft: Draft, known: Round, words: Words) -> tuple[Claim, bytes]:
        decided = await self._decider.decide(asked_of(draft, known))
        if decided.unknown:
            raise unknown_promotions(draft.wanted, decided.unknown)
        if not is_given(draft, decided):
            raise nothing(draft, decided, words)
        if decided.added and draft.order is not None and draft.order.returned is not None:
            raise OrderReturned(f"Items of order {draft.order.id} came back; it takes nothing more.")
        return claim_of(draft, decided, words, self._random_bits)

    async def _draft(self, wanted: Wanted, known: Round) -> Draft:
        """What is settled before the decision."""
        order = known.order
        if order is not None and order.cancelled_at is not None:
            raise OrderCancelled(f"Order {order.id} was cancelled.")
        if known.cart is None:
            known.cart = await self._cart(wanted, order)
        now = wanted.now + self._ledger.ahead
        draft = draft_of(wanted, order, known.cart, now)
        if order is not None and draft.stays and order.cart_digest != draft.cart_digest:
            raise CartChanged(f"Order {order.id} has redeemed its promotions with another cart.")
        return draft

    async def _cart(self, wanted: Wanted, order: Order | None) -> Cart:
        """The cart of the checkout with its codes; raises OrderUnknown and Invalid without items."""
        if wanted.cart is not None:
            return msgspec.structs.replace(wanted.cart, codes=wanted.codes)
        stored = order.cart if order is not None else await self._shop_cart(wanted.order_id)
        if wanted.shipping and wanted.currency != stored.currency:
            raise invalid("currency", message=f"is {stored.currency} in this order")
        return msgspec.structs.replace(
            stored,
            codes=wanted.codes,
            shipping=wanted.shipping or stored.shipping,
            shipping_country=wanted.country or stored.shipping_country,
        )

    async def _shop_cart(self, order_id: str) -> Cart:
        async with self._database.reading() as conn:
            try:
                order = await facts.order(conn, order_id)
            except NotFound:
                raise OrderUnknown(f"There is no order {order_id}; send its order_items.") from None
        if not order.items:
            raise invalid("order_items", message="are needed: the order is known without its items")
        return cart_of(order)

    async def _order(self, order_id: str) -> Order | None:
        async with self._database.reading() as conn:
            return await service.order(conn, order_id)

    async def _learn(self, known: Round, refused: Refused) -> None:
        """Leave out what is used up, unless expired holds give some of it back."""
        if refused.held and not known.reclaimed:
            known.reclaimed = True
            if await self._reclaimer.reclaim():
                return
        known.withheld |= refused.promotions
        known.refused |= refused.codes


def nothing(draft: Draft, decided: Decided, words: Words) -> LimitReached | NothingApplies:
    """The refusal when nothing that was asked for applies."""
    receipt = receipt_of(draft, decided, ())
    fields = words.missed(receipt) or [FieldError((), "No promotion applies to this order")]
    return LimitReached(fields) if is_limit(receipt.missed) else NothingApplies(fields)


def asked_of(draft: Draft, known: Round) -> Asked:
    wanted = draft.wanted
    customer = wanted.customer
    if customer is None and draft.customer_id is not None:
        customer = Customer(draft.customer_id)
    return Asked(
        order_id=wanted.order_id,
        cart=draft.cart,
        now=wanted.now,
        options=wanted.options,
        customer=customer,
        named=wanted.named,
        automatic=wanted.automatic,
        standing=draft.stays,
        withheld=known.withheld,
        refused=known.refused,
        fresh=known.fresh,
    )


def unknown_promotions(wanted: Wanted, unknown: Sequence[int]) -> Invalid:
    return Invalid(
        [
            FieldError(("promotion_ids", wanted.named.index(one)), f"There is no promotion {one}")
            for one in unknown
        ]
    )


def cart_of(order: ShopOrder) -> Cart:
    """The cart of an order that the shop told us of."""
    return Cart(order.currency, tuple([line_of(item) for item in order.items or ()]), order.channel)


def line_of(item: Item) -> Line:
    named = item.taxons if item.category_id is None else (item.category_id, *item.taxons)
    return Line(item.product_id, item.quantity, item.unit_price, frozenset(named), item.brand_id)
