"""Everything that the claims of a batch touch, locked in the one order that every batch keeps."""

from collections.abc import Iterable, Sequence
from typing import Final, TypeVar

import msgspec
from psycopg import AsyncCursor

from aurapromo.platform.database import Conn
from aurapromo.redemptions.claims.accounts import UNUSED, Accounts, Counter, Coupon, Uses
from aurapromo.redemptions.claims.claim import Claim
from aurapromo.redemptions.store import locks
from aurapromo.redemptions.store.locks import Begun, Key, Name, Pair, Placed, Used, Version
from aurapromo.redemptions.store.rows import order_row, record_row

Id = TypeVar("Id", bytes, str)

SOMEBODYS: Final = -1  # the version of an order that was there although the claim had not seen it


class Touched(msgspec.Struct, frozen=True):
    """What the claims name: everything that has to be locked or counted.

    `records` and `orders` are new ones, under their first claim, which are written before it is known
    whether that is taken; `seen` are orders that were there.
    """

    records: dict[bytes, Claim]
    orders: dict[str, Claim]
    seen: set[str]
    customers: set[str]
    codes: set[str]
    coupons: set[int]
    promotions: set[int]
    limited: set[int]
    pairs: set[tuple[str, str]]


class Sent(msgspec.Struct):
    """Statements on their way, whose answers are still to be fetched."""

    begun: AsyncCursor[Begun]
    records: AsyncCursor[Key] | None = None
    orders: AsyncCursor[Name] | None = None
    versions: AsyncCursor[Version] | None = None
    coupons: AsyncCursor[Coupon] | None = None
    counters: AsyncCursor[Counter] | None = None
    uses: AsyncCursor[Used] | None = None
    placed: AsyncCursor[Placed] | None = None


def touched(claims: Sequence[Claim]) -> Touched:
    takes = [take for claim in claims for take in claim.takes]
    moved = [move.redemption for claim in claims for move in claim.moves]
    counted = [(claim.customer, claim) for claim in claims if claim.customer is not None]
    # Backwards, so that the first claim with a key or order is the one that stays.
    return Touched(
        records={claim.record.id: claim for claim in reversed(claims) if claim.record is not None},
        orders={
            claim.order_id: claim for claim in reversed(claims) if claim.order is not None and claim.seen == 0
        },
        seen={claim.order_id for claim in claims if claim.seen > 0},
        customers={customer for customer, _ in counted},
        codes={take.code for take in takes if take.code is not None},
        coupons={one.coupon_id for one in moved if one.coupon_id is not None},
        promotions={take.promotion_id for take in takes} | {one.promotion_id for one in moved},
        limited={take.promotion_id for _, claim in counted for take in claim.takes},
        pairs={(customer, c.order_id) for customer, c in counted if c.placed_orders is not None},
    )


async def send(tx: Conn, touched: Touched) -> Sent:
    """Lock in order: keys, orders, customers, coupons, counters; then count what customers have used."""
    sent = Sent(await locks.begin(tx))
    if touched.records:
        rows = [record_row(c.record, c.at) for c in touched.records.values() if c.record is not None]
        sent.records = await locks.add_records(tx, rows)
    if touched.orders:
        orders = [order_row(c, c.order) for c in touched.orders.values() if c.order is not None]
        sent.orders = await locks.add_orders(tx, orders)
    if touched.seen:
        sent.versions = await locks.lock_orders(tx, touched.seen)
    if touched.customers:
        await locks.add_customers(tx, touched.customers)
        await locks.lock_customers(tx, touched.customers)
    if touched.codes or touched.coupons:
        sent.coupons = await locks.lock_coupons(tx, codes=touched.codes, ids=touched.coupons)
    if touched.promotions:
        sent.counters = await locks.lock_counters(tx, touched.promotions)
    if touched.limited:
        sent.uses = await locks.uses(tx, touched.customers, touched.limited)
    if touched.pairs:
        sent.placed = await locks.placed(tx, [Pair(*pair) for pair in touched.pairs])
    return sent


async def fetch(tx: Conn, touched: Touched, sent: Sent) -> Accounts:
    """The accounts; of `touched.records` and `touched.orders` those remain that were not there before."""
    (begun,) = await sent.begun.fetchall()
    accounts = Accounts(xid=begun.xid, now=begun.now)
    if sent.records is not None:
        added_records = {row.id for row in await sent.records.fetchall()}
        if known := touched.records.keys() - added_records:
            accounts.records = await locks.records(tx, known)
        forget(touched.records, known)
    if sent.orders is not None:
        added = {row.id for row in await sent.orders.fetchall()}
        accounts.orders = dict.fromkeys(touched.orders.keys() - added, SOMEBODYS)
        forget(touched.orders, accounts.orders)
    if sent.versions is not None:
        accounts.orders |= {row.id: row.version for row in await sent.versions.fetchall()}
    if sent.coupons is not None:
        accounts.coupons = {row.id: row for row in await sent.coupons.fetchall()}
        accounts.codes = {row.code: row.id for row in accounts.coupons.values()}
    if sent.counters is not None:
        accounts.counters = {row.promotion_id: row for row in await sent.counters.fetchall()}
    await fetch_counts(sent, accounts)
    return accounts


async def fetch_counts(sent: Sent, accounts: Accounts) -> None:
    for row in [] if sent.uses is None else await sent.uses.fetchall():
        key = (row.customer_id, row.promotion_id)
        before = accounts.by_customer.get(key, UNUSED)
        accounts.by_customer[key] = Uses(before.uses + row.uses, before.held + row.held)
        if row.coupon_id is not None:
            accounts.by_coupon[row.customer_id, row.coupon_id] = Uses(row.uses + row.kept, row.held)
    for placed in [] if sent.placed is None else await sent.placed.fetchall():
        accounts.placed[placed.customer, placed.besides] = placed.orders


def forget(fresh: dict[Id, Claim], known: Iterable[Id]) -> None:
    for one in list(known):
        fresh.pop(one, None)
