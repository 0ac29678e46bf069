"""Alipay's log-in: an authorisation code becomes the account it stands for, by `alipay.system.oauth.token`.

A form is posted to the gateway, signed with the app's RSA key over its fields in alphabetical order (RSA2: PKCS #1
v1.5 with SHA-256); Alipay signs the bytes of its answer, between the braces and with them. The account is the `user_id`
of apps that still get one, else the `open_id`.
"""

from __future__ import annotations

import binascii
from base64 import b64decode, b64encode
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from functools import cached_property
from typing import TYPE_CHECKING
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


class Envelope(msgspec.Struct):
    """Alipay's answer: what was signed, still as bytes, and the signature over exactly these."""

    alipay_system_oauth_token_response: msgspec.Raw = msgspec.Raw(b"")
    error_response: msgspec.Raw = msgspec.Raw(b"")
    sign: str = ""


class Granted(msgspec.Struct):
    """Whose code it was. The access token beside it is not ours to keep: nothing is asked in the person's name."""

    user_id: str = ""
    open_id: str = ""

    @property
    def account(self) -> str:
        """The account; the two kinds of ids cannot be taken for each other."""
        if self.user_id:
            return f"user:{self.user_id}"
        return f"open:{self.open_id}" if self.open_id else ""


class Refused(msgspec.Struct):
    """Why Alipay grants nothing."""

    code: str = ""
    sub_code: str = ""


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
        envelope = self._asked(code, now)
        if envelope is None:
            raise ChannelUnavailable
        granted = self._granted(envelope)
        if granted is None:
            raise ChannelUnavailable
        if not granted.account:
            raise ChannelCodeInvalid
        return granted.account

    def _asked(self, code: str, now: float) -> Envelope | None:
        """Alipay's answer, None where there is none that can be read."""
        form = self._signed_form(code, now)
        try:
            answer = self._outgoing.send("POST", self._gateway, headers={"Content-Type": FORM}, body=form)
            return msgspec.json.decode(answer.body, type=Envelope) if answer.status == 200 else _unread("status")
        except NoAnswer as error:
            return _unread(error.kind)
        except (msgspec.DecodeError, UnicodeError):
            return _unread("unreadable")

    def _granted(self, envelope: Envelope) -> Granted | None:
        """What Alipay grants: nobody's account for a code it does not know, None where it cannot be told.

        1. A refusal is believed without a signature: it opens nothing.
        2. Whatever opens something is signed by Alipay, over the bytes that we read.
        """
        try:
            if error := bytes(envelope.error_response):
                refused = msgspec.json.decode(error, type=Refused)
                return Granted() if refused.sub_code == INVALID_CODE else _unread("refused")
            said = bytes(envelope.alipay_system_oauth_token_response)
            if not self._is_by_alipay(said, envelope.sign):
                return _unread("untrusted")
            granted = msgspec.json.decode(said, type=Granted)
            return granted if granted.account else _unread("unreadable")
        except (msgspec.DecodeError, UnicodeError):
            return _unread("unreadable")

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
        except (InvalidSignature, binascii.Error, UnicodeError):
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


def _unread(kind: str) -> None:
    """Count an answer that could not be used."""
    telemetry.count("ChannelFaults", channel="alipay", kind=kind)
