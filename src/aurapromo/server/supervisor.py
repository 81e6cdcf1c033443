"""Several processes on one port, which share nothing but PostgreSQL and Valkey."""

import asyncio
import os
import signal
import socket
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Final

import structlog

from aurapromo import provision
from aurapromo.app import opened
from aurapromo.platform import clock
from aurapromo.platform.settings import SettingError, Settings, variables
from aurapromo.server.child import READY
from aurapromo.server.process import DRAIN_S, Beforehand, Say, ServeError, address, bound, stoppable

#: A child that has died within this time is started again only after as long.
SHORT_LIFE_S: Final = 1.0
#: What a child may need beyond its time to drain.
GRACE_S: Final = 5

log = structlog.get_logger()


def serve(children: int, settings: Settings, say: Say, beforehand: Beforehand) -> None:
    """Serve with so many processes until SIGTERM or SIGINT, then answer what has begun.

    `say` gets what belongs on standard output. A child that dies is replaced; the connections that the
    kernel keeps for it wait meanwhile. Raises SettingError, ServeError and ProvisionError when it cannot
    start.
    """
    if not settings.valkey_url:
        raise SettingError(
            f"{children} processes need a Valkey to share rate limits: set AURAPROMO_VALKEY_URL "
            "or --valkey-url (redis://…), or start one process"
        )
    with (
        _listeners(settings, children) as listeners,
        stoppable(),
        provision.provided(settings) as provided,
    ):
        asyncio.run(_run(provided, listeners, beforehand, say))


@contextmanager
def _listeners(settings: Settings, count: int) -> Iterator[list[socket.socket]]:
    """As many sockets on one address, among which the kernel shares out connections."""
    # Sockets that share a port would also share it with those of a stranger who asks for the same.
    # A plain one is refused then.
    with bound(settings.host, settings.port) as probe:
        port = probe.getsockname()[1]
    with ExitStack() as stack:
        yield [stack.enter_context(bound(settings.host, port, shared=True)) for _ in range(count)]


async def _run(settings: Settings, listeners: list[socket.socket], beforehand: Beforehand, say: Say) -> None:
    for revision in await provision.prepare(settings, clock.now):
        log.info("migrated", revision=revision)
    here = address(listeners[0])
    async with opened(settings, clock.now) as app:
        last_words = await beforehand(app, here)
    children = [_Child(settings, listener) for listener in listeners]
    try:
        await asyncio.gather(*(child.start() for child in children))
        say(f"aurapromo is ready on {here}\n{last_words}".rstrip())
        await _until_told_to_stop(children)
    finally:
        for listener in listeners:
            listener.close()  # what comes from now on is refused instead of kept waiting
        await asyncio.gather(*(child.stop() for child in children))


async def _until_told_to_stop(children: list["_Child"]) -> None:
    told = asyncio.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(sign, told.set)
    keeping = [asyncio.create_task(child.keep()) for child in children]
    await told.wait()
    for task in keeping:
        task.cancel()
    await asyncio.gather(*keeping, return_exceptions=True)


class _Child:
    """One process that serves on one socket."""

    def __init__(self, settings: Settings, listener: socket.socket) -> None:
        self._settings = settings
        self._listener = listener
        self._process: Process | None = None

    async def start(self) -> None:
        """Start it and wait until it can be called. Raises ServeError if it ends before that."""
        # Its standard input is the line that tells it when its parent is gone.
        self._process = process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "aurapromo.server.child",
            str(self._listener.fileno()),
            stdin=PIPE,
            stdout=PIPE,
            pass_fds=(self._listener.fileno(),),
            env=os.environ | variables(self._settings),
        )
        if process.stdout is None or await process.stdout.readline() != READY:
            raise ServeError("a process ended before it could be called; its last words are above")

    async def keep(self) -> None:
        """Put another in its place whenever it ends."""
        while self._process is not None:
            begun = clock.monotonic()
            log.warning("process.died", pid=self._process.pid, status=await self._process.wait())
            if clock.monotonic() - begun < SHORT_LIFE_S:
                await asyncio.sleep(SHORT_LIFE_S)
            try:
                await self.start()
            except ServeError:
                log.warning("process.not_replaced", retry_in_s=SHORT_LIFE_S)
            else:
                log.info("process.replaced", pid=self._process.pid)

    async def stop(self) -> None:
        """Let it answer what it has begun, and see to it that it ends."""
        process = self._process
        if process is None or process.returncode is not None:
            return
        process.terminate()
        try:
            async with asyncio.timeout(DRAIN_S + GRACE_S):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()
