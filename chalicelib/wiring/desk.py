"""The service desk."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.wiring.emitting import Emitting

if TYPE_CHECKING:
    from chalicelib.desk.following import AssistanceFollower
    from chalicelib.desk.service import Desk
    from chalicelib.desk.store import AssistanceStore


class ServiceDesk(Emitting):
    """The service desk."""

    @cached_property
    def assistances(self) -> AssistanceStore:
        """The assistances table."""
        from chalicelib.desk.store import AssistanceStore

        return AssistanceStore()

    @cached_property
    def desk(self) -> Desk:
        """Lets helpers act for people."""
        from chalicelib.desk.doing import Doing, Services
        from chalicelib.desk.receiving import Reception
        from chalicelib.desk.service import Desk

        services = Services(
            papers=lambda: self.papers,
            cards=lambda: self.cards,
            agreements=lambda: self.family.agreements,
            endings=lambda: self.family.endings,
            explanations=lambda: self.explanations,
            specimen=self.settings.specimen,
        )
        return Desk(
            self.assistances,
            officers=self.officers,
            residents=self.residents,
            received=Reception(self.identity_provider, self.registration, lambda: self.attempts, self.fields),
            do=Doing(services),
        )

    @cached_property
    def assistance_follower(self) -> AssistanceFollower:
        """Sees to it that nothing is done silently."""
        from chalicelib.desk.following import AssistanceFollower

        return AssistanceFollower(self.assistances, lambda: self.journal, lambda: self.notices)
