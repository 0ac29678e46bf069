"""Families: who may show whose code."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.wiring.people import People

if TYPE_CHECKING:
    from chalicelib.people.family.following import DelegationFollower
    from chalicelib.people.family.routes import Family
    from chalicelib.people.family.showing import Showing
    from chalicelib.status.calendar import Calendar


class Families(People):
    """Families: who may show whose code."""

    @cached_property
    def showing(self) -> Showing:
        """Whose codes a guardian may have, on the hot path."""
        from chalicelib.people.family.showing import Showing

        return Showing(self.dynamodb, self.settings.table("delegations"))

    @cached_property
    def family(self) -> Family:
        """What people do about delegations."""
        from chalicelib.people.family.agree import Agreements
        from chalicelib.people.family.beginning import Beginnings
        from chalicelib.people.family.bounds import Bounds
        from chalicelib.people.family.end import Endings
        from chalicelib.people.family.people import Relatives
        from chalicelib.people.family.propose import Proposals
        from chalicelib.people.family.reading import DelegationReader
        from chalicelib.people.family.routes import Family

        store, rights = self.delegations, self.delegation_rights
        bounds, beginnings = Bounds(store), Beginnings(store, rights)
        relatives = Relatives(
            provider=self.identity_provider,
            attempts=self.attempts,
            residents=self.residents,
            fields=self.fields,
            calendar=self._calendar,
        )
        return Family(
            Proposals(store, relatives=relatives, registration=self.registration, bounds=bounds, beginnings=beginnings),
            Agreements(store, bounds=bounds, beginnings=beginnings, rights=rights),
            Endings(store, rights),
            DelegationReader(store, self.residents),
        )

    @cached_property
    def delegation_follower(self) -> DelegationFollower:
        """Does what follows from a delegation's moves."""
        from chalicelib.people.family.following import DelegationFollower

        return DelegationFollower(
            self.delegations,
            self.delegation_rights,
            residents=lambda: self.residents,
            notices=lambda: self.notices,
        )

    def _calendar(self, now: float) -> Calendar:
        """The days of the city, as the policy in force counts them."""
        from chalicelib.status.calendar import Calendar

        return Calendar(self.rulebooks.policy_at(int(now)).time_zone)
