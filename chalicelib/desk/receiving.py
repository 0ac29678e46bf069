"""Receiving a person at the desk: whose document it is, by the registers; the helper has compared the face."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from chalicelib.people.model import Identity
from chalicelib.people.proofing.provider import IdentityProvider
from chalicelib.people.refusals import IdentityNotProven, NoIdentityProvider
from chalicelib.people.registration import Registration


class Reception:
    """Finds out who stands there, and makes holders of those who were never here."""

    def __init__(
        self, provider: IdentityProvider | None, registration: Registration, normalised: Callable[[str, str], str]
    ) -> None:
        self._provider = provider
        self._registration = registration
        self._normalised = normalised

    def __call__(self, claimed: Identity, now: float) -> str:
        """The holder; raises a `Refusal` where the registers do not know the document under this name."""
        number = self._normalised(claimed.document_type, claimed.document_number)
        claimed = replace(claimed, document_number=number)
        if self._provider is None:
            raise NoIdentityProvider
        proven = self._provider.prove(claimed, liveness=None, now=now)
        if proven is None:
            raise IdentityNotProven
        return self._registration.register(replace(claimed, born=proven.born), now=now)
