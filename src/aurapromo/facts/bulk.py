"""Many facts at once: what comes of them is what comes of telling them one after the other.

First `lock`, then a plan, which only reads and says of each row what becomes of it, then `write`: a few
statements for all rows together. A plan without the other two is a rehearsal.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Generic, TypeVar

import msgspec

from aurapromo.errors import AuraPromoError
from aurapromo.facts import bulk_store, changes, service
from aurapromo.facts.bulk_store import Prices, Standing
from aurapromo.facts.changes import Columns, Given
from aurapromo.facts.model import Table
from aurapromo.platform.database import Conn

Before = TypeVar("Before")


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """One row. `given` has its fields, amounts as minor units of the currency it is called with.

    `given` raises Invalid. `currency` and `channel` are those that the row names.
    """

    id: str
    given: Callable[[str], Given]
    currency: str | None = None
    channel: str | None = None


class Plan(msgspec.Struct):
    """What rows come to.

    `verdicts` stand in the order of the rows: whether the row is about something new, or why it cannot
    be stored. `changes` are the columns to write by id; `new` are the ids not yet known.
    """

    verdicts: list[bool | AuraPromoError] = []
    changes: dict[str, Columns] = {}
    new: set[str] = set()


class _Planner(Generic[Before]):
    """Goes through rows in order; each sees what the rows before it leave behind."""

    def __init__(self, known: dict[str, Before], after: Callable[[Before | None, Columns], Before]) -> None:
        self.plan = Plan()
        self._known = known
        self._after = after

    def go(self, rows: Iterable[Told], judge: Callable[[Told, Before | None], Columns]) -> Plan:
        for row in rows:
            try:
                self._take(row.id, judge(row, self._known.get(row.id)))
            except AuraPromoError as error:
                self.plan.verdicts.append(error)
        return self.plan

    def _take(self, key: str, columns: Columns) -> None:
        new = key not in self._known
        self.plan.verdicts.append(new)
        if new:
            self.plan.new.add(key)
        self._known[key] = self._after(self._known.get(key), columns)
        self.plan.changes[key] = self.plan.changes.get(key, {}) | columns


async def lock(tx: Conn, table: Table, rows: Iterable[Told]) -> None:
    """Keep other writers of these facts away until the end of the transaction; for some hundreds of rows."""
    await bulk_store.lock_all(tx, table, _ids(rows))


async def plan_customers(conn: Conn, rows: Sequence[Told], _now: datetime) -> Plan:
    known = dict.fromkeys(await bulk_store.known_customers(conn, _ids(rows)), True)
    planner = _Planner(known, lambda _before, _columns: True)
    return planner.go(rows, lambda row, _: changes.customer(row.given("")))


async def plan_products(conn: Conn, rows: Sequence[Told], _now: datetime) -> Plan:
    home = await service.default_channel(conn)

    def judge(row: Told, before: Prices | None) -> Columns:
        own = None if before is None else before.currency
        given = row.given(row.currency or own or home.currency)
        changes.check_repricing(before, given)
        return changes.filled(given)

    planner = _Planner(await bulk_store.prices(conn, _ids(rows)), _repriced)
    return planner.go(rows, judge)


def _repriced(before: Prices | None, columns: Columns) -> Prices:
    told = {name: columns[name] for name in Prices.__struct_fields__ if name in columns}
    return msgspec.structs.replace(before or Prices(None, None, None), **told)


async def plan_orders(conn: Conn, rows: Sequence[Told], now: datetime) -> Plan:
    channels = {channel.code: channel for channel in await service.channels(conn)}
    default = await service.default_channel(conn)

    def judge(row: Told, before: Standing | None) -> Columns:
        home = default if row.channel is None else channels.get(row.channel)
        asked = {"id": row.id, "channel": row.channel, "currency": row.currency}
        given = row.given(changes.order_currency(before, home, asked))
        return changes.order(given, before, home=default.code, now=now)

    planner = _Planner(await bulk_store.standings(conn, _ids(rows)), _standing)
    return planner.go(rows, judge)


def _standing(before: Standing | None, columns: Columns) -> Standing:
    completed_at = columns.get("completed_at", None if before is None else before.completed_at)
    return Standing(columns["currency"], completed_at)


async def write(tx: Conn, table: Table, plan: Plan, *, now: datetime) -> None:
    """Store what was planned in this transaction; a customer first seen in an order becomes known."""
    if table == "shop_order":
        named = (columns.get("customer_id") for columns in plan.changes.values())
        await bulk_store.ensure_customers(tx, sorted({buyer for buyer in named if buyer is not None}), now)
    # Orders are never written without what they must have, so only new ones may be inserted.
    whole = plan.changes.keys() if table != "shop_order" else plan.new
    for rows in _alike({key: plan.changes[key] for key in plan.changes if key in whole}):
        await bulk_store.put_all(tx, table, rows, now=now)
    for rows in _alike({key: plan.changes[key] for key in plan.changes if key not in whole}):
        await bulk_store.change_all(tx, table, rows, now=now)


def _alike(changed: Mapping[str, Columns]) -> Iterable[list[dict[str, Any]]]:
    """The rows in groups with the same columns."""
    groups: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for key, columns in changed.items():
        names = tuple(sorted(columns))
        groups.setdefault(names, []).append({"id": key} | {name: columns[name] for name in names})
    return groups.values()


def _ids(rows: Iterable[Told]) -> list[str]:
    return sorted({row.id for row in rows})
