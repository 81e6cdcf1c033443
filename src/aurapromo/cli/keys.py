"""`aurapromo keys`: API keys for those who have a shell on the machine."""

import secrets
from datetime import UTC, datetime
from typing import Annotated

import typer

from aurapromo.access import service
from aurapromo.access.keys import ENTROPY_BYTES
from aurapromo.access.model import ApiKey, ContractName, IssuedKey, NewKey, Scope
from aurapromo.cli.options import DatabaseUrl, DataDir, chosen, on_database
from aurapromo.cli.tables import show, table
from aurapromo.platform import clock
from aurapromo.platform.database import Database

app = typer.Typer(help="Create, list and revoke API keys.", no_args_is_help=True)


def scopes_of(text: str) -> frozenset[Scope]:
    try:
        return frozenset(Scope(word.strip()) for word in text.split(",") if word.strip())
    except ValueError as error:
        raise typer.BadParameter(f"{error}; there are {', '.join(Scope)}", param_hint="--scopes") from error


def moment_of(text: str) -> datetime:
    """An ISO 8601 time as UTC; without a zone it already is."""
    try:
        given = datetime.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text} is not a time such as 2027-01-31T12:00:00Z") from error
    return given.replace(tzinfo=given.tzinfo or UTC).astimezone(UTC)


Name = Annotated[str, typer.Option(help="What the key is for.")]
Scopes = Annotated[
    str, typer.Option(help="What it may do, with commas between: read, checkout, write, admin.")
]
Contract = Annotated[ContractName, typer.Option(help="Contract that answers it on paths which both have.")]
NoLimits = Annotated[bool, typer.Option("--no-limits", help="Never slow it down.")]
ExpiresAt = Annotated[
    datetime | None,
    typer.Option(help="When it ends (ISO 8601).", parser=moment_of, metavar="TIME", show_default="never"),
]


@app.command()
def create(
    *,
    name: Name,
    scopes: Scopes = "read,checkout,write",
    contract: Contract = "aura",
    no_limits: NoLimits = False,
    expires_at: ExpiresAt = None,
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Make a key and print it, alone, on standard output. It cannot be shown again."""
    new = NewKey(
        name=name,
        scopes=scopes_of(scopes),
        contract=contract,
        limits="none" if no_limits else "default",
        expires_at=expires_at,
    )

    issued = on_database(chosen(data_dir, database_url), lambda database: _issue(database, new))
    typer.echo(f"key {issued.key.id} ({', '.join(sorted(new.scopes))}); keep it, it is shown once", err=True)
    typer.echo(issued.secret)


async def _issue(database: Database, new: NewKey) -> IssuedKey:
    entropy = secrets.token_bytes(ENTROPY_BYTES)
    async with database.writing() as tx:
        return await service.create(tx, new, held=frozenset(Scope), entropy=entropy, now=clock.now())


@app.command("list")
def listed(
    limit: Annotated[int, typer.Option(help="How many at most, newest first.", min=1)] = 100,
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
) -> None:
    """List the keys, newest first, without their secrets."""

    async def newest(database: Database) -> list[ApiKey]:
        async with database.reading() as conn:
            return await service.newest(conn, before=None, limit=limit)

    rows = table("id", "key", "name", "contract", "scopes", "limits", "state", "last used")
    now = clock.now()
    for key in on_database(chosen(data_dir, database_url), newest):
        rows.add_row(*row(key, now))
    show(rows)


def row(key: ApiKey, now: datetime) -> tuple[str, ...]:
    used = f"{key.last_used_at:%Y-%m-%d %H:%M}" if key.last_used_at else "never"
    limits = key.limits if isinstance(key.limits, str) else "own"
    scopes = ",".join(sorted(key.scopes))
    return str(key.id), f"{key.prefix}…", key.name, key.contract, scopes, limits, state(key, now), used


def state(key: ApiKey, now: datetime) -> str:
    if key.revoked_at is not None:
        return f"revoked {key.revoked_at:%Y-%m-%d %H:%M}"
    if key.expires_at is None:
        return "good"
    return f"{'expired' if key.expires_at <= now else 'good until'} {key.expires_at:%Y-%m-%d %H:%M}"


@app.command()
def revoke(
    key_id: Annotated[int, typer.Argument(metavar="ID", help="As `keys list` shows it.")],
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
) -> None:
    """End a key for good. Servers that know it stop accepting it within AURAPROMO_KEY_CACHE_S seconds."""

    async def end(database: Database) -> None:
        async with database.writing() as tx:
            await service.revoke(tx, key_id, now=clock.now())

    on_database(chosen(data_dir, database_url), end)
    typer.echo(f"key {key_id} is revoked", err=True)
