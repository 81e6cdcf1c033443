"""How commands show lists."""

import sys

from rich.console import Console
from rich.table import Table

#: Wide enough never to fold a row: what reads a pipe wants one line a row.
PIPE_COLUMNS = 1_000


def table(*columns: str) -> Table:
    return Table(*columns, box=None, pad_edge=False)


def show(rows: Table) -> None:
    """Print it, folded to the terminal where there is one."""
    Console(width=None if sys.stdout.isatty() else PIPE_COLUMNS).print(rows)
