"""Moments as PHP writes them."""

from datetime import datetime
from zoneinfo import ZoneInfo


def written(moment: datetime, zone: ZoneInfo) -> str:
    """`2017-03-06T11:40:38+0100`: local time to the second, the offset of that day without a colon."""
    return moment.astimezone(zone).strftime("%Y-%m-%dT%H:%M:%S%z")
