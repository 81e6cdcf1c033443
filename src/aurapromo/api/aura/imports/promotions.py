"""Promotions out of a file."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import uuid4

import msgspec

from aurapromo.api.aura.imports.types import FirstStatus, KindName, PromotionRow
from aurapromo.api.aura.promotions import translate
from aurapromo.api.aura.promotions.handlers import currencies_of, currency_of
from aurapromo.errors import AuraPromoError, invalid
from aurapromo.facts import service as facts
from aurapromo.platform.database import Conn
from aurapromo.promotions import lifecycle, service
from aurapromo.promotions.lifecycle import Verb
from aurapromo.promotions.model import Actor, Definition, Status
from aurapromo.promotions.service import Identity


class New(msgspec.Struct, frozen=True):
    """A promotion that can be created."""

    definition: Definition
    identity: Identity
    active: bool


class NewPromotions(msgspec.Struct):
    """What to create, and whether each row is among it or why not."""

    verdicts: list[bool | AuraPromoError] = []
    new: list[New] = []


class Promotions(msgspec.Struct, frozen=True):
    """Rows that each add a promotion, under the name of `actor` in the audit."""

    actor: Actor
    name: KindName = KindName.PROMOTIONS
    shape: type[PromotionRow] = PromotionRow
    #: Other writers of promotions wait for a batch.
    batch: int = 100
    repeatable: bool = False

    async def lock(self, tx: Conn, _rows: Sequence[PromotionRow]) -> None:
        await service.queue(tx)

    async def plan(self, conn: Conn, rows: Sequence[PromotionRow], now: datetime) -> NewPromotions:
        home = await facts.default_channel(conn)
        channels = await currencies_of(conn)
        taken = await service.taken(conn, [row.code for row in rows if row.code is not None])
        plan = NewPromotions()
        for row in rows:
            try:
                new = _new(row, currency_of(row, home), channels, taken, now)
            except AuraPromoError as error:
                plan.verdicts.append(error)
                continue
            taken.add(new.identity.code)
            plan.new.append(new)
            plan.verdicts.append(True)
        return plan

    async def write(self, tx: Conn, plan: NewPromotions, now: datetime) -> None:
        for new in plan.new:
            created = await service.create(
                tx, new.definition, identity=new.identity, actor=self.actor, now=now
            )
            if new.active:
                await service.move(tx, created.id, Verb.ACTIVATE, actor=self.actor, now=now)


def _new(
    row: PromotionRow, currency: str, channels: Mapping[str, str], taken: set[str], now: datetime
) -> New:
    """Raises Invalid for what POST /promotions refuses and for a code that exists, Conflict as activate."""
    definition = translate.definition_of(row, currency, channels)
    if row.code in taken:
        raise invalid("code", message="exists already")
    active = row.status is FirstStatus.ACTIVE
    if active:
        lifecycle.after(Verb.ACTIVATE, Status.DRAFT, definition, now)
    identity = translate.identity(row.name) if row.code is None else Identity(uuid4(), row.code, "aura")
    return New(definition, identity, active)
