"""Programs that may ask the city something."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.platform.permissions import Kind
from chalicelib.wiring.imports import Files

if TYPE_CHECKING:
    from chalicelib.partners.consents.service import Consents
    from chalicelib.partners.disclosures.service import Disclosures


class Partners(Files):
    """Programs that may ask the city something."""

    @cached_property
    def consents(self) -> Consents:
        """What holders let clients learn."""
        from chalicelib.partners.consents.acting import Circle
        from chalicelib.partners.consents.service import Consents

        return Consents(
            exchange=self.exchange,
            fields=self.fields,
            circle=Circle(lambda: self.delegations, lambda: self.residents, self._calendar),
            residents=lambda: self.residents,
            notices=lambda: self.notices,
            is_partner=self._is_partner,
        )

    @cached_property
    def disclosures(self) -> Disclosures:
        """What clients are told beside a colour, and what holders read of it."""
        from chalicelib.partners.disclosures.people import Persons
        from chalicelib.partners.disclosures.service import Disclosures
        from chalicelib.partners.disclosures.store import DisclosureStore

        return Disclosures(
            DisclosureStore(),
            exchange=self.exchange,
            consents=lambda: self.consents,
            persons=Persons(self.register, self.residents, self._calendar),
        )

    def _is_partner(self, client_id: str) -> bool:
        """Whether a client is one that may use a consent without a scan."""
        client = self.clients.get(client_id)
        return client is not None and client.kind is Kind.PARTNER
