"""Receiving a person at the desk: whose document it is, by the registers; the helper has compared the face."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from chalicelib.people.documents.registry import normalised
from chalicelib.people.model import Identity
from chalicelib.people.proofing.attempts import Attempts, device_key, document_key
from chalicelib.people.proofing.provider import IdentityProvider
from chalicelib.people.refusals import IdentityNotProven, NoIdentityProvider
from chalicelib.people.registration import Registration
from chalicelib.trust.fields import Fields


class Reception:
    """Finds out who stands there, and makes holders of those who were never here."""

    def __init__(
        self,
        provider: IdentityProvider | None,
        registration: Registration,
        attempts: Callable[[], Attempts],
        fields: Fields,
    ) -> None:
        self._provider = provider
        self._registration = registration
        self._attempts = attempts
        self._fields = fields

    def __call__(self, claimed: Identity, helper: str, now: float) -> str:
        """The holder; raises a `Refusal` where the registers do not know the document under this name.

        Attempts are counted by document and by helper, as those at home are: a desk is no place to try out names.
        """
        number = normalised(claimed.document_type, claimed.document_number)
        claimed = replace(claimed, document_number=number)
        if self._provider is None:
            raise NoIdentityProvider
        attempts, keys = self._attempts(), self._counted_by(claimed, helper, now)
        with attempts.counted(keys, now):
            proven = self._provider.prove(claimed, liveness=None, now=now)
        if proven is None:
            attempts.failed(keys, now)
            raise IdentityNotProven
        attempts.succeeded(keys, now)
        return self._registration.register(replace(claimed, born=proven.born), now=now)

    def _counted_by(self, claimed: Identity, helper: str, now: float) -> list[str]:
        """Under which keys an attempt is counted; neither says whose document it is."""
        document = self._fields.blind_index(claimed.document_type, claimed.document_number, now=now)
        return [document_key(document), device_key(self._fields.blind_index("helper", helper, now=now))]
