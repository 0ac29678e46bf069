"""Whole files of evidence: every item accepted or refused on its own, in the time that one request has.

A department may send the same file again as often as it likes. What could not be told is said to be unavailable, and
only that has to be sent again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import msgspec

from chalicelib.platform.http import bodies
from chalicelib.platform.http.answers import as_refusal
from chalicelib.platform.http.refusals import Refusal, StorageUnavailable
from chalicelib.status.evidence.form import ReportEvidence
from chalicelib.status.evidence.reported import Reported, Source
from chalicelib.status.evidence.reporting import Receipt, Reports

THREADS = 8
"""Most of the time is spent waiting for the store, so a few items wait together."""

WITHIN_S = 6.0
"""No item is begun later than this: the function has 10 s, and a store in trouble takes its time to say so."""

Outcome = Receipt | Refusal
_decode = msgspec.json.Decoder(ReportEvidence).decode


class _Turn(NamedTuple):
    """One readable item and its place in the file."""

    place: int
    said: Reported


class BatchReports:
    """Takes whole files of what departments report."""

    def __init__(self, reports: Reports, *, timer: Callable[[], float] = time.monotonic) -> None:
        self._reports = reports
        self._timer = timer

    def report(self, source: Source, items: Sequence[msgspec.Raw], *, now: float) -> list[Outcome]:
        """What became of each item, in their order. The same reference twice is reported in the order of the file."""
        deadline = self._timer() + WITHIN_S
        read = [_read(item) for item in items]
        outcomes: dict[int, Outcome] = {place: one for place, one in enumerate(read) if isinstance(one, Refusal)}
        turns: dict[str, list[_Turn]] = {}
        for place, said in enumerate(read):
            if isinstance(said, Reported):
                turns.setdefault(said.reference, []).append(_Turn(place, said))

        def take(same: list[_Turn]) -> None:
            for turn in same:
                outcomes[turn.place] = self._outcome(source, turn.said, now, deadline)

        with ThreadPoolExecutor(THREADS) as threads:
            list(threads.map(take, turns.values()))
        return [outcomes[place] for place in range(len(items))]

    def _outcome(self, source: Source, said: Reported, now: float, deadline: float) -> Outcome:
        """What became of one item, whatever happened."""
        if self._timer() > deadline:
            return StorageUnavailable()
        try:
            return self._reports.report(source, said, now=now)
        except Refusal as refusal:
            return refusal
        except Exception as error:
            return as_refusal("report_evidence_batch", error, "")


def _read(item: msgspec.Raw) -> Reported | Refusal:
    """One item of a file, or why it cannot be read."""
    try:
        return _decode(item).said()
    except (msgspec.DecodeError, UnicodeError, ValueError, RecursionError) as error:
        return bodies.malformed(error)
