"""What holds for every number: no text breaks anything, and what check digits are there for, they find."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from stdnum.cn import ric

from chalicelib.people.documents.cards import CARDS, mask_card, normalised_card
from chalicelib.people.documents.check_digits import mod_11_2
from chalicelib.people.documents.gb11643 import PROVINCES
from chalicelib.people.documents.model import Mistake
from chalicelib.people.documents.refusals import InvalidCardNumber
from chalicelib.people.documents.registry import DOCUMENTS, born, is_number, mask, normalised, says
from chalicelib.people.documents.text import tidied
from chalicelib.people.model import resident_id_check_digit
from chalicelib.status.refusals import InvalidDocumentNumber

DIGITS = "0123456789"
kinds = st.sampled_from(list(DOCUMENTS))
births = st.dates(date(1890, 1, 1), date(2099, 12, 31)).map("{:%Y%m%d}".format)
serials = st.text(DIGITS, min_size=3, max_size=3)


def checked(first_17: str) -> str:
    """With its check digit."""
    return first_17 + mod_11_2(first_17)


resident_ids = st.builds("{}{:04d}{}{}".format, st.sampled_from(PROVINCES), st.integers(0, 9999), births, serials).map(
    checked
)
GOOD: dict[str, st.SearchStrategy[str]] = {
    "resident_id": resident_ids,
    "hk_macao_residence_permit": st.builds("{}{}{}".format, st.sampled_from(["810000", "820000"]), births, serials).map(
        checked
    ),
    "taiwan_residence_permit": st.builds("830000{}{}".format, births, serials).map(checked),
    "hk_macao_travel_permit": st.from_regex(
        "[HM][0-9]{8}([0-9]{2})?", fullmatch=True, alphabet=st.characters(codec="ascii")
    ),
    "taiwan_travel_permit": st.from_regex(
        r"[0-9]{8}([0-9]{2}(\([A-Z]\))?)?", fullmatch=True, alphabet=st.characters(codec="ascii")
    ),
    "foreign_permanent_resident_card": st.builds("9{:05d}{}{}".format, st.integers(0, 99999), births, serials).map(
        checked
    )
    | st.builds("{}{:012d}".format, st.sampled_from(["GBR", "USA", "KAZ"]), st.integers(0, 10**12 - 1)),
    "passport": st.builds(
        "{}-{}".format, st.sampled_from(["GBR", "JPN", "XXB"]), st.text("ABCDEFGHX" + DIGITS, min_size=5, max_size=11)
    ),
}
numbers = kinds.flatmap(lambda kind: st.tuples(st.just(kind), GOOD[kind]))
disguises = st.lists(st.sampled_from(["", " ", "-", "\u3000", "\u200b", "\t", "—"]), min_size=40, max_size=40)
full_width = st.sampled_from([False, True])


def disguised(number: str, between: list[str], *, wide: bool, small: bool) -> str:
    """The same number as somebody might type or paste it."""
    text = "".join(mark + one for mark, one in zip(between, number, strict=False))
    if small:
        text = text.lower()
    return "".join(chr(ord(one) + 0xFEE0) if wide and "!" <= one <= "~" else one for one in text)


def mistake_in(kind: str, text: str) -> tuple[Mistake, dict[str, Any]]:
    """What a number that cannot be looks like, and what is told beside."""
    with pytest.raises(InvalidDocumentNumber) as refused:
        normalised(kind, text)
    return Mistake(refused.value.evidence["mistake"]), refused.value.evidence


@given(numbers, disguises, st.booleans(), st.booleans())
def test_however_a_number_is_typed_it_is_written_in_one_way(
    document: tuple[str, str], between: list[str], wide: bool, small: bool
) -> None:
    kind, number = document
    canonical = normalised(kind, number)
    assert normalised(kind, disguised(number, between, wide=wide, small=small)) == canonical
    assert normalised(kind, canonical) == canonical
    assert is_number(kind, canonical)


@given(st.text(DIGITS, min_size=17, max_size=17))
def test_the_check_digit_is_what_the_weights_of_the_standard_say(first_17: str) -> None:
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(weight * int(digit) for weight, digit in zip(weights, first_17, strict=True))
    assert mod_11_2(first_17) == resident_id_check_digit(first_17) == "10X98765432"[total % 11]
    assert mod_11_2(first_17) == ric.calc_check_digit(first_17 + "0"), "and another reckoning of the same library"


@pytest.mark.parametrize("text", ["", "1", "1" * 16, "1" * 18, "1" * 16 + "X", "1" * 16 + "１", "1" * 16 + "²"])
def test_only_seventeen_digits_have_a_check_digit(text: str) -> None:
    with pytest.raises(ValueError, match="17 digits"):
        mod_11_2(text)


@given(resident_ids, st.data())
def test_every_wrong_digit_is_found(number: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, 17))
    other = data.draw(st.sampled_from([one for one in DIGITS if one != number[place]]))
    assert not is_number("resident_id", number[:place] + other + number[place + 1 :])


@given(resident_ids, st.integers(0, 16))
def test_every_swap_of_neighbours_is_found_and_told_where(number: str, place: int) -> None:
    one, other = number[place], number[place + 1]
    assume(one != other and "X" not in {one, other})
    mistake, told = mistake_in("resident_id", number[:place] + other + one + number[place + 2 :])
    assume(mistake is not Mistake.OTHER_DOCUMENT_TYPE)
    assert mistake is Mistake.NEIGHBOURS_SWAPPED
    assert place + 1 in told["positions"]


@given(numbers.filter(lambda document: document[0] != "passport"), st.data())
def test_a_character_missing_or_too_many_is_said_to_be_so(document: tuple[str, str], data: st.DataObject) -> None:
    kind, number = document
    assume(len(number) in {18, 15, 9, 8})
    place = data.draw(st.integers(1, len(number) - 1))
    short, _ = mistake_in(kind, number[:place] + number[place + 1 :])
    assert short in {Mistake.TOO_SHORT, Mistake.OTHER_DOCUMENT_TYPE}
    if len(number) >= 15:
        long, _ = mistake_in(kind, number[:place] + "1" + number[place:])
        assert long in {Mistake.TOO_LONG, Mistake.OTHER_DOCUMENT_TYPE}


@given(numbers)
def test_a_mask_shows_no_more_than_agreed(document: tuple[str, str]) -> None:
    kind, number = document
    canonical = normalised(kind, number)
    seen = mask(kind, canonical).replace("*", "")
    long = len(canonical) >= 15 and kind != "passport"
    assert len(seen) == (7 if long else 3)
    body = canonical.partition("-")[2] or canonical
    assert seen == (body[:3] + body[-4:] if long else body[:1] + body[-2:])
    assert len(mask(kind, canonical)) == len(body)


@given(kinds, st.text(max_size=70) | st.binary(max_size=70).map(repr))
def test_no_text_breaks_anything_nor_is_repeated(kind: str, text: str) -> None:
    if is_number(kind, text):
        canonical = normalised(kind, text)
        assert mask(kind, canonical) != canonical
        says(kind, canonical)
    else:
        mistake_in(kind, text)


@given(st.text("0123456789XxHMGBR()-AO１Х ", max_size=20), kinds)
def test_nor_does_a_text_that_is_nearly_a_number(text: str, kind: str) -> None:
    if is_number(kind, text):
        assert normalised(kind, normalised(kind, text)) == normalised(kind, text)
    else:
        _, told = mistake_in(kind, text)
        size = len(tidied(text))
        assert all(1 <= place <= max(size, 18) for place in told.get("positions", []))


@given(GOOD["resident_id"])
def test_birth_and_sex_are_those_of_an_independent_reader(number: str) -> None:
    assert born("resident_id", number) == ric.get_birth_date(number).isoformat()
    assert says("resident_id", number).division == number[:6]


@given(st.text(max_size=40), st.sampled_from(list(CARDS)))
def test_no_text_breaks_a_card(text: str, kind: str) -> None:
    try:
        number = normalised_card(kind, text)
    except InvalidCardNumber:
        return
    assert normalised_card(kind, number) == number
    assert len(mask_card(kind, number).replace("*", "")) == 4
