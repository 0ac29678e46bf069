"""A person's own account."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.wiring.desk import ServiceDesk

if TYPE_CHECKING:
    from chalicelib.accounts.correcting import Corrections
    from chalicelib.accounts.exporting import Export
    from chalicelib.accounts.leaving import Leaving
    from chalicelib.accounts.retention import RetentionSweep


class Accounts(ServiceDesk):
    """A person's own account."""

    @cached_property
    def leaving(self) -> Leaving:
        """Lets people go."""
        from chalicelib.accounts.leaving import Leaving
        from chalicelib.accounts.store import DepartureStore
        from chalicelib.wiring.farewell import steps

        return Leaving(
            DepartureStore(),
            steps=steps(self),
            has_dependants=lambda holder, now: any(one.runs(now) for one in self.delegations.of_guardian(holder)),
            tell=lambda holder, kind, at: self.notices.tell(holder, kind, {}, event=f"{kind}#{holder}", now=at),
        )

    @cached_property
    def export(self) -> Export:
        """Everything that is known of a person."""
        from chalicelib.accounts.exporting import Export
        from chalicelib.wiring.sections import sections

        return Export(sections(self))

    @cached_property
    def corrections(self) -> Corrections:
        """Corrects what is kept of people."""
        from chalicelib.accounts.correcting import Corrections
        from chalicelib.people.documents.registry import normalised

        return Corrections(self.identity_provider, self.identity_records, normalised)

    @cached_property
    def retention(self) -> RetentionSweep:
        """Keeps nothing longer than it says."""
        from chalicelib.accounts.retention import RetentionSweep
        from chalicelib.accounts.retention_pages import Pages
        from chalicelib.accounts.retention_store import RetentionStore
        from chalicelib.wiring import keeping

        pages = Pages(
            self.dynamodb, self.settings.table, keeping.keys, lambda item, now: keeping.speaks(self, item, now)
        )
        return RetentionSweep(RetentionStore(), pages, lambda: keeping.published_at(self))
