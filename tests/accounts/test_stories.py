"""A person's own account, through the API: everything that is known, a name put right, another document, goodbye."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.accounts.model import COOLING_OFF_S, KEPT
from chalicelib.codes.model import scan_id
from chalicelib.codes.scan_log import ScanLog
from chalicelib.codes.store import ScanItem, ScanStore
from chalicelib.people.model import Identity
from chalicelib.people.proofing.provider import Assurance, Proven
from chalicelib.people.sandbox import RESIDENTS, SandboxIdentityProvider
from chalicelib.people.store import HolderItem
from chalicelib.platform.tables import all_models, table_name
from chalicelib.status.model import Colour, Scan
from chalicelib.wiring import City
from chalicelib.wiring.sections import COVERS, sections
from chalicelib.wiring.sections_form import ROOM
from tests.codes.test_scan_log import told as told_of_statuses
from tests.world import NOON, Caller, StoppedClock, coloured, moved_in

LIN = RESIDENTS[0]
CARD = {"card_type": "transit_card", "card_number": "3104000012345678"}
NOT_ABOUT_PEOPLE = {
    "keys", "journal", "journal-places", "policies", "rulebooks", "sweeps", "roll-outs", "clients", "status-lists",
    "terminals", "nonces",
    "officers", "overrides", "references", "attempts", "allowances", "exchanges", "webhooks", "webhook-deliveries",
    "webhook-marks", "office-log",
    "imports", "refused-rows",
    "alerts", "refused-scans", "watch-counters", "retention-runs",
}  # fmt: skip
"""Of the city, of officers in office (public), or under indexes that name nobody. What an override said to a holder
stands in their history and evidence."""


class Renamed(SandboxIdentityProvider):
    """Registers in which somebody has married, and has a passport as well."""

    def prove(self, claimed: Identity, *, liveness: str | None, now: float) -> Proven | None:
        if (claimed.name, claimed.document_type) in {("林晚", "resident_id"), ("LIN WAN", "passport")}:
            return Proven(Assurance.REAL_PERSON if liveness else Assurance.REAL_NAME, "1988-03-14")
        return super().prove(claimed, liveness=liveness, now=now)


@pytest.fixture
def lin(city: City, api: Caller) -> str:
    city.identity_provider = Renamed()
    return api.log_in(LIN)


def test_everything_that_is_known_of_somebody_is_theirs_to_have(city: City, api: Caller, lin: str) -> None:
    coloured(city, moved_in(city, LIN), Colour.YELLOW)
    api.post("/v1/papers", {}, token=lin, key="paper")
    api.post("/v1/cards", CARD, token=lin, key="card")
    verifier = api.token_for(city.clients.register("图书馆"))
    api.verify(api.code(lin), verifier, place="东门")
    known = api.get("/v1/account/export", token=lin).body["sections"]
    assert set(known) == set(COVERS)
    assert known["identity"]["document_number"] == LIN.identity.document_number
    assert known["status"]["colour"] == "yellow"
    assert known["cards"][0]["card_number"] == CARD["card_number"]
    assert [paper["state"] for paper in known["papers"]] == ["active"]
    assert len(known["sessions"]) == 1
    json.dumps(known)


def test_who_looked_where_and_at_which_kinds_of_field_is_told_as_their_own_page_tells_it(
    city: City, api: Caller, lin: str
) -> None:
    office = api.token_for(city.clients.register("政务大厅"))
    api.verify(api.code(lin), office, purpose="government", place="3 号窗口")
    assert ScanLog(ScanStore).record(told_of_statuses(city)) == []
    (listed,) = api.get("/v1/scans", token=lin).body["scans"]
    (exported,) = api.get("/v1/account/export", token=lin).body["sections"]["scans"]
    assert exported["fields"] == listed["fields"] != []
    assert (exported["place"], exported["terminal"]) == (listed["place"], listed["terminal"]) == ("3 号窗口", None)


def test_of_more_scans_than_fit_into_an_answer_the_newest_are_in_it_and_the_others_follow(
    city: City, api: Caller, lin: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The longest names and places there are, in a small answer; a function hands over six megabytes and not a byte
    more."""
    assert 5 * ROOM < 6 * 2**20
    monkeypatch.setattr("chalicelib.wiring.sections_form.ROOM", room := 150_000)
    holder, number, later = moved_in(city, LIN), 230, datetime.fromtimestamp(NOON, UTC) + timedelta(days=180)
    with ScanItem.batch_write() as batch:
        for n in range(number):
            scan = Scan("v", "验" * 64, "government", "处" * 128, NOON - n, terminal="t" * 33, fields="name tags")
            batch.save(ScanItem(holder, scan_id(n.to_bytes(12, "big"), scan), expires_at=later, **scan._asdict()))
    told = api.get("/v1/account/export", token=lin).body
    scans, cursor = told["sections"]["scans"], told["more"]["scans"]
    assert room < len(json.dumps(json.dumps(scans))) < 3 * room
    while cursor:
        page = api.get(f"/v1/scans?cursor={cursor}", token=lin).body
        scans, cursor = scans + page["scans"], page["next_cursor"]
    assert len({one.get("at") or one["scanned_at"] for one in scans}) == len(scans) == number


def test_no_table_is_forgotten_in_it(city: City) -> None:
    told = {table for tables in COVERS.values() for table in tables}
    prefix = table_name("")
    tables = {str(model.Meta.table_name).removeprefix(prefix) for model in all_models()}
    assert tables - told - NOT_ABOUT_PEOPLE == set()
    assert set(sections(city)) == set(COVERS)


def test_nothing_of_others_and_no_id_of_ours_is_in_it(city: City, api: Caller, lin: str) -> None:
    text = json.dumps(api.get("/v1/account/export", token=lin).body)
    assert moved_in(city, LIN) not in text


def test_who_has_married_has_their_name_put_right_everywhere(city: City, api: Caller, lin: str) -> None:
    corrected = api.post("/v1/account/name", {"name": "林晚"}, token=lin)
    assert (corrected.status, corrected.body["name"]) == (200, "林晚")
    office = api.token_for(city.clients.register("政务大厅"))
    assert api.verify(api.code(lin), office, purpose="government").body["holder"]["name"] == "林*"
    assert api.post("/v1/account/name", {"name": "王菲"}, token=lin).code == "correction_not_proven"


PASSPORT = {"document_type": "passport", "document_number": "CAN-ZZ999970", "name": "LIN WAN", "liveness_token": "face"}


def test_a_passport_beside_the_identity_card_leads_to_the_same_person(city: City, api: Caller, lin: str) -> None:
    assert api.post("/v1/account/documents", PASSPORT, token=lin).status == 200
    with_passport = api.post("/v1/sessions", PASSPORT)
    assert with_passport.status == 201, with_passport
    verifier = api.token_for(city.clients.register("图书馆"))
    assert api.verify(api.code(with_passport.body["token"]), verifier).status == 200
    assert len(list(HolderItem.scan())) == 1


def test_the_document_of_another_account_is_not_taken_over(city: City, api: Caller, lin: str) -> None:
    assert api.post("/v1/sessions", PASSPORT).status == 201
    assert api.post("/v1/account/documents", PASSPORT, token=lin).code == "document_of_another"


def test_who_was_not_recognised_in_person_gets_at_none_of_it(api: Caller) -> None:
    login = SandboxIdentityProvider.login(LIN)
    del login["liveness_token"]
    token = api.post("/v1/sessions", login).body["token"]
    for reply in (
        api.get("/v1/account/export", token=token),
        api.post("/v1/account/name", {"name": "林晚"}, token=token),
        api.post("/v1/account/documents", PASSPORT, token=token),
        api.send("POST", "/v1/account/cancellation", token=token),
    ):
        assert reply.code == "assurance_too_low"


def leaves(city: City, api: Caller, token: str, clock: StoppedClock) -> Any:
    """Somebody asks to leave, and a week later the schedule comes round."""
    asked = api.send("POST", "/v1/account/cancellation", token=token)
    assert asked.status == 200, asked
    clock.advance(COOLING_OFF_S)
    assert city.leaving.run(now=int(clock())) == 1
    return asked.body


def test_who_leaves_takes_everything_along_and_is_told_what_the_law_keeps(
    city: City, api: Caller, lin: str, clock: StoppedClock
) -> None:
    api.post("/v1/cards", CARD, token=lin, key="card")
    code = api.code(lin)
    asked = leaves(city, api, lin, clock)
    assert [one["what"] for one in asked["kept"]] == [one.what for one in KEPT]
    assert not list(HolderItem.scan())
    verifier = api.token_for(city.clients.register("公交车", scopes=frozenset({"code:verify", "card:verify"})))
    scan = {"card": CARD, "purpose": "transit", "place": "26 路"}
    assert api.post("/v1/verifications", scan, token=verifier).body["verdict"] == "rejected"
    assert api.verify(code, verifier).body["reason"] == "expired"
    assert api.once("GET", "/v1/scans", token=lin).status == 401


def test_nobody_changes_their_colour_by_leaving(city: City, api: Caller, lin: str, clock: StoppedClock) -> None:
    coloured(city, moved_in(city, LIN), Colour.RED)
    leaves(city, api, lin, clock)
    again = api.log_in(LIN)
    assert api.get("/v1/status", token=again).body["colour"] == "red"


def test_who_comes_back_is_let_in_again_with_nothing_left_over(
    city: City, api: Caller, lin: str, clock: StoppedClock
) -> None:
    api.post("/v1/papers", {}, token=lin, key="paper")
    leaves(city, api, lin, clock)
    again = api.log_in(LIN)
    verifier = api.token_for(city.clients.register("图书馆"))
    assert api.verify(api.code(again), verifier).body["verdict"] == "accepted"
    assert [one["state"] for one in api.get("/v1/papers", token=again).body["papers"]] in ([], ["ended"])


def test_who_came_back_may_leave_again(city: City, api: Caller, lin: str, clock: StoppedClock) -> None:
    leaves(city, api, lin, clock)
    again = api.log_in(LIN)
    assert api.get("/v1/account/cancellation", token=again).code == "not_leaving"
    assert api.delete("/v1/account/cancellation", token=again).code == "not_leaving"
    leaves(city, api, again, clock)
    assert not list(HolderItem.scan())


def test_who_stays_after_all_stays_as_they_were(city: City, api: Caller, lin: str, clock: StoppedClock) -> None:
    api.send("POST", "/v1/account/cancellation", token=lin)
    assert api.get("/v1/account/cancellation", token=lin).body["state"] == "asked"
    assert api.delete("/v1/account/cancellation", token=lin).body["state"] == "withdrawn"
    assert api.get("/v1/account/cancellation", token=lin).code == "not_leaving"
    clock.advance(COOLING_OFF_S)
    assert city.leaving.run(now=int(clock())) == 0
    assert api.post("/v1/codes", {}, token=api.log_in(LIN)).status == 201
