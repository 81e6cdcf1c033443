"""`aurapromo import`: facts and promotions from a file, into the database or through a server."""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import IO, Annotated, Final

import httpx
import msgspec
import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from aurapromo.api.aura.imports.kinds import CUSTOMERS, ORDERS, PRODUCTS
from aurapromo.api.aura.imports.promotions import Promotions
from aurapromo.api.aura.imports.routes import CSV, NDJSON
from aurapromo.api.aura.imports.rows import CsvRows, JsonRows
from aurapromo.api.aura.imports.run import Importer, Job
from aurapromo.api.aura.imports.types import ImportQuery, ImportReport, KindName, OnError, RowProblem
from aurapromo.cli.options import DatabaseUrl, DataDir, chosen, on_database
from aurapromo.errors import AuraPromoError
from aurapromo.platform import clock, log
from aurapromo.platform.database import Database
from aurapromo.platform.settings import Settings
from aurapromo.promotions.model import Actor
from aurapromo.provision import ProvisionError

PIECE: Final = 64 * 1024
#: A server may be storing for a while before it takes more.
PATIENCE_S: Final = 300
SOME_FAILED: Final = 1
NOT_RUN: Final = 2
SHOWN: Final = 20

FACTS: Final = {kind.name: kind for kind in (CUSTOMERS, PRODUCTS, ORDERS)}


class Form(StrEnum):
    NDJSON = "ndjson"
    CSV = "csv"


MEDIA: Final = {Form.NDJSON: NDJSON, Form.CSV: CSV}


class UploadError(RuntimeError):
    """The server did not import; the text is its reason."""


#: What ends an import before its end.
FAILURES: Final = (AuraPromoError, ProvisionError, UploadError, httpx.HTTPError, OSError)


Kind = Annotated[KindName, typer.Argument(help="What the file holds.", show_default=False)]
File = Annotated[
    Path, typer.Argument(help="The file; - reads standard input.", allow_dash=True, show_default=False)
]
Format = Annotated[
    Form | None,
    typer.Option("--format", help="What the file is.", show_default="csv for *.csv, else ndjson"),
]
Url = Annotated[str | None, typer.Option(help="Import through the server at this address instead.")]
Key = Annotated[
    str | None, typer.Option(help="API key for --url, with the scope write.", envvar="AURAPROMO_KEY")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Check every row, store nothing.")]
OnBadRow = Annotated[OnError, typer.Option("--on-error", help="What to do at a row that cannot be stored.")]
Errors = Annotated[
    Path | None, typer.Option("--errors", help="Write the bad rows here, one JSON object a line.")
]


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What to import and how."""

    kind: KindName
    media: str
    query: ImportQuery


class Source(msgspec.Struct, frozen=True):
    """The bytes of the file, and who is told of bad rows."""

    pieces: AsyncIterator[bytes]
    on_problem: Callable[[RowProblem], None]


class Server(msgspec.Struct, frozen=True):
    """A server to import through; `url` without `/api/v1`."""

    url: str
    key: str | None


def load(
    kind: Kind,
    file: File,
    *,
    form: Format = None,
    url: Url = None,
    key: Key = None,
    dry_run: DryRun = False,
    on_error: OnBadRow = OnError.SKIP,
    errors: Errors = None,
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Import customers, products, orders or promotions from a file, and say which rows were bad.

    Exit status: 0 every row is stored, 1 some rows are not, 2 the import could not run (to its end).
    """
    log.configure("warning")
    query = ImportQuery(dry_run=dry_run, on_error=on_error)
    wanted = Wanted(kind=kind, media=_media(file, form), query=query)
    settings = chosen(data_dir, database_url)
    into = partial(_import, settings) if url is None else partial(_upload, Server(url, key))
    try:
        report = _read(file, errors, lambda source: into(wanted, source))
    except FAILURES as error:
        typer.echo(f"aurapromo: {error or type(error).__name__}", err=True)
        raise typer.Exit(NOT_RUN) from error
    _tell(report)
    raise typer.Exit(SOME_FAILED if report.failed else 0)


def _media(file: Path, form: Form | None) -> str:
    return MEDIA[form or (Form.CSV if file.suffix.lower() == ".csv" else Form.NDJSON)]


def _read(file: Path, errors: Path | None, go: Callable[[Source], ImportReport]) -> ImportReport:
    with ExitStack() as opened:
        return go(Source(_pieces(*_shown(opened, file)), _noted(opened, errors)))


def _shown(opened: ExitStack, file: Path) -> tuple[IO[bytes], Callable[[int], None]]:
    """The open file, and what moves its progress bar on, which nobody sees unless there is a terminal."""
    source = sys.stdin.buffer if str(file) == "-" else opened.enter_context(file.open("rb"))
    total = None if str(file) == "-" else file.stat().st_size
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    progress = opened.enter_context(Progress(*columns, console=console, disable=not console.is_terminal))
    bar = progress.add_task(file.name, total=total)
    return source, partial(progress.advance, bar)


def _noted(opened: ExitStack, errors: Path | None) -> Callable[[RowProblem], None]:
    """What keeps every bad row in the file `errors`."""
    if errors is None:
        return lambda _: None
    out = opened.enter_context(errors.open("wb"))
    return lambda found: out.writelines((msgspec.json.encode(found), b"\n"))


async def _pieces(source: IO[bytes], advance: Callable[[int], None]) -> AsyncIterator[bytes]:
    while piece := source.read(PIECE):
        yield piece
        # What was read is stored, but for the last rows, by the time that more is asked for.
        advance(len(piece))


def _import(settings: Settings, wanted: Wanted, source: Source) -> ImportReport:
    """Straight into the database."""
    kind = Promotions(Actor("cli")) if wanted.kind is KindName.PROMOTIONS else FACTS[wanted.kind]
    reader = CsvRows if wanted.media == CSV else JsonRows

    async def work(database: Database) -> ImportReport:
        job = Job(
            kind=kind,
            options=wanted.query,
            database=database,
            clock=clock.now,
            on_problem=source.on_problem,
        )
        return await Importer(job).run(source.pieces, reader(kind.shape))

    return on_database(settings, work)


def _upload(server: Server, wanted: Wanted, source: Source) -> ImportReport:
    """Through a server, which reads no faster than it stores; it names the first 1,000 bad rows."""
    answer = asyncio.run(_post(server, wanted, source.pieces))
    if not answer.is_success:
        raise UploadError(f"{server.url} answered {answer.status_code}: {_detail(answer)}")
    report = msgspec.json.decode(answer.content, type=ImportReport)
    for found in report.errors:
        source.on_problem(found)
    return report


async def _post(server: Server, wanted: Wanted, pieces: AsyncIterator[bytes]) -> httpx.Response:
    headers = {"Content-Type": wanted.media}
    if server.key is not None:
        headers["Authorization"] = f"Bearer {server.key}"
    async with httpx.AsyncClient(base_url=server.url, headers=headers, timeout=PATIENCE_S) as client:
        return await client.post(
            f"/aura/api/v1/import/{wanted.kind}",
            params={"dry_run": wanted.query.dry_run, "on_error": wanted.query.on_error.value},
            content=pieces,
        )


def _detail(answer: httpx.Response) -> str:
    try:
        return str(answer.json()["detail"])
    except (ValueError, LookupError, TypeError):
        return answer.reason_phrase


def _tell(report: ImportReport) -> None:
    """The bad rows on standard error, the counts on standard output."""
    if report.errors:
        table = Table("row", "id", "field", "what is wrong", box=None)
        for found in report.errors[:SHOWN]:
            for fault in found.errors:
                name = "" if found.id is None else str(found.id)
                table.add_row(str(found.row), escape(name), escape(fault.field), escape(fault.message))
        Console(stderr=True, soft_wrap=True).print(table)
        if report.failed > SHOWN:
            typer.echo(f"… and {report.failed - SHOWN} more rows", err=True)
    typer.echo(
        f"{report.kind}{' (dry run, nothing stored)' if report.dry_run else ''}: {report.rows} rows, "
        f"{report.created} new, {report.updated} updated, {report.failed} failed"
        f"{', stopped there' if report.stopped else ''} in {report.duration_s:.1f} s"
    )
