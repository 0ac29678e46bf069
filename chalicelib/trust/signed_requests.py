"""Requests and replies signed with SM2: how the city asks other systems, and how it knows their answers.

What is signed is text of five lines, each of which ends with a line feed, after the SM profile of WeChat Pay:

    METHOD ⏎ path?query ⏎ Unix time ⏎ nonce ⏎ body ⏎          a request, in `Authorization: YIMA-SM2 …`
    status ⏎ Unix time ⏎ nonce of the request ⏎ body ⏎        its reply, in `Yima-Signature: …` (four lines)

    Authorization: YIMA-SM2 issuer="310000",key_id="0a1b2c3d",timestamp="1790000000",nonce="…",signature="<Base64>"
    Yima-Signature: timestamp="1790000001",nonce="…",signature="<Base64 of r‖s>"

A signature is Base64 of r‖s, 64 bytes (GB/T 32918.2, signer ID 1234567812345678). The host is not signed, so whoever
takes requests from several cities should check that they are meant for its own paths. Pure: no clock, no HTTP.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import NamedTuple

from chalicelib.platform.crypto import sm2
from chalicelib.platform.crypto.sm2 import KeyPair
from chalicelib.trust.signed_headers import (
    NotSigned,
    OfAnotherRequest,
    UnknownSigner,
    WrongSignature,
    WrongTime,
    base64,
    checked,
    read,
    stamp,
    written,
)

SCHEME = "YIMA-SM2"
REPLY_HEADER = "Yima-Signature"
SKEW_S = 300
"""How far a signer's clock may be from ours; a request or reply that is older is a repeat until proven otherwise."""

REQUEST_FIELDS = ("issuer", "key_id", "timestamp", "nonce", "signature")
REPLY_FIELDS = ("timestamp", "nonce", "signature")

_method = re.compile(r"[A-Z]{1,16}")
_target = re.compile(r"/[!-~]{0,2047}")


class Request(NamedTuple):
    """A request as it travels: the method in capitals, `target` is path and query, the body as bytes."""

    method: str
    target: str
    body: bytes


class Reply(NamedTuple):
    """A reply as it travels."""

    status: int
    body: bytes


@dataclass(frozen=True, slots=True)
class VerifiedRequest:
    """A request that is known to come from its issuer. Whether it came before is for the receiver to know: `nonce` is
    new within `SKEW_S` to both sides of `timestamp`, see `Nonces`."""

    request: Request
    issuer: str
    key_id: str
    timestamp: int
    nonce: str
    signature: bytes = field(default=b"", compare=False)
    """r‖s as it came, for whoever has to show later what was signed. Another one of the same request is as good."""


def request_text(request: Request, timestamp: int, nonce: str) -> bytes:
    """What is signed of a request; raises ValueError where a line could be taken for two."""
    if not (_method.fullmatch(request.method) and _target.fullmatch(request.target)):
        raise ValueError("a method is in capitals, a target begins with a slash and has no blanks")
    return _lines(request.method, request.target, *stamp(timestamp, nonce)) + request.body + b"\n"


def reply_text(reply: Reply, timestamp: int, nonce: str) -> bytes:
    """What is signed of a reply to the request with this nonce. No method begins with a digit, so neither kind of text
    can be taken for the other."""
    return _lines(str(reply.status), *stamp(timestamp, nonce)) + reply.body + b"\n"


def sign_request(pair: KeyPair, request: Request, *, issuer: str, key_id: str, timestamp: int, nonce: str) -> str:
    """The `Authorization` header of a request."""
    signature = base64(sm2.sign(pair, request_text(request, timestamp, nonce)))
    values = (issuer, key_id, str(timestamp), nonce, signature)
    return f"{SCHEME} {written(REQUEST_FIELDS, values)}"


def sign_reply(pair: KeyPair, reply: Reply, *, timestamp: int, nonce: str) -> str:
    """The `Yima-Signature` header of a reply to the request with this nonce."""
    signature = base64(sm2.sign(pair, reply_text(reply, timestamp, nonce)))
    return written(REPLY_FIELDS, (str(timestamp), nonce, signature))


def verify_request(
    request: Request, authorization: str | None, *, key_of: Callable[[str, str], bytes | None], now: float
) -> VerifiedRequest:
    """Who sent a request; raises `SignatureRefused`.

    1. The header has the scheme and exactly the five fields, each once and in good form.
    2. `key_of(issuer, key id)` knows the key (X‖Y).
    3. The signer's clock is within `SKEW_S` of ours.
    4. The signature is over this method, target, time, nonce and body.
    """
    scheme, _, fields = (authorization or "").partition(" ")
    if scheme.lower() != SCHEME.lower():
        raise NotSigned
    issuer, key_id, time, nonce, signature = read(fields, REQUEST_FIELDS)
    timestamp, raw = checked(time, nonce, signature)
    key = key_of(issuer, key_id)
    if key is None:
        raise UnknownSigner
    _in_time(timestamp, now)
    try:
        text = request_text(request, timestamp, nonce)
    except ValueError:
        raise NotSigned from None
    if not sm2.verify(key, text, raw):
        raise WrongSignature
    return VerifiedRequest(request, issuer, key_id, timestamp, nonce, raw)


def verify_reply(
    reply: Reply, signature_header: str | None, *, expected_key: bytes, expected_nonce: str, now: float
) -> None:
    """Make sure that a reply comes from whom we asked and answers what we asked; raises `SignatureRefused`.

    1. The header has exactly the three fields, each once and in good form.
    2. The nonce is that of our request.
    3. The signer's clock is within `SKEW_S` of ours.
    4. The signature is over this status, time, nonce and body, by the key we expect.
    """
    time, nonce, signature = read(signature_header or "", REPLY_FIELDS)
    timestamp, raw = checked(time, nonce, signature)
    if nonce != expected_nonce:
        raise OfAnotherRequest
    _in_time(timestamp, now)
    if not sm2.verify(expected_key, reply_text(reply, timestamp, nonce), raw):
        raise WrongSignature


class Nonces:
    """The nonces one receiver has seen, in memory: for a receiver of one process. Ask after the signature is verified,
    or strangers fill it. What is older than twice `SKEW_S` is forgotten, since its time is refused anyway."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, str], float] = {}
        self._lock = Lock()

    def is_new(self, verified: VerifiedRequest, *, now: float) -> bool:
        """Whether this request comes for the first time; it is remembered."""
        name = verified.issuer, verified.nonce
        with self._lock:
            self._forget(now)
            if name in self._seen:
                return False
            self._seen[name] = now
            return True

    def _forget(self, now: float) -> None:
        """Let go of what is too old; the oldest stands first."""
        while self._seen and now - self._seen[oldest := next(iter(self._seen))] > 2 * SKEW_S:
            del self._seen[oldest]


def _in_time(timestamp: int, now: float) -> None:
    """Raises `WrongTime` where the signer's clock is too far from ours."""
    if abs(now - timestamp) > SKEW_S:
        raise WrongTime


def _lines(*lines: str) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()
