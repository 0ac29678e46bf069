"""What a file's bytes mean: its encoding, its columns, and each record as a row of its kind. Pure.

Cells are read as the fields of one JSON document: empty ones are left out, and a column `attributes.risk` is the field
`risk` of `attributes`. So both formats meet in the same struct as a request to the API does, and in the same checks.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any, Generic, NamedTuple, TypeVar

import msgspec

from chalicelib.partners.imports.cutting import LONGEST_RECORD, Record
from chalicelib.partners.imports.model import Encoding, Format
from chalicelib.partners.imports.refusals import (
    FileEmpty,
    HeaderUnreadable,
    LineTooLong,
    LooksLikeGb18030,
    LooksLikeUtf8,
    LooksLikeUtf16,
    MalformedRow,
    NotInEncoding,
    NulInRow,
    QuoteNotClosed,
    WrongColumns,
    WrongNumberOfCells,
)
from chalicelib.platform.http import bodies
from chalicelib.platform.http.refusals import Refusal

HEAD_BYTES = 64 * 1024
"""As much of a file as is looked at before its encoding is believed."""

MARKS = {Encoding.UTF_8: b"\xef\xbb\xbf", Encoding.GB18030: b"\x84\x31\x95\x33"}
"""The byte-order mark in either encoding: some programs write it first, and it is no part of the text."""

UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")
INNER = "."

MOST_TOLD = 50
"""So many columns that are not ours are told of at a time: a first row may be nothing but commas."""

Row = TypeVar("Row", bound=msgspec.Struct)


class Columns(NamedTuple):
    """The columns that a kind of file must have, and those that it may."""

    required: tuple[str, ...]
    optional: tuple[str, ...]

    @property
    def all(self) -> tuple[str, ...]:
        """Every column there can be."""
        return self.required + self.optional


def head_of(pieces: Iterator[bytes]) -> tuple[bytes, Iterator[bytes]]:
    """The first bytes of a file, and all of them."""
    head = b""
    for piece in pieces:
        head += piece
        if len(head) >= HEAD_BYTES:
            break
    return head, chain([head], pieces)


def mark_length(head: bytes, encoding: Encoding) -> int:
    """How many bytes of a byte-order mark a file begins with; raises a `Refusal` for a file in another encoding."""
    if not head:
        raise FileEmpty
    if head.startswith(UTF_16_MARKS) or head.count(0) * 4 > len(head):
        raise LooksLikeUtf16
    if encoding is Encoding.UTF_8 and (head.startswith(MARKS[Encoding.GB18030]) or _is_rather_gb18030(head)):
        raise LooksLikeGb18030
    if encoding is Encoding.GB18030 and (head.startswith(MARKS[Encoding.UTF_8]) or _is_rather_utf_8(head)):
        raise LooksLikeUtf8
    return len(MARKS[encoding]) if head.startswith(MARKS[encoding]) else 0


def without_mark(pieces: Iterator[bytes], length: int) -> Iterator[bytes]:
    """The file behind its byte-order mark, which lies in the first piece."""
    return chain([next(pieces, b"")[length:]], pieces)


def columns_in(header: Record | None, encoding: Encoding, known: Columns) -> tuple[str, ...]:
    """The columns that the first row of a CSV file names; raises a `Refusal`."""
    if header is None or header.is_blank:
        raise FileEmpty
    try:
        names = [name.strip() for name in cells(text_of(header, encoding))]
    except Refusal as refusal:
        raise HeaderUnreadable(columns=list(known.all), why=refusal.code) from refusal
    missing = [name for name in known.required if name not in names]
    repeated = [name for name in known.all if names.count(name) > 1]
    unknown = [place for place, name in enumerate(names, start=1) if name not in known.all]
    if missing or repeated or unknown:
        raise WrongColumns(missing=missing, repeated=repeated, unknown=unknown[:MOST_TOLD], columns=list(known.all))
    return tuple(names)


class Reader(Generic[Row]):
    """Reads records as rows of one kind."""

    def __init__(self, shape: type[Row], form: Format, encoding: Encoding, columns: Sequence[str]) -> None:
        self._shape = shape
        self._encoding = encoding
        self._columns = columns
        self._decode = msgspec.json.Decoder(shape).decode
        self._row = self._of_cells if form is Format.CSV else self._of_json

    def read(self, record: Record) -> Row:
        """A record as a row; raises a `Refusal`, which repeats nothing of it."""
        text = text_of(record, self._encoding)
        try:
            return self._row(text)
        except (msgspec.DecodeError, UnicodeError, ValueError, RecursionError) as error:
            raise MalformedRow(**bodies.malformed(error).evidence) from None

    def _of_json(self, text: str) -> Row:
        return self._decode(text)

    def _of_cells(self, text: str) -> Row:
        found = cells(text)
        if len(found) != len(self._columns):
            raise WrongNumberOfCells(expected=len(self._columns), found=len(found))
        return msgspec.convert(_document(self._columns, found), self._shape)


def text_of(record: Record, encoding: Encoding) -> str:
    """A record as text; raises a `Refusal`."""
    if record.data is None:
        raise LineTooLong(limit_bytes=LONGEST_RECORD)
    if record.unclosed:
        raise QuoteNotClosed
    if b"\0" in record.data:
        raise NulInRow
    try:
        return record.data.decode(encoding)
    except UnicodeDecodeError:
        raise NotInEncoding(expected=str(encoding)) from None


def cells(text: str) -> list[str]:
    """The cells of one row of CSV; raises `MalformedRow`."""
    try:
        (row,) = csv.reader([text], strict=True)
    except (csv.Error, ValueError):
        raise MalformedRow(where="there is something behind a closing quote, or a line end without its line") from None
    return row


def _document(columns: Iterable[str], found: Iterable[str]) -> dict[str, Any]:
    """Cells as the fields that they stand for."""
    document: dict[str, Any] = {}
    for name, cell in zip(columns, found, strict=True):
        outer, inner, field = name.partition(INNER)
        if cell and inner:
            document.setdefault(outer, {})[field] = cell
        elif cell:
            document[name] = cell
    return document


def _is_rather_gb18030(head: bytes) -> bool:
    """Whether most of what is no ASCII is no UTF-8 either, and all of it is GB 18030."""
    told = _telling_lines(head)
    strange = sum(not _is_in(line, Encoding.UTF_8) for line in told)
    return strange * 2 > len(told) and all(_is_in(line, Encoding.GB18030) for line in told)


def _is_rather_utf_8(head: bytes) -> bool:
    """Whether all of it is UTF-8, and not all of it is GB 18030."""
    told = _telling_lines(head)
    if all(_is_in(line, Encoding.GB18030) for line in told):
        return False
    return all(_is_in(line, Encoding.UTF_8) for line in told)


def _telling_lines(head: bytes) -> list[bytes]:
    """The lines that are more than ASCII; the last may have been cut in the middle of a character."""
    lines = head.split(b"\n")
    whole = lines[:-1] if len(head) >= HEAD_BYTES else lines
    return [line for line in whole if not line.isascii()]


def _is_in(line: bytes, encoding: Encoding) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
