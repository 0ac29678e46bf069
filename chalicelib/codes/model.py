"""What a verification can say, when a code is good, and what codes may be scanned for. Values and rules only."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from chalicelib.codes.wire import CodeBody
from chalicelib.status.model import Colour

VALIDITY_S = 60
FUTURE_SKEW_S = 20
AHEAD_LIMIT = 15


class Reason(StrEnum):
    """Why a code was not accepted. Stable names; docs/api.md says what to do about each."""

    MALFORMED = "malformed"
    UNKNOWN_KIND = "unknown_kind"
    UNKNOWN_ISSUER = "unknown_issuer"
    UNKNOWN_KEY = "unknown_key"
    REVOKED_KEY = "revoked_key"
    BAD_SEAL = "bad_seal"
    BAD_SIGNATURE = "bad_signature"
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    REPLAYED = "replayed"
    SUPERSEDED = "superseded"
    HOLDER_SUSPENDED = "holder_suspended"
    UNAVAILABLE = "unavailable"


class Purpose(StrEnum):
    """What a code may be scanned for. A verifier states one with every scan; it is logged for the holder."""

    ENTRY = "entry"
    TRANSIT = "transit"
    MEDICAL = "medical"
    GOVERNMENT = "government"
    LODGING = "lodging"
    EVENT = "event"
    INSPECTION = "inspection"


@dataclass(frozen=True, slots=True)
class Accepted:
    """A code that was good and is now spent by this verifier."""

    body: CodeBody
    colour: Colour
    masked_name: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """A code that was not good, and why. `body` is there once the text could be read."""

    reason: Reason
    body: CodeBody | None = None


Verdict = Accepted | Rejected


def window_reason(body: CodeBody, *, now: float) -> Reason | None:
    """Why a code is out of its time, None where it is within [issued - 20 s, issued + validity].

    The 20 seconds before issue allow for a verifier whose clock is behind the issuer's. Whole seconds count, the last
    one to its end: an answer that shows the same second twice does not say `expired`.
    """
    second = int(now)
    if second < body.issued_at - FUTURE_SKEW_S:
        return Reason.NOT_YET_VALID
    if second > body.expires_at:
        return Reason.EXPIRED
    return None
