"""`aurapromo serve` and `aurapromo migrate`."""

import asyncio
import os
from functools import partial

import typer

from aurapromo import provision
from aurapromo.cli.options import DatabaseUrl, DataDir, Demo, Host, NoWorker, Port, ValkeyUrl, Workers, chosen
from aurapromo.demo.welcome import prepared
from aurapromo.platform import clock, log
from aurapromo.platform import settings as platform
from aurapromo.server import process, supervisor


def serve(
    *,
    host: Host = None,
    port: Port = None,
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
    valkey_url: ValkeyUrl = None,
    demo: Demo = False,
    workers: Workers = 1,
    no_worker: NoWorker = False,
) -> None:
    """Serve the API until SIGTERM or Ctrl-C; what has begun is answered first."""
    settings = platform.read(
        os.environ,
        host=host,
        port=port,
        data_dir=data_dir,
        database_url=database_url,
        valkey_url=valkey_url,
        demo=demo or None,
    )
    log.configure(settings.log_level)
    start = process.serve if workers == 1 else partial(supervisor.serve, workers)
    start(settings, typer.echo, prepared if demo else process.nothing)


def migrate(data_dir: DataDir = None, database_url: DatabaseUrl = None) -> None:
    """Bring the database to the schema of this release, as `serve` does at its start."""
    with provision.provided(chosen(data_dir, database_url)) as settings:
        done = asyncio.run(provision.prepare(settings, clock.now))
    typer.echo(f"ran {', '.join(done)}" if done else "nothing to do")
