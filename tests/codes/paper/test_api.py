"""A grandmother's paper, from the first to the last: made, printed, scanned, lost, made again."""

from __future__ import annotations

import base64

import pypdfium2
import pytest
import zxingcpp

from chalicelib.people.sandbox import RESIDENTS
from chalicelib.platform.http.operation import Principal
from chalicelib.status.model import Standing
from chalicelib.status.store import StatusStore
from chalicelib.wiring import City
from tests.world import NOON, Caller, StoppedClock, moved_in

SCOPES = frozenset({"carrier:read", "carrier:write", "assurance:real_person"})


@pytest.fixture
def gate(city: City) -> str:
    return city.tokens.issue(Principal("metro", frozenset({"code:verify"}), "Metro"), now=NOON, lifetime=10**8)


@pytest.fixture
def her(city: City) -> str:
    """Her session, in which her face was compared."""
    return session(city, SCOPES)


def session(city: City, scopes: frozenset[str]) -> str:
    return city.tokens.issue(Principal(moved_in(city), scopes), now=NOON, lifetime=10**8)


def printed(api: Caller, paper_id: str, token: str, form: str = "a4") -> str:
    """The text of the symbol on the paper as it comes out of a printer."""
    reply = api.get(f"/v1/papers/{paper_id}/document?form={form}", token=token)
    assert (reply.status, reply.body["media_type"]) == (200, "application/pdf"), reply
    page = pypdfium2.PdfDocument(base64.b64decode(reply.body["document"]))[0].render(scale=150 / 72).to_pil()
    return str(zxingcpp.read_barcodes(page)[0].text)


def test_a_paper_from_the_first_to_the_last(api: Caller, her: str, gate: str, clock: StoppedClock) -> None:
    first = api.post("/v1/papers", {}, token=her, key="one")
    assert first.status == 201, first
    assert first.body == {
        "paper_id": "1-0",
        "state": "active",
        "state_since": "2026-09-21T14:13:20Z",
        "issued_at": "2026-09-21T14:13:20Z",
        "expires_at": "2027-03-20T14:13:20Z",
        "acted_by": None,
    }
    paper = printed(api, "1-0", her)
    seen = api.verify(paper, gate).body
    assert (seen["verdict"], seen["carrier"], seen["colour"]) == ("accepted", "paper", "green")
    assert (seen["holder"], seen["expires_at"]) == (None, "2027-03-20T14:13:20Z")

    clock.advance(60)
    assert api.post("/v1/papers/1-0/loss", {}, token=her).body["state"] == "lost"
    assert api.verify(paper, gate).body["reason"] == "carrier_lost"
    assert api.get("/v1/papers/1-0/document", token=her).code == "paper_not_good"

    second = api.post("/v1/papers", {}, token=her, key="two").body["paper_id"]
    assert api.verify(printed(api, second, her, "card"), gate).body["verdict"] == "accepted"
    papers = api.get("/v1/papers", token=her).body["papers"]
    assert [(one["paper_id"], one["state"]) for one in papers] == [("1-1", "active"), ("1-0", "lost")]

    clock.advance(181 * 86_400)
    assert api.get("/v1/papers", token=her).body["papers"][0]["state"] == "expired"


def test_the_same_request_twice_makes_one_paper(api: Caller, her: str) -> None:
    one, again = (api.post("/v1/papers", {}, token=her, key="the-same") for _ in range(2))
    assert (one.status, one.body) == (201, again.body)
    assert len(api.get("/v1/papers", token=her).body["papers"]) == 1


def test_a_paper_needs_a_key_that_makes_it_safe_to_repeat(api: Caller, her: str) -> None:
    assert api.post("/v1/papers", {}, token=her).code == "idempotency_key_missing"


def test_whoever_only_knew_a_name_and_a_number_gets_no_paper_and_may_still_report_its_loss(
    api: Caller, city: City, her: str
) -> None:
    api.post("/v1/papers", {}, token=her, key="one")
    weak = session(city, SCOPES - {"assurance:real_person"})
    assert api.post("/v1/papers", {}, token=weak, key="two").code == "assurance_too_low"
    assert api.get("/v1/papers/1-0/document", token=weak).code == "assurance_too_low"
    assert api.get("/v1/papers", token=weak).status == 200
    assert api.post("/v1/papers/1-0/loss", {}, token=weak).status == 200


def test_a_paper_of_somebody_else_is_none(api: Caller, city: City, her: str) -> None:
    api.post("/v1/papers", {}, token=her, key="one")
    his = city.tokens.issue(Principal(moved_in(city, RESIDENTS[1]), SCOPES), now=NOON, lifetime=600)
    assert api.get("/v1/papers", token=his).body["papers"] == []
    assert api.get("/v1/papers/1-0/document", token=his).code == "paper_not_found"
    assert api.post("/v1/papers/1-0/loss", {}, token=his).code == "paper_not_found"


def test_a_form_that_nobody_draws_is_refused(api: Caller, her: str) -> None:
    api.post("/v1/papers", {}, token=her, key="one")
    assert api.get("/v1/papers/1-0/document?form=a5", token=her).code == "unknown_form"


def test_a_suspended_holder_gets_none_and_prints_none(api: Caller, city: City, her: str) -> None:
    api.post("/v1/papers", {}, token=her, key="one")
    StatusStore().set_standing(moved_in(city), Standing.SUSPENDED)
    assert api.post("/v1/papers", {}, token=her, key="two").code == "holder_suspended"
    assert api.get("/v1/papers/1-0/document", token=her).code == "holder_suspended"


def test_the_sixth_paper_of_a_month_has_to_wait(api: Caller, her: str) -> None:
    for number in range(5):
        assert api.post("/v1/papers", {}, token=her, key=str(number)).status == 201
    refused = api.post("/v1/papers", {}, token=her, key="six")
    assert (refused.status, refused.code) == (429, "too_many_papers")
    assert refused.headers["Retry-After"] == str(30 * 86_400)


def test_a_guardian_has_a_paper_made_for_a_child_until_the_delegation_ends(city: City, api: Caller, gate: str) -> None:
    mother, child = moved_in(city, RESIDENTS[0]), moved_in(city, RESIDENTS[13])
    care = city.guardians.add(mother, child, relation="parent", now=int(NOON)).delegation_id
    hers = api.log_in(RESIDENTS[0])
    made = api.post("/v1/papers", {"for": care}, token=hers, key="child")
    assert (made.status, made.body["acted_by"]) == (201, "林*晴")
    paper = printed(api, f"{made.body['paper_id']}", hers, f"a4&for={care}")
    assert api.verify(paper, gate, purpose="lodging").body["holder"]["name"] == "周*禾"
    assert api.get("/v1/papers", token=hers).body["papers"] == []
    assert len(api.get(f"/v1/papers?for={care}", token=hers).body["papers"]) == 1
    for nobody in ("nobody", "", "%00", "%20", "0" * 24, "0" * 3000):
        assert api.get(f"/v1/papers?for={nobody}", token=hers).code == "not_your_dependant"
    city.guardians.end(mother, child, now=int(NOON))
    assert api.post("/v1/papers", {"for": care}, token=hers, key="again").code == "delegation_ended"
    assert api.post(f"/v1/papers/{made.body['paper_id']}/loss", {"for": care}, token=hers).code == "delegation_ended"
