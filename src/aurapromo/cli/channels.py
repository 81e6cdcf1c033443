"""`aurapromo channels`: the places where the shop sells."""

from typing import Annotated

import typer

from aurapromo.cli.options import DatabaseUrl, DataDir, chosen, on_database
from aurapromo.cli.tables import show, table
from aurapromo.facts import service
from aurapromo.facts.model import Channel, Saved
from aurapromo.platform import clock
from aurapromo.platform.database import Database

app = typer.Typer(help="Create and list channels, the places where the shop sells.", no_args_is_help=True)


Code = Annotated[str, typer.Option(help="Short name that requests use, for instance US_WEB.")]
Name = Annotated[str, typer.Option(help="Name for people.")]
Currency = Annotated[str, typer.Option(help="ISO 4217 currency of its prices.")]
Timezone = Annotated[str, typer.Option(help="IANA zone of its days.")]
Hostname = Annotated[str | None, typer.Option(help="Host of its web shop.")]


@app.command()
def create(
    *,
    code: Code,
    name: Name,
    currency: Currency,
    timezone: Timezone = "UTC",
    hostname: Hostname = None,
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Add a channel, or change the one with this code."""
    given = {"name": name, "currency": currency, "timezone": timezone, "hostname": hostname}

    async def put(database: Database) -> Saved[Channel]:
        async with database.writing() as tx:
            return await service.put_channel(tx, code, given, now=clock.now())

    saved = on_database(chosen(data_dir, database_url), put)
    typer.echo(f"channel {code} {'added' if saved.created else 'changed'}", err=True)


@app.command("list")
def listed(data_dir: DataDir = None, database_url: DatabaseUrl = None) -> None:
    """List the channels, the default one first."""

    async def read(database: Database) -> list[Channel]:
        async with database.reading() as conn:
            return await service.channels(conn)

    rows = table("code", "name", "currency", "timezone", "hostname", "default")
    for channel in on_database(chosen(data_dir, database_url), read):
        default = "yes" if channel.is_default else ""
        rows.add_row(
            channel.code, channel.name, channel.currency, channel.timezone, channel.hostname or "", default
        )
    show(rows)
