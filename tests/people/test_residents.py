"""What the rooms below may ask about people, and who answers for whom."""

from __future__ import annotations

import pytest

from chalicelib.people.sandbox import RESIDENTS
from chalicelib.people.store import HolderItem
from chalicelib.status.refusals import InvalidDocumentNumber, UnknownDocumentType
from chalicelib.status.residents import Document
from chalicelib.wiring import City
from tests.world import NOON, moved_in

LIN = RESIDENTS[0].identity
DOCUMENT = Document(LIN.document_type, LIN.document_number)
DAY = 86_400


def test_a_document_leads_to_its_holder_and_to_nobody_before_they_came(city: City) -> None:
    index = city.residents.index_of(DOCUMENT, now=NOON)
    assert city.residents.holder_of(index) is None
    holder = moved_in(city)
    assert city.residents.holder_of(index) == holder
    assert LIN.document_number not in index


@pytest.mark.parametrize(
    ("document", "refusal"),
    [
        (Document("library_card", LIN.document_number), UnknownDocumentType),
        (Document("resident_id", "310199198803140120"), InvalidDocumentNumber),
        (Document("resident_id", ""), InvalidDocumentNumber),
    ],
)
def test_a_document_that_cannot_exist_is_refused(city: City, document: Document, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        city.residents.index_of(document, now=NOON)


def test_others_see_a_masked_name_and_a_star_where_nothing_is_known(city: City) -> None:
    holder = moved_in(city)
    assert city.residents.masked_name(holder, now=NOON) == "林*晴"
    HolderItem(holder).delete()
    assert city.residents.masked_name(holder, now=NOON) == "*"


def test_a_guardian_answers_for_a_dependant_and_not_the_other_way_round(city: City) -> None:
    city.guardians.add("mother", "child", relation="mother", now=NOON)
    assert city.residents.is_guardian("mother", "child", now=NOON)
    assert not city.residents.is_guardian("child", "mother", now=NOON)
    assert not city.residents.is_guardian("mother", "another", now=NOON)


def test_a_guardianship_counts_from_its_beginning_until_its_end(city: City) -> None:
    city.guardians.add("mother", "child", relation="mother", now=NOON, until=NOON + DAY)
    answers = {at: city.guardians.is_guardian("mother", "child", now=NOON + at) for at in (-1, 0, DAY - 1, DAY)}
    assert answers == {-1: False, 0: True, DAY - 1: True, DAY: False}


def test_a_guardianship_that_is_ended_stays_ended_until_there_is_a_new_one(city: City) -> None:
    city.guardians.add("mother", "child", relation="mother", now=NOON)
    city.guardians.end("mother", "child", now=NOON + 10)
    city.guardians.end("mother", "child", now=NOON + 20)
    answers = [city.guardians.is_guardian("mother", "child", now=NOON + at) for at in (9, 10, 19)]
    assert answers == [True, False, False]
    city.guardians.add("mother", "child", relation="mother", now=NOON + 30)
    assert city.guardians.is_guardian("mother", "child", now=NOON + 30)


def test_ending_what_never_was_makes_nothing(city: City) -> None:
    city.guardians.end("mother", "child", now=NOON)
    city.guardians.add("mother", "child", relation="mother", now=NOON, until=NOON + 5)
    city.guardians.end("mother", "child", now=NOON + 10)
    assert city.guardians.is_guardian("mother", "child", now=NOON + 4), "an end is not put off"
    assert not city.guardians.is_guardian("mother", "child", now=NOON + 5)


def test_nobody_is_their_own_guardian(city: City) -> None:
    with pytest.raises(ValueError, match="own guardian"):
        city.guardians.add("mother", "mother", relation="self", now=NOON)


def test_family_is_found_among_hundreds_in_either_direction_and_only_while_it_lasts(city: City) -> None:
    others = [f"{number:024x}" for number in range(250)]
    family = city.residents.has_family_among
    assert not family("officer", others, now=NOON)
    for pair in (("officer", others[-1]), (others[137], "officer")):
        city.guardians.add(*pair, relation="family", now=NOON, until=NOON + DAY)
        answers = [family("officer", others, now=NOON + at) for at in (-1, 0, DAY - 1, DAY)]
        assert answers == [False, True, True, False]
        assert not family("another", others, now=NOON)
        city.guardians.end(*pair, now=NOON - DAY)
