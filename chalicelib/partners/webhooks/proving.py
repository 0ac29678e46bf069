"""The challenge: an address hears nothing before it has shown that somebody there expects to.

Without it a client could have the city send to whomever it likes.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Protocol

import msgspec

from chalicelib.partners.webhooks.deliveries_marks import Marks
from chalicelib.partners.webhooks.endpoints import Endpoints
from chalicelib.partners.webhooks.model import (
    Endpoint,
    EndpointState,
    Event,
    EventType,
    envelope,
    event_id,
)
from chalicelib.partners.webhooks.refusals import ChallengedTooSoon, ChallengeFailed, WebhookStateForbids
from chalicelib.partners.webhooks.sending_outcome import Kind, Outcome
from chalicelib.platform import telemetry
from chalicelib.platform.crypto.hashing import same

CHALLENGE_BYTES = 24
APART_S = 10
"""How long somebody who may have nothing to do with us is left alone between two challenges."""

MINUTE_S, MOST_A_MINUTE = 60, 20
"""So many challenges of one client: it could register one endpoint after the other for the same stranger."""

CHALLENGEABLE = frozenset({EndpointState.PENDING, EndpointState.DISABLED})


class Sends(Protocol):
    """Sends a message to an endpoint once, signed as every delivery is."""

    def send(self, endpoint: Endpoint, message_id: str, body: bytes, now: float) -> Outcome: ...


class Proving:
    """Challenges addresses."""

    def __init__(
        self,
        region: str,
        *,
        endpoints: Endpoints,
        marks: Marks,
        sender: Callable[[], Sends],
        entropy: Callable[[int], bytes] = secrets.token_bytes,
    ) -> None:
        self._region = region
        self._endpoints = endpoints
        self._marks = marks
        self._sender = sender
        self._entropy = entropy

    def challenge(self, client_id: str, endpoint_id: str, *, now: float) -> Endpoint:
        """Ask an address to repeat something that it cannot guess; an endpoint that is active already stays so.

        1. Note that it is challenged, so that nobody is bothered often.
        2. Send the challenge, signed: the receiver can tell by it that its secret is the right one.
        3. What comes back is the challenge: from now on it is told.

        Raises `WebhookNotFound`, `WebhookStateForbids`, `ChallengedTooSoon` or `ChallengeFailed`.
        """
        if self._endpoints.mine(client_id, endpoint_id, now=now).state is EndpointState.ACTIVE:
            return self._endpoints.mine(client_id, endpoint_id, now=now)
        endpoint = self._endpoints.challenged(client_id, endpoint_id, lambda one: _challengeable(one, now), now=now)
        if not self._marks.challenge(client_id, most=MOST_A_MINUTE, now=int(now)):
            raise ChallengedTooSoon(retry_after_s=MINUTE_S - int(now) % MINUTE_S)
        word = self._entropy(CHALLENGE_BYTES).hex()
        event = challenge_event(word, endpoint_id, int(now))
        outcome = self._sender().send(endpoint, event.event_id, envelope(event, self._region), now)
        telemetry.count("WebhookChallenges", outcome=str(outcome.kind))
        if outcome.kind is not Kind.DELIVERED:
            raise ChallengeFailed(outcome=outcome.reason, status_received=outcome.status)
        if not is_answer(outcome.body, word):
            raise ChallengeFailed(outcome="another_answer", status_received=outcome.status)
        return self._endpoints.proven(client_id, endpoint_id, now=now)


def challenge_event(word: str, endpoint_id: str, now: int) -> Event:
    """The challenge as the receiver gets it."""
    type = EventType.CHALLENGE
    return Event(event_id(type, word), type, now, f"webhook/{endpoint_id}", {"challenge": word})


def is_answer(body: bytes, word: str) -> bool:
    """Whether a receiver repeated the challenge: as text, as a JSON text, or as `{"challenge": …}`."""
    said = body.decode(errors="replace").strip()
    try:
        found = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        found = said
    if isinstance(found, dict):
        found = found.get("challenge")
    return isinstance(found, str) and same(found.encode(errors="replace"), word.encode())


def _challengeable(endpoint: Endpoint, now: float) -> Endpoint:
    """An endpoint that may be challenged now; raises `WebhookStateForbids` or `ChallengedTooSoon`."""
    if endpoint.state not in CHALLENGEABLE:
        raise WebhookStateForbids(state=str(endpoint.state))
    left = endpoint.challenged_at + APART_S - now
    if endpoint.challenged_at and 0 < left <= APART_S:
        raise ChallengedTooSoon(retry_after_s=int(left) + 1)
    return endpoint
