"""From the Aura contract's promotion to ours: names, units, and the flat fields."""

import re
import secrets
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any, Final
from uuid import uuid4

import msgspec
from msgspec import UNSET

from aurapromo.api.aura.promotions.meaning import Meaning, changed_meaning, meaning_of
from aurapromo.api.aura.promotions.queries import DuplicateIn
from aurapromo.api.aura.promotions.types import PromotionChange, PromotionIn
from aurapromo.api.aura.units import Units
from aurapromo.errors import invalid
from aurapromo.promotions.model import Definition, Promotion
from aurapromo.promotions.service import Identity

SUFFIX: Final = "23456789abcdefghjkmnpqrstuvwxyz"
MARK: Final = " (copy)"
# Named the same in the contract and in our definition, and taken over as they are.
SAME: Final = ("name", "description", "max_uses", "max_uses_per_customer", "lane", "requires_coupon")


def definition_of(given: PromotionIn, currency: str, channels: Mapping[str, str]) -> Definition:
    """Our definition of a new promotion; `channels` has the currency of each channel by its code.

    Raises Invalid with every field at fault.
    """
    units = Units(currency, channels)
    meaning = meaning_of(given, units)
    fields = {name: getattr(given, name) for name in (*SAME, *READERS)}
    after = _with(Definition(name=given.name, currency=currency), fields, meaning, units)
    units.check()
    return after


def edited(promotion: Promotion, given: PromotionChange, channels: Mapping[str, str]) -> Definition:
    """The definition with the given fields changed; raises Invalid with every field at fault."""
    before = promotion.definition
    units = Units(before.currency, channels)
    if given.currency not in (UNSET, before.currency):
        raise invalid("currency", message=f"cannot change: its amounts are in {before.currency}")
    fields = {name: getattr(given, name) for name in (*SAME, *READERS)}
    fields = {name: value for name, value in fields.items() if value is not UNSET}
    after = _with(before, fields, changed_meaning(before, given, units), units)
    units.check()
    _check_period(after, "start_date" if given.end_date is UNSET else "end_date")
    return after if before.ab_test is None else _with_test(after, before)


def copied(original: Promotion, given: DuplicateIn) -> Definition:
    """The definition of a copy that stands alone; raises Invalid when its dates do not fit together.

    It belongs to no A/B test. The codes of the original are not copied; what asked for one of them still
    asks for a code, so that a copy never gives to everybody what the original gave to few.
    """
    kept = original.definition
    asks_for_code = True if original.has_coupons and kept.requires_coupon is None else kept.requires_coupon
    copy = msgspec.structs.replace(
        kept,
        name=given.name or kept.name[: 200 - len(MARK)] + MARK,
        starts_at=given.start_date or kept.starts_at,
        ends_at=given.end_date or kept.ends_at,
        requires_coupon=asks_for_code,
        ab_test=None,
        ab_variant=None,
        metadata={name: value for name, value in kept.metadata.items() if not _is_ours(name, kept)},
    )
    _check_period(copy, "start_date" if given.end_date is None else "end_date")
    return copy


def identity(name: str) -> Identity:
    """What machines call a new promotion: a code from its name with a suffix of chance, and a UUID."""
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = re.findall("[a-z0-9]+", ascii_name) or ["promotion"]
    suffix = "".join(secrets.choice(SUFFIX) for _ in range(6))
    return Identity(uuid4(), f"{'-'.join(words)[:60].strip('-')}-{suffix}", "aura")


def _is_ours(name: str, kept: Definition) -> bool:
    """Whether an entry of the metadata was put there by an A/B test."""
    return name == "ab_test" and kept.ab_test is not None


def _with_test(after: Definition, before: Definition) -> Definition:
    """The same with what an A/B test keeps in the client's metadata."""
    ours = {name: value for name, value in before.metadata.items() if _is_ours(name, before)}
    return msgspec.structs.replace(after, metadata=after.metadata | ours)


def _check_period(definition: Definition, field: str) -> None:
    """Raises Invalid about `field`, the one that was given, when nothing is left of the period."""
    starts_at, ends_at = definition.starts_at, definition.ends_at
    if starts_at is not None and ends_at is not None and ends_at <= starts_at:
        relation = "before end_date" if field == "start_date" else "after start_date"
        raise invalid(field, message=f"must be {relation}")


def _with(base: Definition, fields: dict[str, Any], meaning: Meaning, units: Units) -> Definition:
    """`base` with contract fields written over it; what is wrong is among the faults of `units`."""
    same = {name: value for name, value in fields.items() if name in SAME}
    read = {name: READERS[name](value, units) for name, value in fields.items() if name in READERS}
    return msgspec.structs.replace(
        base,
        **same,
        **{OURS.get(name, name): value for name, value in read.items()},
        rules=meaning.compiled.rules,
        actions=meaning.compiled.actions,
        shorthand=meaning.shorthand,
    )


def _channels(given: list[str] | None, units: Units) -> tuple[str, ...] | None:
    for index, code in enumerate(given or ()):
        units.check_channel(code, "channels", index)
    return None if given is None else tuple(given)


Reader = Callable[[Any, Units], Any]
READERS: Final[dict[str, Reader]] = {
    "start_date": lambda value, _: value,
    "end_date": lambda value, _: value,
    "priority": lambda value, _: value or 0,
    "can_stack": lambda value, _: not value,
    "channels": _channels,
    "budget_amount": lambda value, units: units.positive(value, "budget_amount"),
    "holdout_percent": lambda value, units: units.percentage(value or 0.0, "holdout_percent"),
    "metadata": lambda value, _: value or {},
}
# What these fields are called in our definition.
OURS: Final = {
    "start_date": "starts_at",
    "end_date": "ends_at",
    "can_stack": "exclusive",
    "holdout_percent": "holdout_ppm",
}
