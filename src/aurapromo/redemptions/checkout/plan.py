"""From a decision to the claim on the ledger, and to what the caller will be told. Pure."""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

from aurapromo.engine.cart import Cart
from aurapromo.engine.decision import Applied, Run, Step
from aurapromo.redemptions.checkout.deciding import Decided
from aurapromo.redemptions.claims.claim import Move, Take
from aurapromo.redemptions.model import Allocation, Order, Redemption, Standing, State, Why

_encode: Final = msgspec.json.Encoder(order="deterministic").encode


class Given(msgspec.Struct, frozen=True):
    """One promotion that an order has, old or new: the redemption, and what every unit got of it.

    `applied` tells its actions apart; None where that is no longer known.
    """

    redemption: Redemption
    units: tuple[tuple[Run, ...], ...]
    applied: Applied | None = None

    @property
    def discount(self) -> int:
        """Line and shipping discount together."""
        return self.redemption.discount + self.redemption.shipping_discount


class Missed(msgspec.Struct, frozen=True):
    """A promotion or a code that the order does not get, and why.

    A code that belongs to a promotion has that promotion's step where the code itself is not to blame.
    """

    reason: str
    promotion_id: int | None = None
    code: str | None = None
    step: Step | None = None


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """What an order has now: every promotion in order of application, and what it does not get.

    `names` and `promotion_codes` are the promotions' own by id. `trace` has the reasons for every promotion
    considered, `coupons` the promotions of the codes that may be used.
    """

    order_id: str
    cart: Cart
    given: tuple[Given, ...]
    missed: tuple[Missed, ...] = ()
    names: dict[int, str] = {}
    promotion_codes: dict[int, str] = {}
    trace: tuple[Step, ...] = ()
    coupons: dict[str, int] = {}


def digest(cart: Cart, customer_id: str | None) -> bytes:
    """The same for the same cart of the same customer, whatever codes it carries."""
    return hashlib.sha256(_encode([msgspec.structs.replace(cart, codes=()), customer_id])).digest()


def keep(order: Order, cart_digest: bytes, now: datetime) -> tuple[list[Standing], list[Move]]:
    """What stays of an order's redemptions when it comes with a cart, and what has to go.

    Holds of another cart are replaced, expired ones are released. `now` is the database's clock.
    """
    stays: list[Standing] = []
    goes: list[Move] = []
    for standing in order.standing:
        redemption = standing.redemption
        is_over = redemption.expires_at is not None and redemption.expires_at <= now
        if redemption.state is not State.HELD or (order.cart_digest == cart_digest and not is_over):
            stays.append(standing)
        else:
            why = Why.EXPIRED if is_over else Why.REPLACED
            goes.append(Move(redemption=redemption, to=State.RELEASED, reason=why))
    return stays, goes


def confirmed(stays: Sequence[Standing], until: datetime | None) -> list[Move]:
    """Holds that become redemptions because the same cart is now redeemed (`until` None)."""
    if until is not None:
        return []
    held = [one.redemption for one in stays if one.redemption.state is State.HELD]
    return [Move(redemption=redemption, to=State.REDEEMED) for redemption in held]


def takes_of(decided: Decided, cart: Cart, until: datetime | None, *, ids: Sequence[UUID]) -> list[Take]:
    """One use for each promotion that the decision adds, held `until` then (None: redeemed at once).

    `ids` are as many, in rising order.
    """
    return [
        Take(
            id=redemption_id,
            promotion_id=one.promotion_id,
            version=decided.promotions[one.promotion_id].version,
            state=State.REDEEMED if until is None else State.HELD,
            discount=sum(one.lines),
            shipping_discount=sum(one.shipping),
            credit=one.credit,
            code=code_for(one.promotion_id, decided, cart),
            most=decided.promotions[one.promotion_id].definition.max_uses_per_customer,
            allocations=tuple(allocations_of(one.units)),
        )
        for redemption_id, one in zip(ids, decided.added, strict=True)
    ]


def code_for(promotion_id: int, decided: Decided, cart: Cart) -> str | None:
    """The first code of the cart that belongs to the promotion and was not refused."""
    for code in cart.codes:
        found = decided.codes.get(code)
        if found is not None and found.promotion_id == promotion_id and code not in decided.refused:
            return code
    return None


def allocations_of(units: Sequence[Sequence[Run]]) -> Iterator[Allocation]:
    """The units that got something."""
    for line, runs in enumerate(units):
        at = 0
        for count, off in runs:
            if off:
                yield Allocation(line, at, count, off)
            at += count


def units_of(standing: Standing, cart: Cart) -> tuple[tuple[Run, ...], ...]:
    """What every unit of every line got, from the stored allocations."""
    lines: list[list[Run]] = [[] for _ in cart.lines]
    ends = [0] * len(cart.lines)
    for one in standing.allocations:
        if one.first_unit > ends[one.line]:
            lines[one.line].append((one.first_unit - ends[one.line], 0))
        lines[one.line].append((one.units, one.unit_discount))
        ends[one.line] = one.first_unit + one.units
    for index, line in enumerate(cart.lines):
        if ends[index] < line.quantity:
            lines[index].append((line.quantity - ends[index], 0))
    return tuple([tuple(runs) for runs in lines])
