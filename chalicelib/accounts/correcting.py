"""Having one's data right: a name that has changed, a document that was renewed. The registers have the last word."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from chalicelib.accounts.refusals import CorrectionNotProven, DocumentOfAnother
from chalicelib.people.model import Identity
from chalicelib.people.proofing.provider import Assurance, IdentityProvider
from chalicelib.people.refusals import NoIdentityProvider


class Records(Protocol):
    """What the city keeps of who people are."""

    def identity(self, holder: str, *, now: float) -> Identity | None:
        """Who a holder is."""

    def claim(self, identity: Identity, holder: str, *, now: float) -> str:
        """Bind a document to a holder; answers the holder it is bound to."""

    def rewrite(self, holder: str, identity: Identity, *, now: float) -> None:
        """Keep an identity in place of the one before, and the masked name with it."""


class Corrections:
    """Corrects what is kept of people, as far as the registers confirm it."""

    def __init__(
        self, provider: IdentityProvider | None, records: Records, normalised: Callable[[str, str], str]
    ) -> None:
        self._provider = provider
        self._records = records
        self._normalised = normalised

    def name(self, holder: str, name: str, *, now: float) -> Identity:
        """Another name under the same document; raises a `Refusal`."""
        known = self._records.identity(holder, now=now)
        if known is None:
            raise CorrectionNotProven
        return self._rewritten(holder, replace(known, name=name), None, now)

    def document(self, holder: str, claimed: Identity, liveness: str, *, now: float) -> Identity:
        """Another document of the same person, who is there alive; the ones before lead to them as well.

        Claimed before it is kept: of two accounts that want one document at once, one is refused. Raises a `Refusal`.
        """
        number = self._normalised(claimed.document_type, claimed.document_number)
        claimed = replace(claimed, document_number=number)
        born = self._born(claimed, liveness, now)
        known = self._records.identity(holder, now=now)
        if known is None or (born and known.born and born != known.born):
            raise CorrectionNotProven
        if self._records.claim(claimed, holder, now=now) != holder:
            raise DocumentOfAnother
        new = replace(claimed, born=born or known.born)
        self._records.rewrite(holder, new, now=now)
        return new

    def _rewritten(self, holder: str, identity: Identity, liveness: str | None, now: float) -> Identity:
        """An identity kept once it is proven."""
        new = replace(identity, born=self._born(identity, liveness, now) or identity.born)
        self._records.rewrite(holder, new, now=now)
        return new

    def _born(self, claimed: Identity, liveness: str | None, now: float) -> str:
        """When a person was born whom the registers know as claimed; raises a `Refusal`."""
        if self._provider is None:
            raise NoIdentityProvider
        proven = self._provider.prove(claimed, liveness=liveness, now=now)
        if proven is None or (liveness is not None and proven.assurance is not Assurance.REAL_PERSON):
            raise CorrectionNotProven
        return proven.born
