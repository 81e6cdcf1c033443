"""`aurapromo users` and `aurapromo oauth-clients`: who may get tokens."""

from typing import Annotated, Final

import typer

from aurapromo.cli.keys import scopes_of
from aurapromo.cli.options import DatabaseUrl, DataDir, chosen, on_database
from aurapromo.oauth import service
from aurapromo.oauth.model import Grant, NewClient, NewUser, Role
from aurapromo.platform import clock
from aurapromo.platform.database import Database

users = typer.Typer(help="Create users, who get tokens with a password.", no_args_is_help=True)
clients = typer.Typer(help="Create OAuth clients, which get tokens.", no_args_is_help=True)

ALL_GRANTS: Final = ",".join(Grant)


def grants_of(text: str) -> frozenset[Grant]:
    try:
        return frozenset(Grant(word.strip()) for word in text.split(",") if word.strip())
    except ValueError as error:
        raise typer.BadParameter(f"{error}; there are {ALL_GRANTS}", param_hint="--grants") from error


@users.callback()
@clients.callback()
def _group() -> None:
    """Keep the name of the only command."""


@users.command("create")
def create_user(
    *,
    username: Annotated[str, typer.Option(help="Name, compared without case; often an e-mail address.")],
    password: Annotated[
        str, typer.Option(help="Asked for when it is left out.", prompt=True, hide_input=True)
    ],
    role: Annotated[
        Role, typer.Option(help="admin may do all, manager all but keys, viewer only read.")
    ] = Role.MANAGER,
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Add a user."""
    new = NewUser(username=username, password=password, role=role)

    async def add(database: Database) -> None:
        async with database.writing() as tx:
            await service.create_user(tx, new, now=clock.now())

    on_database(chosen(data_dir, database_url), add)
    typer.echo(f"user {username} added ({role})", err=True)


@clients.command("create")
def create_client(
    *,
    client_id: Annotated[str, typer.Option(help="Name by which the client calls itself.")],
    client_secret: Annotated[
        str, typer.Option(help="Asked for when it is left out.", prompt=True, hide_input=True)
    ],
    scopes: Annotated[
        str, typer.Option(help="The most its tokens may do: read, checkout, write, admin.")
    ] = "read,checkout,write",
    grants: Annotated[str, typer.Option(help="How it may get tokens.")] = ALL_GRANTS,
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Add an OAuth client. Its users get what both their role and its scopes allow."""
    new = NewClient(
        client_id=client_id, secret=client_secret, scopes=scopes_of(scopes), grants=grants_of(grants)
    )

    async def add(database: Database) -> None:
        async with database.writing() as tx:
            await service.create_client(tx, new, now=clock.now())

    on_database(chosen(data_dir, database_url), add)
    typer.echo(f"client {client_id} added ({', '.join(sorted(new.scopes))})", err=True)
