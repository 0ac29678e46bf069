"""Documents of foreigners: passports, and the permanent resident card in its two forms."""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.people.documents.gb11643 import Gb11643
from chalicelib.people.documents.model import Flaw, Mistake, Says, covered, digits_at, letters_at, of_length
from chalicelib.people.documents.states import STATE_LENGTH, issues_passports

NUMBER_LENGTHS = range(5, 12)
"""Of passport numbers without the state. A machine-readable passport has room for nine (ICAO 9303-4)."""

OLD_LENGTH = 15


@dataclass(frozen=True, slots=True)
class Passport:
    """护照: numbers are unique per issuing state only, so the state's three letters stand before the number.

    Letters and digits; what check digits there are stand in the machine-readable zone, not in the number.
    """

    tag: str = "passport"
    title: str = "护照"
    is_telling: bool = False
    marks: str = ""

    def flaw(self, text: str) -> Flaw | None:
        """What is wrong with state and number."""
        if not issues_passports(text[:STATE_LENGTH]):
            return Flaw(Mistake.UNKNOWN_STATE)
        return of_length(text, *(STATE_LENGTH + length for length in NUMBER_LENGTHS))

    def canonical(self, text: str) -> str:
        """`GBR-533401372`."""
        return f"{text[:STATE_LENGTH]}-{text[STATE_LENGTH:]}"

    def mask(self, number: str) -> str:
        """The first and the last two characters of the number; the state is nobody's business."""
        return covered(number[STATE_LENGTH + 1 :], 1, 2)

    def says(self, number: str) -> Says:
        """Nothing about the holder."""
        return Says()


NEW_FORM = Gb11643("foreign_permanent_resident_card", "外国人永久居留身份证", ("9",))


@dataclass(frozen=True, slots=True)
class ForeignPermanentResidentCard:
    """外国人永久居留身份证, in both forms.

    Since 2023-12: 9 ‖ province (2) ‖ nationality as ISO 3166-1 number (3) ‖ birth YYYYMMDD (8) ‖ serial (3) ‖ check
    character. The authority tells the leading 9, that the nationality is a number, and MOD 11-2; the positions are
    those of GB 11643 and told by two programs of others. Province and nationality are not checked.

    Before: nationality (three letters) ‖ twelve digits. What the digits say is told differently by different sources:
    place, birth, sex and a check digit by ICAO 9303's weights, or birth with its century and a serial. So only the
    form is checked, and no birth is read from it.
    """

    tag: str = NEW_FORM.tag
    title: str = NEW_FORM.title
    is_telling: bool = True
    marks: str = ""

    def flaw(self, text: str) -> Flaw | None:
        """What is wrong with a number; one that begins with letters is meant to be of the older form."""
        return _old_flaw(text) if text[:1].isalpha() else NEW_FORM.flaw(text)

    def canonical(self, text: str) -> str:
        """As it is."""
        return text

    def mask(self, number: str) -> str:
        """As resident identity numbers: the first three and the last four characters."""
        return covered(number, 3, 4)

    def says(self, number: str) -> Says:
        """What the newer form says; where somebody became a resident is no division of birth."""
        return NEW_FORM.says(number)._replace(division="") if number[0] == "9" else Says()


def _old_flaw(text: str) -> Flaw | None:
    """What is wrong with a number of the older form."""
    wrong = of_length(text, OLD_LENGTH) or letters_at(text, range(STATE_LENGTH))
    wrong = wrong or digits_at(text, range(STATE_LENGTH, OLD_LENGTH))
    if wrong:
        return wrong
    return None if issues_passports(text[:STATE_LENGTH]) else Flaw(Mistake.UNKNOWN_STATE)
