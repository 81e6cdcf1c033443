"""The claim of a checkout on the ledger, and its receipt, both complete before anything is written. Pure."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec

from aurapromo.engine.cart import Cart
from aurapromo.engine.decision import Outcome, Reason
from aurapromo.idempotency.model import Record
from aurapromo.redemptions.changing import after
from aurapromo.redemptions.checkout import plan
from aurapromo.redemptions.checkout.deciding import Decided
from aurapromo.redemptions.checkout.plan import Given, Missed, Receipt
from aurapromo.redemptions.checkout.wanted import Wanted, Words
from aurapromo.redemptions.claims.claim import Claim, Move, OrderAfter, Take
from aurapromo.redemptions.events import entered
from aurapromo.redemptions.ids import RandomBits, mint
from aurapromo.redemptions.model import Order, Redemption, Standing

#: The refusals that say "used up".
LIMITS: Final = frozenset(
    {
        Reason.USAGE_LIMIT_REACHED.value,
        Reason.BUDGET_EXHAUSTED.value,
        Reason.CUSTOMER_LIMIT_REACHED.value,
        "coupon_usage_limit_reached",
        "coupon_customer_limit_reached",
    }
)
JSON: Final = (("content-type", "application/json"),)


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A checkout as far as it is settled before the decision.

    `stays` is what the order keeps, `moves` what becomes of the rest. `until` is when new holds expire.
    """

    wanted: Wanted
    order: Order | None
    cart: Cart
    customer_id: str | None
    cart_digest: bytes
    stays: tuple[Standing, ...]
    moves: tuple[Move, ...]
    until: datetime | None


def draft_of(wanted: Wanted, order: Order | None, cart: Cart, database_now: datetime) -> Draft:
    """What stays and goes of an order that is checked out with this cart."""
    customer_id = wanted.customer.id if wanted.customer is not None else None
    if customer_id is None and order is not None:
        customer_id = order.customer_id
    cart_digest = plan.digest(cart, customer_id)
    until = None if wanted.hold_s is None else database_now + timedelta(seconds=wanted.hold_s)
    stays, goes = plan.keep(order, cart_digest, database_now) if order is not None else ([], [])
    return Draft(
        wanted=wanted,
        order=order,
        cart=cart,
        customer_id=customer_id,
        cart_digest=cart_digest,
        stays=tuple(stays),
        moves=(*goes, *plan.confirmed(stays, until)),
        until=until,
    )


def claim_of(draft: Draft, decided: Decided, words: Words, random_bits: RandomBits) -> tuple[Claim, bytes]:
    """The claim and the body of the answer that it earns."""
    wanted, at = draft.wanted, draft.wanted.now
    ids = sorted([mint(at, random_bits) for _ in decided.added])
    takes = plan.takes_of(decided, draft.cart, draft.until, ids=ids)
    fresh = [redemption_of(take, draft, decided) for take in takes]
    moved = [after(move, at) for move in draft.moves]
    body = words.receipt(receipt_of(draft, decided, fresh))
    claim = Claim(
        order_id=wanted.order_id,
        seen=0 if draft.order is None else draft.order.version,
        at=at,
        order=order_after(draft) if takes or moved else None,
        takes=tuple(takes),
        moves=draft.moves,
        customer=draft.customer_id if counts_customers(takes, decided) else None,
        placed_orders=decided.placed_orders if takes else None,
        expires_at=draft.until,
        record=record_of(wanted, body),
        events=tuple([event for one in (*moved, *fresh) for event in entered(one, at, random_bits)]),
    )
    return claim, body


def order_after(draft: Draft) -> OrderAfter:
    return OrderAfter(
        customer_id=draft.customer_id,
        cart=msgspec.structs.replace(draft.cart, codes=()),
        cart_digest=draft.cart_digest,
        total=total_of(draft.cart),
    )


def record_of(wanted: Wanted, body: bytes) -> Record | None:
    call = wanted.identity
    return None if call is None else Record(call.id, call.body_digest, 200, JSON, body)


def counts_customers(takes: Sequence[Take], decided: Decided) -> bool:
    """Whether anything taken is limited by customer or by the number of orders."""
    codes = decided.codes
    limited = any(
        take.most is not None or (take.code is not None and codes[take.code].counts_customers)
        for take in takes
    )
    return bool(takes) and (limited or decided.placed_orders is not None)


def total_of(cart: Cart) -> int:
    """Items and shipping before any discount."""
    return cart.subtotal + sum(cart.shipping)


def redemption_of(take: Take, draft: Draft, decided: Decided) -> Redemption:
    at = draft.wanted.now
    return Redemption(
        id=take.id,
        promotion_id=take.promotion_id,
        promotion_version=take.version,
        promotion_name=decided.promotions[take.promotion_id].definition.name,
        coupon_id=None,
        coupon_code=take.code,
        order_id=draft.wanted.order_id,
        customer_id=draft.customer_id,
        channel=draft.cart.channel,
        currency=draft.cart.currency,
        state=take.state,
        discount=take.discount,
        shipping_discount=take.shipping_discount,
        credit=take.credit,
        returned=0,
        order_total=total_of(draft.cart),
        expires_at=draft.until,
        created_at=at,
        updated_at=at,
    )


def receipt_of(draft: Draft, decided: Decided, fresh: Sequence[Redemption]) -> Receipt:
    """What the order has once the claim is taken."""
    added = [Given(one, applied.units, applied) for one, applied in zip(fresh, decided.added, strict=True)]
    usable = {code: one for code, one in decided.codes.items() if code not in decided.refused}
    return Receipt(
        order_id=draft.wanted.order_id,
        cart=draft.cart,
        given=(*earlier_of(draft, decided), *added),
        missed=tuple(missed_of(draft, decided)),
        names={one.id: one.definition.name for one in decided.promotions.values()},
        promotion_codes={one.id: one.code for one in decided.promotions.values()},
        trace=decided.decision.trace,
        coupons={code: one.promotion_id for code, one in usable.items()},
    )


def earlier_of(draft: Draft, decided: Decided) -> Iterator[Given]:
    """What the order has already; told apart by action where it would get the same today."""
    moved = {move.redemption.id: move for move in draft.moves}
    today = {one.promotion_id: one for one in decided.decision.applied}
    for one in draft.stays:
        redemption = one.redemption
        move = moved.get(redemption.id)
        again = today.get(redemption.promotion_id)
        is_same = again is not None and again.discount == redemption.discount + redemption.shipping_discount
        yield Given(
            redemption if move is None else after(move, draft.wanted.now),
            plan.units_of(one, draft.cart),
            again if is_same else None,
        )


def missed_of(draft: Draft, decided: Decided) -> Iterator[Missed]:
    """What was asked for by name or code and is not given; without either, all that was considered."""
    wanted = draft.wanted
    has = {one.redemption.promotion_id for one in draft.stays} | {a.promotion_id for a in decided.added}
    steps = {step.promotion_id: step for step in decided.decision.trace}
    named = wanted.named if wanted.named or wanted.codes else tuple(steps)
    for promotion_id in named:
        step = steps.get(promotion_id)
        if promotion_id not in has and step is not None and step.outcome is not Outcome.APPLIED:
            yield Missed(step.reason, promotion_id=promotion_id, step=step)
    for code in wanted.codes:
        code_is_of = decided.codes.get(code)
        if code in decided.refused or code_is_of is None:
            yield Missed(decided.refused.get(code, "coupon_not_found"), code=code)
        elif code_is_of.promotion_id not in has:
            step = steps.get(code_is_of.promotion_id)
            reason = "coupon_not_found" if step is None else step.reason
            yield Missed(reason, promotion_id=code_is_of.promotion_id, code=code, step=step)


def is_given(draft: Draft, decided: Decided) -> bool:
    """Whether the order gets, or has already, anything of what was asked for."""
    wanted = draft.wanted
    if decided.added or (wanted.automatic and draft.stays):
        return True
    asked = {*wanted.named, *[one.promotion_id for one in decided.codes.values()]}
    return any(one.redemption.promotion_id in asked for one in draft.stays)


def is_limit(missed: Sequence[Missed]) -> bool:
    """Whether a limit is to blame for some of it."""
    return any(one.reason in LIMITS for one in missed)
