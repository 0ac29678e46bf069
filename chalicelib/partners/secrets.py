"""Secrets by which programs are recognised: shown once, kept as digests, two at a time while one follows the other.

A secret is 32 random bytes, so its SM3 digest needs no salt. Whoever rotates says how long the old one stays good, so
that a thousand gates need not learn the new one in the same second. Pure.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

import msgspec

from chalicelib.partners.refusals import TwoSecretsLive
from chalicelib.platform.crypto.hashing import same, sm3
from chalicelib.platform.times import rfc3339

MOST_AT_ONCE = 2
OVERLAP_S = 24 * 3600
LONGEST_OVERLAP_S = 7 * 24 * 3600

NO_DIGEST = bytes(32)
"""Compared with where there is no secret, so that nobody learns by the clock whether there is one."""


class Replaces(StrEnum):
    """Which of two live secrets a third takes the place of: only who holds them can know which one is in use."""

    OLDEST = "oldest"
    NEWEST = "newest"


class Secret(msgspec.Struct, frozen=True):
    """One secret: its digest, when it was made, and until when it is good (Unix seconds; 0: until it is replaced)."""

    digest: bytes
    made_at: int
    until: int = 0

    def is_live(self, now: float) -> bool:
        """Whether it is good at an instant."""
        return not self.until or now < self.until


Secrets = tuple[Secret, ...]


def live(secrets: Secrets, now: float) -> Secrets:
    """Those that are good at an instant, the oldest first."""
    return tuple(one for one in secrets if one.is_live(now))


def is_one_of(secrets: Secrets, text: str, now: float) -> bool:
    """Whether a text is one of the live secrets; it takes the same time for any text and for no secret at all."""
    digest = digest_of(text)
    slots = [one.digest for one in live(secrets, now)] + [NO_DIGEST] * MOST_AT_ONCE
    return sum(same(slot, digest) for slot in slots[:MOST_AT_ONCE]) > 0


def digest_of(text: str) -> bytes:
    """What is kept of a secret."""
    return sm3(text.encode())


def rotated(secrets: Secrets, digest: bytes, *, overlap_s: int, replaces: Replaces | None, now: int) -> Secrets:
    """The secrets with a new one; those before it end after the overlap at the latest.

    Where two would go on beside it, one of them has to give way: `replaces` says which, as after a lost answer it is
    the newest, which nobody has seen, and in a second rotation the oldest. Raises `TwoSecretsLive` where nobody says.
    """
    going_on = live(secrets, now) if overlap_s else ()
    if len(going_on) >= MOST_AT_ONCE:
        if replaces is None:
            raise TwoSecretsLive(oldest_until=rfc3339(going_on[0].until))
        going_on = going_on[:1] if replaces is Replaces.NEWEST else going_on[1:]
    ends = now + overlap_s
    older = (Secret(one.digest, one.made_at, min(one.until or ends, ends)) for one in going_on)
    return (*older, Secret(digest, now))


def rotation(digest: bytes, *, overlap_s: int, replaces: Replaces | None, now: int) -> Callable[[Secrets], Secrets]:
    """`rotated` for secrets that are read anew until nobody comes in between.

    `replaces` was said of those that are read first: what somebody else is shown meanwhile is not taken from them.
    """
    first: list[Secrets] = []

    def rotate(secrets: Secrets) -> Secrets:
        first.append(secrets)
        meant = replaces if secrets == first[0] else None
        return rotated(secrets, digest, overlap_s=overlap_s, replaces=meant, now=now)

    return rotate
