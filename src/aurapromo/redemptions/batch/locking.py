"""Everything that the claims of a batch touch, locked in the one order that every batch keeps."""

from collections.abc import Sequence
from datetime import datetime

from aurapromo.platform.database import Conn
from aurapromo.redemptions.batch.accounts import Accounts, Uses
from aurapromo.redemptions.batch.claim import Claim
from aurapromo.redemptions.store import locks
from aurapromo.redemptions.store.locks import Pair
from aurapromo.redemptions.store.rows import order_row, record_row


class Fresh:
    """Rows that a batch has put there before it knew whether their claims would be taken."""

    def __init__(self) -> None:
        self.records: dict[bytes, Claim] = {}
        self.orders: dict[str, Claim] = {}


async def lock(tx: Conn, claims: Sequence[Claim], now: datetime) -> tuple[Accounts, Fresh]:
    """What the claims are judged by. Keys, orders, customers, coupons, counters, in this order."""
    accounts, fresh = Accounts(now=now), Fresh()
    await lock_records(tx, claims, accounts, fresh)
    await lock_orders(tx, claims, accounts, fresh)
    await lock_customers(tx, claims)
    await lock_coupons(tx, claims, accounts)
    await lock_counters(tx, claims, accounts)
    await count_customers(tx, claims, accounts)
    return accounts, fresh


async def lock_records(tx: Conn, claims: Sequence[Claim], accounts: Accounts, fresh: Fresh) -> None:
    """Writes the answers under new keys at once, which locks them, and reads those that were there."""
    rows = {}
    for claim in claims:
        if claim.record is not None and claim.record.id not in rows:
            rows[claim.record.id] = record_row(claim.record, claim.at)
            fresh.records[claim.record.id] = claim
    if not rows:
        return
    added = await locks.add_records(tx, list(rows.values()))
    if known := rows.keys() - added:
        accounts.records = await locks.records(tx, known)
        for one in known:
            del fresh.records[one]


async def lock_orders(tx: Conn, claims: Sequence[Claim], accounts: Accounts, fresh: Fresh) -> None:
    rows = {}
    for claim in claims:
        if claim.order is not None and claim.seen == 0 and claim.order_id not in rows:
            rows[claim.order_id] = order_row(claim, claim.order)
            fresh.orders[claim.order_id] = claim
    added = await locks.add_orders(tx, list(rows.values())) if rows else set()
    for one in rows.keys() - added:
        del fresh.orders[one]
    if others := {claim.order_id for claim in claims} - added:
        accounts.orders = await locks.lock_orders(tx, others)


async def lock_customers(tx: Conn, claims: Sequence[Claim]) -> None:
    if customers := {claim.customer for claim in claims if claim.customer is not None}:
        await locks.add_customers(tx, customers)
        await locks.lock_customers(tx, customers)


async def lock_coupons(tx: Conn, claims: Sequence[Claim], accounts: Accounts) -> None:
    codes = {take.code for claim in claims for take in claim.takes if take.code is not None}
    ids = {move.redemption.coupon_id for claim in claims for move in claim.moves}
    known = {one for one in ids if one is not None}
    if codes or known:
        found = await locks.lock_coupons(tx, codes=codes, ids=known)
        accounts.coupons = {coupon.id: coupon for coupon in found}
        accounts.codes = {coupon.code: coupon.id for coupon in found}


async def lock_counters(tx: Conn, claims: Sequence[Claim], accounts: Accounts) -> None:
    ids = {take.promotion_id for claim in claims for take in claim.takes}
    ids |= {move.redemption.promotion_id for claim in claims for move in claim.moves}
    if ids:
        found = await locks.lock_counters(tx, ids)
        accounts.counters = {counter.promotion_id: counter for counter in found}


async def count_customers(tx: Conn, claims: Sequence[Claim], accounts: Accounts) -> None:
    """What the locked customers have used, and how many orders they have placed."""
    counted = [claim for claim in claims if claim.customer is not None]
    customers = {claim.customer for claim in counted if claim.customer is not None}
    promotions = {take.promotion_id for claim in counted for take in claim.takes}
    if customers and promotions:
        for found in await locks.uses(tx, customers, promotions):
            customer, promotion_id, coupon_id = (
                found["customer_id"],
                found["promotion_id"],
                found["coupon_id"],
            )
            before = accounts.by_customer.get((customer, promotion_id), Uses())
            accounts.by_customer[customer, promotion_id] = Uses(
                before.uses + found["uses"], before.held + found["held"]
            )
            if coupon_id is not None:
                accounts.by_coupon[customer, coupon_id] = Uses(found["uses"] + found["kept"], found["held"])
    asked = {(c.customer, c.order_id) for c in counted if c.customer and c.placed_orders is not None}
    if asked:
        accounts.placed = await locks.placed(tx, [Pair(customer, order) for customer, order in asked])
