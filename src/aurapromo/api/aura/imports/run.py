"""An import from its first byte to its report; a few hundred rows at a time are checked and stored."""

from collections.abc import AsyncIterable, Callable
from typing import Any, Final

import msgspec
import structlog

from aurapromo.api.aura.imports.kinds import Kind
from aurapromo.api.aura.imports.rows import NAMES, Reader, Row, problem, rows
from aurapromo.api.aura.imports.types import ImportQuery, ImportReport, OnError, RowProblem
from aurapromo.errors import AuraPromoError, Unavailable
from aurapromo.platform.clock import Clock, monotonic
from aurapromo.platform.database import Database

MAX_PROBLEMS: Final = 1000
#: A batch ends here too, so that memory does not depend on how long rows are.
BATCH_BYTES: Final = 4 * 1024 * 1024
#: How often a batch is tried that a deadlock or a lost connection has undone.
TRIES: Final = 3

log = structlog.get_logger()


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """What to import and where to. `on_problem` is told of every bad row, the report keeps the first ones."""

    kind: Kind[Any]
    options: ImportQuery
    database: Database
    clock: Clock
    on_problem: Callable[[RowProblem], None] = lambda _: None


class Importer:
    """One import; its counts are true at any moment."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._stop = job.options.on_error is OnError.STOP
        self._waiting: list[Row] = []
        self._bytes = 0
        self._problems: list[RowProblem] = []
        self.rows = self.created = self.updated = self.failed = 0
        self.stopped = False
        self.last_stored_line = 0

    async def run(self, pieces: AsyncIterable[bytes], reader: Reader) -> ImportReport:
        """Raises Malformed and Invalid where the file as a whole cannot be read; nothing is stored then.

        Raises Unavailable, which says how far it came, when the database goes away.
        """
        started = monotonic()
        try:
            await self._read(pieces, reader)
        except BaseException:
            log.warning("import.broken_off", **self._counts(), last_stored_line=self.last_stored_line)
            raise
        report = self._report(monotonic() - started)
        log.info("import.done", **self._counts(), stopped=self.stopped, duration_s=report.duration_s)
        return report

    async def _read(self, pieces: AsyncIterable[bytes], reader: Reader) -> None:
        async for read in rows(pieces, reader):
            if isinstance(read, Row):
                self._waiting.append(read)
                self._bytes += read.size
                if len(self._waiting) >= self._job.kind.batch or self._bytes > BATCH_BYTES:
                    await self._store()
            elif self._stop:
                await self._store()
                if not self.stopped:
                    self._refuse(read)
            else:
                self._refuse(read)
            if self.stopped:
                return
        await self._store()

    async def _store(self) -> None:
        batch, self._waiting, self._bytes = self._waiting, [], 0
        if not batch:
            return
        try:
            verdicts = await self._judged(batch)
        except Unavailable as error:
            raise self._cut_off(batch, error) from error
        for row, verdict in zip(batch, verdicts, strict=False):
            if isinstance(verdict, AuraPromoError):
                name = next((getattr(row.value, field) for field in NAMES if hasattr(row.value, field)), None)
                self._refuse(problem(row.number, name, verdict))
            else:
                self._count(row, new=verdict)

    async def _judged(self, batch: list[Row]) -> list[bool | AuraPromoError]:
        values = [row.value for row in batch]
        tries = TRIES if self._job.kind.repeatable else 1
        for _ in range(1, tries):
            try:
                return await self._once(values)
            except Unavailable:
                log.info("import.batch_repeated", first_line=batch[0].number)
        return await self._once(values)

    async def _once(self, values: list[Any]) -> list[bool | AuraPromoError]:
        """Store a batch in one transaction; verdicts up to the row that stops the import."""
        kind, now = self._job.kind, self._job.clock()
        if self._job.options.dry_run:
            async with self._job.database.reading() as conn:
                plan = await kind.plan(conn, values, now)
                return self._up_to_stop(plan.verdicts)
        async with self._job.database.writing() as tx:
            await kind.lock(tx, values)
            plan = await kind.plan(tx, values, now)
            verdicts = self._up_to_stop(plan.verdicts)
            if len(verdicts) < len(values):
                plan = await kind.plan(tx, values[: len(verdicts)], now)
            await kind.write(tx, plan, now)
        return verdicts

    def _up_to_stop(self, verdicts: list[bool | AuraPromoError]) -> list[bool | AuraPromoError]:
        bad = (at for at, verdict in enumerate(verdicts, 1) if isinstance(verdict, AuraPromoError))
        return verdicts[: next(bad, None)] if self._stop else verdicts

    def _count(self, row: Row, *, new: bool) -> None:
        self.rows += 1
        self.last_stored_line = row.number
        self.created += new
        self.updated += not new

    def _refuse(self, found: RowProblem) -> None:
        self.rows += 1
        self.failed += 1
        self.stopped = self._stop
        if len(self._problems) < MAX_PROBLEMS:
            self._problems.append(found)
        self._job.on_problem(found)

    def _cut_off(self, batch: list[Row], error: Unavailable) -> Unavailable:
        stored = f"{self.created} new and {self.updated} known rows are stored"
        doubt = f"those from line {batch[0].number} to line {batch[-1].number} may be, nothing after them is"
        return Unavailable(f"{error} {stored}, {doubt}.", retry_after_s=error.retry_after_s)

    def _counts(self) -> dict[str, Any]:
        return {
            "kind": self._job.kind.name,
            "dry_run": self._job.options.dry_run,
            "rows": self.rows,
            "created": self.created,
            "updated": self.updated,
            "failed": self.failed,
        }

    def _report(self, seconds: float) -> ImportReport:
        return ImportReport(
            **self._counts(),
            stopped=self.stopped,
            errors=tuple(sorted(self._problems, key=lambda found: found.row)),
            errors_truncated=self.failed > len(self._problems),
            duration_s=round(seconds, 3),
        )
