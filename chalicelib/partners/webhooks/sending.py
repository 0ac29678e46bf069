"""Sending a message to an endpoint, once."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol

from chalicelib.partners.webhooks.addresses import Addresses
from chalicelib.partners.webhooks.addresses_refusals import UnknownHost, UnsafeAddress
from chalicelib.partners.webhooks.model import Endpoint
from chalicelib.partners.webhooks.sending_outcome import Outcome, answered, unanswered
from chalicelib.partners.webhooks.sending_signing import signed_headers
from chalicelib.partners.webhooks.sending_wire import Post
from chalicelib.platform import telemetry
from chalicelib.platform.outgoing import NoAnswer
from chalicelib.trust.model import KeyUse, UnwrappedKey


class Signers(Protocol):
    """Where the key of the city's own signature comes from: the key ring."""

    def signing(self, use: KeyUse, *, now: float) -> UnwrappedKey:
        """The key that signs now."""


class Sender:
    """Signs, checks where to, and sends. It never raises for what a receiver does: that is its outcome."""

    def __init__(
        self, addresses: Addresses, post: Post, ring: Signers, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._addresses = addresses
        self._post = post
        self._ring = ring
        self._monotonic = monotonic

    def send(self, endpoint: Endpoint, message_id: str, body: bytes, now: float) -> Outcome:
        """One attempt, at the instant `now`.

        1. Sign for every live secret, and with the city's own key.
        2. Look where the address leads: at every attempt, for it may lead elsewhere by now.
        3. Send to the very address that was looked at.
        """
        headers = self._headers(endpoint, message_id, body, now)
        began = self._monotonic()
        try:
            answer = self._post(self._addresses.checked(endpoint.url), headers, body)
        except NoAnswer as error:
            return unanswered(error.kind, ms=self._since(began))
        except UnknownHost:
            return unanswered("unknown_host", ms=self._since(began))
        except UnsafeAddress:
            telemetry.count("UnsafeWebhookAddresses")
            return unanswered("unsafe_address", ms=self._since(began))
        return answered(answer.status, answer.headers, answer.body, ms=self._since(began), now=now)

    def _headers(self, endpoint: Endpoint, message_id: str, body: bytes, now: float) -> dict[str, str]:
        """Signed when it is sent: a receiver refuses what was signed long ago."""
        key = self._ring.signing(KeyUse.REQUEST, now=now)
        secrets = endpoint.live_secrets(now)
        return signed_headers(
            message_id, body, secrets=secrets, pair=key.pair, key_id=key.record.kid, timestamp=int(now)
        )

    def _since(self, began: float) -> int:
        return round((self._monotonic() - began) * 1000)
