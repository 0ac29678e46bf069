"""`POST /v1/evidence`: departments report facts, one or a file of them, again as often as they like, and void them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib.partners.clients import VERIFIER_SCOPES
from chalicelib.people.sessions.model import SCOPES
from chalicelib.platform.http.operation import Principal
from chalicelib.status.evidence.model import MANUAL
from chalicelib.status.evidence.store import EvidenceItem, ReferenceItem
from chalicelib.wiring import City
from infra.local.dynamo import Store
from tests.status.evidence.department import (
    DAY,
    HOUR,
    Department,
    Fact,
    counting,
    fact,
    holder_of,
    index_of,
    reference,
    somebody,
    waiting_for,
)
from tests.world import NOON, Caller, StoppedClock, caller, found_city


@pytest.fixture(scope="module")
def city(embedded_store: Store) -> Iterator[City]:
    """One city for all; every test brings people and references of its own."""
    yield found_city(StoppedClock())
    embedded_store.clear()


@pytest.fixture(scope="module")
def api(city: City) -> Caller:
    return caller(city)


@pytest.fixture(scope="module")
def cdc(city: City, api: Caller) -> Department:
    return Department(city, api)


def test_a_fact_about_a_holder_is_kept_as_it_was_said(city: City, cdc: Department) -> None:
    person = somebody()
    holder = holder_of(city, person)
    ends = {"valid_until": "2026-10-01T00:00:00+08:00", "reference": "ENTRY-4711"}
    reply = cdc.report(fact(person, happened_at=NOON - DAY) | ends)
    assert reply.status == 201
    [kept] = city.evidence.of(holder)
    assert reply.body == {"evidence_id": kept.evidence_id, "repeated": False, "server_time": "2026-09-21T14:13:20Z"}
    assert (kept.kind, kept.attributes, kept.happened_at) == ("arrival", {"risk": "high"}, NOON - DAY)
    assert (kept.valid_until, kept.reported_at) == (1_790_784_000, NOON)
    assert (kept.source, kept.source_name) == (cdc.credentials.client_id, "疾病预防控制中心")
    assert kept.reference == "ENTRY-4711"


def test_the_same_again_is_accepted_and_changes_nothing(city: City, cdc: Department) -> None:
    person, known = somebody(), somebody()
    holder_of(city, known)
    for one in (person, known):
        said = fact(one)
        first, second = cdc.report(said), cdc.report(said)
        assert (first.body["repeated"], second.body["repeated"]) == (False, True)
        assert first.body["evidence_id"] == second.body["evidence_id"]
    assert len(waiting_for(city, person)) == len(counting(city, known)) == 1


CHANGES: dict[str, Fact] = {
    "another time": {"happened_at": "2026-09-20T10:00:00+08:00"},
    "another value": {"attributes": {"risk": "low"}},
    "another kind": {"kind": "diagnosis", "attributes": {}},
    "an end": {"valid_until": "2027-09-20T10:00:00+08:00"},
    "another person": {"document_number": somebody().document_number},
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_reference_is_not_taken_for_anything_else(city: City, cdc: Department, change: Fact) -> None:
    person = somebody()
    said = fact(person)
    cdc.report(said)
    reply = cdc.report(said | change)
    assert (reply.status, reply.code) == (422, "reference_taken")
    assert waiting_for(city, person) == [said["reference"]]
    assert cdc.report(said).body["repeated"] is True


def test_the_same_instant_written_otherwise_is_the_same(cdc: Department) -> None:
    said = fact(somebody(), happened_at=NOON)
    cdc.report(said)
    assert cdc.report(said | {"happened_at": "2026-09-21T22:13:20.4+08:00"}).body["repeated"] is True


def test_two_departments_may_use_the_same_reference(city: City, api: Caller, cdc: Department) -> None:
    hospital, person = Department(city, api, "第三人民医院"), somebody()
    said = fact(person)
    first, second = cdc.report(said), hospital.report(said)
    assert first.body["evidence_id"] != second.body["evidence_id"]
    assert hospital.void(said["reference"]).status == 200
    assert counting(city, person) == [said["reference"]], "the other department's stays"


REFUSED: dict[str, tuple[Fact, str]] = {
    "it has not happened yet": ({"happened_at": "2026-09-21T14:18:21Z"}, "happened_in_future"),
    "nobody filled in the date": ({"happened_at": "1970-01-01T00:00:00Z"}, "too_long_ago"),
    "the last second of the last century": ({"happened_at": "1999-12-31T23:59:59Z"}, "too_long_ago"),
    "before anything": ({"happened_at": "0001-01-01T00:00:00+14:00"}, "too_long_ago"),
    "after everything": ({"happened_at": "9999-12-31T23:59:59-12:00"}, "happened_in_future"),
    "it ends when it begins": ({"valid_until": "2026-09-21T13:13:20Z"}, "unfit_validity"),
    "it never ends": ({"valid_until": "9999-12-31T23:59:59Z"}, "unfit_validity"),
    "a kind nobody knows": ({"kind": "opinion"}, "unknown_kind"),
    "what only officers decide": ({"kind": MANUAL, "attributes": {"colour": "red"}}, "unknown_kind"),
    "an attribute nobody knows": ({"attributes": {"risk": "high", "mood": "low"}}, "unknown_attribute"),
    "an attribute left out": ({"attributes": {}}, "missing_attribute"),
    "a value nobody knows": ({"attributes": {"risk": "extreme"}}, "unknown_value"),
    "an area that is none": ({"attributes": {"risk": "high", "area": "110000\n"}}, "unknown_value"),
    "a document number as reference": ({"reference": "11010519491231002X"}, "reference_looks_personal"),
    "a document number in the reference": ({"reference": "LAB/110105194912310028/1"}, "reference_looks_personal"),
    "a document nobody knows": ({"document_type": "library_card"}, "unknown_document_type"),
    "a mistyped number": ({"document_number": "310199198803140120"}, "invalid_document_number"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_so_is_refused_by_name_and_keeps_nothing(city: City, cdc: Department, case: str) -> None:
    change, code = REFUSED[case]
    person = somebody()
    said = fact(person) | change
    reply = cdc.report(said)
    assert (reply.status, reply.code) == (422, code)
    assert cdc.send([said])[0]["problem"] == reply.body, "a file is told the same"
    assert waiting_for(city, person) == []
    for sent in (said["document_number"], said["reference"], "extreme", "mood"):
        assert not sent or sent not in json.dumps(reply.body, ensure_ascii=False)


def test_all_that_is_wrong_with_the_attributes_is_told_at_once(cdc: Department) -> None:
    reply = cdc.report(fact(somebody(), kind="test_result", attributes={"method": "guess"}))
    assert [(flaw["code"], flaw["attribute"]) for flaw in reply.body["flaws"]] == [
        ("missing_attribute", "result"),
        ("unknown_value", "method"),
    ]
    assert reply.body["flaws"][1]["expected"] == "pcr or antigen"


TAKEN: dict[str, Fact] = {
    "five minutes ahead": {"happened_at": "2026-09-21T14:18:20Z"},
    "the first second of the century": {"happened_at": "2000-01-01T00:00:00Z"},
    "years old": {"happened_at": "2019-12-31T23:59:59+08:00"},
    "a long reference": {"reference": "!" + "~" * 63},
    "a reference that is only a long number": {"reference": "99999999999999999999"},
    "an end as late as can be": {"valid_until": "2036-09-28T13:13:20Z"},
    "without attributes": {"kind": "symptom_report", "attributes": {}},
}


@pytest.mark.parametrize("case", TAKEN)
def test_what_can_be_so_is_taken(cdc: Department, case: str) -> None:
    assert cdc.report(fact(somebody()) | TAKEN[case]).status == 201


MALFORMED: dict[str, tuple[Any, str]] = {
    "a time without offset": ({"happened_at": "2026-09-21T10:00:00"}, "$.happened_at"),
    "a time that is a number": ({"happened_at": 1_790_000_000}, "$.happened_at"),
    "a time that is none": ({"happened_at": "yesterday"}, "$.happened_at"),
    "an attribute that is a number": ({"attributes": {"risk": 3}}, "$.attributes[...]"),
    "attributes without end": ({"attributes": {str(n): "" for n in range(17)}}, "$.attributes"),
    "no reference": ({"reference": ""}, "$.reference"),
    "a long reference": ({"reference": "x" * 65}, "$.reference"),
    "a reference of two words": ({"reference": "LAB 1"}, "$.reference"),
    "a reference of two lines": ({"reference": "LAB\n"}, "$.reference"),
    "a reference in Chinese": ({"reference": "化验单"}, "$.reference"),
    "a number that is a number": ({"document_number": 310199198803140027}, "$.document_number"),
}


@pytest.mark.parametrize("case", MALFORMED)
def test_what_cannot_be_read_is_refused_with_its_place(cdc: Department, case: str) -> None:
    change, place = MALFORMED[case]
    reply = cdc.report(fact(somebody()) | change)
    assert (reply.status, reply.code) == (400, "malformed_body")
    assert place in reply.body["where"]


def test_nobody_but_a_department_reports(city: City, api: Caller, cdc: Department) -> None:
    for scopes in (VERIFIER_SCOPES, SCOPES):
        token = city.tokens.issue(Principal("somebody", scopes), now=NOON, lifetime=300)
        for path in ("/v1/evidence", "/v1/evidence/batch", "/v1/evidence/voids"):
            reply = api.post(path, {}, token=token)
            assert (reply.status, reply.code, reply.body["needed"]) == (403, "insufficient_scope", "evidence:write")
            assert api.post(path, {}).code == "missing_token"
    assert api.verify("YM1:", cdc.token).code == "insufficient_scope", "and a department scans nobody"


def test_no_answer_tells_whether_somebody_lives_here(city: City, cdc: Department) -> None:
    known, stranger = somebody(), somebody()
    holder_of(city, known)
    answers = [(cdc.report(fact(one)), cdc.void(reference())) for one in (known, stranger)]
    shapes = [[(reply.status, sorted(reply.body)) for reply in pair] for pair in answers]
    assert shapes[0] == shapes[1]
    files = [cdc.send([fact(one), fact(one, kind="opinion")]) for one in (known, stranger)]
    for one in files[0] + files[1]:
        one.pop("evidence_id", None)
    assert files[0] == files[1]


class TestWaiting:
    """Evidence about somebody who is not a holder yet."""

    def test_it_waits_ninety_days_under_a_blind_index(self, city: City, cdc: Department) -> None:
        person = somebody()
        cdc.report(fact(person))
        [item] = EvidenceItem.query(f"index:{index_of(city, person)}")
        assert item.expires_at.timestamp() == NOON + 90 * DAY
        assert person.document_number not in str(item.to_dynamodb_dict())
        assert all(person.document_number not in str(one.to_dynamodb_dict()) for one in ReferenceItem.scan())

    def test_it_is_there_when_they_first_log_in_and_nothing_waits_any_more(self, city: City, cdc: Department) -> None:
        person = somebody()
        said = [fact(person), fact(person)]
        assert all(one["outcome"] == "accepted" for one in cdc.send(said))
        holder = holder_of(city, person)
        assert counting(city, person) == sorted(one["reference"] for one in said)
        assert waiting_for(city, person) == []
        assert all(item.expires_at is None for item in EvidenceItem.query(holder))
        kept = city.ledger.read(holder)
        assert kept is not None

    def test_what_has_waited_too_long_is_not_handed_over(self, city: City, cdc: Department) -> None:
        person = somebody()
        cdc.report(fact(person))
        [item] = EvidenceItem.query(f"index:{index_of(city, person)}")
        holder = city.registration.register(person, now=item.expires_at.timestamp())
        assert city.evidence.ever_known(holder) == []
        assert waiting_for(city, person) == []

    def test_a_resend_after_they_came_is_the_same_fact(self, city: City, cdc: Department) -> None:
        person = somebody()
        said = fact(person)
        cdc.report(said)
        holder_of(city, person)
        assert cdc.report(said).body["repeated"] is True
        assert counting(city, person) == [said["reference"]]
        assert waiting_for(city, person) == []


class TestVoids:
    """What a department takes back."""

    def test_it_counts_no_more_and_stays_on_record(self, city: City, cdc: Department) -> None:
        person = somebody()
        holder = holder_of(city, person)
        said = fact(person)
        cdc.report(said)
        reply = cdc.void(said["reference"])
        assert (reply.status, reply.body["voided_at"]) == (200, "2026-09-21T14:13:20Z")
        assert city.evidence.of(holder) == []
        [item] = EvidenceItem.query(holder)
        assert (item.voided_at, item.void_reason) == (NOON, "wrong_person")

    def test_twice_is_answered_the_same_and_the_first_stays(self, city: City, cdc: Department) -> None:
        said = fact(somebody())
        cdc.report(said)
        first = cdc.void(said["reference"])
        assert isinstance(city.clock, StoppedClock)
        city.clock.advance(HOUR / 60)
        second = cdc.void(said["reference"], "withdrawn")
        city.clock.advance(-HOUR / 60)
        assert {**second.body, "server_time": ""} == {**first.body, "server_time": ""}

    @pytest.mark.parametrize("known", [True, False], ids=["a holder", "a stranger"])
    def test_it_may_come_before_its_evidence(self, city: City, cdc: Department, known: bool) -> None:
        person = somebody()
        if known:
            holder_of(city, person)
        said = fact(person)
        assert cdc.void(said["reference"]).status == 200
        assert cdc.report(said).body["repeated"] is False, "it has not been reported before"
        assert cdc.report(said).body["repeated"] is True
        assert counting(city, person) == []
        assert [item.void_reason for item in EvidenceItem.query(holder_of(city, person))] == ["wrong_person"]

    def test_it_holds_for_what_waits_and_after_they_came(self, city: City, cdc: Department) -> None:
        person = somebody()
        early, late = fact(person), fact(person)
        cdc.send([early, late])
        cdc.void(early["reference"])
        assert holder_of(city, person)
        assert counting(city, person) == [late["reference"]]
        cdc.void(late["reference"])
        assert counting(city, person) == []

    def test_sending_the_file_again_brings_nothing_back(self, city: City, cdc: Department) -> None:
        person = somebody()
        said = fact(person)
        cdc.report(said)
        cdc.void(said["reference"])
        assert cdc.send([said, said])[1]["repeated"] is True
        assert counting(city, person) == []

    def test_its_reason_is_one_of_ours(self, cdc: Department) -> None:
        reply = cdc.void("LAB-0", reason="她不是张三")
        assert (reply.status, reply.code) == (400, "malformed_body")
        assert "张三" not in str(reply.body)

    def test_a_reference_that_cannot_be_is_refused(self, cdc: Department) -> None:
        assert cdc.void("11010519491231002X").code == "reference_looks_personal"
        assert cdc.void("").code == "malformed_body"

    def test_an_upheld_appeal_voids_a_fact_for_good(self, city: City, cdc: Department) -> None:
        person = somebody()
        said = fact(person)
        taken = cdc.report(said).body["evidence_id"]
        holder = holder_of(city, person)
        for _ in range(2):
            city.reports.void_by_appeal(holder, taken, "appeal-1", now=NOON)
        cdc.report(said)
        assert counting(city, person) == []
        assert [item.void_reason for item in EvidenceItem.query(holder)] == ["appeal:appeal-1"]


class TestFiles:
    """A file of evidence: every item on its own."""

    def test_every_item_is_accepted_or_refused_on_its_own_in_order(self, city: City, cdc: Department) -> None:
        person = somebody()
        wrong: list[Any] = [{"kind": "arrival"}, fact(person, kind="opinion"), "a line of text", [[[]]], None]
        outcomes = cdc.send([fact(person), *wrong, fact(person)])
        codes = [one.get("problem", {}).get("code") for one in outcomes]
        assert codes == [None, "malformed_body", "unknown_kind", *["malformed_body"] * 3, None]
        assert [one["outcome"] for one in outcomes].count("accepted") == 2
        assert len(waiting_for(city, person)) == 2
        assert outcomes[1]["problem"]["where"] == "Object missing required field `document_type`"

    def test_a_reference_twice_in_a_file_is_read_in_its_order(self, city: City, cdc: Department) -> None:
        person = somebody()
        said = fact(person)
        outcomes = cdc.send([said, said | {"attributes": {"risk": "low"}}, said])
        assert [one.get("repeated") for one in outcomes] == [False, None, True]
        assert outcomes[1]["problem"]["code"] == "reference_taken"
        [kept] = city.evidence.of(holder_of(city, person))
        assert kept.attributes == {"risk": "high"}

    def test_five_hundred_items_are_taken_and_no_more(self, api: Caller, cdc: Department) -> None:
        wrong = fact(somebody(), kind="opinion")
        assert {one["outcome"] for one in cdc.send([wrong] * 500)} == {"refused"}
        for items in ([wrong] * 501, []):
            reply = api.post("/v1/evidence/batch", {"items": items}, token=cdc.token)
            assert (reply.status, reply.code) == (400, "malformed_body")

    def test_a_file_that_is_too_long_is_refused_whole(self, api: Caller, cdc: Department) -> None:
        padded = fact(somebody(), comment="x" * 2000)
        reply = api.post("/v1/evidence/batch", {"items": [padded] * 300}, token=cdc.token)
        assert (reply.status, reply.code, reply.body["limit_bytes"]) == (413, "body_too_large", 512 * 1024)

    @pytest.mark.parametrize("broken", [b'{"items": [1, 2', b'{"items": [{"kind": "\xff"}]}', b'{"items": [nope]}'])
    def test_a_file_that_is_no_json_has_no_good_items(self, api: Caller, cdc: Department, broken: bytes) -> None:
        reply = api.send("POST", "/v1/evidence/batch", body=broken, token=cdc.token)
        if reply.status == 200:
            assert {one["outcome"] for one in reply.body["outcomes"]} == {"refused"}
        else:
            assert (reply.status, reply.code) == (400, "malformed_body")

    def test_items_nested_without_end_are_refused(self, api: Caller, cdc: Department) -> None:
        deep = b'{"items": [' + b"[" * 20_000 + b"]" * 20_000 + b"]}"
        reply = api.send("POST", "/v1/evidence/batch", body=deep, token=cdc.token)
        assert reply.status in {200, 400}
