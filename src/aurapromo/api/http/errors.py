"""The one table from an error's class to its status, and the errors that only the edge can raise."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from aurapromo.errors import (
    AuraPromoError,
    Conflict,
    Forbidden,
    Invalid,
    Malformed,
    NotFound,
    Unauthorized,
    Unavailable,
)
from aurapromo.idempotency.model import StillRunning

Headers = tuple[tuple[bytes, bytes], ...]


class MethodNotAllowed(AuraPromoError):
    """The path exists, but not with this method; `Allow` names those it has."""

    code = "METHOD_NOT_ALLOWED"

    def __init__(self, allowed: tuple[str, ...]) -> None:
        self.allowed = allowed
        super().__init__(f"This path answers {', '.join(allowed)} only")


class TooLarge(AuraPromoError):
    """The body is larger than the route takes. What lies beyond the limit was not read."""

    code = "PAYLOAD_TOO_LARGE"


class UnsupportedMedia(AuraPromoError):
    """The body is of a media type, character set or encoding that the route does not read."""

    code = "UNSUPPORTED_MEDIA_TYPE"


class RateLimited(AuraPromoError):
    """The key has used up its calls of this class; the window ends after `retry_after_s`."""

    code = "RATE_LIMIT_EXCEEDED"

    def __init__(self, retry_after_s: int) -> None:
        self.retry_after_s = retry_after_s
        super().__init__(f"Too many calls with this key; try again in {retry_after_s} s")


class Defect(AuraPromoError):
    """A mistake of ours. The answer says nothing about it; the log does, under the request's id."""

    code = "INTERNAL_ERROR"

    def __init__(self) -> None:
        super().__init__("The request could not be answered; name its X-Request-Id when you report this")


class Kind(NamedTuple):
    """How an error shows itself over HTTP."""

    status: int
    title: str


KINDS: Final[Mapping[type[AuraPromoError], Kind]] = {
    Malformed: Kind(400, "Malformed request"),
    Unauthorized: Kind(401, "Unauthorized"),
    Forbidden: Kind(403, "Forbidden"),
    NotFound: Kind(404, "Not found"),
    MethodNotAllowed: Kind(405, "Method not allowed"),
    Conflict: Kind(409, "Conflict"),
    TooLarge: Kind(413, "Payload too large"),
    UnsupportedMedia: Kind(415, "Unsupported media type"),
    Invalid: Kind(422, "Validation failed"),
    RateLimited: Kind(429, "Rate limit exceeded"),
    Defect: Kind(500, "Internal server error"),
    Unavailable: Kind(503, "Service unavailable"),
}


def kind_of(error: type[AuraPromoError]) -> Kind:
    """The row of the nearest ancestor in `KINDS`; a class without one is refused with a LookupError."""
    for ancestor in error.__mro__:
        if ancestor in KINDS:
            return KINDS[ancestor]
    raise LookupError(f"{error.__name__} has no status")


def headers_of(error: AuraPromoError) -> Headers:
    """The headers that HTTP itself asks for beside this error, whatever the contract."""
    match error:
        case MethodNotAllowed():
            return ((b"allow", ", ".join(error.allowed).encode()),)
        case RateLimited() | Unavailable() | StillRunning():
            return ((b"retry-after", str(error.retry_after_s).encode()),)
        case TooLarge():
            # The rest of the body is still on its way; nobody is going to read it.
            return ((b"connection", b"close"),)
        case _:
            return ()
