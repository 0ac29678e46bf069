"""Verifying somebody by the number of their document: by few, in few round trips, and never unseen by them."""

from __future__ import annotations

import pytest

from chalicelib.codes.documents.store import AllowanceItem
from chalicelib.codes.model import Accepted, Plain, Reason, Rejected, Verdict
from chalicelib.codes.refusals import PlaceNeeded, TooManyLookUps
from chalicelib.people.sandbox import RESIDENTS, SandboxResident
from chalicelib.status.model import Carrier, Colour, Standing
from chalicelib.status.refusals import InvalidDocumentNumber, UnknownDocumentType
from chalicelib.status.store import StatusItem, StatusStore
from chalicelib.wiring import City
from tests.codes.calls import Calls
from tests.world import NOON, moved_in, scan_by

PERSON = RESIDENTS[0]
NEVER_HERE = RESIDENTS[5]


def ask(
    city: City,
    resident: SandboxResident = PERSON,
    *,
    number: str = "",
    kind: str = "",
    place: str = "急诊大厅",
    by: str = "hospital",
    at: float = NOON,
) -> Verdict:
    """Look somebody up, as typed at a desk."""
    identity = resident.identity
    document = (kind or identity.document_type, number or identity.document_number)
    scan = scan_by(by, at=at, fields="name")._replace(place=place, purpose="medical")
    return city.document_verifier.verify(*document, scan=scan, now=at)


def used() -> int:
    """How many look-ups were counted, in all."""
    return sum(int(item.used) for item in AllowanceItem.scan())


def test_a_number_verifies_its_holder_and_the_same_write_says_so(city: City) -> None:
    holder = moved_in(city)
    verdict = ask(city)
    assert isinstance(verdict, Accepted)
    assert (verdict.colour, verdict.masked_name) == (Colour.GREEN, "林*晴")
    assert verdict.shown == Plain(Carrier.DOCUMENT, specimen=True)
    look = StatusItem.get(holder).last_look
    assert (look.verifier, look.purpose, look.place, look.carrier) == ("hospital", "medical", "急诊大厅", "document")


def test_it_takes_two_round_trips_and_one_to_count(city: City) -> None:
    moved_in(city)
    ask(city)
    calls = Calls(city)
    assert isinstance(ask(city), Accepted)
    assert calls.made == ["UpdateItem", "GetItem", "UpdateItem"]


def test_however_the_number_is_typed_it_is_the_same_person(city: City) -> None:
    moved_in(city)
    number = PERSON.identity.document_number
    spaced = f" {number[:6]} {number[6:14]}-{number[14:]}".lower()
    assert isinstance(ask(city, number=spaced), Accepted)


@pytest.mark.parametrize("resident", RESIDENTS[12:], ids=lambda resident: resident.identity.document_type)
def test_whatever_document_somebody_has_they_are_verified_by_it(city: City, resident: SandboxResident) -> None:
    moved_in(city, resident)
    assert isinstance(ask(city, resident), Accepted)


def test_somebody_who_never_came_is_unknown_and_counted_all_the_same(city: City) -> None:
    verdict = ask(city, NEVER_HERE)
    assert isinstance(verdict, Rejected)
    assert (verdict.reason, verdict.shown) == (Reason.UNKNOWN_PERSON, Plain(Carrier.DOCUMENT, specimen=True))
    assert used() == 1


def test_somebody_whose_registration_is_not_complete_is_unknown(city: City) -> None:
    StatusItem(moved_in(city)).delete()
    verdict = ask(city)
    assert isinstance(verdict, Rejected)
    assert verdict.reason is Reason.UNKNOWN_PERSON


def test_a_suspended_holder_is_refused_as_by_a_code(city: City) -> None:
    StatusStore().set_standing(moved_in(city), Standing.SUSPENDED)
    verdict = ask(city)
    assert isinstance(verdict, Rejected)
    assert verdict.reason is Reason.HOLDER_SUSPENDED
    assert StatusItem.get(moved_in(city)).last_look.carrier == "document", "they read who looked, all the same"


@pytest.mark.parametrize("place", ["", "   ", "\u3000"])
def test_nobody_is_looked_up_without_its_being_said_where(city: City, place: str) -> None:
    moved_in(city)
    calls = Calls(city)
    with pytest.raises(PlaceNeeded):
        ask(city, place=place)
    assert calls.made == []


def test_an_impossible_number_is_refused_without_a_question(city: City) -> None:
    calls = Calls(city)
    number = PERSON.identity.document_number
    with pytest.raises(InvalidDocumentNumber) as refused:
        ask(city, number=number[:-1])
    with pytest.raises(UnknownDocumentType):
        ask(city, kind="library_card")
    assert calls.made == []
    assert number[:-1] not in str(refused.value.evidence)


class Desk:
    """One verifier at a desk, until told to stop."""

    def __init__(self, city: City, by: str = "hospital") -> None:
        self._city, self._by = city, by

    def asks(self, times: int, *, at: float) -> None:
        for _ in range(times):
            ask(self._city, NEVER_HERE, by=self._by, at=at)

    def is_stopped(self, *, at: float) -> dict[str, object]:
        """What it is told, and in how many seconds it may go on."""
        with pytest.raises(TooManyLookUps) as refused:
            ask(self._city, at=at, by=self._by)
        return {**refused.value.evidence, "after": int(refused.value.answer_headers()["Retry-After"])}


MIDNIGHT = NOON - NOON % 86_400 + 86_400
"""The next after the city was founded."""

A_MINUTE, A_DAY = 30, 2000


def test_a_minute_has_so_many_look_ups_and_the_next_has_as_many(city: City) -> None:
    desk = Desk(city)
    begin = NOON - NOON % 60
    desk.asks(A_MINUTE, at=begin + 18)
    assert desk.is_stopped(at=begin + 18) == {"limit": 30, "per": "minute", "after": 42}
    assert desk.is_stopped(at=begin + 59) == {"limit": 30, "per": "minute", "after": 1}
    desk.asks(A_MINUTE, at=begin + 60)
    assert used() == 2 * A_MINUTE, "what is refused is not counted"


def test_another_verifier_has_its_own(city: City) -> None:
    Desk(city).asks(A_MINUTE, at=NOON)
    Desk(city, "pharmacy").asks(A_MINUTE, at=NOON)


def test_a_day_has_so_many_and_ends_at_midnight_utc(city: City) -> None:
    desk = Desk(city)
    desk.asks(1, at=MIDNIGHT)
    (item,) = AllowanceItem.scan()
    item.update([AllowanceItem.used.set(A_DAY)])
    assert desk.is_stopped(at=MIDNIGHT + 3600) == {"limit": 2000, "per": "day", "after": 23 * 3600}
    desk.asks(1, at=MIDNIGHT + 86_400)


def test_who_is_stopped_looks_at_nobody(city: City) -> None:
    holder = moved_in(city)
    desk = Desk(city)
    desk.asks(A_MINUTE, at=NOON)
    calls = Calls(city)
    desk.is_stopped(at=NOON)
    assert calls.made == ["UpdateItem"]
    assert StatusItem.get(holder).last_look is None


def test_a_count_is_forgotten_the_day_after_the_next(city: City) -> None:
    ask(city, NEVER_HERE)
    (item,) = AllowanceItem.scan()
    assert item.expires_at.timestamp() == MIDNIGHT + 86_400
    assert PERSON.identity.document_number not in str(item.to_dynamodb_dict())
