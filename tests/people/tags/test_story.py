"""A bureau says that somebody is a veteran; only that person decides who gets to see it."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.people.tags.store import TagItem
from chalicelib.status.evidence.model import waiting
from chalicelib.wiring import City
from tests.people.tags.bureau import DAY, SOMEBODY, Bureau, Person, followed, mirror_of, report
from tests.status.evidence.department import index_of
from tests.world import NOON, Caller, StoppedClock, moved_in


@pytest.fixture
def bureau(city: City, api: Caller) -> Bureau:
    return Bureau(city, api)


@pytest.fixture
def holder(city: City) -> str:
    return moved_in(city, SOMEBODY)


@pytest.fixture
def person(holder: str, api: Caller) -> Person:
    return Person(api, api.log_in(SOMEBODY))


def test_nobody_sees_a_tag_before_its_person_agrees_nor_after_they_withdraw(
    bureau: Bureau, person: Person, holder: str
) -> None:
    assert bureau.report().status == 201
    (tag,) = person.tags().values()
    assert (tag["tag"], tag["title"], tag["state"]) == ("veteran", "退役军人", "reported")
    assert (tag["reported_by"], tag["expired"], tag["decided_at"]) == ("市民政局", False, None)
    assert mirror_of(holder) == ""
    assert person.consent("veteran").body["state"] == "shown"
    assert mirror_of(holder) == f"veteran:{NOON + 365 * DAY}"
    assert person.withdraw("veteran").body["state"] == "hidden"
    assert mirror_of(holder) == ""


def test_a_verifier_sees_what_is_agreed_to_by_scope_alone(
    city: City, api: Caller, bureau: Bureau, person: Person, clock: StoppedClock
) -> None:
    bureau.report()
    bureau.report(tag="disabled", reference="D-1")
    person.consent("veteran")
    scopes = {"sees": frozenset({"code:verify", "tag:read"}), "does not": frozenset({"code:verify"})}
    seen = {}
    for name, reach in scopes.items():
        verifier = api.token_for(city.clients.register(name, scopes=reach))
        seen[name] = api.verify(api.code(person.token), verifier).body["tags"]
        clock.advance(1)
    assert seen == {"sees": ["veteran"], "does not": None}


def test_a_tag_ends_by_itself_at_its_second(
    city: City, api: Caller, bureau: Bureau, person: Person, clock: StoppedClock
) -> None:
    bureau.report(until=NOON + 100)
    person.consent("veteran")
    verifier = api.token_for(city.clients.register("gate", scopes=frozenset({"code:verify", "tag:read"})))
    seen = []
    for at in (99, 100):
        clock.now = NOON + at
        seen.append(api.verify(api.code(person.token), verifier).body["tags"])
    assert seen == [["veteran"], []]
    assert person.tags()["veteran"]["expired"]
    assert (person.consent("veteran").status, person.consent("veteran").code) == (409, "tag_expired")
    assert person.withdraw("veteran").status == 200, "saying no is always possible"


def test_deciding_twice_is_deciding_once(bureau: Bureau, person: Person, clock: StoppedClock) -> None:
    bureau.report()
    first = person.consent("veteran").body
    clock.advance(10)
    assert person.consent("veteran").body == first
    gone = person.withdraw("veteran").body
    clock.advance(10)
    assert person.withdraw("veteran").body == gone


def test_a_report_may_be_repeated_and_its_reference_not_used_for_another(bureau: Bureau, person: Person) -> None:
    answers = [bureau.report().body["repeated"] for _ in range(3)]
    assert answers == [False, True, True]
    for other in ({"tag": "student"}, {"until": NOON + DAY}):
        reply = bureau.report(**other)
        assert (reply.status, reply.code) == (422, "reference_taken")
    assert list(person.tags()) == ["veteran"]


def test_an_old_report_that_comes_again_does_not_undo_a_newer_one(bureau: Bureau, person: Person) -> None:
    bureau.report(reference="V-1", until=NOON + DAY)
    bureau.report(reference="V-2", until=NOON + 2 * DAY)
    assert bureau.report(reference="V-1", until=NOON + DAY).body["repeated"]
    assert person.tags()["veteran"]["expires_at"] == "2026-09-23T14:13:20Z"


def test_a_newer_report_is_mirrored_without_a_new_consent(bureau: Bureau, person: Person, holder: str) -> None:
    bureau.report(reference="V-1", until=NOON + DAY)
    person.consent("veteran")
    bureau.report(reference="V-2", until=NOON + 2 * DAY)
    assert mirror_of(holder) == f"veteran:{NOON + 2 * DAY}"


def test_what_is_said_of_somebody_who_never_came_waits_for_them_and_tells_nobody_so(
    city: City, api: Caller, bureau: Bureau
) -> None:
    known = moved_in(city)
    unknown, there = bureau.report(), bureau.report(reference="V-2", document_number="310199198803140020")
    assert unknown.body == there.body
    assert TagItem.get(known).version
    index = waiting(index_of(city, SOMEBODY.identity))
    assert TagItem.get(index).version
    holder = moved_in(city, SOMEBODY)
    person = Person(api, api.log_in(SOMEBODY))
    assert person.consent("veteran").body["state"] == "shown"
    assert mirror_of(holder) == f"veteran:{NOON + 365 * DAY}"
    assert [item.person for item in TagItem.scan()].count(index) == 0
    assert bureau.report().body["repeated"], "the same report, now of a holder"


def test_people_are_told_what_is_said_of_them(city: City, bureau: Bureau, holder: str) -> None:
    bureau.report()
    bureau.report()
    for _ in range(2):
        followed(city)
    (notice,) = city.notices.page(holder, before=None, size=10)
    assert (notice.kind, notice.facts) == ("tag_reported", '{"tag":"veteran"}')


def test_what_is_forgotten_is_shown_no_more(
    city: City, bureau: Bureau, person: Person, holder: str, clock: StoppedClock
) -> None:
    bureau.report()
    person.consent("veteran")
    city.tags.forget(holder)
    city.tags.forget(holder)
    assert mirror_of(holder), "until the stream has told"
    followed(city)
    assert mirror_of(holder) == ""
    assert person.tags() == {}
    clock.advance(1)
    bureau.report(reference="V-9")
    person.consent("veteran")
    assert mirror_of(holder), "and a new life begins"


REFUSED: dict[str, tuple[dict[str, Any], int, str]] = {
    "a mistyped number": ({"document_number": "310199198803140120"}, 422, "invalid_document_number"),
    "a document nobody knows": ({"document_type": "library_card"}, 422, "unknown_document_type"),
    "a group nobody knows": ({"tag": "friend"}, 400, "malformed_body"),
    "an end that has come": ({"until": NOON}, 422, "unfit_tag_expiry"),
    "an end beyond every life": ({"until": NOON + 101 * 366 * DAY}, 422, "unfit_tag_expiry"),
    "an end without an offset": ({"expires_at": "2030-01-01T00:00:00"}, 400, "malformed_body"),
    "a reference that names somebody": ({"reference": "310199198803140020"}, 422, "reference_looks_personal"),
    "no reference": ({"reference": ""}, 400, "malformed_body"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_report_that_cannot_be_is_refused_by_name(bureau: Bureau, api: Caller, case: str) -> None:
    change, status, code = REFUSED[case]
    reply = api.post("/v1/tags", report(**change), token=bureau.token)
    assert (reply.status, reply.code) == (status, code)
    assert not list(TagItem.scan())


@pytest.mark.parametrize("tag", ["student", "nonsense", "index:0"])
def test_nobody_decides_about_what_nobody_said(bureau: Bureau, person: Person, tag: str) -> None:
    bureau.report()
    for reply in (person.consent(tag), person.withdraw(tag)):
        assert (reply.status, reply.code) == (404, "tag_not_found")
