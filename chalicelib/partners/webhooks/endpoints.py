"""Endpoints of clients: registered, changed, paused, disabled, deleted. Every change is one conditional write."""

from __future__ import annotations

import secrets as randomness
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import NamedTuple

from chalicelib.partners.webhooks.kinds import may_be_told
from chalicelib.partners.webhooks.knowing import RememberedClients
from chalicelib.partners.webhooks.model import (
    LIFECYCLE,
    Endpoint,
    EndpointEvent,
    EndpointState,
    EventType,
    Order,
    Secret,
)
from chalicelib.partners.webhooks.neighbours import NOBODY, Deliveries, KnownClients
from chalicelib.partners.webhooks.refusals import (
    EventNotForClient,
    TooManyWebhooks,
    WebhookContended,
    WebhookNotFound,
    WebhookStateForbids,
)
from chalicelib.partners.webhooks.secret import SECRET_BYTES, made_for, new_secret, rotated
from chalicelib.partners.webhooks.store import EndpointStore, endpoint_id_of
from chalicelib.partners.webhooks.urls import fit_url
from chalicelib.platform import telemetry
from chalicelib.platform.http.creation import Creation
from chalicelib.platform.http.refusals import IdempotencyKeyReused

MOST_ENDPOINTS = 10
ATTEMPTS = 10
SUSPENDED = "client_suspended"

Change = Callable[[Endpoint], Endpoint]


class Wish(NamedTuple):
    """Where somebody wants to be told of what, and in which order."""

    url: str
    events: frozenset[EventType]
    order: Order


class Endpoints:
    """Where clients are told of what."""

    def __init__(
        self,
        store: EndpointStore,
        *,
        known: KnownClients,
        deliveries: Callable[[], Deliveries],
        local: bool,
        entropy: Callable[[int], bytes] = randomness.token_bytes,
    ) -> None:
        self._store = store
        self._known = known
        self._remembered = RememberedClients(known)
        self._deliveries = deliveries
        self._local = local
        self._entropy = entropy

    def register(self, client_id: str, wish: Wish, creation: Creation, *, now: float) -> Endpoint:
        """Make an endpoint, which hears nothing before it has answered a challenge; the same wish again meets it.

        Raises `WebhookUrlUnfit`, `EventNotForClient`, `TooManyWebhooks` or `IdempotencyKeyReused`.
        """
        url = fit_url(wish.url, local=self._local)
        self._allow(client_id, wish.events)
        endpoint = Endpoint(
            endpoint_id=endpoint_id_of(client_id, creation.record_id),
            client_id=client_id,
            url=url,
            events=wish.events,
            secrets=(new_secret(self._entropy(SECRET_BYTES), made_for=creation.digest),),
            state=EndpointState.PENDING,
            order=wish.order,
            created_at=int(now),
            creation=creation.digest,
        )
        return self._kept(endpoint, now)

    def mine(self, client_id: str, endpoint_id: str, *, now: float) -> Endpoint:
        """An endpoint of a client's own; raises `WebhookNotFound`."""
        endpoint = self._store.get(endpoint_id, now=now)
        if endpoint is None or endpoint.client_id != client_id:
            raise WebhookNotFound
        return endpoint

    def of(self, client_id: str, *, now: float) -> list[Endpoint]:
        """A client's endpoints, oldest first."""
        return self._store.of(client_id, now=now)

    def get(self, endpoint_id: str, now: float) -> Endpoint | None:
        """An endpoint for whoever delivers: that of a client who is suspended is a disabled one, within a minute."""
        endpoint = self._store.get(endpoint_id, now=now)
        if endpoint is None or self._remembered.get(endpoint.client_id, now=now).active:
            return endpoint
        return replace(endpoint, state=EndpointState.DISABLED, because=SUSPENDED)

    def subscribe(
        self, client_id: str, endpoint_id: str, events: frozenset[EventType], order: Order, *, now: float
    ) -> Endpoint:
        """Have an endpoint told of other things; raises `EventNotForClient`, `WebhookNotFound`, `WebhookContended`."""
        self._allow(client_id, events)
        return self._changed(client_id, endpoint_id, lambda one: replace(one, events=events, order=order), now)

    def rotate(self, client_id: str, endpoint_id: str, wish: Creation, *, now: float) -> tuple[Endpoint, Secret]:
        """Give an endpoint a new secret, which the old one accompanies for a day; the same wish again meets it."""
        new = new_secret(self._entropy(SECRET_BYTES), made_for=wish.digest)

        def change(one: Endpoint) -> Endpoint:
            if made_for(one.secrets, wish.digest):
                return one
            return replace(one, secrets=rotated(one.secrets, new, now=int(now)))

        endpoint = self._changed(client_id, endpoint_id, change, now)
        return endpoint, made_for(endpoint.secrets, wish.digest) or new

    def pause(self, client_id: str, endpoint_id: str, *, now: float) -> Endpoint:
        """Bring nothing for now; what happens meanwhile waits. Raises `WebhookStateForbids` for who hears nothing."""
        return self._stepped(client_id, endpoint_id, EndpointEvent.PAUSE, EndpointState.PAUSED, now)

    def resume(self, client_id: str, endpoint_id: str, *, now: float) -> Endpoint:
        """Bring what has waited; raises `WebhookStateForbids` for who has to answer a challenge first."""
        return self._awake(client_id, endpoint_id, EndpointEvent.RESUME, now)

    def proven(self, client_id: str, endpoint_id: str, *, now: float) -> Endpoint:
        """The address has shown that it expects our events: those, too, that it was sent before it was disabled."""
        return self._awake(client_id, endpoint_id, EndpointEvent.PROVE, now)

    def challenged(self, client_id: str, endpoint_id: str, may: Change, *, now: float) -> Endpoint:
        """Note that an endpoint is being challenged, where it `may` be."""
        return self._changed(client_id, endpoint_id, lambda one: replace(may(one), challenged_at=int(now)), now)

    def disable(self, endpoint_id: str, because: str, now: float) -> None:
        """Bring nothing more until the address proves again that it wants it. Who is gone or disabled stays so."""
        endpoint = self._store.get(endpoint_id, now=now)
        if endpoint is None or EndpointEvent.DISABLE not in LIFECYCLE[endpoint.state]:
            return
        with suppress(WebhookNotFound, WebhookStateForbids):  # several lanes hear at once that it is gone
            step = EndpointEvent.DISABLE
            self._changed(endpoint.client_id, endpoint_id, lambda one: _stepped(one, step, because), now)
            telemetry.count("WebhooksDisabled", because=because)

    def delete(self, client_id: str, endpoint_id: str, *, now: float) -> Endpoint:
        """Take an endpoint away, and all that was on its way to it; raises `WebhookNotFound`."""
        endpoint = self.mine(client_id, endpoint_id, now=now)
        self._store.delete(endpoint_id)
        self._deliveries().cancel_all(endpoint_id)
        return endpoint

    def _allow(self, client_id: str, events: frozenset[EventType]) -> None:
        """Raise `EventNotForClient` for what a client may not be told of."""
        known = self._known(client_id) or NOBODY
        beyond = {event for event in events if not may_be_told(event, kind=known.kind, scopes=known.scopes)}
        if beyond:
            raise EventNotForClient(events=sorted(beyond))

    def _kept(self, endpoint: Endpoint, now: float) -> Endpoint:
        """Keep a new endpoint, or meet it where it is kept.

        Of several that are made at once, each gives way that finds too many beside it: it looks when it is kept, so the
        last one finds them for sure. One that was kept before gives way only to older ones.
        """
        new = False
        if self._store.get(endpoint.endpoint_id, now=now) is None:
            if len(self._store.of(endpoint.client_id, now=now)) >= MOST_ENDPOINTS:
                raise TooManyWebhooks(limit=MOST_ENDPOINTS)
            new = self._store.add(endpoint, now=now)
        kept = self.mine(endpoint.client_id, endpoint.endpoint_id, now=now)
        if kept.creation != endpoint.creation:
            raise IdempotencyKeyReused
        all_of_them = self._store.of(kept.client_id, now=now)
        beyond = {one.endpoint_id for one in all_of_them[MOST_ENDPOINTS:]}
        if kept.endpoint_id in beyond or (new and beyond):
            self._store.delete(kept.endpoint_id)
            raise TooManyWebhooks(limit=MOST_ENDPOINTS)
        return kept

    def _awake(self, client_id: str, endpoint_id: str, event: EndpointEvent, now: float) -> Endpoint:
        """Let an endpoint hear again. Asked again, what waits is brought again: a first attempt may have died there."""
        endpoint = self._stepped(client_id, endpoint_id, event, EndpointState.ACTIVE, now)
        self._deliveries().resume(endpoint_id, now)
        return endpoint

    def _stepped(
        self, client_id: str, endpoint_id: str, event: EndpointEvent, there: EndpointState, now: float
    ) -> Endpoint:
        """Take an endpoint a step on; one that is `there` already stays."""
        return self._changed(
            client_id, endpoint_id, lambda one: one if one.state is there else _stepped(one, event), now
        )

    def _changed(self, client_id: str, endpoint_id: str, change: Change, now: float) -> Endpoint:
        """Change an endpoint as it is now; raises what `change` raises, `WebhookNotFound` or `WebhookContended`."""
        for _ in range(ATTEMPTS):
            before = self.mine(client_id, endpoint_id, now=now)
            after = change(before)
            if after == before or self._store.replace(after, now=now):
                return after
        raise WebhookContended


def _stepped(endpoint: Endpoint, event: EndpointEvent, because: str = "") -> Endpoint:
    """An endpoint after an event; raises `WebhookStateForbids`."""
    state = LIFECYCLE[endpoint.state].get(event)
    if state is None:
        raise WebhookStateForbids(state=str(endpoint.state))
    return replace(endpoint, state=state, because=because)
