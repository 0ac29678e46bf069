"""The receipt of a consent: what was agreed to in which words, and a digest by which both sides can prove it.

Our format YC1: SM3 over the canonical JSON (RFC 8785) of the terms, as GET /v1/consents/{consent_id} shows them. All
values are texts, whole numbers, truths and lists of texts; times are Unix seconds; fields stand in order.
"""

from __future__ import annotations

import json
from typing import Any

from chalicelib.partners.consents.model import Consent
from chalicelib.platform.crypto.hashing import sm3

FORMAT = "YC1"


def terms(consent: Consent, *, why: str) -> dict[str, Any]:
    """What was agreed to, once it was. `why` is the client's reason as the holder read it."""
    return {
        "format": FORMAT,
        "consent_id": consent.consent_id,
        "client_id": consent.client_id,
        "client_name": consent.client_name,
        "purpose": str(consent.purpose),
        "fields": sorted(consent.fields),
        "use": str(consent.use),
        "unattended": consent.unattended,
        "why": why,
        "text_version": consent.text_version,
        "agreed_at": consent.agreed_at,
        "agreed_by": consent.agreed_by,
        "until": consent.until,
    }


def digest(agreed: dict[str, Any]) -> str:
    """SM3 of the canonical JSON, 64 hex digits."""
    canonical = json.dumps(agreed, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sm3(canonical.encode()).hex()
