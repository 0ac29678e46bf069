"""Keys, tokens, sealed fields, the journal and status lists."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.trust.fields import Fields
from chalicelib.trust.ring import KeyRing
from chalicelib.trust.tokens import Tokens
from chalicelib.trust.wrapping import KeyWrapper, wrapper
from chalicelib.wiring.ground import Ground

if TYPE_CHECKING:
    from chalicelib.trust.journal import Journal
    from chalicelib.trust.rotation import KeyCustodian
    from chalicelib.trust.status_lists.service import StatusLists
    from chalicelib.trust.store import KeyStore


class Trust(Ground):
    """Keys, tokens, sealed fields and the journal."""

    @cached_property
    def key_wrapper(self) -> KeyWrapper:
        """What code, token, field and index keys rest under."""
        return wrapper(self.settings.key_wrap, lambda: self.kms)

    @cached_property
    def root_key_wrapper(self) -> KeyWrapper:
        """What the root key rests under; only the functions that change keys have the right to use it."""
        return wrapper(self.settings.root_key_wrap, lambda: self.kms)

    @cached_property
    def key_store(self) -> KeyStore:
        """The keys table."""
        from chalicelib.trust.store import KeyStore

        return KeyStore(self.settings.region)

    @cached_property
    def ring(self) -> KeyRing:
        """This process's copy of the keys."""
        return KeyRing(lambda: self.key_store, lambda: self.key_wrapper, max_age=self.plan.ring_max_age)

    @cached_property
    def custodian(self) -> KeyCustodian:
        """Makes, moves and revokes keys, and publishes the trust list."""
        from chalicelib.trust.rotation import KeyCustodian

        return KeyCustodian(
            self.settings.region,
            store=self.key_store,
            wrapper=lambda: self.key_wrapper,
            root_wrapper=lambda: self.root_key_wrapper,
            plan=self.plan,
        )

    @cached_property
    def journal(self) -> Journal:
        """What officers did."""
        from chalicelib.trust.journal import Journal
        from chalicelib.trust.journal_store import JournalStore

        return Journal(JournalStore())

    @cached_property
    def status_lists(self) -> StatusLists:
        """Which papers are revoked, for gates without network."""
        from chalicelib.trust.status_lists.service import StatusLists
        from chalicelib.trust.status_lists.store import StatusListStore

        return StatusLists(self.settings.region, store=StatusListStore(), ring=self.ring)

    @cached_property
    def tokens(self) -> Tokens:
        """Access tokens."""
        return Tokens(self.ring, self.settings.region)

    @cached_property
    def fields(self) -> Fields:
        """Personal fields at rest."""
        return Fields(self.ring)
