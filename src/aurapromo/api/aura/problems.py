"""Errors in the words of the Aura contract: its four documented keys and those of RFC 9457 beside them."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from aurapromo.api.http.contract import Answer, Problem
from aurapromo.errors import FieldError, Unauthorized, dotted


class FieldProblem(msgspec.Struct, frozen=True):
    """One field of the request that cannot be accepted."""

    field: Annotated[
        str, Meta(description="The field as people write it", examples=["order_items[0].quantity"])
    ]
    pointer: Annotated[
        str, Meta(description="JSON Pointer to it, as a URI fragment", examples=["#/order_items/0/quantity"])
    ]
    message: Annotated[str, Meta(description="What is wrong with it", examples=["must be at least 1"])]


class ProblemBody(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Every error has this shape. `errors` is there only when single fields are to blame."""

    error: Annotated[
        str, Meta(description="Short title of the kind of error", examples=["Validation failed"])
    ]
    detail: Annotated[
        str, Meta(description="What went wrong with this request", examples=["name: is required"])
    ]
    code: Annotated[
        str, Meta(description="Stable code of the error, for programs", examples=["VALIDATION_ERROR"])
    ]
    timestamp: Annotated[
        datetime, Meta(description="When it happened, UTC", examples=["2024-01-01T12:00:00Z"])
    ]
    type: Annotated[
        str,
        Meta(description="Address of the error's description", examples=["/docs/errors#validation_error"]),
    ]
    title: Annotated[str, Meta(description="The same as `error`", examples=["Validation failed"])]
    status: Annotated[int, Meta(description="The HTTP status", examples=[422])]
    instance: Annotated[str, Meta(description="The path of the request", examples=["/api/v1/promotions"])]
    errors: Annotated[
        tuple[FieldProblem, ...], Meta(description="Every field that cannot be accepted", examples=[[]])
    ] = ()


def render(problem: Problem) -> Answer:
    """The error as JSON, with the media type of RFC 9457 for callers that ask for it."""
    error = problem.error
    faults: tuple[FieldError, ...] = getattr(error, "fields", ())
    body = ProblemBody(
        error=problem.kind.title,
        detail=str(error) or problem.kind.title,
        code=error.code,
        timestamp=problem.now,
        type=f"/docs/errors#{error.code.lower()}",
        title=problem.kind.title,
        status=problem.kind.status,
        instance=problem.path,
        errors=tuple(field_problem(fault) for fault in faults),
    )
    asked = b"application/problem+json" in problem.accept
    media = b"application/problem+json" if asked else b"application/json"
    headers = ((b"content-type", media), *problem.headers)
    if isinstance(error, Unauthorized):
        headers = (*headers, (b"www-authenticate", b"Bearer"))
    return Answer(problem.kind.status, msgspec.json.encode(body), headers)


def field_problem(fault: FieldError) -> FieldProblem:
    pointer = "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in fault.path)
    return FieldProblem(dotted(fault.path), f"#{pointer}", fault.message)
