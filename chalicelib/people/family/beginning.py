"""A delegation begins, once everything that is needed for it is there."""

from __future__ import annotations

from chalicelib.people.family.model import Delegation, OutOfTurn, State, begun
from chalicelib.people.family.refusals import DelegationClosed
from chalicelib.people.family.rights import Rights
from chalicelib.people.family.store import DelegationStore


class Beginnings:
    """Lets delegations begin: the table first, then the right."""

    def __init__(self, store: DelegationStore, rights: Rights) -> None:
        self._store = store
        self._rights = rights

    def again(self, delegation: Delegation) -> Delegation:
        """What has moved on stays as it is; the request that moved it may have died before the right was written."""
        return self._rights.settle(delegation)

    def begin(self, delegation: Delegation, *, now: int, helper: str = "") -> Delegation:
        """Let it count from now on, or from when it began; raises `DelegationClosed`."""
        try:
            new = begun(delegation, now, helper=helper)
        except OutOfTurn:
            raise DelegationClosed(state=delegation.state_at(now)) from None
        if not self._store.move(delegation, new):
            new = self._store.get(delegation.guardian, delegation.delegation_id) or delegation
            if new.state is not State.ACTIVE:
                raise DelegationClosed(state=new.state_at(now))
        return self._rights.settle(new)
