"""Cutting a file into records as its bytes come, without ever holding more than one record. Pure.

A record ends with its line, or, in CSV, with the first line that ends outside of quotes (RFC 4180). No byte of a
character of UTF-8 or GB 18030 is a quote, a comma or a line end, so this is done before anything is decoded. Each
record says where it begins and ends: reading on from any such place gives the rest, however the bytes come.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from chalicelib.partners.imports.refusals import LineTooLong

LONGEST_RECORD = 64 * 1024
"""As long as an honest record is, its line ends included."""

LONGEST_LINE = 64 * 1024 * 1024
"""A line longer than this is passed over no more: there are no lines in such a file."""

_opening = re.compile(rb'(?:^|,)"')
_closing = re.compile(rb'(?:[^"]++|"")*+"')


class Record(NamedTuple):
    """One record: the line it begins in (from 1), how many lines it has, and the bytes from `start` to before `end`.

    `data` is without its line end; None where it is longer than a record may be. `unclosed` says that a quote was
    opened in this line and not closed: the line stands alone, so that it does not swallow those behind it.

    So many empty lines in a row as a record may have bytes are one as well, with no `data`, for whoever has to stop
    somewhere among them.
    """

    line: int
    lines: int
    start: int
    end: int
    data: bytes | None
    unclosed: bool = False

    @property
    def last_line(self) -> int:
        """The line it ends in."""
        return self.line + self.lines - 1

    @property
    def is_blank(self) -> bool:
        """Whether it is no row, but a place to go on from."""
        return self.data == b""


class _Line(NamedTuple):
    """One line with its end, None where it is too long to hold; and how many bytes it had."""

    data: bytes | None
    length: int


def records(pieces: Iterable[bytes], *, start: int, line: int, quotes: bool) -> Iterator[Record]:
    """The records from byte `start` on, which is the beginning of a line; `line` lines lie before.

    Empty lines are no records. `quotes` says that records may go on behind a line end that is in quotes. Raises
    `LineTooLong` where a line does not end at all.
    """
    lines, empty = _Ahead(_lines(pieces)), 0
    for first in lines:
        together, unclosed = _together(first, lines, quotes=quotes)
        length = sum(one.length for one in together)
        whole = [one.data for one in together if one.data is not None]
        data = b"".join(whole) if len(whole) == len(together) and length <= LONGEST_RECORD else None
        empty = empty + length if data is not None and not data.strip() else 0
        if not empty or empty > LONGEST_RECORD:
            text = b"" if empty else data and data.removesuffix(b"\n").removesuffix(b"\r")
            yield Record(line + 1, len(together), start, start + length, text, unclosed)
            empty = 0
        start, line = start + length, line + len(together)


class _Ahead(Iterator[_Line]):
    """Lines of which some may be given back."""

    def __init__(self, lines: Iterator[_Line]) -> None:
        self._lines = lines
        self._back: deque[_Line] = deque()

    def __next__(self) -> _Line:
        return self._back.popleft() if self._back else next(self._lines)

    def give_back(self, lines: list[_Line]) -> None:
        """Have these come again, in their order."""
        self._back.extendleft(reversed(lines))


def _together(first: _Line, lines: _Ahead, *, quotes: bool) -> tuple[list[_Line], bool]:
    """The lines that make one record, and whether its quote is never closed: then it is the first line alone."""
    together, length = [first], first.length
    inside = quotes and first.data is not None and _ends_inside(first.data, inside=False)
    while inside:
        more = next(lines, None) if length <= LONGEST_RECORD else None
        if more is None:
            lines.give_back(together[1:])
            return [first], True
        together.append(more)
        length += more.length
        inside = more.data is None or _ends_inside(more.data, inside=True)
    return together, False


def _ends_inside(line: bytes, *, inside: bool) -> bool:
    """Whether a line ends within quotes, as it began within them or not."""
    if not inside and b'"' not in line:
        return False
    place = 0
    while True:
        found = (_closing.match if inside else _opening.search)(line, place)
        if found is None:
            return inside
        place, inside = found.end(), not inside


def _lines(pieces: Iterable[bytes]) -> Iterator[_Line]:
    """Lines as the bytes come. Of one that is too long only its length is kept; raises `LineTooLong`."""
    rest, skipped = b"", 0
    for piece in pieces:
        *ended, rest = (rest + piece).split(b"\n")
        for text in ended:
            yield _line(text + b"\n", skipped)
            skipped = 0
        if skipped + len(rest) > LONGEST_RECORD:
            rest, skipped = b"", skipped + len(rest)
        if skipped > LONGEST_LINE:
            raise LineTooLong(limit_bytes=LONGEST_RECORD)
    if rest or skipped:
        yield _line(rest, skipped)


def _line(text: bytes, skipped: int) -> _Line:
    length = skipped + len(text)
    return _Line(text if length <= LONGEST_RECORD else None, length)
