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
from typing import Final, NamedTuple

import msgspec
from starlette.requests import Request
from starlette.responses import FileResponse, Response
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
    documents = {
        f"{contract.name}.json": _Held(msgspec.json.encode(document(contract)), "application/json")
        for contract in contracts
    }
    pages = {
        "": _Held(_page("index.html", contracts=_choices(contracts)), "text/html"),
        "/errors": _Held(_page("errors.html", rows=_rows()), "text/html"),
    }
    files = assets()

    async def asset(request: Request) -> Response:
        file = files.get(request.path_params["name"])
        return Response(status_code=404) if file is None else FileResponse(file, headers=SECURITY)

    return [
        *(Route(f"/schema/{name}", held.answer) for name, held in documents.items()),
        *(Route(f"/docs{name}", held.answer) for name, held in pages.items()),
        Route("/docs/assets/{name}", asset),
    ]


class _Held(NamedTuple):
    """An answer that never changes while the process runs."""

    body: bytes | str
    media: str

    async def answer(self, _: Request) -> Response:
        return Response(self.body, media_type=self.media, headers=SECURITY)


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
