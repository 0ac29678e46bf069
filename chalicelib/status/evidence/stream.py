"""From the stream of the evidence table to the statuses: whoever has new evidence is recomputed, once per batch.

A record may come twice, late, or in a batch that failed half-way: a recomputation reads all that is known then, so a
repeat changes no colour. A holder who cannot be recomputed is reported to the event source and keeps no other holder of
the batch waiting.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from chalicelib.platform import telemetry
from chalicelib.status.evidence.model import is_waiting

if TYPE_CHECKING:
    from chalicelib.status.evidence.reporting import Arrivals
    from chalicelib.status.policy.rulebook import Rulebook
    from chalicelib.status.recompute import Recompute

Record = dict[str, Any]


class EvidenceFollower:
    """Keeps statuses in step with what is written about holders."""

    def __init__(self, arrivals: Arrivals, recompute: Recompute) -> None:
        self._arrivals = arrivals
        self._recompute = recompute

    def record(self, records: Iterable[Record], *, now: int) -> list[str]:
        """Follow a batch under one rulebook; answers the first sequence number of each subject that has to come again.

        Raises what the store raises where the rulebook cannot be read: then all of it has to.
        """
        book = self._recompute.rulebook()
        return [
            about_one[0]["dynamodb"]["SequenceNumber"]
            for about_one in _by_subject(records).values()
            if not self._followed(about_one, book, now)
        ]

    def _followed(self, records: list[Record], book: Rulebook, now: int) -> bool:
        """Follow all that a batch tells of one subject; False where it has to come again."""
        try:
            self._follow(records, book, now)
        except Exception as error:
            telemetry.fault("recompute_statuses", error)
            return False
        return True

    def _follow(self, records: list[Record], book: Rulebook, now: int) -> None:
        """A reporter may have died before settling what it wrote, so it is settled here once more."""
        for record in records:
            subject, evidence_id = _key(record)
            if record["eventName"] == "INSERT":
                self._arrivals.settle(subject, evidence_id)
        if not is_waiting(subject):
            self._recompute.holder(subject, now=now, cause="evidence", book=book)
            telemetry.count("HoldersRecomputed", cause="evidence")


def _by_subject(records: Iterable[Record]) -> dict[str, list[Record]]:
    """Records by whom they are about, in order; one that does not say stands alone."""
    about: dict[str, list[Record]] = {}
    for record in records:
        try:
            subject, _ = _key(record)
        except (KeyError, TypeError):
            subject = f"unreadable {record['dynamodb']['SequenceNumber']}"
        about.setdefault(subject, []).append(record)
    return about


def _key(record: Record) -> tuple[str, str]:
    """Whom a record is about, and which fact."""
    keys = record["dynamodb"]["Keys"]
    return keys["subject"]["S"], keys["evidence_id"]["S"]
