"""Programs that may ask the city something."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.codes.verify_routes import NobodyToTell, RefusedScans
from chalicelib.platform.permissions import Kind
from chalicelib.wiring.codes import Codes

if TYPE_CHECKING:
    from chalicelib.partners.clients.registry import Clients
    from chalicelib.partners.clients.store import ClientStore
    from chalicelib.partners.consents.service import Consents
    from chalicelib.partners.granting import Granting
    from chalicelib.partners.nonces import NonceStore
    from chalicelib.partners.terminals.store import TerminalStore


class Partners(Codes):
    """Programs that may ask the city something."""

    @cached_property
    def refused_scans(self) -> RefusedScans:
        """Who is told of codes that were refused."""
        return NobodyToTell()

    @cached_property
    def clients(self) -> Clients:
        """The programs that may ask the city something."""
        from chalicelib.partners.clients.registry import Clients

        return Clients(self.client_store, lambda: self.granting, clock=self.clock)

    @cached_property
    def client_store(self) -> ClientStore:
        """The clients table."""
        from chalicelib.partners.clients.store import ClientStore

        return ClientStore()

    @cached_property
    def terminal_store(self) -> TerminalStore:
        """The terminals table."""
        from chalicelib.partners.terminals.store import TerminalStore

        return TerminalStore()

    @cached_property
    def nonce_store(self) -> NonceStore:
        """What is good once."""
        from chalicelib.partners.nonces import NonceStore

        return NonceStore()

    @cached_property
    def granting(self) -> Granting:
        """Gives tokens to programs."""
        from chalicelib.partners.granting import Granting

        return Granting(
            self.settings.region,
            self.tokens,
            clients=self.client_store,
            terminals=lambda: self.terminal_store,
            nonces=lambda: self.nonce_store,
        )

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

    def _is_partner(self, client_id: str) -> bool:
        """Whether a client is one that may use a consent without a scan."""
        client = self.clients.get(client_id)
        return client is not None and client.kind is Kind.PARTNER
