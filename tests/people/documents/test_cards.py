"""Cards by their printed number or the UID of their chip."""

from __future__ import annotations

import pytest

from chalicelib.people.documents.cards import CARDS, CardKind, mask_card, normalised_card, registered
from chalicelib.people.documents.model import HINTS, Mistake
from chalicelib.people.documents.refusals import InvalidCardNumber, UnknownCardType

GOOD = {
    "a chip of four bytes": ("transit_card", "04:a2:2b:91", "04A22B91"),
    "a chip of seven bytes": ("citizen_card", "04-A2-2B-91-6C-54-80", "04A22B916C5480"),
    "a chip of ten bytes": ("citizen_card", "04a22b916c5480aabbcc", "04A22B916C5480AABBCC"),
    "a printed number": ("transit_card", "3104 8700 0123 4567 890", "3104870001234567890"),
    "a letter and digits": ("social_security_card", "ａ12345678", "A12345678"),
    "a senior's card": ("senior_card", "2000 1234 56", "2000123456"),
}
BAD = {
    "nothing": ("  ", Mistake.EMPTY),
    "too short": ("1234567", Mistake.TOO_SHORT),
    "too long": ("1" * 21, Mistake.TOO_LONG),
    "a Cyrillic letter": ("А12345678", Mistake.ANOTHER_ALPHABET),
    "a mark": ("A12345678!", Mistake.UNEXPECTED_CHARACTER),
    "its holder's own number": ("11010519491231002x", Mistake.OTHER_DOCUMENT_TYPE),
}


@pytest.mark.parametrize("case", GOOD)
def test_a_card_is_written_in_one_way_however_it_was_read(case: str) -> None:
    kind, typed, canonical = GOOD[case]
    assert normalised_card(kind, typed) == canonical
    assert mask_card(kind, canonical) == "*" * (len(canonical) - 4) + canonical[-4:]


@pytest.mark.parametrize("case", BAD)
@pytest.mark.parametrize("kind", CARDS)
def test_a_number_that_is_no_cards_says_what_it_looks_like(kind: str, case: str) -> None:
    typed, mistake = BAD[case]
    with pytest.raises(InvalidCardNumber) as refused:
        normalised_card(kind, typed)
    assert (refused.value.evidence["mistake"], refused.value.evidence["hint"]) == (mistake, HINTS[mistake])


def test_a_card_nobody_knows_is_refused_with_those_that_are_accepted() -> None:
    for ask in (normalised_card, mask_card):
        with pytest.raises(UnknownCardType) as refused:
            ask("library_card", "12345678")
        assert refused.value.evidence == {"accepted": list(CARDS)}


def test_two_cards_with_the_same_tag_do_not_load() -> None:
    with pytest.raises(ValueError, match="the same tag"):
        registered(CardKind("a", "一"), CardKind("a", "二"))
