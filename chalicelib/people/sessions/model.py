"""What a session reaches, how long it lasts, and what it means to present one of its refresh tokens. Pure rules.

A refresh token is good once: its session keeps a generation, and each refresh begins the next. Whoever comes with the
one before within half a minute has lost the reply and is answered again, and so is at any time the device whose key the
session is bound to. Any other one shows that two have it, and as nobody can tell which of them is the thief, the
session ends for both.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from chalicelib.people.proofing.provider import Assurance
from chalicelib.platform.permissions import Role, of_holders

ACCESS_LIFETIME_S = 270
REVOKED_WITHIN_S = 300
"""With the tolerance for clocks (trust/tokens.py) an access token ends within five minutes, whatever is revoked."""

REPEAT_S = 30
IDLE_S = 30 * 24 * 3600
LONGEST_S = 180 * 24 * 3600
OFFICE_LONGEST_S = 3600

SCOPES = of_holders()
"""What a holder may do about what is theirs. How surely they were recognised stands beside it (people/assurance.py)."""


class Device(NamedTuple):
    """What somebody logs in with: what they call it, what it calls itself, its key's thumbprint, where it called from.

    All may be empty; the last two never leave the log-in but as blind indexes and a thumbprint.
    """

    name: str = ""
    device_id: str = ""
    key: str = ""
    address: str = ""

    @property
    def is_known(self) -> bool:
        """Whether more is known of it than where it calls from."""
        return bool(self.key or self.device_id)

    @property
    def told_by(self) -> str:
        """By what attempts from it are counted: the surest thing that is known."""
        return self.key or self.device_id or self.address


class AppCode(NamedTuple):
    """What an app gave a moment ago, and which app it was."""

    app: str
    code: str


NO_APP = AppCode("", "")


class Proof(NamedTuple):
    """That somebody holds a device key: its thumbprint (RFC 7638), and a digest that names this one proof."""

    key: str = ""
    mark: str = ""


NO_PROOF = Proof()


class Ending(StrEnum):
    """Why a session ended."""

    SIGNED_OUT = "signed_out"
    REVOKED = "revoked"
    REUSED = "refresh_token_reused"
    OUT_OF_OFFICE = "out_of_office"
    LEFT = "left"
    EXPIRED = "expired"


class Ticket(NamedTuple):
    """What a genuine refresh token says."""

    holder: str
    session_id: str
    generation: int


class Session(NamedTuple):
    """A session. Instants are Unix seconds; `key` is the thumbprint of the device key it is bound to, if any.

    `proof` marks the proof that was presented last, `device` is the sealed name of the device.
    """

    holder: str
    session_id: str
    role: Role | None
    assurance: Assurance
    key: str
    device: bytes
    created_at: int
    used_at: int
    ends_at: int
    generation: int = 0
    proof: str = ""
    ended: Ending | None = None
    ended_at: int | None = None

    def ending(self, now: float) -> Ending | None:
        """Why it does not run any more; None while it does."""
        if self.ended is not None:
            return self.ended
        return Ending.EXPIRED if now >= min(self.ends_at, self.used_at + IDLE_S) else None


class Finding(StrEnum):
    """What presenting a refresh token means."""

    NEXT = "next"
    REPEAT = "repeat"
    REUSED = "reused"
    ENDED = "ended"
    KEY_NOT_SHOWN = "key_not_shown"
    OTHER_KEY = "other_key"
    PROOF_USED = "proof_used"


def judged(session: Session, ticket: Ticket, proof: Proof, *, now: float) -> Finding:
    """What presenting a refresh token of a session means at an instant. In this order:

    1. What has ended stays ended.
    2. Whoever cannot show the key of the device learns nothing more, and ends nothing either.
    3. The one before, at once, is a lost reply.
    4. A proof of the key is good once, so that one overheard with its token renews nothing else.
    5. The one before, by the device itself, is a reply lost in a dead zone, however long that was.
    6. Any other that is over is in two hands.
    """
    if session.ending(now) is not None or ticket.generation > session.generation:
        return Finding.ENDED
    if session.key and proof.key != session.key:
        return Finding.OTHER_KEY if proof.key else Finding.KEY_NOT_SHOWN
    behind = session.generation - ticket.generation
    if behind == 1 and now - session.used_at <= REPEAT_S:
        return Finding.REPEAT
    if session.key and proof.mark == session.proof:
        return Finding.PROOF_USED
    if behind == 0:
        return Finding.NEXT
    return Finding.REPEAT if behind == 1 and session.key else Finding.REUSED
