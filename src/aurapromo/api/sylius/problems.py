"""Errors in the words of Sylius: `code` and `message`, a form's tree of errors, and those of OAuth."""

from collections.abc import Iterator
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from aurapromo.access.model import Expired, NoCredential, TwoCredentials
from aurapromo.api.http.contract import Answer, Problem
from aurapromo.api.http.errors import Headers
from aurapromo.coupons.catalogue.service import CouponInUse
from aurapromo.errors import AuraPromoError, Conflict, Invalid, NotFound, Unauthorized, dotted
from aurapromo.oauth.model import Refused, TooManyFailures
from aurapromo.promotions.catalogue.service import PromotionInUse

JSON: Final = (b"content-type", b"application/json")
#: Tokens must not stay in anybody's cache (RFC 6749, section 5.1).
NEVER_KEPT: Final[Headers] = ((b"cache-control", b"no-store, private"), (b"pragma", b"no-cache"))
MESSAGES: Final = {403: "Access Denied.", 404: "Not Found", 405: "Method Not Allowed"}
INVALID_JSON: Final = "Invalid json message received"


class ProblemBody(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Every error has either `code` and `message` or, where credentials are the matter, the rest."""

    code: Annotated[int | None, Meta(description="The HTTP status", examples=[400])] = None
    message: Annotated[str | None, Meta(description="What went wrong", examples=["Validation Failed"])] = None
    errors: Annotated[
        Any, Meta(description="The form's tree: each field with its errors", examples=[{"children": {}}])
    ] = None
    error: Annotated[
        str | None, Meta(description="Code of OAuth 2.0", examples=["invalid_grant"])
    ] = None  # fmt: skip
    error_description: Annotated[
        str | None,
        Meta(description="What it means", examples=["The access token provided is invalid."]),
    ] = None


class FormRefused(Invalid):
    """The fields of a form cannot be accepted; `tree` has every field in order, with its errors."""

    def __init__(self, tree: dict[str, Any]) -> None:
        self.tree = tree
        super().__init__(())


class Unacceptable(Invalid):
    """One sentence says why the call cannot be answered; no single field is to blame."""

    def __init__(self, message: str) -> None:
        self.message = message
        super().__init__(())


class NotCouponBased(Conflict):
    """The promotion asks for no coupon, so it cannot have any."""

    code = "NOT_COUPON_BASED"


#: What Sylius answers with 422 though nothing is wrong with the body.
IMPOSSIBLE: Final = (NotCouponBased, PromotionInUse, CouponInUse)


def render(problem: Problem) -> Answer:
    error = problem.error
    if isinstance(error, Unauthorized):
        return _unauthorized(error, problem.headers)
    if isinstance(error, Refused):
        return _refused(error, problem.headers)
    status, body = _body(error, problem.kind.status)
    return Answer(status, msgspec.json.encode(body), (JSON, *problem.headers))


def _body(error: AuraPromoError, status: int) -> tuple[int, ProblemBody]:
    if isinstance(error, Invalid):
        return 400, _invalid(error)
    if isinstance(error, IMPOSSIBLE):
        return 422, ProblemBody(code=422, message=str(error))
    # Which of the things at a path is missing, Sylius does not say.
    said = MESSAGES[404] if isinstance(error, NotFound) else MESSAGES.get(status, str(error))
    return status, ProblemBody(code=status, message=said)


def _invalid(error: Invalid) -> ProblemBody:
    match error:
        case FormRefused(tree=tree):
            return ProblemBody(code=400, message="Validation Failed", errors=tree)
        case Unacceptable(message=message):
            return ProblemBody(code=400, message=message)
        case _:
            words = [f"{dotted(one.path)}: {one.message}" for one in error.fields]
            return ProblemBody(code=400, message="Validation Failed", errors={"errors": words})


def _unauthorized(error: Unauthorized, headers: Headers) -> Answer:
    status, code, description = _words(error)
    challenge = f'Bearer realm="Service", error="{code}", error_description="{description}"'
    return Answer(
        status,
        msgspec.json.encode({"error": code, "error_description": description}),
        (JSON, (b"www-authenticate", challenge.encode()), *NEVER_KEPT, *headers),
    )


def _words(error: Unauthorized) -> tuple[int, str, str]:
    match error:
        case NoCredential():
            return 401, "access_denied", "OAuth2 authentication required"
        case TwoCredentials():
            words = "Only one method may be used to authenticate at a time (Auth header, GET or POST)."
            return 400, "invalid_request", words
        case Expired():
            return 401, "invalid_grant", "The access token provided has expired."
        case _:
            return 401, "invalid_grant", "The access token provided is invalid."


def _refused(error: Refused, headers: Headers) -> Answer:
    body = {"error": error.error, "error_description": str(error)}
    return Answer(
        429 if isinstance(error, TooManyFailures) else 400,
        msgspec.json.encode(body),
        (JSON, *NEVER_KEPT, *_patience(error), *headers),
    )


def _patience(error: Refused) -> Iterator[tuple[bytes, bytes]]:
    if isinstance(error, TooManyFailures):
        yield b"retry-after", str(error.retry_after_s).encode()
