"""Whole files from departments."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.wiring.clients import Programs

if TYPE_CHECKING:
    from chalicelib.codes.cards.reporting import CardReports
    from chalicelib.partners.imports.running import Running
    from chalicelib.partners.imports.service import Imports
    from chalicelib.partners.imports.turns import Turns


class Files(Programs):
    """Whole files from departments."""

    @cached_property
    def imports(self) -> Imports:
        """Opens imports, and shows how far they are."""
        from chalicelib.partners.imports.service import Imports
        from chalicelib.partners.imports.store import ImportStore, RefusedRows

        return Imports(ImportStore(), RefusedRows(), self.uploads)

    @cached_property
    def running_imports(self) -> Running:
        """Moves imports on."""
        from chalicelib.partners.imports.running import Running
        from chalicelib.partners.imports.store import ImportStore, RefusedRows

        return Running(ImportStore(), RefusedRows(), self.uploads, turns=self.import_turns, entitled=self._is_entitled)

    @cached_property
    def import_turns(self) -> Turns:
        """Reads some thousand rows."""
        from chalicelib.partners.imports.rows import takers
        from chalicelib.partners.imports.turns import Turns

        return Turns(self.uploads, takers(lambda: self.reports, lambda: self.tags, lambda: self.card_reports))

    @cached_property
    def card_reports(self) -> CardReports:
        """Takes what departments say of cards."""
        from chalicelib.codes.cards.reporting import CardReports

        return CardReports(self.cards, self.residents, self.references)

    def _is_entitled(self, client_id: str, scope: str) -> bool:
        """Whether a client may do something at this moment: a file may be read for hours after its token has ended."""
        client = self.clients.get(client_id)
        return client is not None and client.is_active and scope in client.scopes
