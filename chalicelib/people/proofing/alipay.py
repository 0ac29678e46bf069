"""Alipay's log-in: an authorisation code becomes the account it stands for, by `alipay.system.oauth.token`.

A form is posted to the gateway, signed with the app's RSA key over its fields in alphabetical order (RSA2: PKCS #1
v1.5 with SHA-256); Alipay signs the bytes of its answer, between the braces and with them. The account is the `user_id`
of apps that still get one, else the `open_id`.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlencode

import msgspec

from chalicelib.people.proofing.refusals import ChannelCodeInvalid, ChannelUnavailable
from chalicelib.platform import telemetry
from chalicelib.platform.outgoing import NoAnswer, Outgoing

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

ALIPAY = "https://openapi.alipay.com/gateway.do"
METHOD = "alipay.system.oauth.token"
BEIJING = timezone(timedelta(hours=8))
FORM = "application/x-www-form-urlencoded;charset=utf-8"
INVALID_CODE = "isv.code-invalid"

Kind = TypeVar("Kind", bound=msgspec.Struct)


class Envelope(msgspec.Struct):
    """Alipay's answer: what was signed, still as bytes, and the signature over exactly these."""

    alipay_system_oauth_token_response: msgspec.Raw = msgspec.Raw(b"")
    error_response: msgspec.Raw = msgspec.Raw(b"")
    sign: str = ""


class Said(msgspec.Struct):
    """Whose code it was, or why Alipay does not say. The access token beside it is not ours to keep: nothing is asked
    in the person's name."""

    user_id: str = ""
    open_id: str = ""
    sub_code: str = ""

    @property
    def account(self) -> str:
        """The account, if there is one; the two kinds of ids cannot be taken for each other."""
        if self.user_id:
            return f"user:{self.user_id}"
        return f"open:{self.open_id}" if self.open_id else ""


class AlipayChannel:
    """Asks Alipay which account a code stands for. `private_key` is the app's (PKCS #8, DER), asked for on first use;
    `alipay_key` is Alipay's (SubjectPublicKeyInfo, DER)."""

    def __init__(
        self,
        app_id: str,
        private_key: Callable[[], bytes],
        alipay_key: bytes,
        *,
        outgoing: Outgoing,
        gateway: str = ALIPAY,
    ) -> None:
        self._app_id = app_id
        self._private_key = private_key
        self._alipay_key = alipay_key
        self._outgoing = outgoing
        self._gateway = gateway

    def account(self, code: str, *, now: float) -> str:
        """The account; raises `ChannelCodeInvalid` or `ChannelUnavailable`."""
        try:
            return self._account(self._asked(code, now))
        except NoAnswer as error:
            telemetry.count("ChannelFaults", channel="alipay", kind=error.kind)
        raise ChannelUnavailable

    def _asked(self, code: str, now: float) -> Envelope:
        """Alipay's answer; raises `NoAnswer` where there is none that can be read."""
        form = self._signed_form(code, now)
        answer = self._outgoing.send("POST", self._gateway, headers={"Content-Type": FORM}, body=form)
        if answer.status != 200:
            raise NoAnswer("status")
        return _decoded(answer.body, Envelope)

    def _account(self, envelope: Envelope) -> str:
        """The account in an answer; raises `ChannelCodeInvalid`, or `NoAnswer` where it tells of none.

        1. A refusal is believed without a signature: it opens nothing.
        2. Whatever opens something is signed by Alipay, over the bytes that we read.
        """
        answer = bytes(envelope.error_response) or bytes(envelope.alipay_system_oauth_token_response)
        said = _decoded(answer, Said)
        if said.sub_code == INVALID_CODE:
            raise ChannelCodeInvalid
        if said.sub_code or envelope.error_response:
            raise NoAnswer("refused")
        if not self._is_by_alipay(answer, envelope.sign):
            raise NoAnswer("untrusted")
        if not said.account:
            raise NoAnswer("unreadable")
        return said.account

    def _signed_form(self, code: str, now: float) -> bytes:
        """The form with its signature. Its time is Beijing's."""
        form = {
            "app_id": self._app_id,
            "charset": "utf-8",
            "code": code,
            "format": "JSON",
            "grant_type": "authorization_code",
            "method": METHOD,
            "sign_type": "RSA2",
            "timestamp": datetime.fromtimestamp(now, UTC).astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S"),
            "version": "1.0",
        }
        text = "&".join(f"{name}={form[name]}" for name in sorted(form))
        return urlencode(form | {"sign": self._sign(text.encode())}).encode()

    def _sign(self, text: bytes) -> str:
        """RSA2: PKCS #1 v1.5 with SHA-256, as Base64."""
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15

        return b64encode(self._own.sign(text, PKCS1v15(), hashes.SHA256())).decode()

    def _is_by_alipay(self, said: bytes, signature: str) -> bool:
        """Whether Alipay signed these bytes."""
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15

        try:
            self._theirs.verify(b64decode(signature, validate=True), said, PKCS1v15(), hashes.SHA256())
        except (InvalidSignature, ValueError):
            return False
        return True

    @cached_property
    def _own(self) -> RSAPrivateKey:
        """The key of our app."""
        from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
        from cryptography.hazmat.primitives.serialization import load_der_private_key

        key = load_der_private_key(self._private_key(), password=None)
        if not isinstance(key, RSAPrivateKey):
            raise TypeError("Alipay takes RSA keys")
        return key

    @cached_property
    def _theirs(self) -> RSAPublicKey:
        """The key of Alipay."""
        from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
        from cryptography.hazmat.primitives.serialization import load_der_public_key

        key = load_der_public_key(self._alipay_key)
        if not isinstance(key, RSAPublicKey):
            raise TypeError("Alipay signs with RSA keys")
        return key


def _decoded(text: bytes, kind: type[Kind]) -> Kind:
    """JSON as one of the structs above; raises `NoAnswer`."""
    try:
        return msgspec.json.decode(text, type=kind)
    except (msgspec.DecodeError, UnicodeError):
        raise NoAnswer("unreadable") from None
