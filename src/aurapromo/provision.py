"""Everything below the application in its place: a PostgreSQL that answers, its schema, the first channel."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import msgspec
import psycopg
from psycopg.conninfo import conninfo_to_dict

from aurapromo.facts import service as facts
from aurapromo.platform import migrate
from aurapromo.platform.clock import Clock
from aurapromo.platform.database import Database
from aurapromo.platform.postgres.data_dir import LaunchError
from aurapromo.platform.postgres.embedded import EmbeddedPostgres
from aurapromo.platform.settings import Settings

OLDEST: Final = 15  # major version of PostgreSQL
PATIENCE_S: Final = 10


class ProvisionError(RuntimeError):
    """There is no database to work with; the text tells the operator why."""


@contextmanager
def provided(settings: Settings) -> Iterator[Settings]:
    """Settings whose `database_url` leads to a PostgreSQL that answers: theirs, or the embedded one.

    Raises ProvisionError.
    """
    if settings.database_url:
        _check(settings.database_url)
        yield settings
        return
    embedded = EmbeddedPostgres(settings.data_dir)
    try:
        url = embedded.start()
    except LaunchError as error:
        raise ProvisionError(str(error)) from error
    try:
        yield msgspec.structs.replace(settings, database_url=url)
    finally:
        embedded.stop()


def _check(url: str) -> None:
    if not url.startswith(("postgresql://", "postgres://")):
        raise ProvisionError("the database URL must begin with postgresql://")
    try:
        with psycopg.connect(url, connect_timeout=PATIENCE_S) as conn:
            version = conn.info.server_version // 10_000
    except psycopg.Error as error:
        raise ProvisionError(f"the database {_shown(url)} cannot be used: {_short(error)}") from error
    if version < OLDEST:
        raise ProvisionError(
            f"the database {_shown(url)} is PostgreSQL {version}; at least {OLDEST} is needed"
        )


def _shown(url: str) -> str:
    """The URL as far as it may stand in a log."""
    try:
        parts = conninfo_to_dict(url)
    except psycopg.ProgrammingError:
        return "of the given URL"
    return f"{parts.get('dbname') or ''} at {parts.get('host') or 'the local socket'}".strip()


def _short(error: psycopg.Error) -> str:
    """The last line of what the driver says: of several addresses the last one tried."""
    lines = str(error).strip().splitlines()
    return lines[-1].strip() if lines else type(error).__name__


async def prepare(settings: Settings, clock: Clock) -> list[str]:
    """Bring the schema up to date and see to a default channel; the migrations that were run."""
    done = migrate.upgrade(settings.database_url)
    database = Database(settings.database_url, size=1)
    await database.open()
    try:
        async with database.writing() as tx:
            await facts.ensure_default_channel(
                tx, currency=settings.default_currency, timezone=settings.default_timezone, now=clock()
            )
    finally:
        await database.close()
    return done
