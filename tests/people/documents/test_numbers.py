"""Numbers as people type them: what is right comes out in one way, and what is wrong says what it looks like."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from chalicelib.people.documents.gb11643 import RESIDENT_ID
from chalicelib.people.documents.model import HINTS, Mistake
from chalicelib.people.documents.registry import DOCUMENTS, is_number, mask, normalised, registered, says
from chalicelib.status.refusals import InvalidDocumentNumber, UnknownDocumentType

ID, HK, TW = "resident_id", "hk_macao_residence_permit", "taiwan_residence_permit"
HK_TRAVEL, TW_TRAVEL = "hk_macao_travel_permit", "taiwan_travel_permit"
FOREIGN, PASSPORT = "foreign_permanent_resident_card", "passport"


class Good(NamedTuple):
    """A number as it is typed, how the city writes it, and how others see it."""

    document_type: str
    typed: str
    canonical: str
    masked: str


GOOD = {
    "the standard's example": Good(ID, "11010519491231002X", "11010519491231002X", "110***********002X"),
    "a small x": Good(ID, "11010519491231002x", "11010519491231002X", "110***********002X"),
    "full-width digits": Good(ID, "１１０１０５１９４９１２３１００２Ｘ", "11010519491231002X", "110***********002X"),
    "a Roman ten for an X": Good(ID, "11010519491231002Ⅹ", "11010519491231002X", "110***********002X"),
    "blanks, hyphens and tabs": Good(ID, " 110105-19491231 002X\t\n", "11010519491231002X", "110***********002X"),
    "an ideographic blank": Good(ID, "110105　19491231　002X", "11010519491231002X", "110***********002X"),
    "blanks that nobody sees": Good(
        ID, "\ufeff110105\u200b19491231\u202a002X", "11010519491231002X", "110***********002X"
    ),
    "many kinds of dashes": Good(ID, "110105–19491231—002−X", "11010519491231002X", "110***********002X"),
    "a division that does not exist": Good(ID, "310199198803140020", "310199198803140020", "310***********0020"),
    "a leap day": Good(ID, "310199200002290010", "310199200002290010", "310***********0010"),
    "somebody from Hong Kong": Good(HK, "810000199408230021", "810000199408230021", "810***********0021"),
    "somebody from Macao": Good(HK, "820000199009300012", "820000199009300012", "820***********0012"),
    "somebody from Taiwan": Good(TW, "830000199201300022", "830000199201300022", "830***********0022"),
    "a travel permit of Hong Kong": Good(HK_TRAVEL, "H12345678", "H12345678", "H******78"),
    "a travel permit of Macao": Good(HK_TRAVEL, "m 0234 5678", "M02345678", "M******78"),
    "one that counts its renewals": Good(HK_TRAVEL, "H1234567801", "H12345678", "H******78"),
    "a travel permit of Taiwan": Good(TW_TRAVEL, "12345678", "12345678", "1*****78"),
    "an older one": Good(TW_TRAVEL, "1234567801", "12345678", "1*****78"),
    "an older one with its office": Good(TW_TRAVEL, "1234567801（b）", "12345678", "1*****78"),
    "a foreign resident since 2023": Good(FOREIGN, "931826198004050017", "931826198004050017", "931***********0017"),
    "a foreign resident before": Good(FOREIGN, "gbr310080040512", "GBR310080040512", "GBR********0512"),
    "a British passport": Good(PASSPORT, "GBR-533401372", "GBR-533401372", "5******72"),
    "a passport without hyphen": Good(PASSPORT, "gbr 533401372", "GBR-533401372", "5******72"),
    "a passport with letters": Good(PASSPORT, "DEU-C01X00T47", "DEU-C01X00T47", "C******47"),
    "a stateless person's": Good(PASSPORT, "XXA-1234567", "XXA-1234567", "1****67"),
    "the United Nations'": Good(PASSPORT, "UNO-123456", "UNO-123456", "1***56"),
    "a very short one": Good(PASSPORT, "AND-12345", "AND-12345", "1**45"),
}


@pytest.mark.parametrize("case", GOOD)
def test_a_good_number_is_written_in_one_way_and_masked(case: str) -> None:
    good = GOOD[case]
    assert is_number(good.document_type, good.typed)
    assert normalised(good.document_type, good.typed) == good.canonical
    assert normalised(good.document_type, good.canonical) == good.canonical
    assert mask(good.document_type, good.canonical) == good.masked


class Bad(NamedTuple):
    """A number that cannot be, and what it looks like."""

    document_type: str
    typed: str
    mistake: Mistake
    positions: tuple[int, ...] = ()
    looks_like: str = ""


BAD = {
    "nothing": Bad(ID, "", Mistake.EMPTY),
    "blanks alone": Bad(ID, " \u200b　", Mistake.EMPTY),
    "a digit missing": Bad(ID, "31019919880314002", Mistake.TOO_SHORT),
    "a digit too many": Bad(ID, "3101991988031400207", Mistake.TOO_LONG),
    "an O for a 0": Bad(ID, "31019919880314O020", Mistake.LETTER_FOR_DIGIT, (15,)),
    "an l for a 1": Bad(ID, "3l0199198803l40020", Mistake.LETTER_FOR_DIGIT, (2, 13)),
    "an S for the check digit": Bad(ID, "31019919880314002S", Mistake.LETTER_FOR_DIGIT, (18,)),
    "an X in the middle": Bad(ID, "310199X98803140020", Mistake.LETTER_FOR_DIGIT, (7,)),
    "a Cyrillic X": Bad(ID, "11010519491231002Х", Mistake.ANOTHER_ALPHABET, (18,)),
    "a small Cyrillic x": Bad(ID, "11010519491231002х", Mistake.ANOTHER_ALPHABET, (18,)),
    "a Greek X": Bad(ID, "11010519491231002Χ", Mistake.ANOTHER_ALPHABET, (18,)),
    "a cross for an X": Bad(ID, "11010519491231002×", Mistake.ANOTHER_ALPHABET, (18,)),
    "a Cyrillic O for a 0": Bad(ID, "31О199198803140020", Mistake.ANOTHER_ALPHABET, (3,)),
    "Arabic digits": Bad(ID, "٣10199198803140020", Mistake.ANOTHER_ALPHABET, (1,)),
    "a Chinese character": Bad(ID, "310199198803140020号", Mistake.UNEXPECTED_CHARACTER, (19,)),
    "a full stop": Bad(ID, "310199.19880314.0020", Mistake.UNEXPECTED_CHARACTER, (7, 16)),
    "a NUL": Bad(ID, "31019919880314002\0", Mistake.UNEXPECTED_CHARACTER, (18,)),
    "half a character": Bad(ID, "31019919880314002\ud800", Mistake.UNEXPECTED_CHARACTER, (18,)),
    "brackets where none belong": Bad(ID, "3101991988031400(7", Mistake.UNEXPECTED_CHARACTER, (17,)),
    "a thirteenth month": Bad(ID, "310199198813140020", Mistake.IMPOSSIBLE_DATE),
    "no leap year": Bad(ID, "310199198902290022", Mistake.IMPOSSIBLE_DATE),
    "born before everybody": Bad(ID, "310199178803140024", Mistake.IMPOSSIBLE_DATE),
    "a region that does not exist": Bad(ID, "390199198803140025", Mistake.IMPOSSIBLE_REGION),
    "one digit mistyped": Bad(ID, "310199198803140120", Mistake.DIGIT_MISTYPED),
    "two digits swapped": Bad(ID, "310199198803410020", Mistake.NEIGHBOURS_SWAPPED, (13,)),
    "a swap with the check digit": Bad(ID, "310199198803140002", Mistake.NEIGHBOURS_SWAPPED, (17,)),
    "a card of the first generation": Bad(ID, "110105491231002", Mistake.FIRST_GENERATION),
    "a permit for an identity card": Bad(ID, "810000199408230021", Mistake.OTHER_DOCUMENT_TYPE, (), HK),
    "an identity card for a permit": Bad(HK, "11010519491231002X", Mistake.OTHER_DOCUMENT_TYPE, (), ID),
    "Taiwan for Hong Kong": Bad(HK, "830000199201300022", Mistake.OTHER_DOCUMENT_TYPE, (), TW),
    "a foreigner for a citizen": Bad(ID, "931826198004050017", Mistake.OTHER_DOCUMENT_TYPE, (), FOREIGN),
    "a foreigner's older card": Bad(PASSPORT, "GBR310080040512", Mistake.OTHER_DOCUMENT_TYPE, (), FOREIGN),
    "a travel permit for an identity card": Bad(ID, "H12345678", Mistake.OTHER_DOCUMENT_TYPE, (), HK_TRAVEL),
    "a permit of another region": Bad(HK, "840000199408230024", Mistake.IMPOSSIBLE_REGION),
    "a Hong Kong permit, mistyped": Bad(HK, "810000199408230032", Mistake.DIGIT_MISTYPED),
    "a travel permit without its letter": Bad(HK_TRAVEL, "12345678", Mistake.TOO_SHORT),
    "a travel permit of nowhere": Bad(HK_TRAVEL, "A12345678", Mistake.IMPOSSIBLE_REGION, (1,)),
    "a travel permit of digits alone": Bad(HK_TRAVEL, "812345678", Mistake.DIGIT_FOR_LETTER, (1,)),
    "a travel permit with an O": Bad(HK_TRAVEL, "H1234567O", Mistake.LETTER_FOR_DIGIT, (9,)),
    "half a count of renewals": Bad(HK_TRAVEL, "H123456780", Mistake.TOO_SHORT),
    "a Taiwan permit, too short": Bad(TW_TRAVEL, "1234567", Mistake.TOO_SHORT),
    "a Taiwan permit, too long": Bad(TW_TRAVEL, "12345678012", Mistake.TOO_LONG),
    "an office and no count": Bad(TW_TRAVEL, "12345678(B)", Mistake.UNEXPECTED_CHARACTER, (9, 10, 11)),
    "half a bracket": Bad(TW_TRAVEL, "1234567801(", Mistake.UNEXPECTED_CHARACTER, (11,)),
    "a bracket alone": Bad(TW_TRAVEL, "(", Mistake.UNEXPECTED_CHARACTER, (1,)),
    "an office alone": Bad(TW_TRAVEL, "(B)", Mistake.TOO_SHORT),
    "a foreigner's card, mistyped": Bad(FOREIGN, "931826198004050016", Mistake.DIGIT_MISTYPED),
    "a foreigner's older card, too short": Bad(FOREIGN, "GBR31008004051", Mistake.TOO_SHORT),
    "a foreigner's older card with a 0": Bad(FOREIGN, "G0R310080040512", Mistake.DIGIT_FOR_LETTER, (2,)),
    "a foreigner's older card with an O": Bad(FOREIGN, "GBR31008OO40512", Mistake.LETTER_FOR_DIGIT, (9, 10)),
    "a foreigner from nowhere": Bad(FOREIGN, "QQQ310080040512", Mistake.UNKNOWN_STATE),
    "a passport without its state": Bad(PASSPORT, "533401372", Mistake.UNKNOWN_STATE),
    "a passport of nowhere": Bad(PASSPORT, "QQQ-533401372", Mistake.UNKNOWN_STATE),
    "a passport of a list's own code": Bad(PASSPORT, "XKX-533401372", Mistake.UNKNOWN_STATE),
    "a state without a number": Bad(PASSPORT, "GBR-", Mistake.TOO_SHORT),
    "a passport, too short": Bad(PASSPORT, "GBR-1234", Mistake.TOO_SHORT),
    "a passport, too long": Bad(PASSPORT, "GBR-A12345678901", Mistake.TOO_LONG),
    "a passport with a Greek letter": Bad(PASSPORT, "GΒR-533401372", Mistake.ANOTHER_ALPHABET, (2,)),
}


@pytest.mark.parametrize("case", BAD)
def test_a_wrong_number_says_what_it_looks_like_and_never_itself(case: str) -> None:
    bad = BAD[case]
    assert not is_number(bad.document_type, bad.typed)
    with pytest.raises(InvalidDocumentNumber) as refused:
        normalised(bad.document_type, bad.typed)
    told = refused.value.problem()
    assert told["mistake"] == bad.mistake
    assert told["hint"] == HINTS[bad.mistake]
    assert tuple(told.get("positions", ())) == bad.positions
    assert told.get("looks_like", "") == bad.looks_like
    assert not bad.typed.strip() or len(bad.typed) < 4 or bad.typed not in str(told)


def test_every_mistake_has_a_hint_and_an_example() -> None:
    assert set(HINTS) == set(Mistake) == {bad.mistake for bad in BAD.values()}


def test_every_kind_of_document_is_tried() -> None:
    assert set(DOCUMENTS) == {good.document_type for good in GOOD.values()}


def test_a_document_that_nobody_can_check_is_refused_with_those_that_are_accepted() -> None:
    assert not is_number("library_card", "1")
    for ask in (normalised, mask, says):
        with pytest.raises(UnknownDocumentType) as refused:
            ask("library_card", "1")
        assert refused.value.evidence == {"accepted": list(DOCUMENTS)}


def test_two_kinds_with_the_same_tag_do_not_load() -> None:
    with pytest.raises(ValueError, match="the same tag"):
        registered(RESIDENT_ID, RESIDENT_ID)


WHAT_IT_SAYS = {
    (ID, "11010519491231002X"): ("1949-12-31", "female", "110105"),
    (HK, "820000199009300012"): ("1990-09-30", "male", "820000"),
    (TW, "830000199201300022"): ("1992-01-30", "female", "830000"),
    (FOREIGN, "931826198004050017"): ("1980-04-05", "male", ""),
    (FOREIGN, "GBR310080040512"): ("", "", ""),
    (HK_TRAVEL, "H12345678"): ("", "", ""),
    (TW_TRAVEL, "12345678"): ("", "", ""),
    (PASSPORT, "GBR-533401372"): ("", "", ""),
}


@pytest.mark.parametrize("document", WHAT_IT_SAYS, ids=" ".join)
def test_a_number_says_when_somebody_was_born_where_it_can(document: tuple[str, str]) -> None:
    assert says(*document) == WHAT_IT_SAYS[document]
