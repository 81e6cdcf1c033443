"""Amounts and percentages at the edge: decimals in JSON, whole minor units and parts per million inside."""

from typing import Final

from aurapromo.errors import invalid
from aurapromo.facts import currency as facts

#: Larger amounts are refused, so that every amount, sum and percentage fits a bigint and a JSON number.
MAX_MINOR: Final = 10**13
#: Parts per million in one percent.
PPM_PER_PERCENT: Final = 10_000

_SCALES: Final = (1, 10, 100, 1_000, 10_000)


class AmountError(ValueError):
    """A number that is no amount; the message goes on after the name of the field."""


def digits_of(currency: str) -> int:
    """Decimals of the currency's minor unit by ISO 4217: JPY 0, USD 2, KWD 3, CLF 4."""
    return facts.digits_of(currency)


def to_minor(amount: float, digits: int) -> int:
    """A JSON number of major units as minor units, exactly.

    Raises AmountError for a number below 0, beyond `MAX_MINOR` or with more than `digits` decimals.

    JSON's decimals have become the nearest double `x`. Up to 10^13 minor units the nearest integer `m`
    to `x` * scale is the only candidate, and Python's `m / scale` is correctly rounded: it gives `x`
    back if and only if the text that was sent and `m / scale` are the same number (to 15 digits).
    """
    scale = _SCALES[digits]
    if not 0 <= amount <= MAX_MINOR / scale:
        raise AmountError(f"must be between 0 and {to_major(MAX_MINOR, digits)}")
    minor = round(amount * scale)
    if minor / scale != amount:
        raise AmountError(f"has more than {digits} decimals")
    return minor


def to_major(minor: int, digits: int) -> float:
    """Minor units as the number that JSON shows; an int where the currency has no decimals."""
    return minor / _SCALES[digits] if digits else minor


def minor_of(amount: float, currency: str, *path: str | int) -> int:
    """The amount in minor units of `currency`; raises Invalid about the field at `path`."""
    try:
        return to_minor(amount, digits_of(currency))
    except AmountError as error:
        raise invalid(*path, message=f"{error} for {currency}") from None


def to_ppm(percentage: float) -> int:
    """Percent as parts per million, exactly: 25 is 250_000.

    Raises AmountError for a number below 0, out of all range or finer than 4 decimals.
    """
    if not 0 <= percentage <= MAX_MINOR / PPM_PER_PERCENT:
        raise AmountError("is not a percentage")
    ppm = round(percentage * PPM_PER_PERCENT)
    if ppm / PPM_PER_PERCENT != percentage:
        raise AmountError("is finer than 4 decimals")
    return ppm


def from_ppm(ppm: int) -> float:
    """Parts per million as the percent that JSON shows."""
    return ppm / PPM_PER_PERCENT
