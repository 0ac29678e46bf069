"""Departments that issue cards say whose each is: the card is bound to whom it was issued to, if they are with us.

A card cannot wait for somebody who is not: what is refused is refused in one way, which tells nothing of people. What a
department knows from its files finds no lost card again; that takes a desk that has the card in hand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, NamedTuple

import msgspec

from chalicelib.codes.cards.binding import Binding
from chalicelib.codes.cards.refusals import (
    CardAlreadyBound,
    CardBoundElsewhere,
    CardNotBound,
    CardReportedLost,
    CardStateForbids,
)
from chalicelib.platform.crypto.hashing import sm3
from chalicelib.platform.http.creation import Creation
from chalicelib.platform.http.refusals import IdempotencyKeyReused
from chalicelib.status.evidence.form import Reference, Text
from chalicelib.status.evidence.model import evidence_id, waiting
from chalicelib.status.evidence.refusals import ReferenceTaken
from chalicelib.status.evidence.reported import Source, check_reference
from chalicelib.status.residents import Document

if TYPE_CHECKING:
    from chalicelib.codes.cards.service import Cards
    from chalicelib.people.residents import Residents
    from chalicelib.status.evidence.references import References

OF_CARDS = "card "
"""Before a reference, so that cards and facts may be called alike: no reference has a blank in it."""


class ReportCard(msgspec.Struct):
    """One card is one person's."""

    card_type: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    card_number: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    document_type: Text
    document_number: Text
    reference: Reference


class _Report(NamedTuple):
    """A card and a person, each by an index that names neither, and the wish that they make."""

    card_id: str
    person: str
    creation: Creation


class CardReports:
    """Takes what departments say of cards."""

    def __init__(self, cards: Cards, residents: Residents, references: References) -> None:
        self._cards = cards
        self._residents = residents
        self._references = references

    def report(self, source: Source, said: ReportCard, *, now: float) -> bool:
        """Bind a card to its holder; answers whether the same was reported before. Raises a `Refusal`.

        1. Refuse what can be no card and no document.
        2. Claim the reference: it stands for one card of one person.
        3. Bind the card, if there is a holder, as a holder would.
        """
        check_reference(said.reference)
        report = self._report(source, said, now)
        holder = self._residents.holder_of(report.person)
        claim = self._references.claim(
            report.creation.record_id, digest=report.creation.digest, subject=holder or waiting(report.person)
        )
        if claim is None:
            raise ReferenceTaken
        self._bind(said, report, holder, source.name or source.client_id, int(now))
        return claim.reported

    def _report(self, source: Source, said: ReportCard, now: float) -> _Report:
        """What is said, by indexes: whoever reads our tables cannot try out of whom."""
        card_id = self._cards.id_of(said.card_type, said.card_number, now=now)
        index = self._residents.index_of(Document(said.document_type, said.document_number), now=now)
        digest = sm3(msgspec.json.encode([index, card_id])).hex()
        return _Report(card_id, index, Creation(evidence_id(source.client_id, OF_CARDS + said.reference), digest))

    def _bind(self, said: ReportCard, report: _Report, holder: str | None, by: str, now: int) -> None:
        """Bind, or say in one way that it could not be done. A card that is theirs already is bound."""
        if holder is None:
            raise CardNotBound
        wish = Binding(said.card_type, said.card_number)
        try:
            self._cards.bind(wish, holder=holder, creation=report.creation, now=now, by=by, seen=False)
        except CardAlreadyBound:
            return
        except (CardBoundElsewhere, CardReportedLost, CardStateForbids) as refusal:
            raise CardNotBound from refusal
        except IdempotencyKeyReused as refusal:
            raise ReferenceTaken from refusal
