"""Rows out of lines: typed and checked like the body of a single call, or every reason why not."""

from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable
from typing import Any, Final, NamedTuple, Protocol

import msgspec
from msgspec import inspect

from aurapromo.api.aura.imports.cells import cell_reader
from aurapromo.api.aura.imports.lines import Line, Lines
from aurapromo.api.aura.imports.records import TOO_LONG, Record, Records, cells
from aurapromo.api.aura.imports.types import RowProblem
from aurapromo.api.aura.problems import FieldProblem, field_problem
from aurapromo.api.reading.decode import body_reader
from aurapromo.api.reading.explain import unknown
from aurapromo.errors import AuraPromoError, FieldError, Invalid, Malformed

#: Fields by which people know a row.
NAMES: Final = ("id", "code")


class Row(NamedTuple):
    """A good row: where it begins in the file, its value, and the bytes that it took."""

    number: int
    value: Any
    size: int


Read = Row | RowProblem


class Reader(Protocol):
    """Makes rows of lines; not every line ends one."""

    def take(self, line: Line) -> Read | None: ...
    def rest(self) -> Read | None:
        """What the end of the file leaves over."""


async def rows(pieces: AsyncIterable[bytes], reader: Reader) -> AsyncIterator[Read]:
    """Every row of a file. Raises what makes the whole file unreadable: Malformed, Invalid."""
    lines = Lines()
    async for piece in pieces:
        for read in _taken(lines.feed(piece), reader):
            yield read
    for read in _taken(lines.rest(), reader):
        yield read
    last = reader.rest()
    if last is not None:
        yield last


def _taken(lines: Iterable[Line], reader: Reader) -> Iterable[Read]:
    return (read for line in lines if (read := reader.take(line)) is not None)


def problem(number: int, name: Any, error: AuraPromoError) -> RowProblem:
    """A row that cannot be stored; faults of the row as a whole stand under the field `row`."""
    if isinstance(error, Invalid):
        found = tuple(
            field_problem(fault) if fault.path else FieldProblem("row", "#", fault.message)
            for fault in error.fields
        )
    else:
        found = (FieldProblem("row", "#", str(error).replace("The body", "The row")),)
    return RowProblem(number, name if isinstance(name, int | str) else None, found)


class JsonRows:
    """NDJSON: one JSON object a line; blank lines are skipped."""

    def __init__(self, shape: Any) -> None:
        self._read = body_reader(shape)

    def take(self, line: Line) -> Read | None:
        if line.text is None:
            return problem(line.number, None, Malformed(f"The row {TOO_LONG}"))
        if not line.text or line.text.isspace():
            return None
        return read_row(self._read, line.number, line.text, lambda: _named(line.text or b""))

    def rest(self) -> None:
        return None


def read_row(read: Callable[[bytes], Any], number: int, text: bytes, name: Callable[[], Any]) -> Read:
    try:
        return Row(number, read(text), len(text))
    except AuraPromoError as error:
        return problem(number, name(), error)


def _named(text: bytes) -> Any:
    """The id in a row that was refused, if it can be found."""
    try:
        found = msgspec.json.decode(text, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return next((found[name] for name in NAMES if name in found), None)


class CsvRows:
    """CSV by RFC 4180. The first record names the columns, which are the fields of `shape`.

    An empty cell leaves its field out. Raises Malformed for a first record that cannot be read, Invalid
    for columns that are unknown, missing or twice there.
    """

    def __init__(self, shape: Any) -> None:
        node = inspect.type_info(shape)
        if not isinstance(node, inspect.StructType):
            raise TypeError(f"{shape} is not a Struct")
        self._fields = {field.encode_name: cell_reader(field.type) for field in node.fields}
        self._required = [field.encode_name for field in node.fields if field.required]
        self._read = body_reader(shape)
        self._records = Records()
        self._columns: list[str] = []

    def take(self, line: Line) -> Read | None:
        return self._row(self._records.add(line))

    def rest(self) -> Read | None:
        return self._row(self._records.rest())

    def _row(self, record: Record | None) -> Read | None:
        if record is None:
            return None
        try:
            found = _cells(record)
        except Malformed as error:
            if not self._columns:
                raise
            return problem(record.number, None, error)
        if self._columns:
            return self._typed(record, found)
        self._check_columns(found)
        self._columns = found
        return None

    def _check_columns(self, names: list[str]) -> None:
        faults = [
            FieldError((name,), unknown(name, self._fields, "column"))
            for name in names
            if name not in self._fields
        ]
        faults += [FieldError((name,), "is there twice") for name in {*names} if names.count(name) > 1]
        faults += [
            FieldError((name,), "is required as a column") for name in self._required if name not in names
        ]
        if faults:
            raise Invalid(faults)

    def _typed(self, record: Record, found: list[str]) -> Read:
        named = dict(zip(self._columns, found, strict=False))
        name = next((named[name] for name in NAMES if named.get(name)), None)
        if len(found) != len(self._columns):
            fault = Malformed(f"The row has {len(found)} cells, the first one has {len(self._columns)}")
            return problem(record.number, name, fault)
        values = {column: self._fields[column](text) for column, text in named.items() if text}
        return read_row(self._read, record.number, msgspec.json.encode(values), lambda: name)


def _cells(record: Record) -> list[str]:
    if record.fault is not None:
        raise Malformed(f"The row {record.fault}")
    try:
        return cells(record.text.decode())
    except UnicodeDecodeError:
        raise Malformed("The row is not valid UTF-8") from None
