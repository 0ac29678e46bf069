"""Cards and documents: people verified by what is no code. Made when the first of them is shown."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.wiring.offices import Offices

if TYPE_CHECKING:
    from chalicelib.codes.cards.service import Cards
    from chalicelib.codes.cards.verify import CardVerifier
    from chalicelib.codes.documents.verify import DocumentVerifier
    from chalicelib.codes.looks import Looks


class Carriers(Offices):
    """Cards and documents."""

    @cached_property
    def looks(self) -> Looks:
        """Accepts people by what is not spent."""
        from chalicelib.codes.looks import Looks

        return Looks(self.register, self.fields)

    @cached_property
    def card_verifier(self) -> CardVerifier:
        """Verifies people by their cards."""
        from chalicelib.codes.cards.lookup import CardLookup
        from chalicelib.codes.cards.verify import CardVerifier

        lookup = CardLookup(self.dynamodb, self.settings.table("cards"))
        return CardVerifier(lookup, self.looks, self.fields, specimen=self.settings.specimen)

    @cached_property
    def cards(self) -> Cards:
        """Cards, and what becomes of them."""
        from chalicelib.codes.cards.binding import CardBinding
        from chalicelib.codes.cards.changing import CardChanges
        from chalicelib.codes.cards.service import Cards
        from chalicelib.codes.cards.store import CardStore

        store = CardStore()
        changes = CardChanges(store, self.notices)
        binding = CardBinding(
            store,
            changes=changes,
            residents=self.residents,
            provider=lambda: self.identity_provider,
            fields=self.fields,
        )
        return Cards(store, binding=binding, changes=changes, fields=self.fields)

    @cached_property
    def document_verifier(self) -> DocumentVerifier:
        """Verifies people by the numbers of their documents."""
        from chalicelib.codes.documents.allowances import Allowances, Limits
        from chalicelib.codes.documents.verify import DocumentVerifier

        limits = Limits(*self.settings.document_limits)
        allowances = Allowances(self.dynamodb, self.settings.table("allowances"), limits)
        specimen = self.settings.specimen
        return DocumentVerifier(self.residents, self.looks, allowances=allowances, specimen=specimen)
