"""Brings the right to show a code in step with the delegation, which is where it is decided."""

from __future__ import annotations

from chalicelib.people.family.marks import Marks
from chalicelib.people.family.model import Delegation, State
from chalicelib.people.family.store import DelegationStore

ATTEMPTS = 4
"""A delegation begins once and ends once: nobody meets more changes than these."""


class Rights:
    """Gives rights and takes them."""

    def __init__(self, store: DelegationStore, marks: Marks) -> None:
        self._store = store
        self._marks = marks

    def settle(self, delegation: Delegation) -> Delegation:
        """Write at the dependant what the delegation says now; answers it as it is.

        It is read again after the right was written: who was late with giving a right, and overtaken by somebody who
        took it, sees it there and takes it too.
        """
        for _ in range(ATTEMPTS):
            self._write(delegation)
            now_kept = self._store.get(delegation.guardian, delegation.delegation_id)
            if now_kept is None or now_kept == delegation:
                break
            delegation = now_kept
        return delegation

    def take(self, delegation: Delegation) -> None:
        """Let a delegation that is gone count no more."""
        self._marks.take(delegation.dependant, delegation.mark)

    def _write(self, delegation: Delegation) -> None:
        """One that has ended by its date may stay: it says itself when it ended, and goes with the record of it."""
        if delegation.state is State.ACTIVE:
            self._marks.put(delegation.dependant, delegation.mark, until=delegation.until)
        elif delegation.since:
            self._marks.take(delegation.dependant, delegation.mark)
