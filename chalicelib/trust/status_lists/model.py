"""When a status list takes new entries, when it is signed anew, and when nobody needs it any more. Rules only."""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.trust.model import DAY_S

OPEN_S = 30 * DAY_S
LONGEST_CARRIER_S = 180 * DAY_S
SPAN_S = OPEN_S + LONGEST_CARRIER_S
"""From the opening of a list to the end of the last that may stand on it."""

KEPT_S = DAY_S
"""How long a list is published after that: gates whose clocks are behind, and late revocations, still find it."""

SIGNED_ANEW_S = 3600
"""A copy is good for two days, so a signer may be away for one and a half before any gate notices."""


@dataclass(frozen=True, slots=True)
class Shelved:
    """A list as the shelf has it: beside its number nothing that grows with it.

    `taken` counts the entries handed out; nothing that stands on it is good after `ends_at`. The other three are of
    the newest token that was put up: how many there were, when it was signed (Unix seconds), and by which key.
    """

    number: int
    taken: int
    ends_at: int
    version: int = 0
    issued_at: int = 0
    kid: str = ""

    def is_kept(self, now: int) -> bool:
        """Whether the list is published at an instant."""
        return now <= self.ends_at + KEPT_S

    def is_due(self, now: int, *, trusted: bool) -> bool:
        """Whether it is to be signed anew, also because its key is not (any more) to be trusted."""
        return self.is_kept(now) and (not trusted or now >= self.issued_at + SIGNED_ANEW_S)


def opened(number: int, now: int) -> Shelved:
    """A new list."""
    return Shelved(number, taken=0, ends_at=now + SPAN_S)
