"""A person agrees that another shows their code, in a session of their own or standing at a service desk."""

from __future__ import annotations

from chalicelib.people.family.beginning import Beginnings
from chalicelib.people.family.bounds import Bounds
from chalicelib.people.family.model import Delegation, Kind, State
from chalicelib.people.family.refusals import DelegationNotFound
from chalicelib.people.family.rights import Rights
from chalicelib.people.family.store import DelegationStore
from chalicelib.platform.http.refusals import Refusal


class Agreements:
    """Takes what people agree to."""

    def __init__(self, store: DelegationStore, *, bounds: Bounds, beginnings: Beginnings, rights: Rights) -> None:
        self._store = store
        self._bounds = bounds
        self._beginnings = beginnings
        self._rights = rights

    def agree(self, delegation_id: str, holder: str, *, now: float, helper: str = "") -> Delegation:
        """Let somebody show the holder's code; again is once. Raises a `Refusal`.

        1. Find the proposal among those made to this holder.
        2. Say that it is about to begin, then look whether it may (bounds.py); step back where it may not.
        3. Let it begin.
        """
        delegation = self._store.find(holder, delegation_id)
        if delegation is None or delegation.dependant != holder or delegation.kind is not Kind.ADULT:
            raise DelegationNotFound
        if delegation.state_at(now) is State.ACTIVE:
            return self._rights.settle(delegation)
        if delegation.state_at(now) is State.PROPOSED:
            self._claim(delegation, now)
        return self._beginnings.begin(delegation, now=int(now), helper=helper)

    def _claim(self, delegation: Delegation, now: float) -> None:
        """Take a place among those who act for the holder; raises a `Refusal`."""
        self._store.claim(delegation, claimed=True)
        try:
            self._bounds.check(delegation, now=now)
        except Refusal:
            self._store.claim(delegation, claimed=False)
            raise
