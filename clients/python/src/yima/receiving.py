"""Reading what a webhook brings: who sent it, when, and whether it came before. No HTTP here; any server will do.

    receiver = Receiver(["whsec_…"], trust=city.current_trust_list)
    delivery = receiver.read(headers, body, now=time.time())
    if not delivery.repeated:
        …  # where this fails, answer 500: it comes again
        receiver.done(delivery)

HMAC is that of Standard Webhooks, so any library for it will do, too. `v1sm2` is the city's extension: SM2 over the
very same bytes, by a key that the trust list has with `use: request`. So a delivery proves to others who sent it.
"""

from __future__ import annotations

import hmac
from base64 import b64decode
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from threading import Lock
from typing import Any

import msgspec

from yima import sm2
from yima.problems import NotAuthentic
from yima.trust import TrustList

TOLERANCE_S = 300
REMEMBERED = 10_000
CHALLENGE = "webhook.challenge"


class Event(msgspec.Struct):
    """A CloudEvent: what happened, to what, and where to fetch the rest. `data` is thin."""

    specversion: str
    id: str
    source: str
    type: str
    time: datetime
    subject: str = ""
    data: dict[str, Any] = {}


class Received(msgspec.Struct):
    """A delivery that the city made. `by_sm2` says whether its SM2 signature holds, None where it was not looked at.

    `repeated` says that it is `done` already: answer it with 2xx all the same, and do nothing twice.
    """

    event: Event
    by_sm2: bool | None
    repeated: bool

    @property
    def challenge(self) -> dict[str, Any] | None:
        """What to answer where the city asks whether its events are expected here."""
        return {"challenge": self.event.data.get("challenge")} if self.event.type == CHALLENGE else None


class Receiver:
    """Believes what one of its secrets signed; during a rotation, give it both. Threads may share one.

    `trust` is what brings the trust list of the moment (`City.current_trust_list`), since the city's keys follow one
    another every week; or one list, for as long as that is good. Without it, SM2 is not looked at.
    """

    def __init__(self, secrets: Iterable[str], *, trust: TrustList | Callable[[], TrustList] | None = None) -> None:
        self._secrets = [_raw(secret) for secret in secrets]
        self._trust = trust
        self._done: OrderedDict[str, None] = OrderedDict()
        self._lock = Lock()

    def read(self, headers: Mapping[str, str], body: bytes, *, now: float) -> Received:
        """A delivery; raises `NotAuthentic`, and whatever keeps the trust list from coming: answer 500 to that.

        1. It has an id, a time and signatures, and its time is within five minutes of ours.
        2. One of its HMACs is by one of our secrets.
        3. Its SM2 signature, where there are a trust list and one to look at, is by a request key of the city.
        4. It is a CloudEvent with the id that was signed.
        """
        said = {name.lower(): value for name, value in headers.items()}
        name, at, signatures = (said.get(f"webhook-{part}", "") for part in ("id", "timestamp", "signature"))
        if not (name and at.isascii() and at.isdigit() and signatures):
            raise NotAuthentic("the headers of a webhook are missing")
        if len(at) > 12 or abs(now - int(at)) > TOLERANCE_S:
            raise NotAuthentic("it was sent too long ago, or a clock is wrong")
        text, kinds = f"{name}.{at}.".encode() + body, _by_kind(signatures)
        if not any(self._is_ours(text, signature) for signature in kinds.get("v1", [])):
            raise NotAuthentic("no secret of this receiver signed it")
        by_sm2 = self._by_sm2(text, kinds.get("v1sm2", []), said.get("yima-key-id", ""), int(at))
        if by_sm2 is False:
            raise NotAuthentic("no key of the city signed it")
        event = _event(body, name)
        with self._lock:
            return Received(event, by_sm2, name in self._done)

    def done(self, received: Received) -> None:
        """What was to be done about a delivery is done: it is remembered, and the oldest is forgotten.

        Not earlier: what was believed and then failed has to count as new when it comes again.
        """
        with self._lock:
            self._done[received.event.id] = None
            if len(self._done) > REMEMBERED:
                self._done.popitem(last=False)

    def _is_ours(self, text: bytes, signature: bytes) -> bool:
        return any(hmac.compare_digest(hmac.digest(secret, text, "sha256"), signature) for secret in self._secrets)

    def _by_sm2(self, text: bytes, signatures: list[bytes], key_id: str, at: int) -> bool | None:
        if self._trust is None or not signatures:
            return None
        trust = self._trust() if callable(self._trust) else self._trust
        key = trust.key(key_id, "request", at=at)
        return key is not None and any(sm2.verify(key.xy, text, signature) for signature in signatures)


def _by_kind(signatures: str) -> dict[str, list[bytes]]:
    """The signatures of a header by their kind; what is none is passed over."""
    kinds: dict[str, list[bytes]] = {}
    for part in signatures.split(" "):
        kind, _, text = part.partition(",")
        try:
            kinds.setdefault(kind, []).append(b64decode(text, validate=True))
        except ValueError:
            continue
    return kinds


def _event(body: bytes, name: str) -> Event:
    try:
        event = msgspec.json.decode(body, type=Event)
    except msgspec.DecodeError:
        raise NotAuthentic("it is no CloudEvent") from None
    if event.id != name:
        raise NotAuthentic("its id is not the one that was signed")
    return event


def _raw(secret: str) -> bytes:
    """The bytes of a secret; raises ValueError."""
    if not secret.startswith("whsec_"):
        raise ValueError("a secret of a webhook begins with whsec_")
    raw = b64decode(secret.removeprefix("whsec_"), validate=True)
    if not raw:
        raise ValueError("a secret of a webhook is not empty")
    return raw
