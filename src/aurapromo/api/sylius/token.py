"""`/api/oauth/v2/token`: tokens for the Sylius contract, by form, JSON or query."""

import base64
import binascii
from collections.abc import Mapping
from secrets import token_bytes
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from aurapromo.api.http.contract import Contract
from aurapromo.api.http.route import Call, Reply, Route
from aurapromo.api.reading.query import pairs
from aurapromo.api.sylius.problems import ProblemBody, render
from aurapromo.app import App
from aurapromo.errors import Malformed
from aurapromo.oauth import service
from aurapromo.oauth.model import ACCESS_LASTS, Asked
from aurapromo.oauth.service import Desk

FORM: Final = "application/x-www-form-urlencoded"
NEVER_KEPT: Final = (("Cache-Control", "no-store, private"), ("Pragma", "no-cache"))
FIELDS: Final = Asked.__struct_fields__


class TokenOut(msgspec.Struct, frozen=True, kw_only=True):
    """A token. Without a user there is no `refresh_token`."""

    access_token: Annotated[str, Meta(description="Send it as Authorization: Bearer", examples=["0f3a9c"])]
    expires_in: Annotated[int, Meta(description="Seconds until it ends", examples=[3600])]
    token_type: Annotated[str, Meta(description="Always bearer", examples=["bearer"])]
    scope: Annotated[str | None, Meta(description="What was asked for; null is all", examples=["read"])]
    refresh_token: Annotated[
        str | msgspec.UnsetType, Meta(description="Good for one new pair of tokens", examples=["77c1b2"])
    ] = msgspec.UNSET


async def by_post(call: Call[App, dict[str, list[str]], bytes]) -> Reply[TokenOut]:
    return await _issued(call, _fields(call.headers, call.body))


async def by_get(call: Call[App, dict[str, list[str]], None]) -> Reply[TokenOut]:
    return await _issued(call, {name: values[-1] for name, values in call.query.items()})


async def _issued(call: Call[App, Any, Any], fields: Mapping[str, Any]) -> Reply[TokenOut]:
    desk = Desk(call.app.database, token_bytes, call.app.settings.demo)
    issued = await service.issue(desk, _asked(fields, call.headers), now=call.now)
    out = TokenOut(
        access_token=issued.access_token,
        expires_in=int(ACCESS_LASTS.total_seconds()),
        token_type="bearer",  # noqa: S106 the name of a type
        scope=issued.scope,
        refresh_token=issued.refresh_token or msgspec.UNSET,
    )
    return Reply(out, headers=NEVER_KEPT)


def _fields(headers: Mapping[bytes, bytes], body: bytes) -> Mapping[str, Any]:
    media = headers.get(b"content-type", b"").partition(b";")[0].strip().lower()
    if media == FORM.encode() or not body:
        return dict(pairs(body))
    try:
        found = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Malformed("Invalid json message received") from None
    return found if isinstance(found, dict) else {}


def _asked(fields: Mapping[str, Any], headers: Mapping[bytes, bytes]) -> Asked:
    texts = {name: fields[name] for name in FIELDS if isinstance(fields.get(name), str)}
    # NUL can stand in no name that is stored.
    texts = {name: text for name, text in texts.items() if text and "\0" not in text}
    return Asked(**_basic(headers.get(b"authorization", b"")) | texts)


def _basic(authorization: bytes) -> dict[str, str]:
    """The client of an `Authorization: Basic` header; nothing where it cannot be read."""
    scheme, _, encoded = authorization.partition(b" ")
    if scheme.lower() != b"basic":
        return {}
    try:
        client_id, colon, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return {}
    return {"client_id": client_id, "client_secret": secret} if colon and "\0" not in client_id else {}


EXAMPLE: Final = {
    "client_id": "demo_client",
    "client_secret": "secret_demo_client",
    "grant_type": "password",
    "username": "api@example.com",
    "password": "sylius-api",
}

CONTRACT: Final = Contract(
    name="oauth",
    title="aurapromo: tokens",
    version="2",
    description="Tokens of OAuth 2.0, with which callers speak the Sylius contract.",
    prefixes=("/api/oauth/v2", "/sylius/api/oauth/v2"),
    routes=(
        Route(
            "POST",
            "/token",
            by_post,
            scope=None,
            public=True,
            media=("application/json", FORM),
            body_optional=True,
            tag="tokens",
            summary="Get a token",
            description=(
                "Grants: `password`, `refresh_token` (each good once), `client_credentials`. The client's "
                "id and secret stand in the body or in an `Authorization: Basic` header. Every refusal is a "
                "400 with `error` and `error_description`; a 429 asks to wait after many wrong passwords."
            ),
            errors=(429,),
            examples={"With a password": EXAMPLE},
        ),
        Route(
            "GET",
            "/token",
            by_get,
            scope=None,
            public=True,
            tag="tokens",
            summary="Get a token by query parameters",
            errors=(429,),
        ),
    ),
    render=render,
    problem_body=ProblemBody,
    tags={"tokens": "Who may call, and for how long."},
)
