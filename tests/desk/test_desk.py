"""The service desk: a helper acts for who stands there, written down first, and under their own name."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from pynamodb.exceptions import PynamoDBException

from chalicelib.desk.acts import DeskAct, IssuePaper, Outcome, TellStatus
from chalicelib.desk.following import CHAIN, AssistanceFollower
from chalicelib.desk.model import LIFETIME_S, MOST_ACTS, Assistance, State, Why
from chalicelib.desk.receiving import Reception
from chalicelib.desk.refusals import (
    AssistanceNotFound,
    AssistanceOver,
    DocumentNotSeen,
    HelpingFamily,
    HelpingYourself,
)
from chalicelib.desk.service import Desk, Visit
from chalicelib.desk.store import AssistanceItem, AssistanceStore
from chalicelib.people.model import Identity
from chalicelib.people.notices import NoticeItem
from chalicelib.people.refusals import IdentityNotProven
from chalicelib.people.sandbox import RESIDENTS
from chalicelib.platform.http.creation import Creation
from chalicelib.platform.http.refusals import IdempotencyKeyReused, StorageUnavailable
from chalicelib.platform.permissions import Role
from chalicelib.status.refusals import NotInOffice
from chalicelib.wiring import City
from tests.faults.weather import AFTER, BEFORE, Fault, on, weather
from tests.world import NOON, in_office, moved_in

HELPER, COLLEAGUE, GRANDMOTHER = RESIDENTS[1], RESIDENTS[2], RESIDENTS[5]
NOW = int(NOON)


def wish(name: str, digest: str = "d") -> Creation:
    return Creation(f"{name:0>24}", digest)


class Doing:
    """Acts that only remember what they were asked for."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        self.fault: Exception | None = None

    def __call__(self, case: Assistance, act: DeskAct, creation: Creation, now: int) -> Outcome:
        self.asked.append((type(act).__name__, creation.record_id))
        if self.fault is not None:
            fault, self.fault = self.fault, None
            raise fault
        return Outcome("done")


class Counter:
    """A desk with one helper behind it, and one person in front."""

    def __init__(self, city: City) -> None:
        self.city, self.do = city, Doing()
        self.helper = in_office(city, HELPER, Role.HELPER)
        self.person = moved_in(city, GRANDMOTHER)
        reception = Reception(city.identity_provider, city.registration, lambda: city.attempts, city.fields)
        store = AssistanceStore()
        self.desk = Desk(store, officers=city.officers, residents=city.residents, received=reception, do=self.do)
        self.follower = AssistanceFollower(store, lambda: city.journal, lambda: city.notices)

    def open(self, visit: Visit | None = None, *, by: str = "", name: str = "visit", now: int = NOW) -> Assistance:
        return self.desk.open(by or self.helper, visit or seen(GRANDMOTHER.identity), wish(name), now=now)

    def act(self, case: Assistance, act: DeskAct, name: str, *, now: int = NOW, by: str = "") -> Assistance:
        return self.desk.act(by or self.helper, case.assistance_id, act, wish(name), now=now)[0]

    def follow(self, case: Assistance) -> None:
        self.follower.record([{"dynamodb": {"Keys": {"assistance_id": {"S": case.assistance_id}}}}], now=NOW)


def seen(identity: Identity) -> Visit:
    return Visit(identity, True, Why.NO_PHONE, "市民服务中心 3 号窗口")


@pytest.fixture
def counter(city: City) -> Counter:
    return Counter(city)


def test_whoever_was_never_here_becomes_a_holder_at_the_desk(counter: Counter) -> None:
    case = counter.open(seen(RESIDENTS[11].identity))
    assert counter.city.residents.masked_name(case.holder, now=NOW) == "贺*"
    assert case.helper_name == "服务台工作人员 周*之"


@pytest.mark.parametrize(
    ("visit", "refusal"),
    [
        (seen(GRANDMOTHER.identity)._replace(document_seen=False), DocumentNotSeen),
        (seen(replace(GRANDMOTHER.identity, name="欧阳近")), IdentityNotProven),
        (seen(HELPER.identity), HelpingYourself),
    ],
    ids=["a document nobody has looked at", "a name the registers do not know", "the helper's own"],
)
def test_a_helper_is_refused(counter: Counter, visit: Visit, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        counter.open(visit)
    assert not list(AssistanceItem.scan())


def test_a_helper_does_not_serve_their_family_nor_goes_on_when_it_becomes_one(counter: Counter) -> None:
    case = counter.open()
    counter.city.guardians.add(counter.helper, counter.person, relation="family", now=NOW, until=NOW + 60)
    with pytest.raises(HelpingFamily):
        counter.open(name="again")
    with pytest.raises(HelpingFamily):
        counter.act(case, IssuePaper(), "paper")
    assert counter.do.asked == []


def test_who_is_no_helper_opens_nothing(counter: Counter) -> None:
    with pytest.raises(NotInOffice):
        counter.open(by=in_office(counter.city, COLLEAGUE, Role.AUDITOR))


def test_a_suspended_helper_cannot_go_on(counter: Counter) -> None:
    case = counter.open()
    counter.city.officers.suspend(counter.helper)
    with pytest.raises(NotInOffice):
        counter.act(case, IssuePaper(), "paper")


def test_a_repeated_request_opens_one_assistance_and_another_under_its_key_none(counter: Counter) -> None:
    assert counter.open() == counter.open(now=NOW + 5)
    with pytest.raises(IdempotencyKeyReused):
        counter.desk.open(counter.helper, seen(GRANDMOTHER.identity), wish("visit", "other"), now=NOW + 5)


def test_an_act_is_written_down_before_it_is_carried_out(counter: Counter) -> None:
    case = counter.open()
    counter.do.fault = RuntimeError("killed")
    with pytest.raises(RuntimeError):
        counter.act(case, IssuePaper(), "paper")
    counter.follow(case)
    assert [notice.kind for notice in notices(counter)] == ["desk_opened", "desk_acted"]
    again = counter.act(case, IssuePaper(), "paper", now=NOW + 1)
    assert [(act.what, act.outcome) for act in again.acts] == [("issue_paper", "done")]


def test_the_same_wish_is_one_act_and_another_under_its_key_is_refused(counter: Counter) -> None:
    case = counter.open()
    assert counter.act(case, IssuePaper(), "paper") == counter.act(case, IssuePaper(), "paper")
    with pytest.raises(IdempotencyKeyReused):
        counter.desk.act(counter.helper, case.assistance_id, TellStatus(), wish("paper", "other"), now=NOW)


def test_another_helper_does_not_get_into_it(counter: Counter) -> None:
    case = counter.open()
    with pytest.raises(AssistanceNotFound):
        counter.act(case, IssuePaper(), "paper", by=in_office(counter.city, COLLEAGUE, Role.HELPER))


@pytest.mark.parametrize("later", [LIFETIME_S, LIFETIME_S + 3600])
def test_when_the_person_must_have_left_nothing_more_is_done(counter: Counter, later: int) -> None:
    case = counter.open()
    counter.act(case, TellStatus(), "last", now=NOW + LIFETIME_S - 1)
    with pytest.raises(AssistanceOver):
        counter.act(case, TellStatus(), "late", now=NOW + later)
    assert case.standing(NOW + later) is State.LAPSED


def test_after_closing_nothing_more_is_done_and_closing_again_is_harmless(counter: Counter) -> None:
    case = counter.open()
    closed = counter.desk.close(counter.helper, case.assistance_id, now=NOW)
    assert counter.desk.close(counter.helper, case.assistance_id, now=NOW + 9) == closed
    with pytest.raises(AssistanceOver):
        counter.act(case, TellStatus(), "late")


def test_one_visit_takes_only_so_much(counter: Counter) -> None:
    case = counter.open()
    for number in range(MOST_ACTS):
        counter.act(case, TellStatus(), f"act{number}")
    with pytest.raises(AssistanceOver):
        counter.act(case, TellStatus(), "one more")


def test_journal_and_person_learn_of_everything_once_however_often_the_stream_tells(counter: Counter) -> None:
    case = counter.open()
    counter.act(case, IssuePaper(), "paper")
    before = len(list(counter.city.journal.entries(CHAIN)))
    for _ in range(3):
        counter.follow(case)
    assert len(list(counter.city.journal.entries(CHAIN))) == before + 2
    assert sorted(facts(counter)) == ["issue_paper", "opened"]


@pytest.mark.parametrize("fault", [*BEFORE.values(), *AFTER.values()], ids=[*BEFORE, *AFTER])
def test_whatever_the_store_does_an_act_is_written_down_once(counter: Counter, fault: Fault) -> None:
    case = counter.open()
    with weather() as between:
        between.brings(fault, to=on("UpdateItem", "assistances"), times=2)
        with suppress(StorageUnavailable, PynamoDBException):
            counter.act(case, IssuePaper(), "paper")
    counter.act(case, IssuePaper(), "paper", now=NOW + 1)
    assert [act.what for act in counter.desk.get(counter.helper, case.assistance_id).acts] == ["issue_paper"]


def notices(counter: Counter) -> list[NoticeItem]:
    """What the person was told, oldest first."""
    return list(NoticeItem.query(counter.person))


def facts(counter: Counter) -> list[Any]:
    return [json.loads(notice.facts)["act"] for notice in notices(counter)]
