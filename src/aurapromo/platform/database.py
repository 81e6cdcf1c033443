"""Connections to PostgreSQL: a pool, typed rows, and transactions that are committed at their end."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from contextvars import ContextVar
from typing import Any, LiteralString, TypeVar

import msgspec
import psycopg
from psycopg import AsyncConnection, sql
from psycopg.rows import TupleRow, class_row, dict_row
from psycopg.types.json import set_json_dumps, set_json_loads
from psycopg_pool import AsyncConnectionPool, PoolClosed, PoolTimeout

from aurapromo.errors import Unavailable

Conn = AsyncConnection[TupleRow]
Record = TypeVar("Record")
Step = Callable[[], Awaitable[None]]

set_json_dumps(msgspec.json.encode)
set_json_loads(msgspec.json.decode)


class _Whole:
    """A transaction that encloses everything one task does with one database, and what is to follow it."""

    def __init__(self, conn: Conn, owner: "Database") -> None:
        self.conn = conn
        self.afterwards: list[Step] = []
        self._owner = owner
        self._task = asyncio.current_task()

    def encloses(self, database: "Database") -> bool:
        # A task that was started inside has inherited the variable, but may well outlive the transaction.
        return database is self._owner and asyncio.current_task() is self._task


_whole: ContextVar[_Whole | None] = ContextVar("whole", default=None)


class Database:
    """A pool of connections to one PostgreSQL.

    Both ways of borrowing raise Unavailable when the database is away or every connection is taken
    for longer than `wait_s`.
    """

    def __init__(self, url: str, *, size: int, wait_s: float = 5.0) -> None:
        self.url = url
        self._pool = AsyncConnectionPool(
            url,
            min_size=min(2, size),
            max_size=size,
            timeout=wait_s,
            open=False,
            kwargs={"autocommit": True, "options": "-c timezone=UTC"},
            check=AsyncConnectionPool.check_connection,
        )

    async def open(self) -> None:
        await self._pool.open(wait=True, timeout=30)

    async def close(self) -> None:
        await self._pool.close()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Conn]:
        """A connection on which every statement stands alone."""
        whole = self._enclosing()
        if whole is not None:
            yield whole.conn
            return
        try:
            async with self._pool.connection() as conn:
                yield conn
        except (PoolTimeout, PoolClosed, psycopg.OperationalError, psycopg.InterfaceError) as error:
            raise Unavailable("The database cannot be reached right now; try again.") from error

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[Conn]:
        """A connection inside one transaction: committed at the end, rolled back by any error."""
        async with self.reading() as conn, conn.transaction():
            yield conn

    @asynccontextmanager
    async def whole(self) -> AsyncIterator[Conn]:
        """One transaction for all that the current task does with this database inside.

        `writing` then sets a savepoint in it and `reading` sees what it has not committed yet. Tasks that
        are started inside have no part in it.
        """
        async with self.reading() as conn:
            whole = _Whole(conn, self)
            token = _whole.set(whole)
            try:
                async with conn.transaction():
                    yield conn
            finally:
                _whole.reset(token)
        for step in whole.afterwards:
            await step()

    async def after_commit(self, step: Step) -> None:
        """Do `step` once everything written so far is committed: now, or after the enclosing transaction.

        If that one is rolled back, `step` is not done.
        """
        whole = self._enclosing()
        if whole is None:
            await step()
        else:
            whole.afterwards.append(step)

    def _enclosing(self) -> _Whole | None:
        whole = _whole.get()
        return whole if whole is not None and whole.encloses(self) else None


async def rows(conn: Conn, record: type[Record], query: LiteralString, **values: Any) -> list[Record]:
    """Every row of a statement as a `record`, whose fields are named like the columns."""
    async with conn.cursor(row_factory=class_row(record)) as cursor:
        await cursor.execute(query, values)
        return await cursor.fetchall()


async def row(conn: Conn, record: type[Record], query: LiteralString, **values: Any) -> Record | None:
    """The first row of a statement as a `record`; None without one."""
    async with conn.cursor(row_factory=class_row(record)) as cursor:
        await cursor.execute(query, values)
        return await cursor.fetchone()


async def mappings(conn: Conn, query: LiteralString, **values: Any) -> list[dict[str, Any]]:
    """Every row of a statement as a dict by column name."""
    async with conn.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(query, values)
        return await cursor.fetchall()


async def composed(conn: Conn, query: sql.Composed, **values: Any) -> list[dict[str, Any]]:
    """Every row of a statement put together from fixed parts, as a dict by column name."""
    async with conn.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(query, values)
        return await cursor.fetchall()


async def value(conn: Conn, query: LiteralString, **values: Any) -> Any:
    """The first column of the first row; None without a row."""
    found = await (await conn.execute(query, values)).fetchone()
    return None if found is None else found[0]


async def execute(conn: Conn, query: LiteralString, **values: Any) -> int:
    """Run a statement; the number of rows that it changed."""
    return (await conn.execute(query, values)).rowcount


async def execute_many(conn: Conn, query: LiteralString, values: Sequence[dict[str, Any]]) -> None:
    """Run a statement once for each of `values`, pipelined."""
    if values:
        async with conn.cursor() as cursor:
            await cursor.executemany(query, values)
