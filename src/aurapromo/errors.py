"""The errors that a caller can cause; each contract maps them to its own shape in one place."""

from typing import ClassVar

import msgspec


class FieldError(msgspec.Struct, frozen=True):
    """One field of a request that cannot be accepted.

    `path` leads to it from the root of the body: names and list indices, for instance
    ("order_items", 0, "quantity"); an empty path means the body as a whole.
    """

    path: tuple[str | int, ...]
    message: str


class AuraPromoError(Exception):
    """Root of everything that a caller can cause; anything else is a bug of ours."""

    code: ClassVar[str] = "ERROR"


class Malformed(AuraPromoError):
    """The body is not what its content type says: broken JSON, broken UTF-8, nested too deep."""

    code = "MALFORMED"


class Invalid(AuraPromoError):
    """The request can be read, but `fields` have values that cannot be accepted. Nothing was changed."""

    code = "VALIDATION_ERROR"

    def __init__(self, fields: "list[FieldError] | tuple[FieldError, ...]") -> None:
        self.fields = tuple(fields)
        super().__init__("; ".join(f"{dotted(field.path)}: {field.message}" for field in self.fields))


class NotFound(AuraPromoError):
    """What the path or the body names does not exist (for this caller)."""

    code = "NOT_FOUND"


class Conflict(AuraPromoError):
    """The request is sound but the state of things does not allow it."""

    code = "CONFLICT"


class Unauthorized(AuraPromoError):
    """No credential, or one that is wrong, expired or revoked."""

    code = "UNAUTHORIZED"


class Forbidden(AuraPromoError):
    """The credential is good but lacks the scope."""

    code = "FORBIDDEN"


class Unavailable(AuraPromoError):
    """We cannot answer now (the database is away, a queue is full); try again after `retry_after_s`."""

    code = "UNAVAILABLE"

    def __init__(self, message: str, *, retry_after_s: int = 1) -> None:
        self.retry_after_s = retry_after_s
        super().__init__(message)


def invalid(*path: str | int, message: str) -> Invalid:
    """An `Invalid` about one field."""
    return Invalid((FieldError(path, message),))


def dotted(path: tuple[str | int, ...]) -> str:
    """The path as people write it: order_items[0].quantity; "body" for the root."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}"
    return text.removeprefix(".") or "body"
