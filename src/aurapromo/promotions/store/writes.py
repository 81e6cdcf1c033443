"""Changes to promotions in PostgreSQL; one function, one statement."""

from collections.abc import Sequence
from typing import Any

from psycopg.types.json import Json, Jsonb

from aurapromo.engine.actions import Action
from aurapromo.engine.rules import Rule
from aurapromo.platform import database as db
from aurapromo.platform.database import Conn
from aurapromo.promotions.model import Promotion
from aurapromo.promotions.store.reads import DEFINED


async def lock(tx: Conn, promotion_id: int) -> bool:
    """Keep everybody else from changing the promotion until the transaction ends; False without one."""
    # Not FOR UPDATE, which would also wait for everybody who adds coupons to it.
    query = "SELECT true FROM promotion WHERE id = %(id)s FOR NO KEY UPDATE"
    return bool(await db.value(tx, query, id=promotion_id))


async def insert(tx: Conn, promotion: Promotion) -> int:
    """Store a new promotion without its rules and actions; its id."""
    found = await db.value(
        tx,
        """
        INSERT INTO promotion (uuid, code, name, description, status, starts_at, ends_at, priority, exclusive,
            lane, currency, channels, max_uses, max_uses_per_customer, budget_amount, requires_coupon,
            applies_to_discounted, granted_only, holdout_ppm, ab_test, ab_variant, shorthand, kind, metadata,
            origin, version, book_version, created_at, updated_at, activated_at, ended_at)
        VALUES (%(uuid)s, %(code)s, %(name)s, %(description)s, %(status)s, %(starts_at)s, %(ends_at)s,
            %(priority)s, %(exclusive)s, %(lane)s, %(currency)s, %(channels)s, %(max_uses)s,
            %(max_uses_per_customer)s, %(budget_amount)s, %(requires_coupon)s, %(applies_to_discounted)s,
            %(granted_only)s, %(holdout_ppm)s, %(ab_test)s, %(ab_variant)s, %(shorthand)s, %(kind)s,
            %(metadata)s, %(origin)s, %(version)s, %(book_version)s, %(created_at)s, %(updated_at)s,
            %(activated_at)s, %(ended_at)s)
        RETURNING id
        """,
        **_values(promotion),
    )
    return int(found)


async def update(tx: Conn, promotion: Promotion) -> None:
    """Store a changed promotion without its rules and actions."""
    await db.execute(
        tx,
        """
        UPDATE promotion SET name = %(name)s, description = %(description)s, status = %(status)s,
            starts_at = %(starts_at)s, ends_at = %(ends_at)s, priority = %(priority)s,
            exclusive = %(exclusive)s, lane = %(lane)s, currency = %(currency)s, channels = %(channels)s,
            max_uses = %(max_uses)s, max_uses_per_customer = %(max_uses_per_customer)s,
            budget_amount = %(budget_amount)s, requires_coupon = %(requires_coupon)s,
            applies_to_discounted = %(applies_to_discounted)s, granted_only = %(granted_only)s,
            holdout_ppm = %(holdout_ppm)s, ab_test = %(ab_test)s, ab_variant = %(ab_variant)s,
            shorthand = %(shorthand)s, kind = %(kind)s, metadata = %(metadata)s, version = %(version)s,
            book_version = %(book_version)s, updated_at = %(updated_at)s, activated_at = %(activated_at)s,
            ended_at = %(ended_at)s
         WHERE id = %(id)s
        """,
        **_values(promotion),
    )


async def delete_rules(tx: Conn, promotion_id: int) -> None:
    await db.execute(tx, "DELETE FROM promotion_rule WHERE promotion_id = %(id)s", id=promotion_id)


async def insert_rules(tx: Conn, promotion_id: int, rules: Sequence[Rule], ids: Sequence[int | None]) -> None:
    """Store the rules in their order under their ids, and new ones (None) under new ids."""
    await db.execute(
        tx,
        """
        INSERT INTO promotion_rule (id, promotion_id, position, definition) OVERRIDING SYSTEM VALUE
        SELECT COALESCE(given.id, nextval(pg_get_serial_sequence('promotion_rule', 'id'))),
               %(id)s, given.place - 1, given.definition
          FROM ROWS FROM (jsonb_array_elements(%(rules)s), unnest(%(ids)s::bigint[]))
               WITH ORDINALITY AS given (definition, id, place)
         ORDER BY given.place
        """,
        id=promotion_id,
        rules=Jsonb(rules),
        ids=list(ids),
    )


async def delete_actions(tx: Conn, promotion_id: int) -> None:
    await db.execute(tx, "DELETE FROM promotion_action WHERE promotion_id = %(id)s", id=promotion_id)


async def insert_actions(
    tx: Conn, promotion_id: int, actions: Sequence[Action], ids: Sequence[int | None]
) -> None:
    """Store the actions in their order under their ids, and new ones (None) under new ids."""
    await db.execute(
        tx,
        """
        INSERT INTO promotion_action (id, promotion_id, position, definition) OVERRIDING SYSTEM VALUE
        SELECT COALESCE(given.id, nextval(pg_get_serial_sequence('promotion_action', 'id'))),
               %(id)s, given.place - 1, given.definition
          FROM ROWS FROM (jsonb_array_elements(%(actions)s), unnest(%(ids)s::bigint[]))
               WITH ORDINALITY AS given (definition, id, place)
         ORDER BY given.place
        """,
        id=promotion_id,
        actions=Jsonb(actions),
        ids=list(ids),
    )


async def put_counter(tx: Conn, promotion: Promotion) -> None:
    """Tell the ledger's row of the promotion's limits, status and version; what is counted stays."""
    await db.execute(
        tx,
        """
        INSERT INTO promotion_counter (promotion_id, max_uses, budget, status, version)
        VALUES (%(id)s, %(max_uses)s, %(budget)s, %(status)s, %(version)s)
            ON CONFLICT (promotion_id) DO UPDATE SET max_uses = EXCLUDED.max_uses,
               budget = EXCLUDED.budget, status = EXCLUDED.status, version = EXCLUDED.version
        """,
        id=promotion.id,
        max_uses=promotion.definition.max_uses,
        budget=promotion.definition.budget_amount,
        status=promotion.status,
        version=promotion.version,
    )


async def insert_version(tx: Conn, promotion: Promotion, *, changed_by: str) -> None:
    await db.execute(
        tx,
        """
        INSERT INTO promotion_version (promotion_id, version, definition, changed_by, changed_at)
        VALUES (%(id)s, %(version)s, %(definition)s, %(changed_by)s, %(changed_at)s)
        """,
        id=promotion.id,
        version=promotion.version,
        definition=Json(promotion.definition),
        changed_by=changed_by,
        changed_at=promotion.updated_at,
    )


async def bump_book(tx: Conn) -> int:
    """Raise the book's version; writers of promotions queue here until the one before has committed."""
    return int(await db.value(tx, "UPDATE book_version SET version = version + 1 RETURNING version"))


async def announce(tx: Conn, book_version: int) -> None:
    """Tell every process, once the transaction has committed, that the book has changed."""
    await db.execute(tx, "SELECT pg_notify('aurapromo_book', %(version)s)", version=str(book_version))


def _values(promotion: Promotion) -> dict[str, Any]:
    kept = promotion.definition
    own = {name: getattr(promotion, name) for name in Promotion.__struct_fields__ if name != "definition"}
    defined = {name: getattr(kept, name) for name in DEFINED if name not in ("rules", "actions")}
    written = {
        "channels": None if kept.channels is None else list(kept.channels),
        "shorthand": None if kept.shorthand is None else Json(kept.shorthand),
        "metadata": Json(kept.metadata),
    }
    return own | defined | written


async def insert_audit(tx: Conn, entry: dict[str, Any]) -> None:
    """Note who changed what; `entry` has the columns of `audit` without its id."""
    await db.execute(
        tx,
        """
        INSERT INTO audit (at, actor, request_id, action, subject, subject_id, before, after)
        VALUES (%(at)s, %(actor)s, %(request_id)s, %(action)s, %(subject)s, %(subject_id)s, %(before)s,
                %(after)s)
        """,
        **entry,
    )
