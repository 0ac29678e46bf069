"""`key.published` and `key.revoked`: to everybody, what is new on the trust list and what has gone from it.

They are told when the list is up: whoever is told and fetches it finds what they were told. The stream of the table
tells keys of items only, so that no secret, wrapped as it is, travels in it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any

from chalicelib.partners.webhooks.audience import EVERYONE, Addressed
from chalicelib.partners.webhooks.model import Event, EventType, event_id
from chalicelib.platform.times import rfc3339
from chalicelib.trust.model import KeyRecord, KeyState
from chalicelib.trust.rotation import CLOCKS_APART_S
from chalicelib.trust.trust_list import TrustList

TRUST_LIST_KID = "trust-list"
FETCH = "GET /v1/trust-list"
NEWS_S = 7 * 24 * 3600
"""How long a revocation is told with each new list: the delivery knows for a month whom it has told."""

Published = Callable[[], tuple[TrustList, Collection[KeyRecord]] | None]
"""The trust list as it is up, and the city's keys."""


def key_events(change: dict[str, Any], published: Published, *, now: float) -> list[Addressed]:
    """What a new trust list tells; what happens to keys before it is up tells nothing."""
    if change["Keys"]["kid"]["S"] != TRUST_LIST_KID:
        return []
    found = published()
    if found is None:
        return []
    trust, keys = found
    return [Addressed(event, EVERYONE) for event in (*_new(trust, keys), *_revoked(trust, keys, now))]


def _new(trust: TrustList, keys: Iterable[KeyRecord]) -> Iterator[Event]:
    """The keys on the list that are as they were made."""
    for key in keys:
        if trust.key(key.kid) is not None and _is_fresh(key):
            yield _event(EventType.KEY_PUBLISHED, key)


def _is_fresh(key: KeyRecord) -> bool:
    """Whether nothing has happened to a key since it was made: it waits for its time, or had to sign at once."""
    if key.state is KeyState.ACTIVE:
        return key.state_since - key.not_before == CLOCKS_APART_S
    return key.state is KeyState.PENDING


def _revoked(trust: TrustList, keys: Iterable[KeyRecord], now: float) -> Iterator[Event]:
    """The keys that were revoked, and are not on the list any more."""
    for key in keys:
        is_news = key.state is KeyState.REVOKED and key.state_since > now - NEWS_S
        if is_news and key.public_key and trust.key(key.kid) is None:
            yield _event(EventType.KEY_REVOKED, key)


def _event(type: EventType, key: KeyRecord) -> Event:
    at = key.state_since
    data: dict[str, str | int] = {"kid": key.kid, "use": str(key.use), "at": rfc3339(at), "fetch": FETCH}
    return Event(event_id(type, key.kid), type, at, f"key/{key.kid}", data)
