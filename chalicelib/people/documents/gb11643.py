"""Numbers of 18 characters: resident identity numbers (GB 11643), and the permits and cards that are built like them.

    division (6) ‖ birth YYYYMMDD (8) ‖ serial (3, odd: male) ‖ check character (1, ISO 7064 MOD 11-2)

The residence permits of people from Hong Kong, Macao and Taiwan have 810000, 820000 and 830000 for a division. Of
divisions only the province is checked: counties come and go, and their old codes stay in people's numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from chalicelib.people.documents.check_digits import mod_11_2
from chalicelib.people.documents.model import Flaw, Mistake, Says, covered, digits_at, of_length

LENGTH = 18
FIRST_GENERATION_LENGTH = 15
EARLIEST_BIRTH, LATEST_BIRTH = date(1890, 1, 1), date(2099, 12, 31)
PROVINCES = (
    *("11", "12", "13", "14", "15"),
    *("21", "22", "23"),
    *("31", "32", "33", "34", "35", "36", "37"),
    *("41", "42", "43", "44", "45", "46"),
    *("50", "51", "52", "53", "54"),
    *("61", "62", "63", "64", "65"),
    "71",
)
"""The first two digits of a division (GB/T 2260), of Hong Kong and Macao apart: their people have permits."""


@dataclass(frozen=True, slots=True)
class Gb11643:
    """Documents whose numbers are built like resident identity numbers and begin with one of `prefixes`."""

    tag: str
    title: str
    prefixes: tuple[str, ...]
    is_telling: bool = True
    marks: str = ""

    def flaw(self, text: str) -> Flaw | None:
        """What is wrong, the more telling first: a swap that makes all right explains also an impossible date."""
        return _form(text) or self._content(text)

    def canonical(self, text: str) -> str:
        """As it is."""
        return text

    def mask(self, number: str) -> str:
        """The first three and the last four characters: 310***********1234."""
        return covered(number, 3, 4)

    def says(self, number: str) -> Says:
        """When somebody was born, of which sex, and in which division they were registered first."""
        born = f"{number[6:10]}-{number[10:12]}-{number[12:14]}"
        return Says(born, "male" if int(number[16]) % 2 else "female", number[:6])

    def _content(self, text: str) -> Flaw | None:
        """What is wrong with a number in good form."""
        mistake = self._mistake(text)
        if mistake is None:
            return None
        swapped = tuple(place for place, other in _swaps(text) if self._mistake(other) is None)
        return Flaw(Mistake.NEIGHBOURS_SWAPPED, swapped) if swapped else Flaw(mistake)

    def _mistake(self, text: str) -> Mistake | None:
        """What is wrong with a number in good form, taken as it is."""
        if not text.startswith(self.prefixes):
            return Mistake.IMPOSSIBLE_REGION
        if not is_birth(text[6:14]):
            return Mistake.IMPOSSIBLE_DATE
        return None if text[17] == mod_11_2(text[:17]) else Mistake.DIGIT_MISTYPED


def is_birth(text: str) -> bool:
    """Whether somebody can be born on a day (YYYYMMDD)."""
    try:
        day = date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return False
    return EARLIEST_BIRTH <= day <= LATEST_BIRTH


def _form(text: str) -> Flaw | None:
    """What is wrong with the characters, whatever they say."""
    if len(text) == FIRST_GENERATION_LENGTH and text.isdigit():
        return Flaw(Mistake.FIRST_GENERATION)
    last = None if text[-1:].isdigit() or text.endswith("X") else Flaw(Mistake.LETTER_FOR_DIGIT, (LENGTH,))
    return of_length(text, LENGTH) or digits_at(text, range(LENGTH - 1)) or last


def _swaps(text: str) -> Iterator[tuple[int, str]]:
    """What could have been meant by somebody who swapped two digits; with the place of the first."""
    for place in range(LENGTH - 1):
        one, other = text[place], text[place + 1]
        if other not in {one, "X"}:
            yield place + 1, text[:place] + other + one + text[place + 2 :]


RESIDENT_ID = Gb11643("resident_id", "居民身份证", PROVINCES)
HK_MACAO_RESIDENCE_PERMIT = Gb11643("hk_macao_residence_permit", "港澳居民居住证", ("810000", "820000"))
TAIWAN_RESIDENCE_PERMIT = Gb11643("taiwan_residence_permit", "台湾居民居住证", ("830000",))
