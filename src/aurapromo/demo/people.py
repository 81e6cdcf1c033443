"""Who buys in the demo shop."""

from datetime import date, datetime, timedelta
from random import Random
from typing import Any, Final

FIRST_NAMES: Final = (
    "Ada", "Ben", "Chloe", "David", "Emma", "Felix", "Grace", "Hugo", "Ines", "Jonas", "Kaya", "Leo",
    "Mia", "Noah", "Olga", "Pablo", "Quinn", "Rosa", "Sam", "Tara",
)  # fmt: skip
LAST_NAMES: Final = (
    "Abe", "Berg", "Costa", "Dubois", "Evans", "Fischer", "Garcia", "Haas", "Ito", "Jensen",
)  # fmt: skip
COUNT: Final = len(FIRST_NAMES) * len(LAST_NAMES)

#: Segment and how many percent of the customers are in it; a customer may be in several.
SEGMENTS: Final = (("vip", 10), ("newsletter", 40), ("staff", 2), ("student", 15))
ADULT_DAYS: Final = 18 * 365
OLDEST_DAYS: Final = 80 * 365


def customers(chance: Random, now: datetime) -> dict[str, dict[str, Any]]:
    """What the shop tells of each customer, by id."""
    return {str(number): _customer(number, chance, now) for number in range(1, COUNT + 1)}


def _customer(number: int, chance: Random, now: datetime) -> dict[str, Any]:
    last, first = divmod(number - 1, len(FIRST_NAMES))
    name, family = FIRST_NAMES[first], LAST_NAMES[last]
    return {
        "first_name": name,
        "last_name": family,
        "email": f"{name}.{family}@example.com".lower(),
        "segments": [segment for segment, percent in SEGMENTS if chance.randrange(100) < percent],
        "group": "wholesale" if chance.randrange(100) < 5 else "retail",
        "date_of_birth": _birthday(chance, now.date()),
        "signed_up_at": now - timedelta(days=chance.randint(0, 700), minutes=chance.randint(0, 1440)),
    }


def _birthday(chance: Random, today: date) -> date:
    return today - timedelta(days=chance.randint(ADULT_DAYS, OLDEST_DAYS))
