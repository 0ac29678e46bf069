"""The trust list: the issuer's living keys, signed by its root key, so that anyone can verify without asking us.

Presence on the newest list is validity: a revoked or retired key is simply gone. Format: docs/wire-formats.md.
Pure: the offline verifier imports this module and nothing of AWS.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

import msgspec

from chalicelib.platform.crypto import sm2
from chalicelib.platform.crypto.sm2 import KeyPair
from chalicelib.platform.times import parse_rfc3339, rfc3339
from chalicelib.trust.model import TRUSTED_STATES, KeyRecord, KeyUse


class TrustedKey(msgspec.Struct, frozen=True, omit_defaults=True):
    """A key on the list. `public_key` is hex 04‖X‖Y; times are RFC 3339 UTC.

    `use` is `code` for screen codes and left out then, `carrier` for paper codes and status lists, or `request` for
    what the city asks other systems.
    """

    kid: str
    public_key: str
    not_before: str
    not_after: str
    state: str
    use: str = str(KeyUse.CODE)

    def may_have_signed(self, instant: int) -> bool:
        """Whether the key was entitled to sign at an instant (Unix seconds)."""
        return parse_rfc3339(self.not_before) <= instant <= parse_rfc3339(self.not_after)

    @property
    def xy(self) -> bytes:
        """The key as X‖Y; raises ValueError where it is not the hex of a point."""
        return bytes.fromhex(self.public_key)[1:]


class TrustList(msgspec.Struct, frozen=True):
    """The published document. `signature` is hex r‖s by the root key over `signed_bytes`."""

    issuer: str
    keys: list[TrustedKey]
    issued_at: str
    expires_at: str
    signature: str

    def key(self, kid: str) -> TrustedKey | None:
        """The key with this id, None where it is not (or no longer) trusted."""
        return next((key for key in self.keys if key.kid == kid), None)

    def signed_bytes(self) -> bytes:
        """What the root key signed: the document without `signature`, in canonical JSON (RFC 8785)."""
        document = msgspec.to_builtins(self)
        del document["signature"]
        return _canonical(document)

    def is_signed_by(self, root_public_key: str) -> bool:
        """Whether a root key that was pinned beforehand (hex 04‖X‖Y) signed this list."""
        try:
            root, signature = bytes.fromhex(root_public_key)[1:], bytes.fromhex(self.signature)
        except ValueError:
            return False
        return sm2.verify(root, self.signed_bytes(), signature)


def signed_list(region: str, keys: Iterable[KeyRecord], root: KeyPair, *, issued_at: int, expires_at: int) -> str:
    """The trust list as JSON text, newest key first."""
    living = sorted((key for key in keys if key.state in TRUSTED_STATES), key=lambda key: -key.not_before)
    document = TrustList(
        issuer=region,
        keys=[_listed(key) for key in living],
        issued_at=rfc3339(issued_at),
        expires_at=rfc3339(expires_at),
        signature="",
    )
    signature = sm2.sign(root, document.signed_bytes())
    return msgspec.json.encode(msgspec.structs.replace(document, signature=signature.hex())).decode()


def read_list(text: str | bytes) -> TrustList:
    """Read a trust list; raises ValueError where it is none. Its signature is not checked yet."""
    try:
        trust = msgspec.json.decode(text, type=TrustList)
    except msgspec.DecodeError as error:
        raise ValueError(str(error)) from error
    for key in trust.keys:
        parse_rfc3339(key.not_before)
        parse_rfc3339(key.not_after)
        bytes.fromhex(key.public_key)
    parse_rfc3339(trust.issued_at)
    parse_rfc3339(trust.expires_at)
    return trust


def _listed(key: KeyRecord) -> TrustedKey:
    """A key as the list shows it."""
    return TrustedKey(
        kid=key.kid,
        public_key="04" + key.public_key.hex(),
        not_before=rfc3339(key.not_before),
        not_after=rfc3339(key.not_after),
        state=str(key.state),
        use=str(key.use),
    )


def _canonical(document: object) -> bytes:
    """RFC 8785 for what the list holds: objects, arrays and ASCII strings."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
