"""A paper whose making dies half-way is made by the same request again; there is one living paper, whatever happens."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import partial

import pytest

from chalicelib.codes.carriers_store import CarrierItem
from chalicelib.codes.model import Accepted, Rejected, Verdict
from chalicelib.codes.paper.model import Paper
from chalicelib.people.notices import NoticeItem
from chalicelib.platform.http.creation import Creation
from chalicelib.platform.http.operation import Principal
from chalicelib.platform.http.refusals import StorageUnavailable
from chalicelib.platform.passing import is_passing_fault
from chalicelib.wiring import City
from infra.local.dynamo import Store
from tests.faults.weather import AFTER, BEFORE, KILLED_AFTER, KILLED_BEFORE, Crash, Fault, Weather, meanwhile, on
from tests.world import NOON, Caller, StoppedClock, another_process, caller, found_city, moved_in, scan_by

SCOPES = frozenset({"carrier:read", "carrier:write", "assurance:real_person"})
WISH = Creation("wish", "digest")
OTHER = Creation("other", "digest")


@pytest.fixture(scope="module")
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture(scope="module")
def founded(embedded_store: Store, clock: StoppedClock) -> Iterator[City]:
    """One city for all these tests; its first status list is open."""
    city = found_city(clock)
    city.papers.issue(moved_in(city), Creation("opens the list", ""), now=NOON)
    yield city
    embedded_store.clear()


@pytest.fixture
def city(founded: City) -> City:
    """Nobody has a paper, and nobody was told anything."""
    for table in (CarrierItem, NoticeItem):
        for item in table.scan():
            item.delete()
    return founded


@pytest.fixture
def holder(city: City) -> str:
    return moved_in(city)


@pytest.fixture
def api(city: City) -> Caller:
    return caller(city)


@pytest.fixture
def her(city: City, holder: str) -> str:
    return city.tokens.issue(Principal(holder, SCOPES), now=NOON, lifetime=3600)


def text_of(city: City, holder: str, paper: Paper) -> str:
    return city.papers.to_print(holder, paper.paper_id, now=NOON).text


def verdict(city: City, text: str) -> Verdict:
    return city.verifier.verify(text, scan=scan_by("metro"), now=NOON)


def living(city: City, holder: str) -> list[str]:
    return [paper.paper_id for paper in city.papers.of(holder) if paper.state == "active"]


def told(holder: str) -> list[str]:
    return [item.kind for item in NoticeItem.query(holder)]


def failed(status: int, code: str) -> bool:
    return status == 503 and code == "unavailable"


STEPS = {
    "the look at the slot": on("GetItem", "carriers"),
    "the entry of the list": on("UpdateItem", "status-lists"),
    "the slot": on("PutItem", "carriers"),
    "the notice": on("PutItem", "notices"),
}
every_step = pytest.mark.parametrize("step", STEPS)


@every_step
@pytest.mark.parametrize("fault", [*BEFORE.values(), *AFTER.values()], ids=[*BEFORE, *AFTER])
def test_whatever_fails_the_same_request_again_makes_the_paper_once(
    city: City, api: Caller, her: str, holder: str, weather: Weather, step: str, fault: Fault
) -> None:
    weather.brings(fault, to=STEPS[step])
    reply = api.post("/v1/papers", {}, token=her, key="one")
    assert reply.status == 201 or failed(reply.status, reply.code), reply
    weather.clears()
    again = api.post("/v1/papers", {}, token=her, key="one")
    assert again.status == 201
    assert living(city, holder) == [again.body["paper_id"]]
    assert len(city.papers.of(holder)) == 1
    assert told(holder) == ["paper_issued"]


@every_step
@pytest.mark.parametrize("kill", [KILLED_BEFORE, KILLED_AFTER], ids=["before", "after"])
def test_killed_at_any_step_of_a_re_issue_one_paper_lives_and_the_same_request_ends_it(
    city: City, holder: str, weather: Weather, step: str, kill: Fault
) -> None:
    first = text_of(city, holder, city.papers.issue(holder, OTHER, now=NOON))
    weather.brings(kill, to=STEPS[step], times=1)
    with pytest.raises(Crash):
        city.papers.issue(holder, WISH, now=NOON)
    weather.clears()
    assert len(living(city, holder)) == 1
    second = city.papers.issue(holder, WISH, now=NOON)
    assert living(city, holder) == [second.paper_id]
    assert isinstance(verdict(city, text_of(city, holder, second)), Accepted)
    assert isinstance(verdict(city, first), Rejected)
    assert Counter(told(holder)) == {"paper_issued": 1, "paper_replaced": 1}


@pytest.mark.parametrize("step", ["the slot", "the notice"])
@pytest.mark.parametrize("kill", [KILLED_BEFORE, KILLED_AFTER], ids=["before", "after"])
def test_killed_at_any_step_of_a_loss_the_same_report_ends_it_and_tells_it(
    city: City, holder: str, weather: Weather, step: str, kill: Fault
) -> None:
    paper = city.papers.issue(holder, WISH, now=NOON)
    text = text_of(city, holder, paper)
    weather.brings(kill, to=STEPS[step], times=1)
    with pytest.raises(Crash):
        city.papers.lose(holder, paper.paper_id, now=NOON)
    weather.clears()
    assert city.papers.lose(holder, paper.paper_id, now=NOON + 60).state == "lost"
    found = verdict(city, text)
    assert isinstance(found, Rejected)
    assert found.reason == "carrier_lost"
    assert sorted(told(holder)) == ["paper_issued", "paper_lost"]


@pytest.mark.parametrize("fault", [*AFTER.values()], ids=[*AFTER])
def test_a_loss_whose_answer_was_lost_is_a_loss(
    city: City, api: Caller, her: str, holder: str, weather: Weather, fault: Fault
) -> None:
    paper = city.papers.issue(holder, WISH, now=NOON)
    weather.brings(fault, to=STEPS["the slot"])
    reply = api.post(f"/v1/papers/{paper.paper_id}/loss", {}, token=her)
    assert reply.status == 200 or failed(reply.status, reply.code)
    weather.clears()
    assert living(city, holder) == []


def test_of_two_re_issues_at_once_the_later_write_lives_alone(
    city: City, clock: StoppedClock, holder: str, weather: Weather
) -> None:
    elsewhere = another_process(clock)
    weather.brings(meanwhile(partial(elsewhere.papers.issue, holder, OTHER, now=NOON)), to=STEPS["the slot"], times=1)
    mine = city.papers.issue(holder, WISH, now=NOON)
    assert living(city, holder) == [mine.paper_id]
    assert [str(paper.state) for paper in city.papers.of(holder)] == ["active", "replaced"]


def test_the_same_wish_at_once_in_two_functions_makes_one_paper(
    city: City, clock: StoppedClock, holder: str, weather: Weather
) -> None:
    elsewhere = another_process(clock)
    weather.brings(meanwhile(partial(elsewhere.papers.issue, holder, WISH, now=NOON)), to=STEPS["the slot"], times=1)
    mine = city.papers.issue(holder, WISH, now=NOON)
    assert city.papers.of(holder) == (mine,)
    assert told(holder) == ["paper_issued"]


def test_a_loss_that_meets_a_re_issue_leaves_the_new_paper_alone(
    city: City, clock: StoppedClock, holder: str, weather: Weather
) -> None:
    first = city.papers.issue(holder, OTHER, now=NOON)
    elsewhere = another_process(clock)
    weather.brings(meanwhile(partial(elsewhere.papers.issue, holder, WISH, now=NOON)), to=STEPS["the slot"], times=1)
    assert city.papers.lose(holder, first.paper_id, now=NOON).state == "replaced"
    assert len(living(city, holder)) == 1


@pytest.mark.parametrize("step", [on("GetItem", "carriers"), on("UpdateItem", "statuses")], ids=["slot", "status"])
@pytest.mark.parametrize("fault", BEFORE.values(), ids=BEFORE)
def test_a_verifier_is_told_nothing_while_the_store_cannot_tell(
    city: City, holder: str, weather: Weather, step: object, fault: Fault
) -> None:
    assert callable(step)
    text = text_of(city, holder, city.papers.issue(holder, WISH, now=NOON))
    weather.brings(fault, to=step)
    with pytest.raises(Exception) as raised:  # noqa: PT011
        verdict(city, text)
    assert isinstance(raised.value, StorageUnavailable) or is_passing_fault(raised.value)
    weather.clears()
    assert isinstance(verdict(city, text), Accepted)
