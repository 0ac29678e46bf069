"""Opening a session: prove who somebody is, find or make their holder, hand out a token."""

from __future__ import annotations

import secrets
from typing import NamedTuple, Protocol

import msgspec

from chalicelib.people.model import OFFICES, Identity, Role, mask_name
from chalicelib.people.officers import Officers
from chalicelib.people.refusals import IdentityNotProven, NoIdentityProvider
from chalicelib.people.residents import check_document
from chalicelib.people.store import PeopleStore
from chalicelib.platform.http.operation import Principal
from chalicelib.status.evidence.reporting import Arrivals
from chalicelib.status.recompute import Recompute
from chalicelib.status.refusals import NotInOffice
from chalicelib.status.residents import Document
from chalicelib.trust.fields import Fields
from chalicelib.trust.tokens import Tokens

SESSION_LIFETIME_S = 12 * 3600
OFFICE_LIFETIME_S = 3600
HOLDER_ID_BYTES = 12
SCOPES = frozenset({"appeal:file", "code:issue", "scan:read", "status:read"})


class IdentityProvider(Protocol):
    """Confirms that a person exists as claimed."""

    def prove(self, claimed: Identity) -> bool:
        """Whether name and document belong together."""


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
        people: PeopleStore,
        officers: Officers,
        statuses: Recompute,
        arrivals: Arrivals,
        fields: Fields,
        tokens: Tokens,
    ) -> None:
        self._provider = provider
        self._people = people
        self._officers = officers
        self._statuses = statuses
        self._arrivals = arrivals
        self._fields = fields
        self._tokens = tokens

    def log_in(self, claimed: Identity, *, now: float, role: Role | None = None) -> Session:
        """Open a session for a person who proves to be who they say, as themselves or in an office of theirs.

        Raises a `Refusal`.
        """
        check_document(Document(claimed.document_type, claimed.document_number))
        if self._provider is None:
            raise NoIdentityProvider
        if not self._provider.prove(claimed):
            raise IdentityNotProven
        holder = self.register(claimed, now=now)
        scopes, lifetime = self._reach(holder, role)
        token = self._tokens.issue(Principal(holder, scopes), now=now, lifetime=lifetime)
        return Session(token, int(now) + lifetime, mask_name(claimed.name))

    def _reach(self, holder: str, role: Role | None) -> tuple[frozenset[str], int]:
        """What a session reaches and how many seconds it lasts; raises `NotInOffice`."""
        if role is None:
            return SCOPES, SESSION_LIFETIME_S
        if not self._officers.holds(holder, role):
            raise NotInOffice
        return OFFICES[role].scopes, OFFICE_LIFETIME_S

    def register(self, identity: Identity, *, now: float) -> str:
        """The holder of an identity, made on first sight.

        The document is claimed first and everything else follows from the claim, so two registrations at once make
        one holder, and a registration that died half-way is completed by the next log-in. Evidence that waited for
        the person comes before the status, so that the first colour they see is the right one.
        """
        index = self._fields.blind_index(identity.document_type, identity.document_number, now=now)
        holder = self._people.holder_of(index) or self._people.claim(index, secrets.token_hex(HOLDER_ID_BYTES))
        if not self._people.exists(holder):
            self._arrivals.adopt(index, holder, now=now)
            self._complete(holder, identity, now)
        return holder

    def _complete(self, holder: str, identity: Identity, now: float) -> None:
        """Status first, the holder's own record last: its presence says that all is there."""
        masked = self._fields.seal(mask_name(identity.name), context=f"status#{holder}", now=now)
        self._statuses.open(holder, masked_name=masked, now=int(now))
        text = msgspec.json.encode(identity).decode()
        sealed = self._fields.seal(text, context=f"holder#{holder}", now=now)
        self._people.save(holder, identity=sealed, created_at=int(now))
