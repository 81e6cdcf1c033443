"""Options that several commands share, and the database behind them."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from aurapromo import provision
from aurapromo.platform import clock, settings
from aurapromo.platform.database import Database
from aurapromo.platform.settings import Settings

Result = TypeVar("Result")

Host = Annotated[
    str | None,
    typer.Option(help="Address to listen on.", envvar="AURAPROMO_HOST", show_default="127.0.0.1"),
]
Port = Annotated[
    int | None,
    typer.Option(
        help="Port to listen on; 0 takes a free one and names it.",
        envvar="AURAPROMO_PORT",
        show_default="8000",
        min=0,
        max=65535,
    ),
]
ValkeyUrl = Annotated[
    str | None,
    typer.Option(
        help="Valkey or Redis that shares rate limits between processes.", envvar="AURAPROMO_VALKEY_URL"
    ),
]
Demo = Annotated[
    bool, typer.Option("--demo", help="Fill an empty database with a demo shop, and say how to try it.")
]
Workers = Annotated[int, typer.Option(help="Processes that answer requests.", min=1)]
NoWorker = Annotated[
    bool, typer.Option("--no-worker", help="Answer requests only; leave background jobs to others.")
]

DataDir = Annotated[
    Path | None,
    typer.Option(
        help="Where the embedded PostgreSQL lives; made when there is none.",
        envvar="AURAPROMO_DATA_DIR",
        show_default=".data",
    ),
]
DatabaseUrl = Annotated[
    str | None,
    typer.Option(
        help="A PostgreSQL of your own (postgresql://…) instead of the embedded one.",
        envvar="AURAPROMO_DATABASE_URL",
        show_default=False,
    ),
]


def chosen(data_dir: Path | None, database_url: str | None) -> Settings:
    return settings.read(os.environ, data_dir=data_dir, database_url=database_url)


def on_database(wanted: Settings, work: Callable[[Database], Awaitable[Result]]) -> Result:
    """What `work` gives, on a database that runs and is at the newest schema."""

    async def run(provided: Settings) -> Result:
        await provision.prepare(provided, clock.now)
        database = Database(provided.database_url, size=1)
        await database.open()
        try:
            return await work(database)
        finally:
            await database.close()

    with provision.provided(wanted) as provided:
        return asyncio.run(run(provided))
