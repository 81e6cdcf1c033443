"""Bring a database to the newest schema; forward only, one process at a time."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from sqlalchemy import create_engine, text

HOME = Path(__file__).parent / "migrations"
LOCK = 7_272_001  # any number, as long as every process uses the same


def upgrade(url: str) -> list[str]:
    """Run what is missing, in one transaction under an advisory lock; the revisions that were run."""
    engine = create_engine(_for_sqlalchemy(url))
    try:
        with engine.begin() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
            before = MigrationContext.configure(connection).get_current_revision()
            config = _config()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            return [] if before == head() else [r.revision for r in _missing(before)]
    finally:
        engine.dispose()


def head() -> str:
    """The revision that this release needs."""
    found = ScriptDirectory.from_config(_config()).get_current_head()
    if found is None:
        raise LookupError("the package has no migrations")
    return found


def _missing(before: str | None) -> list[Script]:
    return list(reversed(list(ScriptDirectory.from_config(_config()).iterate_revisions("head", before))))


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(HOME))
    config.set_main_option("path_separator", "os")
    return config


def _for_sqlalchemy(url: str) -> str:
    _, _, rest = url.partition("://")
    return f"postgresql+psycopg://{rest}"
