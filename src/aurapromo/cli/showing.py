"""`aurapromo settings`: every variable, what it means and what it is now."""

import os
import re
from typing import Annotated, Final

import typer

from aurapromo.cli.tables import show, table
from aurapromo.platform.settings import PREFIX, Settings, described, read

#: The password of a URL, before its host or as a parameter.
PASSWORD: Final = re.compile(r"(?<=:)[^:@/]+(?=@)|(?<=[?&]password=)[^&]+")

INTRODUCTION: Final = """\
# Settings

Every setting is an environment variable, read once at the start; a value that cannot be used stops the
process there. `aurapromo settings` shows this table with the values in force. `serve` also takes the most
common ones as options, which come before the variables.

<!-- Written by `aurapromo settings --markdown`; change platform/settings.py, not this file. -->

| variable | default | meaning |
|---|---|---|
"""


def settings(
    markdown: Annotated[
        bool, typer.Option("--markdown", help="Print docs/settings.md instead, without current values.")
    ] = False,
) -> None:
    """Show every AURAPROMO_* variable, its default, its value now and its meaning."""
    if markdown:
        typer.echo(document(), nl=False)
        return
    rows = table("variable", "default", "now", "meaning")
    current = read(os.environ)
    for variable, default, meaning in described():
        rows.add_row(variable, default or "(empty)", masked(now(current, variable)), meaning)
    show(rows)


def now(current: Settings, variable: str) -> str:
    value = getattr(current, variable.removeprefix(PREFIX).lower())
    return str(value).lower() if isinstance(value, bool) else str(value)


def masked(text: str) -> str:
    """A URL without its password."""
    return PASSWORD.sub("***", text) if "://" in text else text


def document() -> str:
    """The settings as a page of the documentation."""
    rows = (
        f"| `{variable}` | {f'`{default}`' if default else '(empty)'} | {meaning} |\n"
        for variable, default, meaning in described()
    )
    return INTRODUCTION + "".join(rows)
