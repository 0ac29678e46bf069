"""The headers of a delivery: Standard Webhooks 1.0, and an SM2 signature beside it. Pure.

    webhook-id: evt_…                      the id of the event: the same however often it is sent
    webhook-timestamp: 1790000000          when this attempt was made, Unix seconds
    webhook-signature: v1,<Base64 of HMAC-SHA256> [v1,<by the secret before>] v1sm2,<Base64 of r‖s>
    yima-key-id: 0a1b2c3d                  the city's key of the SM2 signature, on its trust list with use `request`

Every signature is over `id.timestamp.body`, the very bytes. Whoever knows a secret could have made `v1`; only the city
can have made `v1sm2` (GB/T 32918.2, signer ID 1234567812345678). Libraries for Standard Webhooks pass over what they
do not know.
"""

from __future__ import annotations

import hmac
from base64 import b64decode, b64encode
from collections.abc import Iterable

from chalicelib.platform.crypto import sm2
from chalicelib.platform.crypto.sm2 import KeyPair

PREFIX = "whsec_"
MEDIA_TYPE = "application/cloudevents+json"
AGENT = "Yima-Webhooks/1"


def signed_headers(
    message_id: str, body: bytes, *, secrets: Iterable[str], pair: KeyPair, key_id: str, timestamp: int
) -> dict[str, str]:
    """All headers of a delivery, signed by every secret and by the city's key."""
    text = signed_text(message_id, timestamp, body)
    signatures = [f"v1,{by_secret(secret, text)}" for secret in secrets]
    signatures.append(f"v1sm2,{b64encode(sm2.sign(pair, text)).decode()}")
    return {
        "Content-Type": MEDIA_TYPE,
        "User-Agent": AGENT,
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signatures),
        "yima-key-id": key_id,
    }


def signed_text(message_id: str, timestamp: int, body: bytes) -> bytes:
    """What is signed."""
    return f"{message_id}.{timestamp}.".encode() + body


def by_secret(secret: str, text: bytes) -> str:
    """Base64 of HMAC-SHA256 under a secret `whsec_<Base64>`."""
    return b64encode(hmac.digest(b64decode(secret.removeprefix(PREFIX)), text, "sha256")).decode()
