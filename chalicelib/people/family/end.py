"""A delegation ends, by either side: the right to show goes at once, with codes that were taken ahead."""

from __future__ import annotations

from chalicelib.people.family.model import Because, Delegation, Event, State, closed
from chalicelib.people.family.refusals import DelegationClosed, DelegationNotFound
from chalicelib.people.family.rights import Rights
from chalicelib.people.family.store import DelegationStore

ATTEMPTS = 3
"""A delegation changes twice in its life: who meets both changes succeeds, or finds it closed."""


class Endings:
    """Ends delegations and turns proposals down."""

    def __init__(self, store: DelegationStore, rights: Rights) -> None:
        self._store = store
        self._rights = rights

    def end(self, delegation_id: str, holder: str, *, now: float, helper: str = "") -> Delegation:
        """End it, or the proposal of it, as either side; one that is over stays as it is. Raises a `Refusal`."""
        for _ in range(ATTEMPTS):
            delegation = self._of(delegation_id, holder)
            state = delegation.state_at(now)
            if state not in _EVENTS or self._close(delegation, _EVENTS[state], holder, int(now), helper):
                return self._rights.settle(self._of(delegation_id, holder))
        raise DelegationClosed(state=state)

    def refuse(self, delegation_id: str, holder: str, *, now: float, helper: str = "") -> Delegation:
        """Turn a proposal down; again is once. Raises `DelegationNotFound`, or `DelegationClosed` for what runs."""
        delegation = self._of(delegation_id, holder)
        if delegation.dependant != holder:
            raise DelegationNotFound
        if delegation.state is State.REFUSED:
            return delegation
        if delegation.state_at(now) is not State.PROPOSED:
            raise DelegationClosed(state=delegation.state_at(now))
        return self.end(delegation_id, holder, now=now, helper=helper)

    def end_all(self, holder: str, *, now: float, helper: str = "") -> None:
        """End all that a holder is part of: for who leaves the city."""
        for delegation in self._store.of(holder):
            if delegation.is_open(now):
                self.end(delegation.delegation_id, holder, now=now, helper=helper)

    def _of(self, delegation_id: str, holder: str) -> Delegation:
        """A delegation of this holder; raises `DelegationNotFound`."""
        delegation = self._store.find(holder, delegation_id)
        if delegation is None:
            raise DelegationNotFound
        return delegation

    def _close(self, old: Delegation, events: tuple[Event, Event], holder: str, now: int, helper: str) -> bool:
        """Write down who ended it; False where it has moved meanwhile."""
        mine = holder == old.guardian
        event, because = (events[0], Because.GUARDIAN) if mine else (events[1], Because.DEPENDANT)
        return self._store.move(old, closed(old, event, because, now, helper=helper))


_EVENTS = {
    State.PROPOSED: (Event.WITHDRAW, Event.REFUSE),
    State.ACTIVE: (Event.END, Event.END),
}
"""What ending means in each open state: to the guardian, to the dependant."""
