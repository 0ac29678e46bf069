"""Opening a session: prove who somebody is, find or make their holder, hand out a token."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from chalicelib.people.assurance import scope_of
from chalicelib.people.model import OFFICES, Identity, Role, mask_name
from chalicelib.people.officers import Officers
from chalicelib.people.proofing.provider import Assurance, IdentityProvider
from chalicelib.people.refusals import AssuranceTooLow, IdentityNotProven, NoIdentityProvider
from chalicelib.people.registration import Registration
from chalicelib.people.residents import check_document
from chalicelib.people.sessions.model import SCOPES
from chalicelib.platform.http.operation import Principal
from chalicelib.status.refusals import NotInOffice
from chalicelib.status.residents import Document
from chalicelib.trust.tokens import Tokens

SESSION_LIFETIME_S = 12 * 3600
OFFICE_LIFETIME_S = 3600


class Session(NamedTuple):
    """An open session: the bearer token, when it ends (Unix seconds), and the holder's name as verifiers see it."""

    token: str
    expires_at: int
    masked_name: str


class Sessions:
    """Recognises people and makes them holders on their first visit."""

    def __init__(
        self,
        *,
        provider: IdentityProvider | None,
        registration: Registration,
        officers: Officers,
        tokens: Tokens,
    ) -> None:
        self._provider = provider
        self._registration = registration
        self._officers = officers
        self._tokens = tokens

    def log_in(
        self, claimed: Identity, *, now: float, role: Role | None = None, liveness: str | None = None
    ) -> Session:
        """Open a session for a person who proves to be who they say, as themselves or in an office of theirs.

        Raises a `Refusal`.
        """
        check_document(Document(claimed.document_type, claimed.document_number))
        if self._provider is None:
            raise NoIdentityProvider
        proven = self._provider.prove(claimed, liveness=liveness, now=now)
        if proven is None:
            raise IdentityNotProven
        holder = self._registration.register(replace(claimed, born=proven.born), now=now)
        scopes, lifetime = self._reach(holder, role, proven.assurance)
        token = self._tokens.issue(Principal(holder, scopes), now=now, lifetime=lifetime)
        return Session(token, int(now) + lifetime, mask_name(claimed.name))

    def _reach(self, holder: str, role: Role | None, assurance: Assurance) -> tuple[frozenset[str], int]:
        """What a session reaches and how many seconds it lasts; raises `NotInOffice` or `AssuranceTooLow`."""
        if role is None:
            return SCOPES | scope_of(assurance), SESSION_LIFETIME_S
        if assurance is not Assurance.REAL_PERSON:
            raise AssuranceTooLow
        if not self._officers.holds(holder, role):
            raise NotInOffice
        return OFFICES[role].scopes, OFFICE_LIFETIME_S
