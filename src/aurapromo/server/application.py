"""The service over HTTP: its contracts, their documents, and what operators ask."""

from collections.abc import Awaitable, Mapping
from datetime import datetime
from typing import Final

from prometheus_client import CollectorRegistry, GCCollector, PlatformCollector, ProcessCollector
from starlette.types import ASGIApp

from aurapromo.access import keys
from aurapromo.access.model import Caller
from aurapromo.api.aura.routes import CONTRACT as AURA
from aurapromo.api.document import page
from aurapromo.api.http.application import Service, build
from aurapromo.api.http.guards import Guards
from aurapromo.app import App
from aurapromo.server import limiting, readiness, repeating

CONTRACTS: Final = (AURA,)


def application(app: App) -> ASGIApp:
    """What a server serves; `app` is open for as long as it does."""

    def authenticate(headers: Mapping[bytes, bytes], _query: bytes, now: datetime) -> Awaitable[Caller]:
        return app.authenticator.authenticate(keys.bearer(headers.get(b"authorization")), now)

    return build(
        Service(
            app=app,
            contracts=CONTRACTS,
            anonymous=app.settings.anonymous_contract,
            guards=Guards(
                authenticate=authenticate,
                limit=limiting.guard(app.limiter),
                once=repeating.guard(app.database),
            ),
            clock=app.clock,
            ready=lambda: readiness.checks(app),
            registry=_registry(app),
            pages=page.routes(CONTRACTS),
            access_log=app.settings.access_log,
        )
    )


def _registry(app: App) -> CollectorRegistry:
    """One of its own, since the library's global one would outlive a test's application."""
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    PlatformCollector(registry=registry)
    GCCollector(registry=registry)
    limiting.Unchecked(app.limiter, registry)
    return registry
