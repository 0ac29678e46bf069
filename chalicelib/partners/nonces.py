"""The nonces table: what is good once and was used, and of signed requests who signed what.

A claim is one conditional write. It carries a mark of its own, so that whoever lost the answer to it knows it again.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import UTC, datetime

from pynamodb.attributes import BinaryAttribute, NumberAttribute, TTLAttribute, UnicodeAttribute

from chalicelib.platform.tables import TableMeta, TableModel, carried_out, table_name

MARGIN_S = 3600
"""How much longer than it is needed a nonce is kept at least: clocks differ."""

KEPT_S = 180 * 24 * 3600
"""How long it can be shown who signed what."""


class NonceItem(TableModel):
    """One nonce: `<client id>#<nonce>` of a signed request, `<client id>#assertion#<digest>` of an assertion.

    With a signed request goes what proves it later, to whoever brings the body: `signature` (r‖s) is over the five
    lines of trust/signed_requests.py, of which all but the body stand here; of the body its SM3 digest does.
    """

    class Meta(TableMeta):
        table_name = table_name("nonces")

    nonce = UnicodeAttribute(hash_key=True)
    claim = UnicodeAttribute()
    at = NumberAttribute()
    expires_at = TTLAttribute()
    key_id = UnicodeAttribute(null=True)
    signature = BinaryAttribute(null=True, legacy_encoding=False)
    signed_at = NumberAttribute(null=True)
    method = UnicodeAttribute(null=True)
    target = UnicodeAttribute(null=True)
    body_digest = BinaryAttribute(null=True, legacy_encoding=False)


class NonceStore:
    """Nonces that were used."""

    def __init__(self, *, entropy: Callable[[int], bytes] = secrets.token_bytes) -> None:
        self._entropy = entropy

    def claim(self, nonce: str, *, at: int, until: int) -> bool:
        """Use a nonce that is good until an instant; False where it was used."""
        return self.keep(NonceItem(nonce), at=at, until=until + MARGIN_S)

    def keep(self, item: NonceItem, *, at: int, until: int) -> bool:
        """Use a nonce and keep what stands with it; False where it was used, by anybody but this very call."""
        item.claim, item.at = self._entropy(8).hex(), at
        item.expires_at = datetime.fromtimestamp(until, UTC)
        if carried_out(lambda: item.save(condition=NonceItem.nonce.does_not_exist())):
            return True
        return NonceItem.get(item.nonce, consistent_read=True).claim == item.claim
