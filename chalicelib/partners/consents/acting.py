"""Who answers for whom: people of fourteen and older for themselves, a guardian for a younger child."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from chalicelib.partners.consents.model import AGE_OF_OWN_CONSENT, By
from chalicelib.partners.consents.refusals import OwnConsentNeeded
from chalicelib.people.family.model import Delegation, Kind, comes_of_age
from chalicelib.people.family.refusals import DelegationEnded, NotYourDependant
from chalicelib.people.family.store import DelegationStore
from chalicelib.people.residents import Residents
from chalicelib.status.calendar import Calendar

_id = re.compile(r"[0-9a-f]{24}")


class Acting(NamedTuple):
    """Whose consents somebody answers for, and as what."""

    holder: str
    by: By = By.HOLDER


class Circle:
    """Knows who is a child, and who answers for it."""

    def __init__(
        self,
        delegations: Callable[[], DelegationStore],
        residents: Callable[[], Residents],
        calendar: Callable[[float], Calendar],
    ) -> None:
        self._delegations = delegations
        self._residents = residents
        self._calendar = calendar

    def whose(self, subject: str, delegation_id: str | None, *, now: float) -> Acting:
        """For whom a session acts: its holder, or the child of a delegation.

        Raises `NotYourDependant`, `DelegationEnded`, or `OwnConsentNeeded` for who is old enough.
        """
        if delegation_id is None:
            return Acting(subject)
        found = self._delegations().get(subject, delegation_id) if _id.fullmatch(delegation_id) else None
        if found is None or not found.since:
            raise NotYourDependant
        if not found.runs(now):
            raise DelegationEnded(because=found.because_at(now))
        if not _is_parental(found) or not self.is_young(found.dependant, now=now):
            raise OwnConsentNeeded
        return Acting(found.dependant, By.GUARDIAN)

    def is_young(self, holder: str, *, now: float) -> bool:
        """Whether somebody is under fourteen at an instant."""
        birthday = self.fourteenth_birthday(holder, now=now)
        return birthday is not None and now < birthday

    def fourteenth_birthday(self, holder: str, *, now: float) -> int | None:
        """The midnight that begins it; None where nobody knows when somebody was born: they count as grown up."""
        try:
            return comes_of_age(self._residents().born(holder, now=now), AGE_OF_OWN_CONSENT, self._calendar(now))
        except ValueError:
            return None

    def guardians(self, holder: str, *, now: float) -> list[str]:
        """Who answers for somebody at an instant; nobody does for who is old enough."""
        if not self.is_young(holder, now=now):
            return []
        pointed = (one.delegation for one in self._delegations().of_dependant(holder))
        return sorted({one.guardian for one in pointed if _is_parental(one) and one.runs(now)})


def _is_parental(delegation: Delegation) -> bool:
    """Whether the registers say that one answers for the other, not only that an adult lets another show their code."""
    return delegation.kind is Kind.CHILD
