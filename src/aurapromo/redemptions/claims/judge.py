"""The verdict on each claim of a batch, in order of arrival, over what the batch has locked. Pure.

A claim is taken whole or not at all; every later one sees what the earlier ones took, so the result is
that of one request after the other.
"""

from collections.abc import Iterator, Mapping
from typing import Final, TypeVar

from aurapromo.engine.decision import Reason
from aurapromo.redemptions.claims.accounts import (
    UNUSED,
    Accounts,
    Change,
    Counter,
    Coupon,
    Uses,
    keeps_coupon,
    moving,
    taking,
)
from aurapromo.redemptions.claims.claim import (
    Claim,
    Done,
    Move,
    Over,
    Refused,
    Repeated,
    Stale,
    Take,
    Verdict,
)
from aurapromo.redemptions.model import State

Key = TypeVar("Key")
Value = TypeVar("Value")

LIVE: Final = frozenset({"active", "scheduled"})


def judge(claim: Claim, accounts: Accounts) -> Verdict:
    """The verdict; when it is `Done`, `accounts` holds what the claim leaves behind."""
    if claim.record is not None and claim.record.id in accounts.records:
        return Repeated(accounts.records[claim.record.id])
    if not as_decided(claim, accounts):
        return Stale()
    if any(is_over(move, accounts) for move in claim.moves):
        return Over()
    if changed := tuple(outdated(claim, accounts)):
        return Stale(changed)
    trial = Trial(claim, accounts)
    refusal = trial.run()
    if refusal is not None:
        return refusal
    trial.keep()
    return Done()


def as_decided(claim: Claim, accounts: Accounts) -> bool:
    """Whether the order and the customer's other orders are still those that were decided with."""
    if accounts.orders.get(claim.order_id, 0) != claim.seen:
        return False
    if claim.customer is None or claim.placed_orders is None:
        return True
    unmoved = claim.customer not in accounts.shoppers
    return unmoved and accounts.placed[claim.customer, claim.order_id] == claim.placed_orders


def is_over(move: Move, accounts: Accounts) -> bool:
    """Whether a hold is to be confirmed that has expired."""
    held = move.redemption
    confirms = held.state is State.HELD and move.to is State.REDEEMED
    return confirms and held.expires_at is not None and held.expires_at <= accounts.now


def outdated(claim: Claim, accounts: Accounts) -> Iterator[int]:
    """Promotions that are not what was decided with: gone, another version, or not live any more."""
    for take in claim.takes:
        counter = accounts.counters.get(take.promotion_id)
        if counter is None or counter.version != take.version or counter.status not in LIVE:
            yield take.promotion_id


class Trial:
    """One claim tried on the side, so that a refused one leaves no trace."""

    def __init__(self, claim: Claim, accounts: Accounts) -> None:
        self.claim = claim
        self.accounts = accounts
        self.counters: dict[int, Counter] = {}
        self.coupons: dict[int, Coupon] = {}
        self.by_customer: dict[tuple[str, int], Uses] = {}
        self.by_coupon: dict[tuple[str, int], Uses] = {}
        self.promotions: dict[int, str] = {}
        self.codes: dict[str, str] = {}
        self.held = False

    def run(self) -> Refused | Stale | None:
        """All moves, then all takes; None when there is room for everything."""
        for move in self.claim.moves:
            self.move(move)
        for take in self.claim.takes:
            if self.limit_is_unlocked(take):
                return Stale()
            self.check(take)
            self.take(take)
        if self.promotions or self.codes:
            return Refused(self.promotions, self.codes, self.held)
        return None

    def keep(self) -> None:
        """Make what was tried the state of things."""
        accounts, claim = self.accounts, self.claim
        accounts.counters.update(self.counters)
        accounts.coupons.update(self.coupons)
        accounts.by_customer.update(self.by_customer)
        accounts.by_coupon.update(self.by_coupon)
        if claim.record is not None:
            accounts.records[claim.record.id] = claim.record
        if claim.order is not None:
            accounts.orders[claim.order_id] = claim.seen + 1
            if claim.order.customer_id is not None:
                accounts.shoppers.add(claim.order.customer_id)

    def move(self, move: Move) -> None:
        before = move.redemption
        change = moving(move)
        self.count(before.promotion_id, change)
        coupon = self.coupon(before.coupon_id)
        if coupon is not None and keeps_coupon(move, coupon):
            coupon = None
        self.count_others(before.customer_id, before.promotion_id, coupon, change)

    def take(self, take: Take) -> None:
        order = self.claim.order
        change = taking(take, 0 if order is None else order.total)
        self.count(take.promotion_id, change)
        self.count_others(self.claim.customer, take.promotion_id, self.coupon_of(take), change)

    def check(self, take: Take) -> None:
        """Note what stands in the way of one more use, before it is counted."""
        counter = self.counter(take.promotion_id)
        key = (self.claim.customer or "", take.promotion_id)
        uses = self.uses_of(self.by_customer, self.accounts.by_customer, key)
        if counter.max_uses is not None and counter.used + counter.held >= counter.max_uses:
            self.refuse(take, Reason.USAGE_LIMIT_REACHED, held=counter.held)
        elif counter.budget is not None and counter.spent + take.amount > counter.budget:
            self.refuse(take, Reason.BUDGET_EXHAUSTED, held=counter.held)
        elif take.most is not None and uses.uses >= take.most:
            self.refuse(take, Reason.CUSTOMER_LIMIT_REACHED, held=uses.held)
        elif take.code is not None:
            self.check_coupon(take.code, self.coupon_of(take))

    def check_coupon(self, code: str, coupon: Coupon | None) -> None:
        customer = None if self.claim.order is None else self.claim.order.customer_id
        if coupon is None:
            self.codes[code] = "coupon_not_found"
            return
        key = (customer or "", coupon.id)
        uses = self.uses_of(self.by_coupon, self.accounts.by_coupon, key)
        if coupon.customer_id is not None and coupon.customer_id != customer:
            self.codes[code] = "coupon_not_for_customer"
        elif coupon.disabled or (coupon.expires_at is not None and coupon.expires_at <= self.accounts.now):
            self.codes[code] = "coupon_expired"
        elif coupon.max_uses is not None and coupon.used + coupon.held >= coupon.max_uses:
            self.codes[code] = "coupon_usage_limit_reached"
            self.held |= coupon.held > 0
        elif coupon.max_uses_per_customer is not None and customer is None:
            self.codes[code] = Reason.CUSTOMER_UNKNOWN
        elif coupon.max_uses_per_customer is not None and uses.uses >= coupon.max_uses_per_customer:
            self.codes[code] = "coupon_customer_limit_reached"
            self.held |= uses.held > 0

    def limit_is_unlocked(self, take: Take) -> bool:
        """Whether the coupon counts by customer, which was not known when the locks were taken."""
        coupon = self.coupon_of(take)
        known = self.claim.order is not None and self.claim.order.customer_id is not None
        counts = coupon is not None and coupon.max_uses_per_customer is not None
        return counts and known and self.claim.customer is None

    def refuse(self, take: Take, reason: Reason, *, held: int) -> None:
        self.promotions[take.promotion_id] = reason
        self.held |= held > 0

    def counter(self, promotion_id: int) -> Counter:
        return self.counters.get(promotion_id) or self.accounts.counters[promotion_id]

    def count(self, promotion_id: int, change: Change) -> None:
        self.counters[promotion_id] = self.counter(promotion_id).after(change)

    def coupon_of(self, take: Take) -> Coupon | None:
        """The coupon to use; one that belongs to another promotion is as good as none."""
        coupon = None if take.code is None else self.coupon(self.accounts.codes.get(take.code))
        return coupon if coupon is not None and coupon.promotion_id == take.promotion_id else None

    def coupon(self, coupon_id: int | None) -> Coupon | None:
        if coupon_id is None:
            return None
        return self.coupons.get(coupon_id) or self.accounts.coupons.get(coupon_id)

    def uses_of(
        self,
        tried: Mapping[tuple[str, int], Uses],
        locked: Mapping[tuple[str, int], Uses],
        key: tuple[str, int],
    ) -> Uses:
        """What a customer has used of a promotion or coupon, this claim included."""
        return tried.get(key) or locked.get(key, UNUSED)

    def count_others(
        self, customer: str | None, promotion_id: int, coupon: Coupon | None, change: Change
    ) -> None:
        """Count what is not the promotion's own: the coupon and the customer's uses of both."""
        if coupon is not None:
            self.coupons[coupon.id] = coupon.after(change.used, change.held)
        if customer is None:
            return
        more = Uses(change.used + change.held, change.held)
        key = (customer, promotion_id)
        self.by_customer[key] = plus(self.uses_of(self.by_customer, self.accounts.by_customer, key), more)
        if coupon is not None:
            key = (customer, coupon.id)
            self.by_coupon[key] = plus(self.uses_of(self.by_coupon, self.accounts.by_coupon, key), more)


def plus(uses: Uses, more: Uses) -> Uses:
    return Uses(uses.uses + more.uses, uses.held + more.held)
