"""Personal fields at rest: SM4-GCM under the issuer's field key, bound to the record they belong to."""

from __future__ import annotations

import secrets

from chalicelib.platform.crypto.hashing import hmac_sm3
from chalicelib.platform.crypto.sealing import SealBroken, seal, unseal
from chalicelib.trust.model import KeyUse
from chalicelib.trust.ring import KeyRing

KID_LENGTH = 4


class Fields:
    """Seals and opens personal fields. A sealed field is key id (4) ‖ nonce (12) ‖ SM4-GCM."""

    def __init__(self, ring: KeyRing) -> None:
        self._ring = ring

    def seal(self, text: str, *, context: str, now: float) -> bytes:
        """Seal a text for the record named by `context`."""
        key = self._ring.signing(KeyUse.FIELD, now=now)
        sealed = seal(key.secret[:16], text.encode(), context=context.encode(), nonce=secrets.token_bytes(12))
        return bytes.fromhex(key.record.kid) + sealed

    def open(self, sealed: bytes, *, context: str, now: float) -> str:
        """Open a sealed text; raises `SealBroken` where it was changed, moved, or its key is gone."""
        record = self._ring.find(sealed[:KID_LENGTH].hex(), now=now)
        if record is None:
            raise SealBroken
        return unseal(self._ring.open(record).secret[:16], sealed[KID_LENGTH:], context=context.encode()).decode()

    def blind_index(self, *parts: str, now: float) -> str:
        """A look-up key that tells nothing without the issuer's index key: hex of HMAC-SM3 over the parts."""
        key = self._ring.signing(KeyUse.INDEX, now=now)
        return hmac_sm3(key.secret, "\x1f".join(parts).encode()).hex()
