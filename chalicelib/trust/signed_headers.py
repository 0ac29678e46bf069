"""The headers that carry an SM2 signature, `name="value",…`, and why one is refused. See signed_requests.py.

Pure, and strict: every text has one reading, and what we write we can read.
"""

from __future__ import annotations

import binascii
import re
from base64 import b64decode, b64encode
from typing import ClassVar

from chalicelib.platform.crypto import sm2

LONGEST_HEADER = 1024

_field = re.compile(r'([a-z_]{1,16})="([A-Za-z0-9+/=_.-]{1,128})"')
_time = re.compile(r"0|[1-9][0-9]{0,11}")
_nonce = re.compile(r"[A-Za-z0-9_-]{16,64}")


class SignatureRefused(ValueError):
    """What was received is not known to come from who it says. `reason` names why; nothing of it is repeated."""

    reason: ClassVar[str]

    def __init__(self) -> None:
        super().__init__(self.reason)


class NotSigned(SignatureRefused):
    """There is no signature that can be read."""

    reason = "not_signed"


class UnknownSigner(SignatureRefused):
    """Nobody we know has this key."""

    reason = "unknown_signer"


class WrongTime(SignatureRefused):
    """It was signed too long ago, or by a clock that is ahead."""

    reason = "wrong_time"


class OfAnotherRequest(SignatureRefused):
    """It is the reply to something else."""

    reason = "of_another_request"


class WrongSignature(SignatureRefused):
    """The signature is not over this by this key."""

    reason = "wrong_signature"


def written(names: tuple[str, ...], values: tuple[str, ...]) -> str:
    """Fields as a header has them; raises ValueError where a value could not be read again."""
    text = ",".join(f'{name}="{value}"' for name, value in zip(names, values, strict=True))
    read(text, names)
    return text


def read(text: str, names: tuple[str, ...]) -> list[str]:
    """The values of exactly these fields, in this order, however they were ordered; raises `NotSigned`."""
    if len(text) > LONGEST_HEADER:
        raise NotSigned
    matches = [_field.fullmatch(part.strip(" \t")) for part in text.split(",")]
    fields = {match[1]: match[2] for match in matches if match}
    if len(matches) != len(names) or set(fields) != set(names):
        raise NotSigned
    return [fields[name] for name in names]


def checked(time: str, nonce: str, signature: str) -> tuple[int, bytes]:
    """Time and signature as they are meant; raises `NotSigned`."""
    if not (_time.fullmatch(time) and _nonce.fullmatch(nonce)):
        raise NotSigned
    try:
        raw = b64decode(signature, validate=True)
    except binascii.Error:
        raise NotSigned from None
    if len(raw) != sm2.SIGNATURE_SIZE or base64(raw) != signature:
        raise NotSigned
    return int(time), raw


def stamp(timestamp: int, nonce: str) -> tuple[str, str]:
    """Time and nonce as lines; raises ValueError where they could not be read again."""
    if not (_time.fullmatch(str(timestamp)) and _nonce.fullmatch(nonce)):
        raise ValueError("a time is a whole number from 0 on, a nonce 16 to 64 letters, digits, - and _")
    return str(timestamp), nonce


def base64(raw: bytes) -> str:
    """Bytes as Base64 with padding (RFC 4648, section 4)."""
    return b64encode(raw).decode()
