"""The JSON of a request as plain values. Fractions are Decimals, so that no cent is lost on the way."""

from decimal import Decimal, InvalidOperation
from typing import Any, Final

import msgspec

from aurapromo.api.reading.decode import nested_too_deep
from aurapromo.api.sylius.problems import INVALID_JSON, Unacceptable


def _exactly(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        return Decimal("NaN")


_decode: Final = msgspec.json.Decoder(float_hook=_exactly).decode


def submitted(body: bytes) -> Any:
    """An empty body is an empty form. Raises Unacceptable for what is no JSON, or no object or list."""
    if not body.strip():
        return {}
    try:
        found = None if nested_too_deep(body) else _decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        found = None
    if not isinstance(found, dict | list):
        raise Unacceptable(INVALID_JSON)
    return found
