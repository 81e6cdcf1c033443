"""CSV records by RFC 4180 out of lines: cells may be quoted, and quoted cells may hold line breaks."""

import re
from typing import Final, NamedTuple

from aurapromo.api.aura.imports.lines import MAX_BYTES, Line

TOO_LONG: Final = f"is longer than {MAX_BYTES} bytes"
UNCLOSED: Final = "has a quote that is not closed"
MISPLACED: Final = (
    "has a quote or a line break where none may be; a cell with one stands in quotes, its own quotes doubled"
)

_QUOTED: Final = rb'"(?:[^"]++|"")*+"'
_CELL: Final = rb'(?:%b|[^",\r]*+)(?=,|\Z)' % _QUOTED
_WHOLE: Final = re.compile(rb"%b(?:,%b)*+" % (_CELL, _CELL))
_OPEN: Final = re.compile(rb'(?:%b,)*+"(?:[^"]++|"")*+' % _CELL)
_CELLS: Final = re.compile(r'(?:\A|,)("(?:[^"]++|"")*+"|[^",]*+)')


class Record(NamedTuple):
    """The text of a record, which begins in the line `number`; or what is wrong with it."""

    number: int
    text: bytes
    fault: str | None = None


class Records:
    """Puts lines together until a record is whole. After a fault it goes on with the next line."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._size = 0
        self._start = 0

    def add(self, line: Line) -> Record | None:
        """The record that ends in this line, if one does; an empty line is none."""
        if not self._parts:
            self._start = line.number
        if line.text is None:
            return self._end(b"", TOO_LONG)
        bare = line.text.removesuffix(b"\r")
        if not self._parts and not bare:
            return None
        # Inside a quoted cell the line goes on as if that cell began with it.
        lead = b'"' if self._parts else b""
        if _WHOLE.fullmatch(lead + bare):
            return self._end(bare)
        if _OPEN.fullmatch(lead + line.text):
            return self._keep(line.text)
        return self._end(b"", MISPLACED)

    def rest(self) -> Record | None:
        """What is wrong with the record that the end of the file cut off."""
        return self._end(b"", UNCLOSED) if self._parts else None

    def _keep(self, text: bytes) -> Record | None:
        self._parts.append(text)
        self._size += len(text) + 1
        return self._end(b"", f"{TOO_LONG}; perhaps it {UNCLOSED}") if self._size > MAX_BYTES else None

    def _end(self, last: bytes, fault: str | None = None) -> Record:
        text = b"" if fault else b"\n".join((*self._parts, last))
        self._parts.clear()
        self._size = 0
        return Record(self._start, text, fault)


def cells(text: str) -> list[str]:
    """The cells of a whole record, without their quotes."""
    if '"' not in text:
        return text.split(",")
    return [cell[1:-1].replace('""', '"') if cell.startswith('"') else cell for cell in _CELLS.findall(text)]
