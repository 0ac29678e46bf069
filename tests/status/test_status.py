"""`GET /v1/status` and its history: a resident reads why they are yellow, until when, and how to object."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from chalicelib.partners.clients import DEPARTMENT_SCOPES, Credentials
from chalicelib.people.sandbox import RESIDENTS, SandboxIdentityProvider
from chalicelib.status.evidence.store import EvidenceItem
from chalicelib.status.model import Colour
from chalicelib.status.store import StatusItem
from chalicelib.wiring import City
from tests.faults.colours import assert_unbroken, known, published, stream_of, told
from tests.world import NOON, Caller, StoppedClock, caller, governed, moved_in

RESIDENT = RESIDENTS[0]
DAY = 86_400
SHANGHAI = ZoneInfo("Asia/Shanghai")


class Street:
    """A resident, a department that knows something of them, and a door where they are scanned."""

    def __init__(self, city: City, api: Caller, clock: StoppedClock) -> None:
        governed(city, "epidemic")
        self.city, self.api, self.clock = city, api, clock
        self.holder = moved_in(city, RESIDENT)
        self.department = city.clients.register("出入境管理处", scopes=DEPARTMENT_SCOPES)
        self.gate = city.clients.register("地铁")

    def reported(self, kind: str, at: str, reference: str = "ENTRY-000123", **attributes: str) -> None:
        """The department reports a fact, and the stream brings it to the holder."""
        login = SandboxIdentityProvider.login(RESIDENT)
        fact = {
            "document_type": login["document_type"],
            "document_number": login["document_number"],
            "kind": kind,
            "happened_at": at,
            "attributes": attributes,
            "reference": reference,
        }
        reply = self.api.post("/v1/evidence", fact, token=self._department())
        assert reply.status == 201, reply
        self.stream()

    def voided(self, reference: str = "ENTRY-000123") -> None:
        """The department takes its fact back."""
        wish = {"reference": reference, "reason": "wrong_person"}
        reply = self.api.post("/v1/evidence/voids", wish, token=self._department())
        assert reply.status in {200, 201}, reply
        self.stream()

    def stream(self) -> None:
        """What the evidence stream brings."""
        assert self.city.evidence_follower.record(stream_of(self.city, "evidence"), now=int(self.clock())) == []

    def status(self) -> dict[str, Any]:
        """What the holder reads."""
        return self._get("/v1/status")

    def history(self, query: str = "") -> dict[str, Any]:
        """What the holder reads about before."""
        published(self.city)
        return self._get(f"/v1/status/history{query}")

    def scanned(self) -> str:
        """The colour a door sees."""
        gate = self.api.token_for(self.gate)
        seen: str = self.api.verify(self.api.code(self.api.log_in(RESIDENT)), gate).body["colour"]
        return seen

    def goes_to(self, local: str) -> None:
        """Let time pass until a local time."""
        self.clock.now = datetime.fromisoformat(local).replace(tzinfo=SHANGHAI).timestamp()

    def _get(self, path: str) -> dict[str, Any]:
        reply = self.api.get(path, token=self.api.log_in(RESIDENT))
        assert reply.status == 200, reply
        body: dict[str, Any] = reply.body
        return body

    def _department(self) -> str:
        credentials: Credentials = self.department
        return self.api.token_for(credentials)


@pytest.fixture
def street(city: City, api: Caller, clock: StoppedClock) -> Street:
    return Street(city, api, clock)


def test_of_whom_nothing_is_known_is_green_for_ever_and_told_so(street: Street) -> None:
    assert street.status() == {
        "colour": "green",
        "since": None,
        "next": None,
        "reasons": [
            {
                "rule": "otherwise",
                "words": {"zh": "没有需要管理的情况", "en": "Nothing is known that asks for precautions"},
                "evidence": None,
                "override": None,
                "about": None,
            }
        ],
        "policy": "epidemic@1",
        "version": 1,
        "objection": street.status()["objection"],
        "server_time": "2026-09-21T14:13:20Z",
    }
    assert street.status()["objection"]["href"] == "/v1/appeals"
    assert street.history() == {"changes": [], "next_cursor": None}


def test_an_arrival_explains_itself_and_ends_at_the_local_midnight_with_every_scheduler_stopped(street: Street) -> None:
    street.goes_to("2026-09-21 23:20")
    street.reported("arrival", "2026-09-21T23:10:00+08:00", risk="medium")
    status = street.status()
    assert (status["colour"], street.scanned()) == ("yellow", "yellow")
    assert status["since"] == "2026-09-21T15:10:00Z"
    assert status["next"] == {"at": "2026-09-28T16:00:00Z", "colour": "green"}
    [reason] = status["reasons"]
    assert reason["rule"] == "arrival-medium"
    assert reason["words"]["zh"] == "7 天内从中风险地区抵达"
    evidence = dict(reason["evidence"])
    assert evidence.pop("words") == {"zh": "从外地抵达", "en": "arrival from an area"}
    assert evidence == {
        "kind": "arrival",
        "happened_at": "2026-09-21T15:10:00Z",
        "source": "出入境管理处",
        "reference": "*0123",
    }
    assert reason["about"].startswith("evidence:")
    for local, colour in [("2026-09-28 23:59:59", "yellow"), ("2026-09-29 00:00:00", "green")]:
        street.goes_to(local)
        assert (street.status()["colour"], street.scanned()) == (colour, colour)


def test_an_explanation_never_differs_from_what_a_door_sees_though_the_stream_is_late(street: Street) -> None:
    known(street.city, street.holder, Colour.RED, since=NOON, until=NOON + 3600)
    assert street.status()["colour"] == "red"
    assert street.scanned() == "red"


def test_a_colour_set_behind_our_back_is_explained_as_far_as_it_can_be(street: Street) -> None:
    known(street.city, street.holder, Colour.RED, since=NOON, until=NOON + 3600)
    [item] = EvidenceItem.query(street.holder)
    item.update([EvidenceItem.attributes.set('{"colour": "red"}')])
    [reason] = street.status()["reasons"]
    assert (reason["rule"], reason["override"], reason["words"]["en"]) == (
        "manual",
        None,
        "What it rested on was withdrawn",
    )


def test_history_says_what_changed_when_and_why(street: Street) -> None:
    street.clock.advance(60)
    street.reported("arrival", "2026-09-21T22:13:20+08:00", risk="medium")
    street.clock.advance(60)
    street.voided()
    street.clock.advance(60)
    street.reported("close_contact", "2026-09-21T22:10:00+08:00", reference="CDC-9", degree="secondary")
    street.clock.advance(5 * DAY)
    street.city.due_changes.tell_all(now=int(street.clock()))
    changes = street.history()["changes"]
    told_as = [(change["at"], change["old"], change["new"], change["cause"]) for change in changes]
    assert told_as == [
        ("2026-09-24T16:00:00Z", "yellow", "green", "time"),
        ("2026-09-21T14:16:20Z", "green", "yellow", "evidence"),
        ("2026-09-21T14:15:20Z", "yellow", "green", "evidence"),
        ("2026-09-21T14:14:20Z", "green", "yellow", "evidence"),
    ]
    assert [change["reason"]["rule"] for change in changes] == [
        "otherwise",
        "secondary-contact",
        "otherwise",
        "arrival-medium",
    ]
    assert changes[-1]["reason"]["evidence"]["source"] == "出入境管理处", "also of what was voided since"
    assert_unbroken(told(street.holder))


def test_history_comes_in_pages(street: Street) -> None:
    for number in range(30):
        at = NOON + 10 * number
        known(street.city, street.holder, Colour.RED if number % 2 else Colour.YELLOW, since=at, until=at + 10)
    street.city.recompute.holder(street.holder, now=NOON, cause="evidence")
    street.clock.advance(301)
    street.city.due_changes.tell_all(now=int(street.clock()))
    pages = [street.history()]
    while cursor := pages[-1]["next_cursor"]:
        pages.append(street.history(f"?cursor={cursor}"))
    sequence = [change["at"] for page in pages for change in page["changes"]]
    assert sequence == sorted(set(sequence), reverse=True)
    assert [len(page["changes"]) for page in pages] == [20, 11]


@pytest.mark.parametrize("cursor", ["x", "-1", "1.5", "9" * 13, "١"])
def test_a_cursor_that_was_not_given_out_is_refused(api: Caller, city: City, cursor: str) -> None:
    moved_in(city, RESIDENT)
    reply = api.get(f"/v1/status/history?cursor={cursor}", token=api.log_in(RESIDENT))
    assert (reply.status, reply.code) == (422, "unknown_cursor")


def test_a_status_needs_the_holder_s_own_token(api: Caller, city: City) -> None:
    gate = api.token_for(city.clients.register("地铁"))
    assert api.get("/v1/status", token=gate).code == "insufficient_scope"
    assert api.get("/v1/status").code == "missing_token"


def test_who_has_no_status_yet_is_told_to_log_in_again(api: Caller, city: City) -> None:
    holder = moved_in(city, RESIDENT)
    token = api.log_in(RESIDENT)
    StatusItem(holder).delete()
    assert api.get("/v1/status", token=token).code == "no_status"
    assert caller(city).get("/v1/status/history", token=token).body["changes"] == []
