"""Which currencies there are."""

from functools import cache
from typing import Final

from babel.core import get_global

#: Units of account of ISO 4217: in no shop's till, but prices are quoted in some of them.
_UNITS_OF_ACCOUNT: Final = ("BOV", "CHE", "CHW", "CLF", "COU", "MXV", "USN", "UYI", "UYW")


@cache
def currencies() -> frozenset[str]:
    """The ISO 4217 codes in force: legal tender somewhere today by CLDR, and units of account."""
    histories = get_global("territory_currencies").values()
    tender = {code for history in histories for code, _, ended, legal in history if legal and ended is None}
    return frozenset(tender.union(_UNITS_OF_ACCOUNT))
