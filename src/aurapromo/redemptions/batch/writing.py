"""What the claims that were taken leave behind, with one statement a table."""

from collections.abc import Sequence

from aurapromo.outbox import store as outbox
from aurapromo.platform.database import Conn
from aurapromo.redemptions.batch.locking import Touched
from aurapromo.redemptions.claims.accounts import Accounts, Counter, Coupon, keeps_coupon
from aurapromo.redemptions.claims.claim import Claim
from aurapromo.redemptions.store import locks, writes
from aurapromo.redemptions.store.rows import (
    allocation_rows,
    move_row,
    order_row,
    record_row,
    redemption_row,
)


async def write(tx: Conn, taken: Sequence[Claim], accounts: Accounts, fresh: Touched) -> None:
    """Write the claims that were taken; `fresh` rows of the others go again."""
    await write_records(tx, taken, fresh)
    await write_orders(tx, taken, fresh)
    await write_redemptions(tx, taken, accounts)
    if events := [event for claim in taken for event in claim.events]:
        await outbox.append(tx, events)


async def write_totals(tx: Conn, coupons: Sequence[Coupon], counters: Sequence[Counter]) -> None:
    if coupons:
        await writes.set_coupons(tx, coupons)
    if counters:
        await writes.set_counters(tx, counters)


async def write_records(tx: Conn, taken: Sequence[Claim], fresh: Touched) -> None:
    """Every answer that was given is there already, unless another claim came with the same key."""
    given = {claim.record.id: claim for claim in taken if claim.record is not None}
    wrong = [one for one, claim in fresh.records.items() if given.get(one) is not claim]
    if not wrong:
        return
    await writes.forget_records(tx, wrong)
    instead = [given[one] for one in wrong if one in given]
    if instead:
        await locks.add_records(tx, [record_row(c.record, c.at) for c in instead if c.record is not None])


async def write_orders(tx: Conn, taken: Sequence[Claim], fresh: Touched) -> None:
    """New orders are there already, unless another claim for the same order was the one to be taken."""
    changed = {claim.order_id: claim for claim in taken if claim.order is not None}
    wrong = [one for one, claim in fresh.orders.items() if changed.get(one) is not claim]
    if wrong:
        await writes.forget_orders(tx, wrong)
    rows = {one: order_row(c, c.order) for one, c in changed.items() if c.order is not None}
    if instead := [rows[one] for one in wrong if one in rows]:
        await locks.add_orders(tx, instead)
    if older := [rows[one] for one, claim in changed.items() if claim.seen > 0]:
        await writes.change_orders(tx, older)
    if cancelled := [one for one, row in rows.items() if row.cancelled]:
        await writes.cancel_shop_orders(tx, cancelled)


async def write_redemptions(tx: Conn, taken: Sequence[Claim], accounts: Accounts) -> None:
    moved = [
        move_row(move, claim.at, coupon_kept=coupon is not None and keeps_coupon(move, coupon))
        for claim in taken
        for move in claim.moves
        for coupon in (accounts.coupons.get(move.redemption.coupon_id or 0),)
    ]
    if moved:
        await writes.change_redemptions(tx, moved)
    takes = [(claim, claim.order, take) for claim in taken if claim.order is not None for take in claim.takes]
    if takes:
        ids = accounts.codes
        await writes.add_redemptions(
            tx,
            [
                redemption_row(claim, order, take, None if take.code is None else ids[take.code])
                for claim, order, take in takes
            ],
        )
    if allocations := [row for _, _, take in takes for row in allocation_rows(take)]:
        await writes.add_allocations(tx, allocations)
