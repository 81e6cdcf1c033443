"""Dates of the forms: local times of the contract's zone in, moments in UTC out."""

import re
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from aurapromo.api.sylius.forms.node import Node, fields
from aurapromo.api.sylius.forms.values.scalars import record, text

DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
TIME: Final = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)


class Clock(NamedTuple):
    """The zone of the contract; where `partial`, a missing half of a date stays as it was."""

    zone: ZoneInfo
    partial: bool


def moment_node() -> Node:
    return Node(fields("date", "time"))


def moment(value: Any, node: Node, clock: Clock, before: datetime | None) -> datetime | None:
    """`{"date": "2017-12-05", "time": "11:00"}` as a moment; both parts or neither."""
    given = record(value, node, {"date", "time"})
    kept: dict[str, Any] = {}
    if clock.partial and given and before is not None:
        local = before.astimezone(clock.zone)
        kept = {"date": f"{local:%Y-%m-%d}", "time": f"{local:%H:%M}"}
    day, time = (text((kept | given).get(name), node) for name in ("date", "time"))
    if node.errors or (day is None and time is None):
        return None
    if day is None or time is None or not TIME.fullmatch(time) or not DATE.fullmatch(day):
        node.refuse()
        return None
    return _in_utc(f"{day}T{time}", node, clock.zone)


def midnight(value: Any, node: Node, zone: ZoneInfo) -> datetime | None:
    """`"2017-12-31"` as the beginning of that day; a longer ISO time is cut to its date."""
    day = None if isinstance(value, dict | list) else text(value, node)
    if isinstance(value, dict | list):
        node.refuse()
    if day is None:
        return None
    if not DATE.match(day) or (len(day) > 10 and day[10] not in "T "):
        node.refuse()
        return None
    return _in_utc(day[:10], node, zone)


def _in_utc(local: str, node: Node, zone: ZoneInfo) -> datetime | None:
    try:
        return datetime.fromisoformat(local).replace(tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        node.refuse()
        return None
