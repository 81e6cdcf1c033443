"""The documents of the contracts and a page to browse them, which loads nothing from other hosts.

The page is Swagger UI from the files of the `offapi` wheel. A key typed into it stays in the memory of
the tab.
"""

import re
from collections.abc import Iterator, Sequence
from html import escape
from importlib.util import find_spec
from pathlib import Path
from string import Template
from typing import Final

import msgspec
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from aurapromo.api.document.openapi import document
from aurapromo.api.http.contract import Contract
from aurapromo.api.http.errors import kind_of
from aurapromo.errors import AuraPromoError

#: A name between backticks, as docstrings write it.
CODE: Final = re.compile("`([^`]+)`")
STATIC: Final = Path(__file__).parent / "static"
SECURITY: Final = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"
        " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}


def routes(contracts: Sequence[Contract]) -> list[BaseRoute]:
    """`/docs`, `/docs/errors` and `/schema/<contract>.json`."""
    bodies = {contract.name: msgspec.json.encode(document(contract)) for contract in contracts}
    files = assets()

    async def schema(request: Request) -> Response:
        body = bodies.get(request.path_params["name"])
        if body is None:
            return Response(status_code=404)
        return Response(body, media_type="application/json", headers=SECURITY)

    async def asset(request: Request) -> Response:
        file = files.get(request.path_params["name"])
        return Response(status_code=404) if file is None else FileResponse(file, headers=SECURITY)

    page = _page("index.html", contracts=_choices(contracts))
    errors = _page("errors.html", rows=_rows())

    async def browse(_: Request) -> Response:
        return HTMLResponse(page, headers=SECURITY)

    async def explain(_: Request) -> Response:
        return HTMLResponse(errors, headers=SECURITY)

    return [
        Route("/schema/{name}.json", schema),
        Route("/docs", browse),
        Route("/docs/errors", explain),
        Route("/docs/assets/{name}", asset),
    ]


def assets() -> dict[str, Path]:
    """The files that the pages load, by name. The wheel is not imported: that would read megabytes."""
    wheel = find_spec("offapi")
    if wheel is None or wheel.origin is None:
        raise LookupError("the wheel offapi, which has the files of Swagger UI, is not installed")
    vendored = Path(wheel.origin).parent
    return {
        **{name: vendored / name for name in ("swagger_bundle.js", "swagger_style.css")},
        **{name: STATIC / name for name in ("docs.js", "docs.css")},
    }


def _page(name: str, **parts: str) -> str:
    return Template((STATIC / name).read_text()).substitute(parts)


def _choices(contracts: Sequence[Contract]) -> str:
    """One button a contract; the first is shown to begin with."""
    return "".join(
        f'<button type="button" data-document="/schema/{escape(contract.name)}.json">'
        f"{escape(contract.title)}</button>"
        for contract in contracts
    )


def _rows() -> str:
    """One row for each code an answer may carry; its anchor is what `type` in an error points to."""
    told: dict[str, str] = {}
    for error in sorted(_errors(AuraPromoError), key=lambda error: (kind_of(error).status, error.code)):
        text = CODE.sub(r"<code>\1</code>", escape(" ".join((error.__doc__ or "").split())))
        cells = f"<td>{kind_of(error).status}</td><td><code>{error.code}</code></td><td>{text}</td>"
        told.setdefault(error.code, f'<tr id="{error.code.lower()}">{cells}</tr>')
    return "".join(told.values())


def _errors(root: type[AuraPromoError]) -> Iterator[type[AuraPromoError]]:
    """All kinds of error, those that share a code after the one that has it first."""
    children = root.__subclasses__()
    yield from children
    for child in children:
        yield from _errors(child)
