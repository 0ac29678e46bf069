"""A holder's status as codes see it: colours through time, standing, and the mark of the code presented last."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Colour(StrEnum):
    """The colour of a holder. Systems disagree about integers, so what is exchanged is always the word."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"


SEVERITY = {Colour.GREEN: 0, Colour.YELLOW: 1, Colour.RED: 2}
"""Which colour is the more severe."""


class Standing(StrEnum):
    """Whether the holder's codes are honoured at all."""

    ACTIVE = "active"
    SUSPENDED = "suspended"


class Carrier(StrEnum):
    """What a person was verified by."""

    SCREEN = "screen"
    PAPER = "paper"
    CARD = "card"
    DOCUMENT = "document"


class ShownBy(StrEnum):
    """Who held it up."""

    HOLDER = "holder"
    GUARDIAN = "guardian"


class Scan(NamedTuple):
    """One accepted presentation: who looked, for what, where, at which Unix second; what was shown, and by whom.

    `terminal` is the gate or phone that was used, `fields` are the kinds of personal fields that were disclosed beside
    the colour (codes/purposes.py), separated by blanks; both are often empty.
    """

    verifier: str
    verifier_name: str
    purpose: str
    place: str
    at: int
    carrier: str = Carrier.SCREEN
    shown_by: str = ShownBy.HOLDER
    terminal: str = ""
    fields: str = ""


class HolderStatus(NamedTuple):
    """The status item as the hot path reads it.

    `course` is the stored timeline (course.py). `mark` is the position (12 bytes) of the newest code presented, zeros
    before the first; `last_verifier` is the client that presented it; `masked_name` is sealed (trust/fields.py).
    `tags` are the groups the holder has agreed to have shown (people/tags), empty for most people.
    """

    holder: str
    course: str
    standing: Standing
    masked_name: bytes
    mark: bytes
    last_verifier: str
    tags: str = ""

    def colour_at(self, instant: float) -> Colour:
        """The colour at an instant, whoever has or has not been told of it."""
        return colour_at(self.course, instant)


class Presentation(NamedTuple):
    """What became of spending a code: the status, whether this call spent it, and whether who showed it might.

    Where it did not, `last_scan` is the scan that spent the holder's newest code, as it was logged.
    """

    status: HolderStatus
    spent: bool
    might_show: bool = True
    last_scan: Scan | None = None


UNMARKED = bytes(12)


def colour_at(course: str, instant: float) -> Colour:
    """Look an instant up in a stored timeline (course.py, whose colours stand between the seconds they change at)."""
    words = course.split(" ")
    last = 0
    while last + 1 < len(words) and int(words[last + 1]) <= instant:
        last += 2
    return Colour(words[last].partition("|")[0])
