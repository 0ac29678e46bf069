"""Recomputing a holder: evidence and rulebook in, the stored timeline out, whoever does it and however often.

The version is read first, then the evidence: a store that rests on that version has seen at least as much as the one
before it. Where somebody else stored meanwhile, it begins again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.status.changes import Told, replaced, telling
from chalicelib.status.course import ahead, to_text
from chalicelib.status.evidence.model import Evidence
from chalicelib.status.ledger import Kept, StatusLedger
from chalicelib.status.model import colour_at
from chalicelib.status.refusals import StatusContended
from chalicelib.status.timeline import Segment, spliced

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.status.evidence.store import EvidenceReader
    from chalicelib.status.policy.rulebook import Rulebook, Rulebooks

ATTEMPTS = 10
LOOK_BACK_S = 3600
"""How much of the past a stored timeline keeps, for whoever's clock is behind."""


class Recompute:
    """Keeps stored timelines in step with the evidence."""

    def __init__(self, ledger: StatusLedger, evidence: EvidenceReader, rulebooks: Rulebooks) -> None:
        self._ledger = ledger
        self._evidence = evidence
        self._rulebooks = rulebooks

    def open(self, holder: str, *, masked_name: bytes, now: int) -> None:
        """Give a new holder the status that follows from what is known; one that has a status keeps it.

        Once it is there, it is held to rulebook and evidence again: they may have changed before anybody could see it.
        Where it is in step nothing is stored, so that many log-ins at once do not keep each other waiting.
        """
        book = self._rulebooks.current()
        course = to_text(self.segments(self._evidence.of(holder), book), since=now - LOOK_BACK_S)
        first = Kept(holder, course, 1, book.edition, Told(colour_at(course, now), now, 0))
        self._ledger.open(first, masked_name=masked_name)
        if not self._is_in_step(holder, now):
            self.holder(holder, now=now, cause="evidence")

    def rulebook(self) -> Rulebook:
        """The rulebook of this moment, for `holder`."""
        return self._rulebooks.current()

    def holder(
        self, holder: str, *, now: int, cause: str, book: Rulebook | None = None, seen: Kept | None = None
    ) -> Kept | None:
        """Recompute one holder and store the outcome; None for somebody without a status.

        It always stores, also where nothing changed: the new version tells whoever read the evidence before us that
        they have seen less. Who recomputes many may hand in the rulebook they read for all of them, and the status as
        they have seen it: where either is outdated nothing is stored, and both are read anew. Raises
        `StatusContended` where others were always quicker; nothing is lost by repeating.
        """
        for _ in range(ATTEMPTS):
            old = seen or self._ledger.read(holder)
            if old is None:
                return None
            new = self._stored(old, book or self._rulebooks.current(), now, cause)
            if new is not None:
                return new
            book = seen = None
        raise StatusContended

    def segments(self, evidence: Sequence[Evidence], book: Rulebook) -> list[Segment]:
        """The timeline of evidence under a rulebook."""
        return spliced(evidence, self._rulebooks.prepared(book))

    def _is_in_step(self, holder: str, now: int) -> bool:
        """Whether what is stored is what rulebook and evidence say by now."""
        kept, book = self._ledger.read(holder), self._rulebooks.current()
        course = to_text(self.segments(self._evidence.of(holder), book), since=now)
        return kept is not None and kept.edition == book.edition and ahead(kept.course, now) == ahead(course, now)

    def _stored(self, old: Kept, book: Rulebook, now: int, cause: str) -> Kept | None:
        """One attempt; None where it came too late."""
        now = max(now, old.told.at)
        segments = self.segments(self._evidence.of(old.holder), book)
        course = to_text(segments, since=now - LOOK_BACK_S)
        changes = replaced(old.course, course, old.told, now=now, cause=cause)
        new = Kept(old.holder, course, old.version + 1, book.edition, telling(old.told, changes, now=now))
        return new if self._ledger.store(new, changes, read=old.version) else None
