"""The identity provider over HTTP: those who keep the registers are asked, and their answers are checked.

Every question is a POST of a JSON object to one of three paths below the provider's address, signed by the city
(trust/signed_requests.py: `Authorization: YIMA-SM2 …`, key on the city's trust list with use `request`). Every answer
is status 200 with a JSON object, signed by the provider (`Yima-Signature: …`) under the key the city has pinned.

    POST /prove     {"document_type", "document_number", "name", "liveness_token" or null}
                    {"proven": true, "assurance": "real_name" | "real_person", "born": "YYYY-MM-DD" or ""}
                    {"proven": false}                    whatever was wrong: nothing says what
    POST /relation  {"guardian": {"document_type", "document_number", "name"}, "child": {the same}}
                    {"relation": "parent" | "guardian" | null}
    POST /card      {"owner": {"document_type", "document_number", "name"}, "card_type", "card_number"}
                    {"owned": true | false}

Nothing personal is in an address. Any other status, and an answer that cannot be read, is no answer: 503. An answer of
status 200 that is not signed, or is signed by somebody else, over something else or long ago, is a lie: 503, counted.
The provider should refuse a nonce it has seen, and answer a repeat after a lost connection as a new question.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import date
from typing import Annotated, Any, Literal, TypeVar
from urllib.parse import urlsplit

import msgspec

from chalicelib.people.model import Identity
from chalicelib.people.proofing.provider import Assurance, Proven
from chalicelib.people.proofing.refusals import IdentityProviderUnavailable, IdentityProviderUntrusted
from chalicelib.platform import telemetry
from chalicelib.platform.outgoing import Answer, NoAnswer, Outgoing
from chalicelib.trust.model import KeyUse
from chalicelib.trust.ring import KeyRing
from chalicelib.trust.signed_headers import SignatureRefused
from chalicelib.trust.signed_requests import REPLY_HEADER, Reply, Request, sign_request, verify_reply

JSON = "application/json"
NONCE_BYTES = 16
Day = Annotated[str, msgspec.Meta(pattern=r"^([0-9]{4}-[0-9]{2}-[0-9]{2})?$")]


class Proof(msgspec.Struct, forbid_unknown_fields=True):
    """The answer of /prove."""

    proven: bool
    assurance: Assurance = Assurance.REAL_NAME
    born: Day = ""

    def __post_init__(self) -> None:
        """Refuse a day that is none."""
        if self.born:
            date.fromisoformat(self.born)


class Relation(msgspec.Struct, forbid_unknown_fields=True):
    """The answer of /relation."""

    relation: Literal["parent", "guardian"] | None


class Ownership(msgspec.Struct, forbid_unknown_fields=True):
    """The answer of /card."""

    owned: bool


Reading = TypeVar("Reading", Proof, Relation, Ownership)


class HttpIdentityProvider:
    """Asks those who keep the registers. `public_key` is theirs, X‖Y, and agreed beforehand; `address` has no query."""

    def __init__(
        self,
        address: str,
        public_key: bytes,
        *,
        issuer: str,
        ring: KeyRing,
        outgoing: Outgoing,
        entropy: Callable[[int], str] = secrets.token_hex,
    ) -> None:
        self._address = address.rstrip("/")
        self._public_key = public_key
        self._issuer = issuer
        self._ring = ring
        self._outgoing = outgoing
        self._entropy = entropy

    def prove(self, claimed: Identity, *, liveness: str | None, now: float) -> Proven | None:
        """Whether name and document belong together, and whose face it is. Never surer than was asked for."""
        said = self._ask("/prove", _person(claimed) | {"liveness_token": liveness}, Proof, now)
        if not said.proven:
            return None
        return Proven(Assurance.REAL_NAME if liveness is None else said.assurance, said.born)

    def relation(self, guardian: Identity, child: Identity, *, now: float) -> str | None:
        """What one is to the other by the registers."""
        return self._ask("/relation", {"guardian": _person(guardian), "child": _person(child)}, Relation, now).relation

    def owns_card(self, claimed: Identity, card_type: str, card_number: str, *, now: float) -> bool:
        """Whether a card was issued to this person."""
        question = {"owner": _person(claimed), "card_type": card_type, "card_number": card_number}
        return self._ask("/card", question, Ownership, now).owned

    def _ask(self, path: str, question: dict[str, Any], kind: type[Reading], now: float) -> Reading:
        """One question and its answer.

        1. Sign the question under a nonce of its own, and send it.
        2. Any status but 200 is no answer.
        3. The answer is signed by whom we asked, over what we asked, just now: or it is a lie.
        4. It says one of the things that can be said.
        """
        request = Request("POST", urlsplit(self._address + path).path, msgspec.json.encode(question))
        nonce = self._entropy(NONCE_BYTES)
        try:
            answer = self._sent(self._address + path, request, nonce, now)
            self._check(answer, nonce, now)
            return msgspec.json.decode(answer.body, type=kind)
        except NoAnswer as error:
            why = error.kind
        except (msgspec.DecodeError, UnicodeError):
            why = "unreadable"
        telemetry.count("IdentityProviderFaults", kind=why)
        raise IdentityProviderUnavailable

    def _sent(self, url: str, request: Request, nonce: str, now: float) -> Answer:
        """What came back with status 200; raises `NoAnswer`."""
        key = self._ring.signing(KeyUse.REQUEST, now=now)
        authorization = sign_request(
            key.pair, request, issuer=self._issuer, key_id=key.record.kid, timestamp=int(now), nonce=nonce
        )
        headers = {"Authorization": authorization, "Content-Type": JSON, "Accept": JSON}
        answer = self._outgoing.send(request.method, url, headers=headers, body=request.body)
        if answer.status != 200:
            raise NoAnswer(f"status {answer.status}")
        return answer

    def _check(self, answer: Answer, nonce: str, now: float) -> None:
        """Raises `IdentityProviderUntrusted` for an answer that is not known to be theirs."""
        signature = answer.headers.get(REPLY_HEADER.lower())
        reply = Reply(answer.status, answer.body)
        try:
            verify_reply(reply, signature, expected_key=self._public_key, expected_nonce=nonce, now=now)
        except SignatureRefused as refused:
            telemetry.count("IdentityProviderUntrusted", reason=refused.reason)
            raise IdentityProviderUntrusted from None


def _person(identity: Identity) -> dict[str, str | None]:
    """Somebody as the provider is asked about them."""
    return {
        "document_type": identity.document_type,
        "document_number": identity.document_number,
        "name": identity.name,
    }
