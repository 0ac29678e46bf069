"""Requests and replies signed with SM2, for those who must be able to prove who asked what. Text: docs/wire-formats.md.

METHOD ⏎ path?query ⏎ Unix time ⏎ nonce ⏎ body ⏎          a request, in `Authorization: YIMA-SM2 …`
status ⏎ Unix time ⏎ nonce of the request ⏎ body ⏎        its reply, in `Yima-Signature: …`
"""

from __future__ import annotations

import re
import secrets
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping

from yima import sm2
from yima.credentials import Key
from yima.problems import NotAuthentic, Problem
from yima.transport import Reply, Request
from yima.trust import TrustList

SCHEME = "YIMA-SM2"
REPLY_HEADER = "yima-signature"
SKEW_S = 300

_field = re.compile(r'([a-z_]+)="([^"]*)"')


class SigningWay:
    """Signs every request of a client, and believes only replies that the city signed.

    `trust` brings the trust list, which has the city's `request` keys.
    """

    def __init__(self, key: Key, *, trust: Callable[[], TrustList], clock: Callable[[], float]) -> None:
        self._key, self._trust, self._clock = key, trust, clock

    def headers(self, request: Request) -> dict[str, str]:
        """The signature of one attempt: time and nonce are new each time."""
        nonce, timestamp = secrets.token_urlsafe(18), str(int(self._clock()))
        text = _lines(request.method, request.target, timestamp, nonce) + request.body + b"\n"
        fields = {
            "issuer": self._key.client_id,
            "key_id": self._key.key_id,
            "timestamp": timestamp,
            "nonce": nonce,
            "signature": b64encode(sm2.sign(self._key.private, text)).decode(),
        }
        return {"Authorization": f"{SCHEME} " + ",".join(f'{name}="{value}"' for name, value in fields.items())}

    def renewed(self, problem: Problem, sent: Mapping[str, str]) -> bool:
        """A signature that was refused would be refused again."""
        return False

    def check(self, sent: Mapping[str, str], reply: Reply) -> None:
        """Raises `NotAuthentic` unless the city signed this very reply to this very request.

        A refusal may come unsigned, for who was not recognised is not answered to; it grants nothing.
        """
        header = reply.headers.get(REPLY_HEADER, "")
        if not header and reply.status >= 400:
            return
        said, nonce = dict(_field.findall(header)), dict(_field.findall(sent["Authorization"]))["nonce"]
        if said.get("nonce") != nonce:
            raise NotAuthentic("the reply is not signed for this request")
        timestamp, signature = _read(said)
        now = self._clock()
        if abs(now - timestamp) > SKEW_S:
            raise NotAuthentic("the reply's time is too far from the clock here")
        text = _lines(str(reply.status), str(timestamp), nonce) + reply.body + b"\n"
        keys = self._trust().of_use("request", at=timestamp)
        if not any(sm2.verify(key.xy, text, signature) for key in keys):
            raise NotAuthentic("no key of the city signed the reply")


def _read(said: Mapping[str, str]) -> tuple[int, bytes]:
    """Time and signature of a reply; raises `NotAuthentic`."""
    try:
        return int(said["timestamp"]), b64decode(said["signature"], validate=True)
    except (KeyError, ValueError):
        raise NotAuthentic("the signature of the reply cannot be read") from None


def _lines(*lines: str) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()
