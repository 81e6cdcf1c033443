"""The id by which a caller or a proxy knows a request already."""

from collections.abc import Mapping
from typing import Final

#: What an id may have besides letters and digits.
SIGNS: Final = b"-_."


def given(headers: Mapping[bytes, bytes]) -> str | None:
    """The caller's own X-Request-Id if it is fit to be repeated and logged."""
    found = headers.get(b"x-request-id")
    if found is None or len(found) > 128 or not found.translate(None, SIGNS).isalnum():
        return None
    return found.decode("ascii")
