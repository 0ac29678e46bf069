"""A holder's delegations in both directions, with the names of the others as they may be seen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from chalicelib.people.family.model import NEVER_CAME_TO_BE, Delegation, Kind, State
from chalicelib.people.family.store import DelegationStore
from chalicelib.people.residents import Residents

MOST_CLOSED = 50
"""How many that are over are still shown; the number of open ones is bounded."""


class Seen(NamedTuple):
    """A delegation as one side sees it, and the masked name of the other."""

    delegation: Delegation
    mine: bool
    name: str


class DelegationReader:
    """Reads delegations for those they are between."""

    def __init__(self, store: DelegationStore, residents: Residents) -> None:
        self._store = store
        self._residents = residents

    def of(self, holder: str, *, now: float) -> list[Seen]:
        """The open ones first, then the newest of those that are over."""
        found = sorted((one for one in self._store.of(holder) if _is_told(one)), key=_newest_first)
        open_ones = [one for one in found if one.is_open(now)]
        over = [one for one in found if not one.is_open(now)]
        return self.seen([*open_ones, *over[:MOST_CLOSED]], holder, now=now)

    def seen(self, delegations: Sequence[Delegation], holder: str, *, now: float) -> list[Seen]:
        """Delegations as a holder sees them."""
        others = [one.dependant if one.guardian == holder else one.guardian for one in delegations]
        names = self._residents.masked_names(others, now=now)
        return [Seen(one, one.guardian == holder, name) for one, name in zip(delegations, names, strict=True)]


def _is_told(delegation: Delegation) -> bool:
    """Whether it ever was more than a request: a child's is none before it begins."""
    unfinished = delegation.kind is Kind.CHILD and delegation.state is State.PROPOSED
    return not unfinished and delegation.because not in NEVER_CAME_TO_BE


def _newest_first(delegation: Delegation) -> tuple[int, str]:
    return -delegation.proposed_at, delegation.delegation_id
