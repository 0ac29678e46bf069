"""What a kind of document is, and which mistakes people make when they type its number. Values and rules only."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple, Protocol


class Mistake(StrEnum):
    """What a number that cannot be right looks like. Stable names; `HINTS` say what to do about each."""

    EMPTY = "empty"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    LETTER_FOR_DIGIT = "letter_for_digit"
    DIGIT_FOR_LETTER = "digit_for_letter"
    ANOTHER_ALPHABET = "another_alphabet"
    UNEXPECTED_CHARACTER = "unexpected_character"
    IMPOSSIBLE_DATE = "impossible_date"
    IMPOSSIBLE_REGION = "impossible_region"
    UNKNOWN_STATE = "unknown_state"
    NEIGHBOURS_SWAPPED = "neighbours_swapped"
    DIGIT_MISTYPED = "digit_mistyped"
    FIRST_GENERATION = "first_generation"
    OTHER_DOCUMENT_TYPE = "other_document_type"


HINTS = {
    Mistake.EMPTY: "There is no number. Copy it from the document.",
    Mistake.TOO_SHORT: "A character seems to be missing. Count them on the document.",
    Mistake.TOO_LONG: "There is a character too many. Count them on the document.",
    Mistake.LETTER_FOR_DIGIT: "There is a letter where the document has a digit: O may be 0, I or L may be 1.",
    Mistake.DIGIT_FOR_LETTER: "There is a digit where the document has a letter: 0 may be O, 1 may be I.",
    Mistake.ANOTHER_ALPHABET: "A character looks like a Latin letter or a digit, typed in another alphabet.",
    Mistake.UNEXPECTED_CHARACTER: "There is a character that no such number has. Remove it.",
    Mistake.IMPOSSIBLE_DATE: "The date of birth in the number cannot be. Compare it with the document.",
    Mistake.IMPOSSIBLE_REGION: "The number begins with a region that does not exist. Compare its beginning.",
    Mistake.UNKNOWN_STATE: "The number must begin with the three letters of the issuing state, as in GBR-.",
    Mistake.NEIGHBOURS_SWAPPED: "Two neighbours seem to be swapped, the first at one of `positions`.",
    Mistake.DIGIT_MISTYPED: "The check digit does not match: a digit seems to be mistyped. Compare them all.",
    Mistake.FIRST_GENERATION: "Fifteen digits are the number of a first-generation card, which ended in 2013.",
    Mistake.OTHER_DOCUMENT_TYPE: "This is a number of another type. Choose the type given in `looks_like`.",
}
"""What a person can do about a mistake; never the number itself."""


class Flaw(NamedTuple):
    """What is wrong with a number: the mistake, and at which characters (from 1, blanks and hyphens not counted)."""

    mistake: Mistake
    positions: tuple[int, ...] = ()


class Says(NamedTuple):
    """What a number says about its holder, each empty where it does not: birth (YYYY-MM-DD), sex, division of issue."""

    born: str = ""
    sex: str = ""
    division: str = ""


class DocumentKind(Protocol):
    """One kind of document. All texts are tidied (text.py) before a kind sees them."""

    @property
    def tag(self) -> str:
        """Its name in the API."""

    @property
    def title(self) -> str:
        """Its name for people."""

    @property
    def is_telling(self) -> bool:
        """Whether its numbers look like those of no other kind, so that one may be recognised under a wrong name."""

    @property
    def marks(self) -> str:
        """The characters that its numbers may have beside letters and digits."""

    def flaw(self, text: str) -> Flaw | None:
        """What is wrong with a number, None where nothing is."""

    def canonical(self, text: str) -> str:
        """The one way to write a number without flaw."""

    def mask(self, number: str) -> str:
        """A canonical number as others may see it."""

    def says(self, number: str) -> Says:
        """What a canonical number says about its holder."""


def covered(number: str, first: int, last: int) -> str:
    """A number of which the first and last characters are seen: one star per hidden character."""
    hidden = len(number) - first - last
    return number[:first] + "*" * hidden + number[len(number) - last :] if hidden > 0 else "*" * len(number)


def of_length(text: str, *lengths: int) -> Flaw | None:
    """Whether a text has one of these lengths (in rising order)."""
    if len(text) in lengths:
        return None
    return Flaw(Mistake.TOO_SHORT if len(text) < lengths[-1] else Mistake.TOO_LONG)


def digits_at(text: str, places: range) -> Flaw | None:
    """Whether there are digits at these places, counted from 0."""
    letters = tuple(place + 1 for place in places if not text[place].isdigit())
    return Flaw(Mistake.LETTER_FOR_DIGIT, letters) if letters else None


def letters_at(text: str, places: range) -> Flaw | None:
    """Whether there are letters at these places, counted from 0."""
    digits = tuple(place + 1 for place in places if not text[place].isalpha())
    return Flaw(Mistake.DIGIT_FOR_LETTER, digits) if digits else None
