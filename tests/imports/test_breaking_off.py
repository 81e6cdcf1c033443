"""An import that cannot go on says how far it came, and one that can goes on."""

from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, contextmanager
from urllib.parse import urlsplit

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from aurapromo.api.aura.imports.kinds import CUSTOMERS
from aurapromo.api.aura.imports.rows import JsonRows
from aurapromo.api.aura.imports.run import Importer, Job
from aurapromo.api.aura.imports.types import ImportQuery, ImportReport
from aurapromo.errors import Unavailable
from aurapromo.platform import clock
from aurapromo.platform.database import Database

ROWS = b"".join(b'{"id": %d}\n' % at for at in range(CUSTOMERS.batch))
KILL = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid()
    """


async def imported(database: Database, pieces: AsyncIterator[bytes]) -> ImportReport:
    job = Job(kind=CUSTOMERS, options=ImportQuery(), database=database, clock=clock.now)
    return await Importer(job).run(pieces, JsonRows(CUSTOMERS.shape))


async def test_a_lost_connection_does_not_end_an_import(database: Database) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        yield ROWS
        with psycopg.connect(database.url) as conn:
            conn.execute(KILL)
        yield ROWS

    report = await imported(database, pieces())
    assert (report.created, report.updated, report.failed) == (len(ROWS.splitlines()), CUSTOMERS.batch, 0)


@contextmanager
def closed_to_all(database_url: str) -> Iterator[None]:
    """Nobody gets into the database, and who was in is out."""
    elsewhere = urlsplit(database_url)._replace(path="/postgres").geturl()
    name = urlsplit(database_url).path[1:]
    with psycopg.connect(elsewhere, autocommit=True) as conn:
        allow = SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}")
        conn.execute(allow.format(Identifier(name), SQL("false")))
        conn.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))
        yield
        conn.execute(allow.format(Identifier(name), SQL("true")))


async def test_a_database_that_stays_away_ends_it_with_what_is_stored(database_url: str) -> None:
    database = Database(database_url, size=1, wait_s=0.2)
    await database.open()
    with ExitStack() as until_then:

        async def pieces() -> AsyncIterator[bytes]:
            yield ROWS
            until_then.enter_context(closed_to_all(database_url))
            yield ROWS

        with pytest.raises(Unavailable) as refusal:
            await imported(database, pieces())
    await database.close()
    with psycopg.connect(database_url) as conn:
        assert conn.execute("SELECT count(*) FROM customer").fetchone() == (CUSTOMERS.batch,)
    assert str(refusal.value).endswith(
        "500 new and 0 known rows are stored, those from line 501 to line 1000 may be, nothing after them is."
    )
