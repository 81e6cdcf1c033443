"""Which currencies there are, and how many decimals they have."""

from functools import cache
from typing import Final

from babel.core import get_global

#: Units of account of ISO 4217: in no shop's till, but prices are quoted in some of them.
_UNITS_OF_ACCOUNT: Final = ("BOV", "CHE", "CHW", "CLF", "COU", "MXV", "USN", "UYI", "UYW")

# Decimals by ISO 4217 (list one), where there are not two. CLDR, which babel carries, counts what is
# used in cash (AFN 0, IQD 0, IRR 0, …) and is no source for amounts that are charged.
_DIGITS: Final = (
    dict.fromkeys(("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG"), 0)
    | dict.fromkeys(("RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"), 0)
    | dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3)
    | dict.fromkeys(("CLF", "UYW"), 4)
)


@cache
def currencies() -> frozenset[str]:
    """The ISO 4217 codes in force: legal tender somewhere today by CLDR, and units of account."""
    histories = get_global("territory_currencies").values()
    tender = {code for history in histories for code, _, ended, legal in history if legal and ended is None}
    return frozenset(tender.union(_UNITS_OF_ACCOUNT))


def digits_of(currency: str) -> int:
    """Decimals of the currency's minor unit by ISO 4217: JPY 0, USD 2, KWD 3, CLF 4."""
    return _DIGITS.get(currency, 2)
