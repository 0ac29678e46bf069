"""What a client is recognised by: secrets that follow one another, and keys of which it keeps the other halves.

One operator is enough, for a leaked secret must not wait for two; the journal has each of them.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import NamedTuple

from chalicelib.partners.clients.model import MOST_KEYS, Client, ClientKey, Event, key_id_of, moved
from chalicelib.partners.clients.office import WRITE
from chalicelib.partners.clients.steps import Act, carry_out, is_last, step
from chalicelib.partners.clients.store import ClientStore
from chalicelib.partners.refusals import TooManyKeys, UnusableKey
from chalicelib.partners.secrets import Replaces, digest_of, rotation
from chalicelib.platform.addresses import point
from chalicelib.status.residents import Officers


class NewSecret(NamedTuple):
    """A client with a new secret, and the secret, which nobody is shown again."""

    client: Client
    secret: str


class ClientCredentials:
    """Secrets and keys of clients."""

    def __init__(
        self, store: ClientStore, officers: Officers, *, entropy: Callable[[int], bytes] = secrets.token_bytes
    ) -> None:
        self._store = store
        self._officers = officers
        self._entropy = entropy

    def make_secret(self, act: Act, *, overlap_s: int, replaces: Replaces | None) -> NewSecret:
        """A new secret; those before it end after the overlap. Raises a `Refusal`.

        Who loses the answer asks again, and says that the new secret may take the newest one's place.
        """
        officer = self._officers.require(act.subject, WRITE)
        secret, detail = self._entropy(32).hex(), f"older ones end within {overlap_s} s"
        digest = digest_of(secret)
        rotate = rotation(digest, overlap_s=overlap_s, replaces=replaces, now=act.now)

        def move(client: Client) -> Client:
            if client.secrets and client.secrets[-1].digest == digest:
                return client
            made = step(Event.SECRET_MADE, officer, act.now, detail)
            return moved(client, made, secrets=rotate(client.secrets))

        return NewSecret(carry_out(self._store, act.client_id, move), secret)

    def add_key(self, act: Act, public_key: str) -> Client:
        """Add a key, given as hex of 04‖X‖Y; one that it has stays as it is. Raises a `Refusal`."""
        officer = self._officers.require(act.subject, WRITE)
        raw = point(public_key)
        if raw is None:
            raise UnusableKey
        key = ClientKey(key_id_of(raw), raw, act.now)

        def move(client: Client) -> Client:
            if client.key(key.key_id) is not None:
                return _same(client, key)
            if len(client.keys) >= MOST_KEYS:
                raise TooManyKeys
            return moved(client, step(Event.KEY_ADDED, officer, act.now, key.key_id), keys=(*client.keys, key))

        return carry_out(self._store, act.client_id, move)

    def remove_key(self, act: Act, key_id: str) -> Client:
        """Believe a key no more; one that is not there is gone already. Raises a `Refusal`."""
        officer = self._officers.require(act.subject, WRITE)

        def move(client: Client) -> Client:
            if client.key(key_id) is None or is_last(client, Event.KEY_REMOVED, officer, key_id):
                return client
            left = tuple(key for key in client.keys if key.key_id != key_id)
            return moved(client, step(Event.KEY_REMOVED, officer, act.now, key_id), keys=left)

        return carry_out(self._store, act.client_id, move)


def _same(client: Client, key: ClientKey) -> Client:
    """The client as it is, if it has this very key; raises `UnusableKey` for another one of the same id."""
    if client.key(key.key_id) != key.point:
        raise UnusableKey
    return client
