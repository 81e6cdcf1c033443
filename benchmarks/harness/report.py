"""What a benchmark found: tables for people, JSON for later."""

import sys
from pathlib import Path
from typing import Any, Final

import msgspec
from benchmarks.harness.machine import described
from rich.console import Console
from rich.table import Table

RESULTS: Final = Path(__file__).parents[1] / "results"


Row = tuple[str | float | int | None, ...]


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """One table: `rows` have a cell for each of `columns`. `notes` stand below it."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()


def publish(name: str, sheets: list[Sheet]) -> None:
    """Print the tables and keep them in `benchmarks/results/NAME.json`."""
    console = Console(width=None if sys.stdout.isatty() else 110)
    for sheet in sheets:
        table = Table(title=sheet.title, title_justify="left")
        for index, column in enumerate(sheet.columns):
            table.add_column(column, justify="right" if index else "left")
        for row in sheet.rows:
            table.add_row(*[shown(cell) for cell in row])
        console.print(table)
        for note in sheet.notes:
            console.print(f"  {note}", highlight=False)
    RESULTS.mkdir(exist_ok=True)
    text = msgspec.json.encode({"machine": described(), "sheets": sheets})
    (RESULTS / f"{name}.json").write_bytes(msgspec.json.format(text) + b"\n")


def shown(cell: Any) -> str:
    """Three figures are all that such measurements hold."""
    if cell is None:
        return "-"
    if not isinstance(cell, float):
        return f"{cell:,}" if isinstance(cell, int) else str(cell)
    if cell >= 100:
        return f"{cell:,.0f}"
    return f"{cell:.1f}" if cell >= 10 else f"{cell:.2f}"
