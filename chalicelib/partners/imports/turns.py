"""One turn of reading a file: some thousand rows, each accepted or refused on its own, and then the next checkpoint.

A turn writes nothing of an import itself. Killed anywhere it is taken again from the last checkpoint: rows bear
repeating. What was accepted before a kill is counted as repeated then, since nobody had come to count it; the sum of
accepted and repeated is right whatever happens.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec

from chalicelib.partners.imports import formats
from chalicelib.partners.imports.cutting import Record, records
from chalicelib.partners.imports.formats import Reader
from chalicelib.partners.imports.model import Format, Import, file_key
from chalicelib.partners.imports.refusals import FileChanged, FileEmpty
from chalicelib.partners.imports.rows import ROWS, Take, Takers
from chalicelib.partners.imports.tally import Outcome, Tally, Turned
from chalicelib.platform.http.answers import as_refusal
from chalicelib.platform.http.refusals import Refusal, Unavailable
from chalicelib.platform.passing import is_passing_fault
from chalicelib.platform.uploads import UploadChanged, Uploads
from chalicelib.status.evidence.reported import Source

ROWS_IN_A_TURN = 2_000
ROWS_TOGETHER = 250
"""Rows that are held at a time; those behind the first that cannot be taken have to be looked at again."""

WITHIN_S = 5.0
"""No row is begun later than this: departments watch the counts. A store in trouble takes its time to say so, and the
function has 60 s."""

READING_S = 1.0
"""How long rows are read before those at hand are taken: most of a turn is for taking them."""

THREADS = 8
"""Most of the time is spent waiting for the store, so a few rows wait together."""

PAUSES_S = (0.2, 1.0, 3.0)
"""How long a store that cannot answer is left alone, before a row is tried once more."""


class _Counted(Iterator[bytes]):
    """Pieces of a file, and how many bytes of it came."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self.bytes = 0

    def __next__(self) -> bytes:
        piece = next(self._pieces)
        self.bytes += len(piece)
        return piece


class Turns:
    """Reads files on from their checkpoints."""

    def __init__(
        self,
        uploads: Uploads,
        takers: Takers,
        *,
        timer: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
        rows: int = ROWS_IN_A_TURN,
        together: int = ROWS_TOGETHER,
    ) -> None:
        self._uploads = uploads
        self._takers = takers
        self._timer = timer
        self._sleep = sleep
        self._rows = rows
        self._together = together

    def run(self, one: Import, *, now: float) -> Turned:
        """Read on from a checkpoint; raises a `Refusal` for a file that cannot be read at all.

        1. Find the place, and at the beginning what kind of file it is.
        2. Take some rows together, those with the same reference in the order of the file.
        3. Go on until the file ends, the turn has had enough, or the store cannot go on.
        """
        came = _Counted(self._uploads.stream(file_key(one.import_id), version=one.version, start=one.offset))
        try:
            begun, found = _opened(one, came)
            until = self._timer() + WITHIN_S
            hands = _Hands(begun, self._takers[one.kind](), until=until, timer=self._timer, sleep=self._sleep, now=now)
            turned = self._turned(Tally(begun), found, hands)
        except UploadChanged as error:
            raise FileChanged from error
        if turned.ended:
            _check_end(turned.after, one.offset + came.bytes)
        return turned

    def _turned(self, tally: Tally, found: Iterator[Record], hands: _Hands) -> Turned:
        """Take rows until there is a reason to stop."""
        ended = False
        with ThreadPoolExecutor(THREADS) as threads:
            while not (ended or tally.stopped or tally.rows >= self._rows or hands.is_late()):
                try:
                    together, exhausted = self._some(found)
                except Exception as error:
                    if not is_passing_fault(error):
                        raise
                    return tally.turned(ended=False, waits=True)
                tally.add(together, hands.taken(together, threads))
                ended = exhausted and not tally.stopped
        return tally.turned(ended=ended, waits=tally.waits)

    def _some(self, found: Iterator[Record]) -> tuple[list[Record], bool]:
        """The next records, at least one where there is any, and whether they are the last."""
        together, until = [], self._timer() + READING_S
        for record in found:
            together.append(record)
            if len(together) >= self._together or self._timer() > until:
                return together, False
        return together, True


class _Hands:
    """Takes rows for one turn of one import."""

    def __init__(
        self,
        one: Import,
        take: Take,
        *,
        until: float,
        timer: Callable[[], float],
        sleep: Callable[[float], object],
        now: float,
    ) -> None:
        self._reader = Reader(ROWS[one.kind].shape, one.format, one.encoding, one.columns)
        self._source = Source(one.client_id, one.client_name)
        self._take = take
        self._until = until
        self._timer = timer
        self._sleep = sleep
        self._now = now

    def is_late(self) -> bool:
        """Whether no further row should be begun."""
        return self._timer() > self._until

    def taken(self, together: Sequence[Record], threads: ThreadPoolExecutor) -> list[Outcome]:
        """What became of each record, in their order; what the store could not take is tried again a few times.

        What is no row is known at once, however late it is: a file of nothing else comes to its end as well.
        """
        rows = [self._read(record) for record in together]
        outcomes: list[Outcome] = [_without_store(record, row) for record, row in zip(together, rows, strict=True)]
        left = [place for place, outcome in enumerate(outcomes) if outcome is None]
        for pause in (*PAUSES_S, None):
            groups = self._groups(rows, left)
            list(threads.map(lambda places: self._take_each(rows, places, outcomes), groups))
            left = [place for place in left if outcomes[place] is None or isinstance(outcomes[place], Unavailable)]
            if not left or pause is None or self.is_late():
                break
            self._sleep(pause)
        return outcomes

    def _read(self, record: Record) -> Any:
        """A record as a row, or why it is none."""
        try:
            return self._reader.read(record)
        except Refusal as refusal:
            return refusal

    def _groups(self, rows: Sequence[Any], places: Sequence[int]) -> list[list[int]]:
        """The places of rows, those with the same reference together and in order."""
        groups: dict[Any, list[int]] = {}
        for place in places:
            groups.setdefault(getattr(rows[place], "reference", place), []).append(place)
        return list(groups.values())

    def _take_each(self, rows: Sequence[Any], places: Sequence[int], outcomes: list[Outcome]) -> None:
        """Take rows of one reference one after the other, and none behind one that could not be taken."""
        for place in places:
            if self.is_late():
                return
            outcomes[place] = self._outcome(rows[place])
            if isinstance(outcomes[place], Unavailable):
                return

    def _outcome(self, row: Any) -> Outcome:
        """What became of one row, whatever happened."""
        try:
            return self._take(self._source, row, now=self._now)
        except Refusal as refusal:
            return refusal
        except Exception as error:
            return as_refusal("import", error, "")


def _without_store(record: Record, row: Any) -> Outcome:
    """What became of what is no row; None for one that has to be taken."""
    if record.is_blank:
        return False
    return row if isinstance(row, Refusal) else None


def _check_end(after: Import, read: int) -> None:
    """Whether all of a file has been read, and there was anything in it; raises a `Refusal`."""
    if read != after.bytes:
        raise FileChanged
    if after.format is Format.JSONL and not after.rows:
        raise FileEmpty


def _opened(one: Import, pieces: Iterator[bytes]) -> tuple[Import, Iterator[Record]]:
    """The import with its columns, and the records behind its checkpoint; raises a `Refusal`."""
    start = one.offset
    if start == 0:
        head, pieces = formats.head_of(pieces)
        start = formats.mark_length(head, one.encoding)
        pieces = formats.without_mark(pieces, start)
    found = records(pieces, start=start, line=one.line, quotes=one.format is Format.CSV)
    if one.format is Format.CSV and not one.columns:
        header = next(found, None)
        columns = formats.columns_in(header, one.encoding, ROWS[one.kind].columns)
        if header is not None:
            one = msgspec.structs.replace(one, columns=columns, offset=header.end, line=header.last_line)
    return one, found
