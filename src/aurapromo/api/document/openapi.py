"""A contract's OpenAPI 3.1 document, made from its table of routes and msgspec's schemas."""

from collections.abc import Iterator, Mapping
from types import NoneType
from typing import Final

from aurapromo.api.document.schemas import PLACE, Json, path_parameter, query_parameters, schemas
from aurapromo.api.http.contract import Contract
from aurapromo.api.http.errors import KINDS
from aurapromo.api.http.route import Chunks, Raw, Route, parameters

BINARY: Final[Json] = {"type": "string", "format": "binary"}
TITLES: Final[Mapping[int, str]] = {kind.status: kind.title for kind in KINDS.values()}

#: Headers by name: what they say, and a sample.
HEADERS: Final[Mapping[str, tuple[str, str]]] = {
    "X-Request-Id": ("Names this request in our log; your own is kept if you send one", "7f3a9c51b2e0-1a"),
    "X-RateLimit-Limit": ("Calls of this class that the key has in a window", "100"),
    "X-RateLimit-Remaining": ("Calls left in this window", "99"),
    "X-RateLimit-Reset": ("When the window ends, UTC", "2026-01-31T10:00:00Z"),
    "Retry-After": ("Seconds to wait before trying again", "30"),
    "Allow": ("The methods that this path has", "GET, HEAD"),
    "WWW-Authenticate": ("How to authenticate", "Bearer"),
    "Idempotent-Replayed": ("`true` when this is the first answer given again", "true"),
}
LIMITS: Final = ("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset")
HEADERS_OF: Final[Mapping[int, tuple[str, ...]]] = {
    401: ("WWW-Authenticate",),
    405: ("Allow",),
    429: (*LIMITS, "Retry-After"),
    503: ("Retry-After",),
}
#: What has no schema; the names in a query that takes any are told in words.
UNTYPED: Final = frozenset((NoneType, bytes, Chunks, Raw, dict[str, list[str]]))
RETRY_KEY: Final[Json] = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Makes it safe to send this call again: the first answer is given once more",
    "schema": {"type": "string", "pattern": '^("[!#-~]{1,255}"|[!#-~]{1,255})$'},
}


def document(contract: Contract) -> Json:
    """The whole document, ready to be encoded as JSON."""
    problem, known, components = _schemas(contract)
    paths: Json = {}
    for route in contract.routes:
        place = paths.setdefault(contract.prefixes[0] + route.path, {})
        place[route.method.lower()] = _operation(route, known)
    return {
        "openapi": "3.1.0",
        "info": {"title": contract.title, "version": contract.version, "description": contract.description},
        "tags": [{"name": name, "description": text} for name, text in contract.tags.items()],
        "security": [{"key": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer", "description": "An API key"}},
            "headers": {name: _header(*words) for name, words in HEADERS.items()},
            "responses": {f"Problem{status}": _problem(status, problem) for status in TITLES},
            "schemas": components,
        },
    }


def operation_id(route: Route) -> str:
    """Stable as long as the handler keeps its name: `promotions_create`."""
    return f"{route.tag}_{route.handler.__name__}".lower().replace("-", "_").replace(" ", "_")


def undescribed(whole: Json) -> list[str]:
    """What a reader of the document would be left to guess: its place, for each thing without words."""
    found = [
        f"{method.upper()} {path}: {lack}"
        for path, operations in whole["paths"].items()
        for method, operation in operations.items()
        for lack in _lacks(operation)
    ]
    for name, schema in whole["components"]["schemas"].items():
        found += [
            f"{name}.{field}"
            for field, inner in schema.get("properties", {}).items()
            if not inner.get("description") and "const" not in inner and inner.get("enum") != [name]
        ]
    return found


def _lacks(operation: Json) -> Iterator[str]:
    for key in ("summary", "description", "operationId", "tags"):
        if not operation.get(key):
            yield key
    for parameter in operation["parameters"]:
        if not parameter.get("description"):
            yield f"parameter {parameter['name']}"


def _schemas(contract: Contract) -> tuple[Json, dict[str, Json], dict[str, Json]]:
    """The schema of a problem, those of the routes' types by the types' repr, and all components.

    A query is no component: what can be asked stands with the operation.
    """
    types = [
        kind
        for route in contract.routes
        for kind in (route.query, route.body, route.answer)
        if kind not in UNTYPED
    ]
    (problem, *roots), components = schemas([contract.problem_body, *types])
    known = dict(zip(map(repr, types), roots, strict=True))
    for query in {repr(route.query) for route in contract.routes} & known.keys():
        known[query] = components.pop(known[query]["$ref"].removeprefix(PLACE))
    return problem, known, components


def _operation(route: Route, known: Mapping[str, Json]) -> Json:
    needs = f"Needs the scope `{route.scope}`. " if route.scope else ""
    told: Json = {
        "operationId": operation_id(route),
        "tags": [route.tag],
        "summary": route.summary,
        "description": f"{route.description or route.summary + '.'}\n\n{needs}Counts as `{route.rate}`.",
        "x-scope": route.scope,
        "x-rate-class": route.rate,
        "parameters": _parameters(route, known),
        "responses": _responses(route, known),
    }
    if route.public:
        told["security"] = []
    if route.body is not NoneType:
        told["requestBody"] = _body(route, known)
    return told


def _parameters(route: Route, known: Mapping[str, Json]) -> list[Json]:
    found = [path_parameter(name, route.signature.path[name]) for name in parameters(route.path)]
    if route.query not in UNTYPED:
        found += query_parameters(known[repr(route.query)])
    return [*found, RETRY_KEY] if route.repeatable else found


def _body(route: Route, known: Mapping[str, Json]) -> Json:
    content: Json = {"schema": known.get(repr(route.body), BINARY)}
    if route.examples:
        content["examples"] = {name: {"value": value} for name, value in route.examples.items()}
    # A stream without a byte is a file without a row, which nobody can tell from no body at all.
    optional = route.body_optional or route.body is Chunks
    return {"required": not optional, "content": dict.fromkeys(route.media, content)}


def _responses(route: Route, known: Mapping[str, Json]) -> Json:
    headers = ["X-Request-Id"]
    if not route.public:
        headers += LIMITS
    if route.repeatable:
        headers.append("Idempotent-Replayed")
    told: Json = {"description": "Success", "headers": {name: _header_ref(name) for name in headers}}
    if route.answer is Raw:
        told["content"] = {route.produces: {"schema": BINARY}}
    elif route.answer is not NoneType:
        told["content"] = {"application/json": {"schema": known[repr(route.answer)]}}
    answers: Json = {str(status): told for status in (route.status, *route.also)}
    for status in sorted(_refusals(route)):
        answers[str(status)] = {"$ref": f"#/components/responses/Problem{status}"}
    return answers


def _refusals(route: Route) -> set[int]:
    """What the edge may refuse with, and what the use case says it refuses with."""
    found = {400, 422, 500, 503, *route.errors}
    if not route.public:
        found |= {401, 429}
    if route.scope is not None:
        found.add(403)
    if "{" in route.path:
        found.add(404)
    if route.repeatable:
        found.add(409)
    if route.body is not NoneType:
        found |= {413, 415}
    return found


def _problem(status: int, problem: Json) -> Json:
    names = ("X-Request-Id", *HEADERS_OF.get(status, ()))
    media = ("application/json", "application/problem+json")
    return {
        "description": TITLES[status],
        "headers": {name: _header_ref(name) for name in names},
        "content": {kind: {"schema": problem} for kind in media},
    }


def _header(description: str, sample: str) -> Json:
    return {"description": description, "schema": {"type": "string"}, "example": sample}


def _header_ref(name: str) -> Json:
    return {"$ref": f"#/components/headers/{name}"}
