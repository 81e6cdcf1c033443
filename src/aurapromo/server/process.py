"""The HTTP process: a socket, a database, the application; it serves until it is told to stop."""

import asyncio
import gc
import signal
import socket
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

import structlog
import uvicorn
import uvloop
from starlette.types import ASGIApp

from aurapromo import provision
from aurapromo.app import App, opened
from aurapromo.platform import clock
from aurapromo.platform.settings import Settings
from aurapromo.server.application import application

BACKLOG: Final = 2048
#: Longer than the minute for which load balancers keep idle connections, so that they close them first.
KEEP_ALIVE_S: Final = 75
#: How long a request may still take once we were told to stop.
DRAIN_S: Final = 30
#: New objects before a young collection, young ones before a middle one, middle ones before a full one.
GC_THRESHOLDS: Final = (20_000, 20, 50)

#: What to do between opening the application and serving it at an address; the text is said once it can
#: be called.
Beforehand = Callable[[App, str], Awaitable[str]]
Say = Callable[[str], None]

log = structlog.get_logger()


class ServeError(RuntimeError):
    """The server cannot start; the text tells the operator why."""


async def nothing(_app: App, _address: str) -> str:
    """The `Beforehand` that does nothing and has nothing to say."""
    return ""


def serve(settings: Settings, say: Say, beforehand: Beforehand = nothing) -> None:
    """Serve until SIGTERM or SIGINT, then answer what has begun and exit with status 0.

    `say` gets what belongs on standard output. Raises ServeError and ProvisionError when it cannot start.
    """
    with (
        bound(settings.host, settings.port) as listener,
        stoppable(),
        provision.provided(settings) as provided,
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
    ):
        runner.run(_run(provided, listener, beforehand, say))


@contextmanager
def stoppable() -> Iterator[None]:
    """Until the end of the block, signals end it tidily."""
    before = {sign: signal.signal(sign, _leave) for sign in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for sign, handler in before.items():
            signal.signal(sign, handler)


def _leave(_sign: int, _frame: FrameType | None) -> None:
    """Stop now and tidily. Uvicorn has handlers of its own while it serves and raises the signal after."""
    raise SystemExit(0)


def bound(host: str, port: int, *, shared: bool = False) -> socket.socket:
    """A socket on the address: refused at once if another has it, though nobody can connect yet.

    A `shared` one allows others that are shared too.
    """
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if shared:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise _refused(host, port, error) from error
    return listener


def _refused(host: str, port: int, error: OSError) -> ServeError:
    return ServeError(f"cannot listen on {host} port {port}: {error.strerror}")


def address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


async def _run(settings: Settings, listener: socket.socket, beforehand: Beforehand, say: Say) -> None:
    for revision in await provision.prepare(settings, clock.now):
        log.info("migrated", revision=revision)
    async with opened(settings, clock.now) as app:
        here = address(listener)
        last_words = await beforehand(app, here)
        ready = f"aurapromo is ready on {here}\n{last_words}".rstrip()
        await Server(application(app), lambda: say(ready)).serve([listener])


class Server(uvicorn.Server):
    """Uvicorn as we run it; calls `ready` when it can be called."""

    def __init__(self, app: ASGIApp, ready: Callable[[], None]) -> None:
        self._ready = ready
        super().__init__(
            uvicorn.Config(
                app,
                http="httptools",
                ws="none",
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,
                backlog=BACKLOG,
                timeout_keep_alive=KEEP_ALIVE_S,
                timeout_graceful_shutdown=DRAIN_S,
            )
        )

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        try:
            await super().startup(sockets)
        except OSError as error:
            raise ServeError(f"cannot listen: {error.strerror}") from error
        spare_the_collector()
        self._ready()


def spare_the_collector() -> None:
    """Keep garbage collection from looking again at what the start has made, and from looking often.

    The book and the code stay for good; walking over them took tens of milliseconds of single requests.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GC_THRESHOLDS)
