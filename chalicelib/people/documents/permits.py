"""The permits with which people from Hong Kong, Macao and Taiwan travel to the mainland.

A number is a person's for life. Older booklets print two more digits behind it, which count their renewals, and those
of Taiwan the letter of the issuing office in brackets; all that is dropped, so that one person stays one person.
There is no check digit. The lengths are in public sources; what the last digits count is from memory, and the
regulation itself was not available.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from chalicelib.people.documents.model import Flaw, Mistake, Says, covered, digits_at, of_length

OFFICE = re.compile(r"\([A-Z]\)$")


@dataclass(frozen=True, slots=True)
class HkMacaoTravelPermit:
    """港澳居民来往内地通行证: H or M and eight digits, older ones with two more."""

    tag: str = "hk_macao_travel_permit"
    title: str = "港澳居民来往内地通行证"
    is_telling: bool = True
    marks: str = ""

    def flaw(self, text: str) -> Flaw | None:
        """What is wrong with a number."""
        return of_length(text, 9, 11) or _begins_with(text, "HM") or digits_at(text, range(1, len(text)))

    def canonical(self, text: str) -> str:
        """Without the count of renewals."""
        return text[:9]

    def mask(self, number: str) -> str:
        """As passports are: the first and the last two characters."""
        return covered(number, 1, 2)

    def says(self, number: str) -> Says:
        """Nothing about the holder."""
        return Says()


@dataclass(frozen=True, slots=True)
class TaiwanTravelPermit:
    """台湾居民来往大陆通行证: eight digits, older ones with two more and a letter in brackets."""

    tag: str = "taiwan_travel_permit"
    title: str = "台湾居民来往大陆通行证"
    is_telling: bool = False
    marks: str = "()"

    def flaw(self, text: str) -> Flaw | None:
        """What is wrong with a number."""
        number = OFFICE.sub("", text)
        brackets = tuple(place for place, one in enumerate(number, 1) if one in "()")
        if brackets or (number != text and len(number) == 8):
            return Flaw(Mistake.UNEXPECTED_CHARACTER, brackets or (9, 10, 11))
        return of_length(number, 8, 10) or digits_at(number, range(len(number)))

    def canonical(self, text: str) -> str:
        """Without the count of renewals and the office."""
        return text[:8]

    def mask(self, number: str) -> str:
        """As passports are: the first and the last two characters."""
        return covered(number, 1, 2)

    def says(self, number: str) -> Says:
        """Nothing about the holder."""
        return Says()


def _begins_with(text: str, letters: str) -> Flaw | None:
    """Whether the first character is one of these."""
    if text[0] in letters:
        return None
    return Flaw(Mistake.DIGIT_FOR_LETTER if text[0].isdigit() else Mistake.IMPOSSIBLE_REGION, (1,))
