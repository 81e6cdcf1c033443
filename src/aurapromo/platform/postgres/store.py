"""Statements of the launcher and of those who need databases of their own, such as tests."""

from typing import Final
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from aurapromo.platform.postgres.data_dir import LaunchError

# libpq keeps the SQLSTATE (53300) of a refused login to itself, so its English texts must do.
NO_CONNECTION_LEFT: Final = ("too many clients already", "remaining connection slots are reserved")


def ping(url: str) -> None:
    """Log in once. By SCRAM the server proves that it knows the password too, so it is ours.

    A server with no connection left has answered as well. Raises `LaunchError` with any other refusal.
    """
    try:
        psycopg.connect(url, connect_timeout=10).close()
    except psycopg.OperationalError as error:
        if not any(text in str(error) for text in NO_CONNECTION_LEFT):
            raise LaunchError(f"the embedded PostgreSQL does not let us in: {error}") from error


def create_database(url: str, name: str, *, template: str = "template1") -> str:
    """Make database `name` on the server of `url`, as a copy of `template`; the URL of the new one.

    Nobody may be connected to `template` meanwhile (psycopg's `ObjectInUse`).
    """
    statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement.format(sql.Identifier(name), sql.Identifier(template)))
    return urlsplit(url)._replace(path=f"/{name}").geturl()


def drop_database(url: str, name: str) -> None:
    """Remove database `name` from the server of `url`, ending its sessions; nothing if there is none."""
    statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement.format(sql.Identifier(name)))
