"""Counting what became of the rows of a turn, up to the first that could not be taken: there the checkpoint will be.

Rows behind it may have been accepted all the same. Their lines are remembered, so that they count as accepted when they
are looked at again, and not as repeated.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgspec

from chalicelib.partners.imports.cutting import Record
from chalicelib.partners.imports.model import Import
from chalicelib.partners.imports.store import RefusedRow
from chalicelib.platform.http.refusals import Refusal, Unavailable

Outcome = bool | Refusal | None
"""Accepted (False), repeated (True), refused, or not even tried (None)."""


class Turned(NamedTuple):
    """What a turn came to: the import as it will be, the rows it refused up to there, and what stopped it.

    `ended` says that there is nothing more to read, `waits` that the store could not go on.
    """

    after: Import
    refused: Sequence[RefusedRow]
    ended: bool
    waits: bool


class Tally:
    """Counts the rows of one turn. `rows` are those done, `stopped` says that one could not be taken."""

    def __init__(self, one: Import) -> None:
        self.rows = 0
        self.stopped = self.waits = False
        self._one = one
        self._offset, self._line = one.offset, one.line
        self._accepted = self._repeated = 0
        self._refused: list[RefusedRow] = []
        self._ahead = set(one.ahead)

    def add(self, together: Iterable[Record], outcomes: Iterable[Outcome]) -> None:
        """Count records in the order of the file."""
        for record, outcome in zip(together, outcomes, strict=True):
            if not self.stopped and (outcome is None or isinstance(outcome, Unavailable)):
                self.stopped, self.waits = True, outcome is not None
            if self.stopped:
                self._note_ahead(record, outcome)
            else:
                self._count(record, outcome)

    def turned(self, *, ended: bool, waits: bool = False) -> Turned:
        """The import with what was counted; at its end the whole file is done."""
        one = self._one
        after = msgspec.structs.replace(
            one,
            offset=one.bytes if ended else self._offset,
            line=self._line,
            rows=one.rows + self.rows,
            accepted=one.accepted + self._accepted,
            repeated=one.repeated + self._repeated,
            refused=one.refused + len(self._refused),
            ahead=tuple(sorted(line for line in self._ahead if line > self._line)),
        )
        return Turned(after, self._refused, ended, waits or self.waits)

    def _count(self, record: Record, outcome: Outcome) -> None:
        self._offset, self._line = record.end, record.last_line
        if record.is_blank:
            return
        self.rows += 1
        if isinstance(outcome, Refusal):
            self._refused.append(RefusedRow(record.line, outcome.problem()))
        elif outcome and record.line not in self._ahead:
            self._repeated += 1
        else:
            self._accepted += 1

    def _note_ahead(self, record: Record, outcome: Outcome) -> None:
        """Remember what was accepted behind the checkpoint."""
        if outcome is False and not record.is_blank:
            self._ahead.add(record.line)
