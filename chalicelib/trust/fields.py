"""Personal fields at rest: SM4-GCM under the issuer's newest field key, bound to the record they belong to.

A record is named by what it is and which, `holder#0a1b…`. Each kind has a key of its own, derived from the field key:
what opens masked names opens no document number. An older field key opens what it sealed, for good.
"""

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
        sealed = seal(
            key.field_keys[_purpose(context)], text.encode(), context=context.encode(), nonce=secrets.token_bytes(12)
        )
        return bytes.fromhex(key.record.kid) + sealed

    def open(self, sealed: bytes, *, context: str, now: float) -> str:
        """Open a sealed text; raises `SealBroken` where it was changed, moved, or its key is gone."""
        record = self._ring.find(sealed[:KID_LENGTH].hex(), now=now)
        if record is None or record.use is not KeyUse.FIELD:
            raise SealBroken
        key = self._ring.open(record).field_keys[_purpose(context)]
        return unseal(key, sealed[KID_LENGTH:], context=context.encode()).decode()

    def blind_index(self, *parts: str, now: float) -> str:
        """A look-up key that tells nothing without the issuer's index key: hex of HMAC-SM3 over the parts."""
        key = self._ring.signing(KeyUse.INDEX, now=now)
        return hmac_sm3(key.secret, "\x1f".join(parts).encode()).hex()


def _purpose(context: str) -> str:
    """What kind of record a context names."""
    return context.partition("#")[0]
