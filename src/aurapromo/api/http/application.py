"""The service as one ASGI application: contracts through the gate, everything else through Starlette."""

import itertools
import secrets
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any

from prometheus_client import CollectorRegistry
from starlette.applications import Starlette
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from aurapromo.api.http.contract import Contract
from aurapromo.api.http.gate import Gate
from aurapromo.api.http.guards import Guards
from aurapromo.api.http.mount import mounts
from aurapromo.api.http.operate import Journal, Ready, routes
from aurapromo.platform.clock import Clock


@dataclass(frozen=True, kw_only=True)
class Service:
    """What the application is made of.

    `app` is handed to every handler as `call.app`. `anonymous` names the contract that answers callers
    without a credential on shared prefixes. `pages` are further Starlette routes (the admin page).
    `access_log`: one line per request.
    """

    app: Any
    contracts: Sequence[Contract]
    anonymous: str
    guards: Guards
    clock: Clock
    ready: Ready
    registry: CollectorRegistry
    pages: Sequence[BaseRoute] = ()
    access_log: bool = False
    lifespan: Callable[[Starlette], AbstractAsyncContextManager[None]] | None = None


def build(service: Service) -> ASGIApp:
    """The application to hand to the server."""
    journal = Journal(service.registry, lines=service.access_log)
    boot = secrets.token_hex(6)  # tells the requests of this process from those of others
    request_ids = (f"{boot}-{number:x}" for number in itertools.count(1))
    gate = Gate(service.app, service.guards, service.clock, journal, request_ids)
    places = mounts(service.contracts, service.anonymous)
    outside = Starlette(
        routes=[*routes(service.registry, service.ready), *service.pages], lifespan=service.lifespan
    )

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            path = scope["raw_path"]
            for mount in places:
                if mount.covers(path):
                    await gate.serve(mount, scope, receive, send)
                    return
        await outside(scope, receive, send)

    return application
