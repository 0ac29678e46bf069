"""Guardians: who answers for whom, for the rooms below and for whoever sets up a city (people/family has the rest)."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection

from chalicelib.people.family.model import (
    ENDLESS,
    Because,
    Delegation,
    Event,
    Kind,
    State,
    begun,
    closed,
)
from chalicelib.people.family.rights import Rights
from chalicelib.people.family.store import DelegationStore

ID_BYTES = 12


class Guardians:
    """Knows who answers for whom."""

    def __init__(self, store: DelegationStore, rights: Callable[[], Rights]) -> None:
        self._store = store
        self._rights = rights

    def add(
        self,
        guardian: str,
        dependant: str,
        *,
        relation: str,
        now: int,
        until: int | None = None,
        kind: Kind = Kind.CHILD,
    ) -> Delegation:
        """Let one holder answer for another, from now on; raises ValueError for somebody and themselves."""
        if guardian == dependant:
            raise ValueError("nobody is their own guardian")
        new = Delegation(
            delegation_id=secrets.token_hex(ID_BYTES),
            guardian=guardian,
            dependant=dependant,
            kind=kind,
            relation=relation,
            proposed_at=now,
            answer_by=now + 1,
            until=until or ENDLESS,
        )
        running = begun(new, now)
        self._store.begin(running, claimed=True)
        return self._rights().settle(running)

    def end(self, guardian: str, dependant: str, *, now: int) -> None:
        """Let it count no more from now on; one that has ended, or never was, stays as it is."""
        for one in self._between(guardian, dependant):
            if one.state is State.ACTIVE and one.until > now:
                self._store.move(one, closed(one, Event.END, Because.GUARDIAN, now))
                self._rights().settle(one)

    def is_guardian(self, guardian: str, dependant: str, *, now: float) -> bool:
        """Whether one holder answers for another at an instant."""
        return any(one.runs(now) for one in self._between(guardian, dependant))

    def has_family_among(self, holder: str, others: Collection[str], *, now: float) -> bool:
        """Whether somebody answers for one of these at an instant, or one of them for somebody."""
        family = {person for one in self._store.of(holder) if one.runs(now) for person in (one.guardian, one.dependant)}
        return not family.isdisjoint(set(others) - {holder})

    def _between(self, guardian: str, dependant: str) -> list[Delegation]:
        """All that there ever was between two people, in this direction."""
        return [one for one in self._store.of_guardian(guardian) if one.dependant == dependant]
