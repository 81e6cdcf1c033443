"""The command line: `aurapromo`."""

import typer

from aurapromo.cli import accounts, channels, imports, keys, serving, showing
from aurapromo.errors import AuraPromoError
from aurapromo.platform.settings import SettingError
from aurapromo.provision import ProvisionError
from aurapromo.server.process import ServeError

app = typer.Typer(
    name="aurapromo",
    help="Decide, record and learn from promotions.\n\n"
    "Every command works on the embedded PostgreSQL of a data directory, also while a server uses it, or on "
    "the database of --database-url.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)
app.command("serve")(serving.serve)
app.command("migrate")(serving.migrate)
app.add_typer(keys.app, name="keys")
app.add_typer(channels.app, name="channels")
app.add_typer(accounts.users, name="users")
app.add_typer(accounts.clients, name="oauth-clients")
app.command("import")(imports.load)
app.command("settings")(showing.settings)


def main() -> None:
    """Run a command; what an operator can put right is one line on standard error, without a traceback.

    Exit status: 0 done, 1 refused or impossible, 2 wrong usage (a setting that cannot be read included).
    """
    try:
        app()
    except SettingError as error:
        _fail(error, 2)
    except (AuraPromoError, ProvisionError, ServeError) as error:
        _fail(error, 1)


def _fail(error: Exception, status: int) -> None:
    typer.echo(f"aurapromo: {error}", err=True)
    raise SystemExit(status)
