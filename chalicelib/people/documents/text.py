"""Numbers as people and machines write them: full-width, in small letters, with blanks, hyphens and invisible marks."""

from __future__ import annotations

import string
import unicodedata
from collections.abc import Callable

from chalicelib.people.documents.model import Flaw, Mistake

PLAIN = frozenset(string.ascii_uppercase + string.digits)
"""What a number is made of once it is tidied."""

LOOK_ALIKES = frozenset("АВЕЗІЈКМНОРСТУФХЅабеіјкмнорстухѕ" + "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧαβικνορτυχ" + "×✕✖╳")
"""Cyrillic and Greek letters that look like Latin ones, and the crosses that stand in for an X."""

_BLANK = frozenset({"Cf", "Zs", "Zl", "Zp"})
_HYPHEN = "Pd"
_ALSO_SKIPPED = frozenset("\t\r\n−\ufe0e\ufe0f")


def tidied(text: str) -> str:
    """A number as it is meant: one form per character (NFKC), capitals, no blanks, hyphens or invisible marks.

    Only what is Latin is made a capital: what looks like it stays as it was typed and can be told.
    """
    return "".join(
        one.upper() if one.isascii() else one for one in unicodedata.normalize("NFKC", text) if not _is_skipped(one)
    )


def strange(text: str, *, also: str = "") -> Flaw | None:
    """What no number is made of: characters of another alphabet first, then any other but those in `also`."""
    foreign = _places(text, lambda one: one in LOOK_ALIKES or _is_other_digit(one))
    if foreign:
        return Flaw(Mistake.ANOTHER_ALPHABET, foreign)
    others = _places(text, lambda one: one not in PLAIN and one not in also)
    return Flaw(Mistake.UNEXPECTED_CHARACTER, others) if others else None


def _is_skipped(one: str) -> bool:
    """Whether a character says nothing in a number."""
    category = unicodedata.category(one)
    return category in _BLANK or category == _HYPHEN or one in _ALSO_SKIPPED


def _is_other_digit(one: str) -> bool:
    """Whether a character is a digit of another script, as ٣ is."""
    return not one.isascii() and unicodedata.category(one) == "Nd"


def _places(text: str, is_meant: Callable[[str], bool]) -> tuple[int, ...]:
    """Where such characters are, counted from 1."""
    return tuple(place for place, one in enumerate(text, 1) if is_meant(one))
