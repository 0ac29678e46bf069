"""Clients that sign what they ask (platform/http/signed.py), so that nobody can deny having asked it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType
from typing import NamedTuple

from chalicelib.partners.clients.model import Client
from chalicelib.partners.clients.store import ClientStore
from chalicelib.partners.granting import of_client
from chalicelib.partners.nonces import KEPT_S, NonceItem, NonceStore
from chalicelib.platform.crypto.hashing import sm3
from chalicelib.platform.http.refusals import Unauthorized
from chalicelib.platform.http.signed import (
    Asked,
    NotSignedReadably,
    Recognised,
    SignatureReplayed,
    SignatureWrong,
    SignatureWrongTime,
    SignerUnknown,
)
from chalicelib.platform.times import rfc3339
from chalicelib.trust.model import KeyUse, UnwrappedKey
from chalicelib.trust.ring import KeyRing
from chalicelib.trust.signed_headers import NotSigned, SignatureRefused, UnknownSigner, WrongSignature, WrongTime
from chalicelib.trust.signed_requests import REPLY_HEADER, Reply, Request, VerifiedRequest, sign_reply, verify_request

KEY_HEADER = "Yima-Key-Id"
REFUSALS: Mapping[type[SignatureRefused], type[Unauthorized]] = MappingProxyType(
    {
        NotSigned: NotSignedReadably,
        UnknownSigner: SignerUnknown,
        WrongSignature: SignatureWrong,
        WrongTime: SignatureWrongTime,
    }
)


class Signatures:
    """Recognises clients by what they sign, and signs what they are answered."""

    def __init__(self, ring: KeyRing, *, clients: ClientStore, nonces: NonceStore) -> None:
        self._ring = ring
        self._clients = clients
        self._nonces = nonces

    def recognise(self, asked: Asked, *, now: float) -> Recognised:
        """Who signed a request; raises the refusals of platform/http/signed.py.

        1. An active client has the key, and signed just this at about this time (trust/signed_requests.py).
        2. The city can sign its reply.
        3. The request comes for the first time; from here on it stands who signed what.
        """
        keys = _Keys(self._clients)
        request = Request(asked.method, asked.target, asked.body)
        try:
            verified = verify_request(request, asked.authorization, key_of=keys.of, now=now)
        except SignatureRefused as refused:
            evidence = {"server_time": rfc3339(now)} if isinstance(refused, WrongTime) else {}
            raise REFUSALS[type(refused)](**evidence) from None
        ours = self._ring.signing(KeyUse.REQUEST, now=now)
        if not self._nonces.keep(_kept(verified), at=int(now), until=int(now) + KEPT_S):
            raise SignatureReplayed
        signing = _Signing(ours, int(now), verified.nonce)
        return Recognised(of_client(keys.found), partial(_signed, signing))


class _Keys:
    """Looks a key up, once, and remembers whose it was."""

    found: Client

    def __init__(self, clients: ClientStore) -> None:
        self._clients = clients

    def of(self, issuer: str, key_id: str) -> bytes | None:
        """The key (X‖Y) of an active client."""
        client = self._clients.get(issuer)
        if client is None or not client.is_active:
            return None
        self.found = client
        return client.key(key_id)


class _Signing(NamedTuple):
    """What the signature of a reply is made with."""

    key: UnwrappedKey
    at: int
    nonce: str


def _signed(signing: _Signing, status: int, body: bytes) -> dict[str, str]:
    """The headers of a reply."""
    signature = sign_reply(signing.key.pair, Reply(status, body), timestamp=signing.at, nonce=signing.nonce)
    return {REPLY_HEADER: signature, KEY_HEADER: signing.key.record.kid}


def _kept(verified: VerifiedRequest) -> NonceItem:
    """What stands of a signed request: all that its signature is over, of the body its digest."""
    return NonceItem(
        f"{verified.issuer}#{verified.nonce}",
        key_id=verified.key_id,
        signature=verified.signature,
        signed_at=verified.timestamp,
        method=verified.request.method,
        target=verified.request.target,
        body_digest=sm3(verified.request.body),
    )
