"""The codes of ISO 3166-1, as CLDR lists territories."""

from typing import Final

from babel import Locale

#: Two letters that CLDR knows and ISO does not: groups of countries, islands, and what is only reserved.
_OTHERS: Final = "AC CP CQ DG EA EU EZ IC QO TA UN XA XB XK ZZ"

COUNTRIES: Final = frozenset(
    code
    for code in map(str, Locale("en").territories)
    if len(code) == 2 and code.isalpha() and code not in _OTHERS
)
