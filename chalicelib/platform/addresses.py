"""Addresses and keys of other systems as settings name them. Values in, values out."""

from __future__ import annotations

import re
from base64 import b64decode
from typing import NamedTuple
from urllib.parse import urlsplit

from chalicelib.platform.crypto.curve import is_public

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})

_app = re.compile(r"([A-Za-z0-9]{1,64}):(file:[!-~]+|sealed:[A-Za-z0-9+/]+={0,2})")


class App(NamedTuple):
    """An app of ours on somebody else's platform: its id, and where its secret is.

    `file:<path>`, or `sealed:<Base64>` for one that is encrypted under the city's key-encryption key.
    """

    app_id: str
    secret: str


def is_address(text: str) -> bool:
    """Whether a text is an address that personal data may be sent to: HTTPS, or this machine itself.

    Nothing but host and path is in it: a query or a user's name would end up where addresses are written down.
    """
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    if not host or parts.query or parts.fragment or "@" in parts.netloc or not text.isascii():
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK)


def point(text: str) -> bytes | None:
    """The SM2 public key X‖Y that a text says as hex of 04‖X‖Y, None where it says none."""
    try:
        raw = bytes.fromhex(text)
    except ValueError:
        return None
    return raw[1:] if raw[:1] == b"\x04" and is_public(raw[1:]) else None


def app(text: str) -> App | None:
    """An app as `<app id>:file:<path>` or `<app id>:sealed:<Base64>`, None where the text is neither."""
    match = _app.fullmatch(text)
    return App(match[1], match[2]) if match else None


def is_base64(text: str) -> bool:
    """Whether a text is bytes as Base64 with padding."""
    try:
        return bool(b64decode(text, validate=True))
    except ValueError:
        return False
