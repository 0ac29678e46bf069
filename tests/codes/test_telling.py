"""What a verifier is told beside a colour: by purpose and scope, in every repeat, and as the holder reads it."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.codes.model import repeated
from chalicelib.codes.purposes import AT_ONCE, Field, Purpose
from chalicelib.codes.telling import told_at_once
from chalicelib.codes.verify_routes import RefusedScans
from chalicelib.people.sandbox import RESIDENTS
from chalicelib.platform.http.operation import Principal
from chalicelib.status.model import Scan
from chalicelib.status.register import scan_from
from chalicelib.status.store import StatusItem
from chalicelib.wiring import City
from tests.codes.calls import Calls
from tests.world import NOON, Caller, StoppedClock, moved_in, scan_by

SCANS = frozenset({"code:verify"})
EVERYTHING = frozenset({"code:verify", "tag:read", "disclosure:read"})
NAMED = {Purpose.MEDICAL, Purpose.GOVERNMENT, Purpose.LODGING, Purpose.INSPECTION}


class Street:
    """Verifiers and their gates, and one person who passes them all."""

    def __init__(self, city: City, api: Caller) -> None:
        self.city, self.api = city, api
        self.holder = moved_in(city)
        StatusItem(self.holder).update([StatusItem.tags.set(f"elderly:{NOON * 2}")])
        self.session = api.log_in()

    def gate(
        self, who: str = "metro", *, scopes: frozenset[str] = EVERYTHING, terminal: str = "", place: str = ""
    ) -> str:
        """The token of a gate."""
        principal = Principal(f"client-of-{who}", scopes, who, terminal=terminal, place=place)
        return self.city.tokens.issue(principal, now=self.city.clock(), lifetime=300)

    def shown(self) -> str:
        """A fresh code."""
        return self.api.code(self.session)

    def scan(self, code: str, gate: str, purpose: str = "entry", **more: str) -> dict[str, Any]:
        """What a gate is told; it is let pass."""
        reply = self.api.verify(code, gate, purpose=purpose, **more)
        assert (reply.status, reply.body["verdict"]) == (200, "accepted"), reply
        return dict(reply.body)

    def logged(self) -> Scan:
        """The last scan as the holder will read it."""
        key = {"holder": {"S": self.holder}}
        item = self.city.dynamodb.get_item(TableName="yima-statuses", Key=key, ConsistentRead=True)["Item"]
        return scan_from(dict(item["last_scan"]["M"]))


@pytest.fixture
def street(city: City, api: Caller) -> Street:
    return Street(city, api)


@pytest.mark.parametrize("purpose", Purpose)
def test_each_purpose_tells_what_the_table_says_and_nothing_else(street: Street, purpose: Purpose) -> None:
    told = street.scan(street.shown(), street.gate(), purpose)
    assert told["colour"] == "green"
    assert told["holder"] == ({"name": "林*晴"} if purpose in NAMED else None)
    assert told["tags"] == (None if purpose is Purpose.INSPECTION else ["elderly"])
    assert (told["pairwise_id"] is not None) is (purpose is Purpose.MEDICAL)
    assert street.logged().fields == told_at_once(purpose, with_tags=True)


@pytest.mark.parametrize("purpose", Purpose)
def test_without_the_scope_nobody_sees_groups_and_nobody_gets_a_token(street: Street, purpose: Purpose) -> None:
    told = street.scan(street.shown(), street.gate(scopes=SCANS), purpose)
    assert (told["tags"], told["exchange_token"], told["exchange_until"]) == (None, None, None)
    assert "tags" not in street.logged().fields


def test_every_field_told_at_once_has_a_place_in_the_answer() -> None:
    assert frozenset[Field]().union(*AT_ONCE.values()) <= {Field.NAME, Field.TAGS, Field.PAIRWISE}


def test_a_name_that_is_not_told_is_not_even_opened(street: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []

    def noted(sealed: bytes, *, context: str, now: float) -> str:
        opened.append(context)
        return "林*晴"

    monkeypatch.setattr(street.city.fields, "open", noted)
    street.scan(street.shown(), street.gate(), "entry")
    assert opened == []
    street.scan(later(street), street.gate(), "lodging")
    assert opened == [f"status#{street.holder}"]


def later(street: Street) -> str:
    """A code of the next second."""
    assert isinstance(street.city.clock, StoppedClock)
    street.city.clock.advance(1)
    return street.shown()


@pytest.mark.parametrize("purpose", ["entry", "medical"])
def test_whatever_is_told_takes_one_call_of_the_store(street: Street, purpose: str) -> None:
    code, gate = street.shown(), street.gate()
    calls = Calls(street.city)
    street.scan(code, gate, purpose)
    assert calls.made == ["UpdateItem"]


def test_an_id_is_the_same_at_one_clinic_for_good_and_another_at_each(street: Street) -> None:
    first = street.scan(street.shown(), street.gate("clinic"), "medical")["pairwise_id"]
    again = street.scan(later(street), street.gate("clinic", terminal="desk-2"), "medical")["pairwise_id"]
    other = street.scan(later(street), street.gate("hospital"), "medical")["pairwise_id"]
    assert first == again != other
    assert {len(first), len(other)} == {32}
    moved_in(street.city, RESIDENTS[1])
    code = street.api.code(street.api.log_in(RESIDENTS[1]))
    assert street.scan(code, street.gate("clinic"), "medical")["pairwise_id"] not in {first, other}


def test_a_token_is_good_for_ten_minutes_at_the_terminal_that_scanned(street: Street) -> None:
    told = street.scan(street.shown(), street.gate(terminal="t-1", place="2 号口"), "lodging")
    assert told["exchange_until"] == "2026-09-21T14:23:20Z"
    said = street.city.exchange.open(told["exchange_token"], client_id="client-of-metro", terminal="t-1", now=NOON)
    assert (said.holder, said.purpose, said.place) == (street.holder, "lodging", "2 号口")


# ---- the same scan again


def without_token(told: dict[str, Any]) -> dict[str, Any]:
    return told | {"exchange_token": None}


@pytest.mark.parametrize("purpose", Purpose)
def test_a_repeat_gets_the_same_answer(street: Street, purpose: Purpose) -> None:
    code, gate = street.shown(), street.gate()
    first, again = (street.scan(code, gate, purpose) for _ in range(2))
    assert without_token(first) == without_token(again)
    said = [
        street.city.exchange.open(told["exchange_token"], client_id="client-of-metro", terminal="", now=NOON)
        for told in (first, again)
    ]
    assert said[0] == said[1], "both tokens stand for the one scan"


@pytest.mark.parametrize("second", sorted(set(Purpose) - {Purpose.ENTRY}))
def test_no_other_purpose_opens_more_than_the_holder_reads_of(street: Street, second: Purpose) -> None:
    code, gate = street.shown(), street.gate()
    street.scan(code, gate, "entry")
    told = street.scan(code, gate, second)
    assert (told["holder"], told["pairwise_id"], told["exchange_token"]) == (None, None, None)
    assert (street.logged().purpose, street.logged().fields) == ("entry", "tags")


def test_nor_does_a_purpose_that_tells_less_get_what_another_was_told(street: Street) -> None:
    code, gate = street.shown(), street.gate()
    street.scan(code, gate, "medical")
    told = street.scan(code, gate, "entry")
    assert (told["holder"], told["pairwise_id"], told["tags"]) == (None, None, ["elderly"])


def test_a_scope_that_came_later_shows_no_groups_that_were_not_logged(street: Street) -> None:
    code = street.shown()
    street.scan(code, street.gate(scopes=SCANS))
    assert street.scan(code, street.gate())["tags"] is None
    assert street.logged().fields == ""


def test_a_narrower_token_is_told_less_of_what_was_logged(street: Street) -> None:
    code = street.shown()
    street.scan(code, street.gate())
    assert street.scan(code, street.gate(scopes=SCANS))["tags"] is None


def test_another_terminal_of_the_same_verifier_gets_the_answer_and_no_token(street: Street) -> None:
    code = street.shown()
    first = street.scan(code, street.gate(terminal="t-1", place="2 号口"), "lodging")
    again = street.scan(code, street.gate(terminal="t-2", place="3 号口"), "lodging")
    assert again == first | {"exchange_token": None, "exchange_until": None}
    assert (street.logged().terminal, street.logged().place) == ("t-1", "2 号口")


def test_a_repeat_tells_what_both_the_log_and_the_question_have() -> None:
    logged = scan_by("metro", fields="name tags")
    assert repeated(logged, scan_by("metro", fields="pairwise tags")) == logged._replace(fields="tags")
    assert repeated(logged, scan_by("metro")).fields == ""


# ---- terminals


def test_the_place_is_that_of_the_terminal_whatever_the_scan_says(street: Street) -> None:
    street.scan(street.shown(), street.gate(terminal="t-1", place="2 号口"), place="月球", terminal="t-1")
    assert (street.logged().place, street.logged().terminal) == ("2 号口", "t-1")
    street.scan(later(street), street.gate(), place="移动岗")
    assert (street.logged().place, street.logged().terminal) == ("移动岗", "")


@pytest.mark.parametrize("terminal", ["t-1", ""])
def test_a_scan_that_names_another_terminal_is_refused_and_spends_nothing(street: Street, terminal: str) -> None:
    code = street.shown()
    reply = street.api.verify(code, street.gate(terminal=terminal), terminal="t-2")
    assert (reply.status, reply.code) == (403, "wrong_terminal")
    street.scan(code, street.gate(terminal=terminal))


# ---- codes that were refused


class Watcher(RefusedScans):
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.noted: list[tuple[str, str, str]] = []

    def note(self, code_mark: str, scan: Scan, reason: str) -> None:
        self.noted.append((code_mark, scan.verifier_name, reason))


def test_who_watches_is_told_of_a_code_that_was_spent_elsewhere_and_not_what_it_is(
    street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    watcher = Watcher()
    monkeypatch.setattr(street.city, "refused_scans", watcher)
    code = street.shown()
    street.scan(code, street.gate())
    for _ in range(2):
        assert street.api.verify(code, street.gate("library")).body["reason"] == "replayed"
    street.api.verify("YM1:", street.gate())
    (one, two) = watcher.noted
    assert one == two
    assert one[1:] == ("library", "replayed")
    assert len(one[0]) == 32
    assert one[0] not in code


def test_a_note_that_fails_changes_no_verdict(street: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    watcher = Watcher()
    monkeypatch.setattr(street.city, "refused_scans", watcher)
    monkeypatch.setattr(watcher, "note", lambda *_: 1 / 0)
    code = street.shown()
    street.scan(code, street.gate())
    reply = street.api.verify(code, street.gate("library"))
    assert (reply.status, reply.body["reason"]) == (200, "replayed")
