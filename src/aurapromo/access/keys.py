"""What a key looks like, how it is read from a request, and whether it still holds."""

import hashlib
import re
from datetime import datetime
from math import ceil, log2
from typing import Final

from aurapromo.access.model import ApiKey, ContractName, Expired, NoCredential, Outdated
from aurapromo.errors import Unauthorized

ENTROPY_BYTES: Final = 24
MINIMUM_BYTES: Final = 20
BASE62: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

# Enough to tell keys apart in a list; what stays hidden has still more than 160 bits.
_SHOWN: Final = 4
_SHAPE: Final = re.compile(r"ap_[a-z]+_[0-9A-Za-z]{27,64}", re.ASCII)
UNKNOWN: Final = "The API key is not known"


def secret(contract: ContractName, entropy: bytes) -> str:
    """A key such as `ap_aura_6mY0…`, all of whose chance comes from `entropy`.

    It says what it is and in which contract it speaks, so that scanners for leaked secrets and people
    recognise it. Raises ValueError for less than 160 bits.
    """
    if len(entropy) < MINIMUM_BYTES:
        raise ValueError(f"a key needs at least {MINIMUM_BYTES} bytes of entropy")
    return f"ap_{contract}_{_base62(entropy)}"


def _base62(data: bytes) -> str:
    """The bytes as one number in base 62, in a width that depends on their count alone."""
    number = int.from_bytes(data)
    digits = []
    for _ in range(ceil(len(data) * 8 / log2(62))):
        number, digit = divmod(number, 62)
        digits.append(BASE62[digit])
    return "".join(reversed(digits))


def digest(token: str) -> bytes:
    """What is stored of a key. A plain SHA-256: nobody can guess 160 bits, so slowness adds nothing."""
    return hashlib.sha256(token.encode()).digest()


def prefix(token: str) -> str:
    """The part of a key that may be shown."""
    head, _, rest = token.rpartition("_")
    return f"{head}_{rest[:_SHOWN]}"


def bearer(authorization: bytes | None) -> str:
    """The token of an `Authorization` header; raises Unauthorized when there is none to read."""
    if authorization is None:
        raise NoCredential("This call needs an API key, as Authorization: Bearer <key>")
    scheme, _, token = authorization.decode("latin-1").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise NoCredential("The Authorization header must read Bearer <key>")
    return token.strip()


def well_formed(token: str) -> bool:
    """Whether it could be a key of ours; what could not be is refused without looking it up."""
    return _SHAPE.fullmatch(token) is not None


def admitted(key: ApiKey | None, now: datetime) -> ApiKey:
    """The key if it holds at `now`; raises Unauthorized that says why not.

    A key that never was and one with a wrong end are the same to the caller. It expires at
    `expires_at` itself.
    """
    if key is None:
        raise Unauthorized(UNKNOWN)
    if key.revoked_at is not None:
        raise Outdated("The API key has been revoked", key.contract)
    if key.expires_at is not None and key.expires_at <= now:
        raise Expired(f"The API key expired at {key.expires_at.isoformat()}", key.contract)
    return key
