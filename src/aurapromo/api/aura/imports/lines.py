"""A stream of bytes cut into lines, however the pieces fall."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from aurapromo.errors import Malformed

#: No line, and no CSV record of several lines, may have more bytes.
MAX_BYTES: Final = 1024 * 1024
UTF8_MARK: Final = b"\xef\xbb\xbf"
UTF16_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")


class Line(NamedTuple):
    """A line without its line feed, counted from 1; None where it was too long to be kept."""

    number: int
    text: bytes | None


class Lines:
    """Keeps no more than one line beside the piece it is given."""

    def __init__(self) -> None:
        self._number = 0
        self._kept = bytearray()
        self._too_long = False

    def feed(self, piece: bytes) -> Iterator[Line]:
        """The lines that end in this piece. Raises Malformed for a stream in UTF-16."""
        *ended, rest = piece.split(b"\n")
        for end in ended:
            self._keep(end)
            yield self._take()
        self._keep(rest)

    def rest(self) -> Iterator[Line]:
        """The last line, if no line feed ended it."""
        if self._kept or self._too_long:
            yield self._take()

    def _keep(self, part: bytes) -> None:
        if len(self._kept) + len(part) > MAX_BYTES:
            self._too_long = True
            self._kept.clear()
        elif not self._too_long:
            self._kept += part

    def _take(self) -> Line:
        self._number += 1
        text = None if self._too_long else bytes(self._kept)
        self._kept.clear()
        self._too_long = False
        if self._number == 1 and text is not None:
            if text.startswith(UTF16_MARKS):
                raise Malformed("The file is in UTF-16; it must be in UTF-8")
            text = text.removeprefix(UTF8_MARK)
        return Line(self._number, text)
