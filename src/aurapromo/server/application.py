"""The service over HTTP: its contracts, their documents, and what operators ask."""

from typing import Final

from prometheus_client import CollectorRegistry, GCCollector, PlatformCollector, ProcessCollector
from starlette.types import ASGIApp

from aurapromo.api.aura.routes import CONTRACT as AURA
from aurapromo.api.document import page
from aurapromo.api.http.application import Service, build
from aurapromo.api.http.guards import Guards
from aurapromo.api.sylius.routes import CONTRACT as SYLIUS
from aurapromo.api.sylius.token import CONTRACT as TOKENS
from aurapromo.app import App
from aurapromo.server import credentials, limiting, readiness, repeating

CONTRACTS: Final = (AURA, SYLIUS, TOKENS)


def application(app: App) -> ASGIApp:
    """What a server serves; `app` is open for as long as it does."""
    return build(
        Service(
            app=app,
            contracts=CONTRACTS,
            anonymous=app.settings.anonymous_contract,
            guards=Guards(
                authenticate=credentials.guard(app),
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
