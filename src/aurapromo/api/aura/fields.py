"""Types of fields that many requests and answers share, and how the shop's ids are shown."""

import re
from typing import Annotated, Any, Final

from msgspec import Meta

#: A whole number that is shown as one; everything longer or with a leading zero is text.
_CANONICAL: Final = re.compile(r"(?:0|[1-9][0-9]{0,17})", re.ASCII)

#: The shop's own id in a body: compared as a string (456 = "456"), echoed as sent.
ShopId = Annotated[int, Meta(ge=0, lt=10**18)] | Annotated[str, Meta(min_length=1, max_length=64)]
#: The same in a path.
PathId = Annotated[str, Meta(min_length=1, max_length=64, description="The shop's own id")]

#: Our id of a promotion in a path.
PromotionId = Annotated[int, Meta(description="Id of the promotion", examples=[123])]

Text = Annotated[str, Meta(max_length=255)]
Words = Annotated[list[Annotated[str, Meta(min_length=1, max_length=100)]], Meta(max_length=1000)]
Metadata = dict[str, Any]


def shown_id(stored: str) -> int | str:
    """The id as it stands in answers: a JSON number where it is one, else a string."""
    return int(stored) if _CANONICAL.fullmatch(stored) else stored


def shown_id_or_none(stored: str | None) -> int | str | None:
    return None if stored is None else shown_id(stored)


def stored_id(given: int | str | None) -> str | None:
    return None if given is None else str(given)
