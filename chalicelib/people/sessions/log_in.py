"""Opening a session: prove who somebody is, find or make their holder, hand out tokens."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

from chalicelib.people.documents import registry
from chalicelib.people.model import Identity, mask_name
from chalicelib.people.officers import Officers
from chalicelib.people.proofing.attempts import Attempts, address_key, device_key, document_key
from chalicelib.people.proofing.provider import Assurance, IdentityProvider, Proven
from chalicelib.people.refusals import AssuranceTooLow, IdentityNotProven, NoIdentityProvider
from chalicelib.people.registration import Registration
from chalicelib.people.sessions.devices import context
from chalicelib.people.sessions.model import LONGEST_S, OFFICE_LONGEST_S, Device, Session
from chalicelib.people.sessions.pairs import Pair, Pairs
from chalicelib.people.sessions.store import SessionStore
from chalicelib.platform.permissions import Role
from chalicelib.status.refusals import NotInOffice
from chalicelib.trust.fields import Fields

UNKNOWN_DEVICE = Device()
Bind = Callable[[str, Assurance], object]


class Opened(NamedTuple):
    """A session just opened, its tokens, and the holder's name as verifiers see it."""

    session: Session
    pair: Pair
    masked_name: str


class Sessions:
    """Recognises people and makes them holders on their first visit."""

    def __init__(
        self,
        *,
        provider: IdentityProvider | None,
        attempts: Callable[[], Attempts],
        registration: Registration,
        officers: Officers,
        store: SessionStore,
        pairs: Pairs,
        fields: Fields,
    ) -> None:
        self._provider = provider
        self._attempts = attempts
        self._registration = registration
        self._officers = officers
        self._store = store
        self._pairs = pairs
        self._fields = fields

    def log_in(
        self,
        claimed: Identity,
        *,
        now: float,
        role: Role | None = None,
        liveness: str | None = None,
        device: Device = UNKNOWN_DEVICE,
        bind: Bind | None = None,
    ) -> Opened:
        """Open a session for a person who proves to be who they say, as themselves or in an office of theirs.

        `bind` is told whose session it will be, where an account of an app is to be bound on the way.

        1. A document that cannot exist is refused, and one that can is written in the one way to write it.
        2. Let the attempt in, by document and by device.
        3. Have it proven. Nothing is known of the person here yet, so whoever fails learns nothing of us.
        4. Find or make the holder.
        5. In an office, or to bind an account: the person themselves; and in an office only while they hold it.
        6. Keep the session; hand out its tokens.

        Raises a `Refusal`; before 4 nothing is kept but the attempt.
        """
        number = registry.normalised(claimed.document_type, claimed.document_number)
        claimed = replace(claimed, document_number=number)
        proven = self._proven(claimed, liveness, device, now)
        holder = self._registration.register(replace(claimed, born=proven.born), now=now)
        if (role or bind) and proven.assurance is not Assurance.REAL_PERSON:
            raise AssuranceTooLow
        self._require_office(holder, role)
        if bind:
            bind(holder, proven.assurance)
        return self.opened(holder, proven.assurance, mask_name(claimed.name), device=device, role=role, now=now)

    def opened(
        self,
        holder: str,
        assurance: Assurance,
        masked_name: str,
        *,
        device: Device,
        now: float,
        role: Role | None = None,
    ) -> Opened:
        """Keep a new session of somebody who was recognised, and hand out its tokens."""
        began = int(now)
        session_id = f"{began:08x}{secrets.token_hex(8)}"
        session = Session(
            holder=holder,
            session_id=session_id,
            role=role,
            assurance=assurance,
            key=device.key,
            device=self._fields.seal(device.name, context=context(holder, session_id), now=now),
            created_at=began,
            used_at=began,
            ends_at=began + (LONGEST_S if role is None else OFFICE_LONGEST_S),
        )
        self._store.open(session)
        return Opened(session, self._pairs.of(session, now=now), masked_name)

    def _proven(self, claimed: Identity, liveness: str | None, device: Device, now: float) -> Proven:
        """What is proven of a claim; who fails, however, is told the same, and waits longer each time."""
        if self._provider is None:
            raise NoIdentityProvider
        attempts, keys = self._attempts(), self._counted_by(claimed, device, now)
        with attempts.counted(keys, now):
            proven = self._provider.prove(claimed, liveness=liveness, now=now)
        if proven is None:
            attempts.failed(keys, now)
            raise IdentityNotProven
        attempts.succeeded(keys, now)
        return proven

    def _counted_by(self, claimed: Identity, device: Device, now: float) -> list[str]:
        """Under which keys an attempt is counted: no number, no address and no name of a device is in them."""
        document = self._fields.blind_index(claimed.document_type, claimed.document_number, now=now)
        told_by = self._fields.blind_index("device", device.told_by, now=now)
        return [document_key(document), (device_key if device.is_known else address_key)(told_by)]

    def _require_office(self, holder: str, role: Role | None) -> None:
        """Let nobody act for the city but who was appointed; raises `NotInOffice`."""
        if role is not None and not self._officers.holds(holder, role):
            raise NotInOffice
