"""What becomes of redemptions after checkout: confirm, release, cancel, return."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Final, TypeVar
from uuid import UUID

import msgspec

from aurapromo.engine.cart import Cart
from aurapromo.errors import Conflict, NotFound, Unavailable, invalid
from aurapromo.facts import service as facts
from aurapromo.idempotency.model import AnsweredBefore, Identity, Record
from aurapromo.platform.database import Database
from aurapromo.redemptions import service
from aurapromo.redemptions.changing import after, claim_of, order_after
from aurapromo.redemptions.checkout.plan import units_of
from aurapromo.redemptions.checkout.wanted import OrderCancelled, OrderUnknown
from aurapromo.redemptions.claims.claim import Claim, Done, Move, OrderAfter, Over, Repeated
from aurapromo.redemptions.ids import RandomBits
from aurapromo.redemptions.ledger import Ledger
from aurapromo.redemptions.model import TAKEN, Order, Redemption, State, Why
from aurapromo.redemptions.reclaim import Reclaimer
from aurapromo.redemptions.returns import Returning, returning

Result = TypeVar("Result")

ROUNDS: Final = 50
JSON: Final = (("content-type", "application/json"),)


class HoldExpired(Conflict):
    """The hold's time was over, by the database's clock; what it held was given back."""

    code = "HOLD_EXPIRED"


class WrongState(Conflict):
    """The redemption's state does not allow what was asked."""

    code = "INVALID_STATE"


class Asked(msgspec.Struct, frozen=True):
    """When it was asked, and the key under which the answer is to be kept."""

    now: datetime
    identity: Identity | None


class Change(msgspec.Struct, frozen=True):
    """What is to become of an order as it was seen, and the answer; without moves it may stay as it is."""

    order: Order
    body: bytes
    moves: tuple[Move, ...] = ()
    becomes: OrderAfter | None = None


class Settlement:
    """Where redemptions change their state, through the ledger like everything else."""

    def __init__(
        self, database: Database, ledger: Ledger, reclaimer: Reclaimer, random_bits: RandomBits
    ) -> None:
        self._database = database
        self._ledger = ledger
        self._reclaimer = reclaimer
        self._random_bits = random_bits

    async def confirm(self, redemption_id: UUID, asked: Asked, words: Callable[[Redemption], bytes]) -> bytes:
        """Redeem what is held; once more changes nothing.

        Raises RedemptionNotFound, HoldExpired and WrongState.
        """

        async def look() -> Change:
            redemption, order = await self._redemption(redemption_id)
            if redemption.state in TAKEN:
                return Change(order, words(redemption))
            if redemption.state is State.RELEASED:
                raise released(redemption)
            move = Move(redemption=redemption, to=State.REDEEMED)
            return Change(order, words(after(move, asked.now)), (move,), order_after(order))

        return await self._change(look, asked)

    async def release(self, redemption_id: UUID, asked: Asked, words: Callable[[Redemption], bytes]) -> bytes:
        """Give back what is held; once more changes nothing. Raises RedemptionNotFound, WrongState."""

        async def look() -> Change:
            redemption, order = await self._redemption(redemption_id)
            if redemption.state is State.RELEASED:
                return Change(order, words(redemption))
            if redemption.state in TAKEN:
                raise WrongState("It is redeemed already; cancel its order to give it back.")
            move = Move(redemption=redemption, to=State.RELEASED, reason=Why.RELEASED)
            return Change(order, words(after(move, asked.now)), (move,), order_after(order))

        return await self._change(look, asked)

    async def cancel(
        self, order_id: str, asked: Asked, words: Callable[[str, Sequence[Redemption]], bytes]
    ) -> bytes:
        """Give back everything that an order has; once more changes nothing. Raises OrderUnknown."""

        async def look() -> Change:
            order = await self._known_order(order_id)
            moves = tuple([cancelling(one.redemption) for one in order.standing])
            gone = [after(move, asked.now) for move in moves]
            if order.cancelled_at is not None:
                gone = await self._cancelled(order_id)
                return Change(order, words(order_id, gone))
            return Change(order, words(order_id, gone), moves, order_after(order, cancelled=True))

        return await self._change(look, asked)

    async def give_back(
        self,
        order_id: str,
        pick: Callable[[Order], Mapping[int, int]],
        asked: Asked,
        words: Callable[[Order, Returning], bytes],
    ) -> bytes:
        """Units come back; `pick` names how many of which line.

        Raises OrderUnknown, OrderCancelled, WrongState while the order is only held, and what `pick` raises.
        """

        async def look() -> Change:
            order = await self._redeemed_order(order_id)
            wanted = pick(order)
            redemptions = [one.redemption for one in order.standing]
            given = [units_of(one, order.cart) for one in order.standing]
            back = order.returned or (0,) * len(order.cart.lines)
            result = returning(order.cart, given, redemptions, back, wanted)
            moves = [
                Move(redemption=one, to=State.RETURNED, returned=share)
                for one, share in zip(redemptions, result.shares, strict=True)
                if share
            ]
            becomes = order_after(order, returned=result.returned)
            return Change(order, words(order, result), tuple(moves), becomes)

        return await self._change(look, asked)

    async def _change(self, look: Callable[[], Awaitable[Change]], asked: Asked) -> bytes:
        """Look, claim, and look again as long as somebody else was quicker."""
        for _ in range(ROUNDS):
            change = await look()
            if change.becomes is None and asked.identity is None:
                return change.body
            match await self._ledger.submit(self._claim(change, asked)):
                case Done():
                    return change.body
                case Repeated(record):
                    raise AnsweredBefore(record)
                case Over():
                    await self._reclaimer.reclaim()
                    raise HoldExpired("The hold has expired; check the order out again.")
                case _:
                    continue
        raise Unavailable("The order is being changed too often right now; try again.")

    def _claim(self, change: Change, asked: Asked) -> Claim:
        call = asked.identity
        record = None if call is None else Record(call.id, call.body_digest, 200, JSON, change.body)
        if change.becomes is None:
            return Claim(order_id=change.order.id, seen=change.order.version, at=asked.now, record=record)
        claim = claim_of(
            change.order, change.moves, change.becomes, at=asked.now, random_bits=self._random_bits
        )
        return msgspec.structs.replace(claim, record=record)

    async def _redemption(self, redemption_id: UUID) -> tuple[Redemption, Order]:
        async with self._database.reading() as conn:
            order_id = (await service.get(conn, redemption_id)).order_id
            order = await service.order(conn, order_id)
            # Read once more: what the order's version covers must not be older than it.
            redemption = await service.get(conn, redemption_id)
        if order is None:
            raise OrderUnknown(f"There is no order {order_id}.")
        return redemption, order

    async def _known_order(self, order_id: str) -> Order:
        """The order, also one that only the shop knows."""
        async with self._database.reading() as conn:
            order = await service.order(conn, order_id)
            if order is not None:
                return order
            try:
                told = await facts.order(conn, order_id)
            except NotFound:
                raise OrderUnknown(f"There is no order {order_id}.") from None
        return Order(
            id=order_id,
            version=0,
            customer_id=told.customer_id,
            cart=Cart(told.currency, (), told.channel),
            cart_digest=b"",
            returned=None,
            cancelled_at=None,
            standing=(),
        )

    async def _redeemed_order(self, order_id: str) -> Order:
        order = await self._known_order(order_id)
        if order.cancelled_at is not None:
            raise OrderCancelled(f"Order {order_id} was cancelled.")
        if any(one.redemption.state is State.HELD for one in order.standing):
            raise WrongState(f"Order {order_id} is only held; confirm it first.")
        if not order.cart.lines:
            raise invalid("items", message=f"Order {order_id} has redeemed nothing")
        return order

    async def _cancelled(self, order_id: str) -> list[Redemption]:
        async with self._database.reading() as conn:
            found = await service.of_order(conn, order_id)
        return [one for one in found if one.reason is Why.CANCELLED]


def cancelling(redemption: Redemption) -> Move:
    return Move(redemption=redemption, to=State.RELEASED, reason=Why.CANCELLED)


def released(redemption: Redemption) -> HoldExpired | WrongState:
    """Why a redemption that was released cannot be confirmed."""
    if redemption.reason is Why.EXPIRED:
        return HoldExpired("The hold has expired; check the order out again.")
    return WrongState(f"The hold was {redemption.reason}; check the order out again.")
