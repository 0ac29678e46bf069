"""One person is one person however others type their number, and whatever document they have."""

from __future__ import annotations

import pytest

from chalicelib.people.model import Identity
from chalicelib.status.residents import Document
from chalicelib.wiring import City
from tests.status.evidence.department import Department, document_of, fact, holder_of
from tests.world import NOON, Caller

PEOPLE = {
    "a citizen": Identity("林晚晴", "resident_id", "310199198803140020"),
    "somebody from Hong Kong": Identity("陈大文", "hk_macao_residence_permit", "810000199408230021"),
    "a traveller from Macao": Identity("何小姐", "hk_macao_travel_permit", "M12345678"),
    "a foreigner": Identity("Ada Smith", "passport", "GBR-533401372"),
    "a foreign resident": Identity("John Brown", "foreign_permanent_resident_card", "931826198004050017"),
}
every_person = pytest.mark.parametrize("person", PEOPLE.values(), ids=PEOPLE)


def carelessly(number: str) -> str:
    """The same number in small full-width letters, with blanks."""
    wide = "".join(chr(ord(one) + 0xFEE0) for one in number.lower())
    return f" {wide[:3]} {wide[3:]}\u200b"


@every_person
def test_a_person_is_found_however_their_number_is_typed(city: City, person: Identity) -> None:
    holder = holder_of(city, person)
    typed = Document(person.document_type, carelessly(person.document_number))
    assert city.residents.index_of(typed, now=NOON) == city.residents.index_of(document_of(person), now=NOON)
    assert city.residents.holder_of(city.residents.index_of(typed, now=NOON)) == holder
    unknown, impossible = Document("resident_id", "11010519491231002X"), Document("resident_id", "1")
    assert city.residents.holders_of([typed, unknown, impossible], now=NOON) == [holder, None, None]


@every_person
def test_a_department_may_report_by_any_document_and_repeat_itself_in_another_hand(
    city: City, api: Caller, person: Identity
) -> None:
    department = Department(city, api)
    once = fact(person)
    careless = once | {"document_number": carelessly(person.document_number)}
    first, again = department.report(once), department.report(careless)
    assert (first.status, again.status) == (201, 201)
    assert (first.body["repeated"], again.body["repeated"]) == (False, True)
    outcomes = department.send([careless, once | {"document_number": "1"}])
    assert [one["outcome"] for one in outcomes] == ["accepted", "refused"]
    assert outcomes[1]["problem"]["code"] == "invalid_document_number"
    assert outcomes[1]["problem"]["mistake"]


def test_a_birthday_is_known_as_proven_else_from_the_number_else_not_at_all(city: City) -> None:
    proven = Identity("Ada Smith", "passport", "GBR-533401372", born="1990-02-03")
    born = {
        who.name: city.residents.born(holder_of(city, who), now=NOON)
        for who in (PEOPLE["a citizen"], PEOPLE["a traveller from Macao"], proven)
    }
    assert born == {"林晚晴": "1988-03-14", "何小姐": "", "Ada Smith": "1990-02-03"}
    assert city.residents.born("nobody", now=NOON) == ""
