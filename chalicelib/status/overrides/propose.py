"""Proposing an override: an officer says which colour, for whom, on what ground, why, and for how long."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from chalicelib.platform.http.creation import Creation
from chalicelib.status.model import Colour
from chalicelib.status.overrides.entitled import PROPOSE, check_terms, check_unconcerned, is_repeated
from chalicelib.status.overrides.model import ONE_APPROVAL, TWO_APPROVALS, Event, Override, Step
from chalicelib.status.overrides.refusals import UnknownPeople
from chalicelib.status.overrides.store import OverrideStore
from chalicelib.status.overrides.words import Wording, Words
from chalicelib.status.residents import Document, Officer, Officers, Residents


class Proposal(NamedTuple):
    """What an officer proposes. `group` is what the people are called together, "" where they are not."""

    colour: Colour
    ground: str
    hours: int
    reason: str
    people: Sequence[Document]
    group: str = ""


class Proposals:
    """Takes proposals. Above `threshold` people, an override needs two approvals."""

    def __init__(
        self, store: OverrideStore, residents: Residents, officers: Officers, wording: Wording, *, threshold: int
    ) -> None:
        self._store = store
        self._residents = residents
        self._officers = officers
        self._wording = wording
        self._threshold = threshold

    def propose(self, subject: str, proposal: Proposal, wish: Creation, *, now: int) -> Override:
        """Keep a proposal, or answer the one that the same request made before; raises a `Refusal`."""
        officer = self._officers.require(subject, PROPOSE)
        before = self._store.get(wish.record_id)
        if before is not None and is_repeated(before, wish):
            return before
        check_terms(proposal.ground, proposal.colour, proposal.hours)
        targets = self._targets(proposal.people, now)
        check_unconcerned(self._residents, officer.holder, targets, now=now)
        override = self._proposed(officer, proposal, targets, wish, now)
        if not self._store.add(override):
            return self.propose(subject, proposal, wish, now=now)
        return override

    def _targets(self, people: Sequence[Document], now: int) -> tuple[str, ...]:
        """The holders, each once; raises `UnknownPeople` with the places of those who are none."""
        holders = self._residents.holders_of(people, now=now)
        unknown = [place for place, holder in enumerate(holders) if holder is None]
        if unknown:
            raise UnknownPeople(indexes=unknown)
        return tuple(dict.fromkeys(holder for holder in holders if holder))

    def _proposed(
        self, officer: Officer, proposal: Proposal, targets: tuple[str, ...], wish: Creation, now: int
    ) -> Override:
        """The override as it begins."""
        names = self._residents.masked_names(targets, now=now)
        words = Words(proposal.reason, proposal.group, names)
        step = Step(1, Event.PROPOSED, officer.holder, officer.name, now, wish=wish.record_id, digest=wish.digest)
        return Override(
            override_id=wish.record_id,
            colour=proposal.colour,
            ground=proposal.ground,
            hours=proposal.hours,
            people=len(targets),
            needed=TWO_APPROVALS if len(targets) > self._threshold else ONE_APPROVAL,
            proposed_at=now,
            targets=targets,
            words=self._wording.seal(wish.record_id, words, now=now),
            steps=(step,),
        )
