"""Whether requests should come here: the database answers with the right schema, and the book is loaded."""

import asyncio
from collections.abc import Sequence
from typing import Final

import psycopg

from aurapromo.api.http.operate import Check
from aurapromo.app import App
from aurapromo.errors import Unavailable
from aurapromo.platform import migrate
from aurapromo.server import store

PATIENCE_S: Final = 2.0  # load balancers wait a few seconds at most
STALE_S: Final = 10.0  # the book looks every second; after that long it has lost touch


async def checks(app: App) -> Sequence[Check]:
    """The answers to what `/readyz` asks, in the order in which they depend on each other."""
    try:
        async with asyncio.timeout(PATIENCE_S), app.database.reading() as conn:
            revision = await store.revision(conn)
    except (Unavailable, TimeoutError, psycopg.Error):
        database = [Check("database", ok=False, detail="does not answer")]
    else:
        head = migrate.head()
        detail = "" if revision == head else f"the schema is at {revision}, this release needs {head}"
        database = [Check("database", ok=True), Check("migrations", revision == head, detail)]
    current = app.book.age_s < STALE_S
    return [*database, Check("book", current, "" if current else "has not been current for a while")]
