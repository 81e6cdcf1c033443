"""One of several HTTP processes: started by the supervisor with a socket, ends with it."""

import asyncio
import os
import socket
import sys
from typing import Final

import uvloop

from aurapromo.app import opened
from aurapromo.platform import clock, log
from aurapromo.platform.settings import Settings, read
from aurapromo.server.application import application
from aurapromo.server.process import Server, stoppable

#: What it says on standard output when it can be called.
READY: Final = b"ready\n"


def main() -> None:
    """Serve on the socket whose descriptor is the first argument, until told to stop."""
    settings = read(os.environ)
    log.configure(settings.log_level)
    with (
        socket.socket(fileno=int(sys.argv[1])) as listener,
        stoppable(),
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
    ):
        runner.run(_run(settings, listener))


async def _run(settings: Settings, listener: socket.socket) -> None:
    async with opened(settings, clock.now) as app:
        server = Server(application(app), _tell_parent)
        _with_parent(server)
        await server.serve([listener])


def _tell_parent() -> None:
    os.write(sys.stdout.fileno(), READY)


def _with_parent(server: Server) -> None:
    """Stop the server when the supervisor is gone, with whom the other end of standard input goes."""
    loop, line = asyncio.get_running_loop(), sys.stdin.fileno()

    def stop() -> None:
        loop.remove_reader(line)
        server.should_exit = True

    loop.add_reader(line, stop)


if __name__ == "__main__":
    main()
