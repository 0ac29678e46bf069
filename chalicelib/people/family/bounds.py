"""How many may act for whom, and that nobody acts for who acts for them.

Who begins a delegation writes first that they are about to, then looks at everybody else's, and steps back where there
are too many. Of several at once the last to write sees all the others, so the bounds hold; all of them may step back.
"""

from __future__ import annotations

from collections.abc import Iterator

from chalicelib.people.family.model import MOST_DEPENDANTS, MOST_GUARDIANS, Delegation, State
from chalicelib.people.family.refusals import CircularDelegation, TooManyDependants, TooManyGuardians
from chalicelib.people.family.store import DelegationStore

LONGEST_WALK = 64
"""Of so many people behind one, somebody is the other by mistake or on purpose; no family is so large."""


class Bounds:
    """Looks at the delegations around one."""

    def __init__(self, store: DelegationStore) -> None:
        self._store = store

    def check_guardian(self, wish: Delegation, *, now: float) -> None:
        """Refuse a guardian who has too many in their care or on offer, this one included."""
        open_ones = [one for one in self._store.of_guardian(wish.guardian) if one.is_open(now)]
        if len({one.dependant for one in open_ones} | {wish.dependant}) > MOST_DEPENDANTS:
            raise TooManyDependants(limit=MOST_DEPENDANTS)

    def check(self, wish: Delegation, *, now: float) -> None:
        """Refuse a delegation that may not begin; raises a `Refusal`."""
        self.check_guardian(wish, now=now)
        if len({*self._guardians(wish.dependant, now), wish.guardian}) > MOST_GUARDIANS:
            raise TooManyGuardians(limit=MOST_GUARDIANS)
        self.check_circle(wish, now=now)

    def check_circle(self, wish: Delegation, *, now: float) -> None:
        """Refuse where the dependant acts for the guardian, directly or through others."""
        seen, above = {wish.guardian}, [wish.guardian]
        while above:
            for guardian in self._guardians(above.pop(), now):
                if guardian == wish.dependant or len(seen) > LONGEST_WALK:
                    raise CircularDelegation
                if guardian not in seen:
                    seen.add(guardian)
                    above.append(guardian)

    def _guardians(self, dependant: str, now: float) -> Iterator[str]:
        """Who acts for somebody, or is about to. A proposal alone does not count: anybody can make one."""
        for one, claimed in self._store.of_dependant(dependant):
            if one.is_open(now) and (claimed or one.state is State.ACTIVE):
                yield one.guardian
