"""Reporting a fact, taking it back, and handing over what waited: safe to repeat, and to die in anywhere.

The order of the writes is the whole of it. A reference is claimed before its fact is written, and voided before its
fact is. Whoever has written a fact then looks at its reference once more (`settle`), so a void that came in between
holds; and whoever wrote one for a stranger looks once more whether they have become a holder.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from chalicelib.status.evidence.model import Evidence, Void, evidence_id, is_waiting, waiting
from chalicelib.status.evidence.refusals import ReferenceTaken
from chalicelib.status.evidence.reported import Reported, Source, VoidReason, check, check_reference, digest
from chalicelib.status.evidence.writer import moved

if TYPE_CHECKING:
    from chalicelib.status.evidence.references import References
    from chalicelib.status.evidence.store import EvidenceReader
    from chalicelib.status.evidence.writer import EvidenceWriter
    from chalicelib.status.residents import Residents

WAITING_S = 90 * 86_400
"""How long evidence waits for somebody who is not a holder yet."""


class Receipt(NamedTuple):
    """A fact is with us, now or since before. It does not say whether we know the person."""

    evidence_id: str
    repeated: bool


class Voided(NamedTuple):
    """A fact counts no more; `at` is when it was first taken back (Unix seconds)."""

    evidence_id: str
    at: int


class Arrivals:
    """What follows when a fact has been written, or a person has become a holder."""

    def __init__(self, reader: EvidenceReader, writer: EvidenceWriter, references: References) -> None:
        self._reader = reader
        self._writer = writer
        self._references = references

    def settle(self, subject: str, evidence_id: str) -> None:
        """Bring a fact that was just written and its reference together: where it is, and whether it was voided."""
        claim = self._references.read(evidence_id)
        if claim is None:
            return
        if claim.subject != subject and not is_waiting(subject):
            claim = self._references.point(evidence_id, subject)
        if claim.void:
            self._writer.void(subject, evidence_id, claim.void)

    def adopt(self, index: str, holder: str, *, now: float) -> None:
        """Hand over to a new holder what waited for them, each fact copied before it goes; voids go with it."""
        for item in self._reader.items(waiting(index)):
            evidence_id = item["evidence_id"]["S"]
            if int(item["expires_at"]["N"]) > now:
                self._writer.put_item(moved(item, holder))
                self.settle(holder, evidence_id)
            self._writer.remove(waiting(index), evidence_id)


class Reports:
    """Takes what departments report."""

    def __init__(
        self, writer: EvidenceWriter, references: References, arrivals: Arrivals, residents: Residents
    ) -> None:
        self._writer = writer
        self._references = references
        self._arrivals = arrivals
        self._residents = residents

    def report(self, source: Source, said: Reported, *, now: float) -> Receipt:
        """Take a fact; the same again changes nothing. Raises a `Refusal`.

        1. Refuse what cannot be so, and a document that cannot exist.
        2. Find whom it is about: a holder, or somebody who may come.
        3. Claim the reference; it may have been voided before.
        4. Write the fact, and look once more at what may have happened meanwhile.
        """
        check(said, now=now)
        index = self._residents.index_of(said.document, now=now)
        holder = self._residents.holder_of(index)
        fact = _fact(source, said, now)
        subject = holder or waiting(index)
        before = self._references.claim(fact.evidence_id, digest=digest(index, said), subject=subject)
        if before is None:
            raise ReferenceTaken
        self._writer.put(subject, fact, void=before.void, expires_at=None if holder else int(now) + WAITING_S)
        self._look_again(subject, index, fact.evidence_id, now)
        return Receipt(fact.evidence_id, repeated=before.reported)

    def void(self, source: Source, reference: str, reason: VoidReason, *, now: float) -> Voided:
        """Take a fact back, also one that has not come yet; the first void stays. Raises a `Refusal`."""
        check_reference(reference)
        voided = evidence_id(source.client_id, reference)
        void = Void(int(now), reason)
        claim = self._references.void(voided, void)
        first = claim.void or void
        if claim.subject:
            self._writer.void(claim.subject, voided, first)
        return Voided(voided, first.at)

    def void_by_appeal(self, subject: str, evidence_id: str, appeal_id: str, *, now: float) -> None:
        """Take back a holder's fact because an appeal was upheld; repeating it changes nothing."""
        void = Void(int(now), f"appeal:{appeal_id}")
        self._references.void_if_reported(evidence_id, void)
        self._writer.void(subject, evidence_id, void)

    def _look_again(self, subject: str, index: str, evidence_id: str, now: float) -> None:
        """Whether the fact was voided, or the person became a holder, while it was being written."""
        self._arrivals.settle(subject, evidence_id)
        if is_waiting(subject):
            holder = self._residents.holder_of(index)
            if holder:
                self._arrivals.adopt(index, holder, now=now)


def _fact(source: Source, said: Reported, now: float) -> Evidence:
    """What was said, as it is kept."""
    return Evidence(
        evidence_id=evidence_id(source.client_id, said.reference),
        kind=said.kind,
        happened_at=said.happened_at,
        attributes=said.attributes,
        valid_until=said.valid_until,
        reported_at=int(now),
        source=source.client_id,
        source_name=source.name,
        reference=said.reference,
    )
