"""Programs: who they are, how they show it, and what operators do about them."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.wiring.codes import Codes

if TYPE_CHECKING:
    from chalicelib.partners.clients.credentials import ClientCredentials
    from chalicelib.partners.clients.following import ClientFollower
    from chalicelib.partners.clients.office import ClientOffice
    from chalicelib.partners.clients.registry import Clients
    from chalicelib.partners.clients.store import ClientStore
    from chalicelib.partners.granting import Granting
    from chalicelib.partners.nonces import NonceStore
    from chalicelib.partners.signatures import Signatures
    from chalicelib.partners.terminals.service import Terminals
    from chalicelib.partners.terminals.store import TerminalStore


class Programs(Codes):
    """Programs: who they are, how they show it, and what operators do about them."""

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
    def client_office(self) -> ClientOffice:
        """What operators do about clients."""
        from chalicelib.partners.clients.office import ClientOffice

        return ClientOffice(self.client_store, self.officers)

    @cached_property
    def client_credentials(self) -> ClientCredentials:
        """What clients are recognised by."""
        from chalicelib.partners.clients.credentials import ClientCredentials

        return ClientCredentials(self.client_store, self.officers)

    @cached_property
    def client_follower(self) -> ClientFollower:
        """Writes down what operators did about clients."""
        from chalicelib.partners.clients.following import ClientFollower

        return ClientFollower(self.client_store, lambda: self.journal)

    @cached_property
    def terminals(self) -> Terminals:
        """The gates and phones of verifiers."""
        from chalicelib.partners.terminals.service import Terminals

        return Terminals(self.terminal_store)

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
    def signed_requests(self) -> Signatures:
        """Recognises clients by what they sign, and signs what they are answered."""
        from chalicelib.partners.signatures import Signatures

        return Signatures(self.ring, clients=self.client_store, nonces=self.nonce_store)
