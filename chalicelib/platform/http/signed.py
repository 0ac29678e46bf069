"""Requests that a client has signed with its SM2 key, instead of bearing a token: each proves what was asked by whom.

    Authorization: YIMA-SM2 issuer="<client id>",key_id="…",timestamp="…",nonce="…",signature="…"

What is signed stands in trust/signed_requests.py. Its target is the path from `/v1` on and, where there is a query, `?`
and the query anew: its fields sorted by name (values of one name in the order sent), names and values percent-encoded
as RFC 3986 has it (every byte but letters, digits, `-`, `.`, `_` and `~`). For gateways hand on the fields and not the
text, and a stage in front of the path is none of the caller's business. No query of ours carries anything personal.

The reply is signed as well, whatever it says: `Yima-Signature`, and in `Yima-Key-Id` by which key of the trust list.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple, Protocol
from urllib.parse import quote, unquote

from chalicelib.platform.http.refusals import Unauthorized

if TYPE_CHECKING:
    from chalicelib.platform.http.operation import Principal

SCHEME = "yima-sm2 "
DESCRIBED = (
    "An SM2 signature over method, path and sorted query, time, nonce and body, each ended by a line feed, by a key of "
    "the client's; the reply carries one in Yima-Signature by the key in Yima-Key-Id."
)


class Asked(NamedTuple):
    """A request as it was signed: the method, the canonical target, the body's bytes, and the Authorization header."""

    method: str
    target: str
    body: bytes
    authorization: str


class Recognised(NamedTuple):
    """Who has signed a request; and what signs the reply to it (status, body), as headers."""

    principal: Principal
    sign: Callable[[int, bytes], dict[str, str]]


class SignedRequests(Protocol):
    """Tells who signed a request."""

    def recognise(self, asked: Asked, *, now: float) -> Recognised:
        """Raises a refusal of this module, and what the store raises."""


class NotSignedReadably(Unauthorized):
    """There is no signature that can be read, or what it would be over cannot be signed."""

    code = "not_signed"
    title = "The signature cannot be read"
    detail = "Send Authorization: YIMA-SM2 with issuer, key_id, timestamp, nonce and signature, each once, quoted."


class SignerUnknown(Unauthorized):
    """No active client has this key; it is not said which of the two is wrong."""

    code = "unknown_signer"
    title = "Nobody with this key is known here"
    detail = "Check client id and key id; if they are right, ask the operator whether the client is suspended."


class SignatureWrong(Unauthorized):
    """The signature is not over this request by this key."""

    code = "signature_wrong"
    title = "The signature does not belong to this request"
    detail = "Sign method, path with the sorted query, timestamp, nonce and body exactly as they are sent."


class SignatureWrongTime(Unauthorized):
    """It was signed too long ago, or by a clock that is ahead."""

    code = "signature_wrong_time"
    title = "The request was signed at another time"
    detail = "Compare your clock with `server_time` and sign the request anew."


class SignatureReplayed(Unauthorized):
    """The same signed request came before."""

    code = "signature_replayed"
    title = "This signed request was used before"
    detail = "Sign the request anew with another nonce; an Idempotency-Key makes it safe to repeat."


SIGNING = (NotSignedReadably, SignerUnknown, SignatureWrong, SignatureWrongTime, SignatureReplayed)


def is_signed(authorization: str | None) -> bool:
    """Whether a request comes with a signature instead of a token."""
    return authorization is not None and authorization[: len(SCHEME)].lower() == SCHEME


def target(template: str, path: Mapping[str, str], query: Iterable[tuple[str, str]]) -> str:
    """What is signed of the address; raises ValueError for text that has no UTF-8."""
    filled = template.format_map({name: quote(unquote(value), safe=":@") for name, value in path.items()})
    fields = "&".join(f"{_encoded(name)}={_encoded(value)}" for name, value in sorted(query, key=_name))
    return f"{filled}?{fields}" if fields else filled


def _name(field: tuple[str, str]) -> str:
    return field[0]


def _encoded(text: str) -> str:
    return quote(text, safe="")
