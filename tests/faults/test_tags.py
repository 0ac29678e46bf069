"""Whoever dies between a tag and its mirror, and however late the stream tells: what is shown is what was agreed to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import permutations

import pytest

from chalicelib.people.sandbox import RESIDENTS
from chalicelib.people.tags.model import Event
from chalicelib.people.tags.refusals import TagsContended
from chalicelib.people.tags.store import TagItem
from chalicelib.platform.passing import is_passing_fault
from chalicelib.wiring import City
from functions.follow_tags import follow_tags
from infra.local.dynamo import Store
from tests.faults.colours import stream_of
from tests.faults.weather import (
    AFTER,
    BEFORE,
    KILLED_AFTER,
    KILLED_BEFORE,
    WRITES,
    Attempt,
    Crash,
    Fault,
    Weather,
    meanwhile,
    on,
)
from tests.people.tags.bureau import BUREAU, DAY, SOMEBODY, followed, mirror_of, said
from tests.world import NOON, StoppedClock, another_process, found_city, moved_in

SHOWN = f"veteran:{NOON + 365 * DAY}"
Deed = Callable[[City, str], object]


def reports(city: City, holder: str, *, reference: str = "V-1") -> None:
    city.tags.report(BUREAU, said(reference=reference), now=city.clock())


def consents(city: City, holder: str) -> None:
    city.tags.decide(holder, "veteran", Event.CONSENT, now=city.clock())


def withdraws(city: City, holder: str) -> None:
    city.tags.decide(holder, "veteran", Event.WITHDRAW, now=city.clock())


def trouble_with(act: Callable[[], object]) -> Exception | None:
    """What it raised; None where the clients got through all the same."""
    try:
        act()
    except Exception as error:
        return error
    return None


BEFORE_IT: dict[str, tuple[tuple[Deed, ...], Deed, str]] = {
    "consent": ((reports,), consents, SHOWN),
    "withdraw": ((reports, consents), withdraws, ""),
}
every_decision = pytest.mark.parametrize("decision", BEFORE_IT)


@pytest.fixture(scope="module")
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture(scope="module")
def city(embedded_store: Store, clock: StoppedClock) -> Iterator[City]:
    yield found_city(clock)
    embedded_store.clear()


@pytest.fixture
def holder(city: City, clock: StoppedClock) -> str:
    """Somebody of whom nothing is said; every test is a second later, as versions grow with time."""
    clock.advance(1)
    holder = moved_in(city, SOMEBODY)
    for item in TagItem.scan():
        item.delete()
    city.tag_mirror.write(holder, "", version=int(clock() * 1000))
    clock.advance(1)
    return holder


def writes(attempt: Attempt) -> bool:
    return attempt.operation in WRITES


@pytest.mark.parametrize("fault", [KILLED_BEFORE, KILLED_AFTER], ids=["before", "after"])
@pytest.mark.parametrize("step", [0, 1])
@every_decision
def test_wherever_a_decision_dies_repeating_it_or_the_stream_completes_it(
    city: City, holder: str, weather: Weather, decision: str, step: int, fault: Fault
) -> None:
    before, decide, shown = BEFORE_IT[decision]
    for deed in before:
        deed(city, holder)
    weather.brings(fault, to=writes, after=step)
    with pytest.raises(Crash):
        decide(city, holder)
    weather.clears()
    is_stored = step > 0 or fault is KILLED_AFTER
    followed(city)
    assert (mirror_of(holder) == shown) == is_stored, "what was stored is mirrored, and nothing else"
    decide(city, holder)
    assert mirror_of(holder) == shown


@pytest.mark.parametrize("fault", [*BEFORE.values(), *AFTER.values()], ids=[*BEFORE, *AFTER])
@pytest.mark.parametrize("place", [on("PutItem", "tags"), on("UpdateItem", "statuses")], ids=["tags", "statuses"])
def test_a_store_in_trouble_is_said_to_be_and_the_same_request_again_is_enough(
    city: City, holder: str, weather: Weather, place: Callable[[Attempt], bool], fault: Fault
) -> None:
    reports(city, holder)
    weather.brings(fault, to=place)
    trouble = trouble_with(partial(consents, city, holder))
    assert trouble is None or is_passing_fault(trouble)
    weather.clears()
    consents(city, holder)
    assert mirror_of(holder) == SHOWN


@pytest.mark.parametrize("order", permutations(range(3)), ids=str)
def test_records_that_come_late_and_in_any_order_never_bring_an_old_mirror_back(
    city: City, holder: str, order: tuple[int, ...]
) -> None:
    for deed in (reports, consents, withdraws):
        deed(city, holder)
    records = stream_of(city, "tags")[-3:]
    for place in (*order, *order):
        assert city.tag_follower.record([records[place]]) == []
        assert mirror_of(holder) == ""


def test_a_mirror_that_was_held_up_does_not_replace_a_newer_one(city: City, holder: str, weather: Weather) -> None:
    reports(city, holder)
    elsewhere = another_process(city.clock)  # type: ignore[arg-type]
    weather.brings(meanwhile(partial(withdraws, elsewhere, holder)), to=on("UpdateItem", "statuses"), times=1)
    consents(city, holder)
    assert mirror_of(holder) == "", "the last to decide said no"


def test_two_changes_at_once_both_count(city: City, holder: str, weather: Weather) -> None:
    reports(city, holder)
    elsewhere = another_process(city.clock)  # type: ignore[arg-type]
    again = partial(reports, elsewhere, holder, reference="V-2")
    weather.brings(meanwhile(again), to=on("PutItem", "tags"), times=1)
    consents(city, holder)
    (tag,) = city.tags.of(holder, now=city.clock())
    assert (len(tag.reports), mirror_of(holder)) == (2, SHOWN)


def test_whoever_is_never_quick_enough_is_told_to_come_again(city: City, holder: str, weather: Weather) -> None:
    reports(city, holder)
    elsewhere = another_process(city.clock)  # type: ignore[arg-type]
    others = iter(range(1000))

    def hurry() -> None:
        weather._spells.clear()
        reports(elsewhere, holder, reference=f"H-{next(others)}")
        weather.brings(meanwhile(hurry), to=on("PutItem", "tags"), times=1)

    weather.brings(meanwhile(hurry), to=on("PutItem", "tags"), times=1)
    with pytest.raises(TagsContended):
        consents(city, holder)


@pytest.mark.parametrize("fault", [KILLED_BEFORE, KILLED_AFTER], ids=["before", "after"])
@pytest.mark.parametrize("step", range(3))
def test_wherever_handing_over_what_waited_dies_the_next_look_completes_it(
    city: City, clock: StoppedClock, weather: Weather, step: int, fault: Fault
) -> None:
    clock.advance(1)
    newcomer = RESIDENTS[6 + step + 3 * (fault is KILLED_AFTER)]
    city.tags.report(BUREAU, said(newcomer.identity), now=clock())
    holder = moved_in(city, newcomer)
    weather.brings(fault, to=writes, after=step)
    try:
        consents(city, holder)
    except Crash:
        weather.clears()
        consents(city, holder)
    assert mirror_of(holder) == SHOWN
    assert [item.person for item in TagItem.scan()].count(holder) == 1
    assert not [item for item in TagItem.scan() if item.person.startswith("index:")]


def test_the_function_answers_which_record_to_resume_from(
    city: City, holder: str, weather: Weather, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("functions.follow_tags.city", lambda: city)
    reports(city, holder)
    weather.brings(KILLED_BEFORE, to=on("UpdateItem", "statuses"), times=1)
    with pytest.raises(Crash):
        consents(city, holder)
    weather.clears()
    records = stream_of(city, "tags")[-2:]
    weather.brings(BEFORE["throttled"], to=on("UpdateItem", "statuses"))
    failed = follow_tags({"Records": records}, None)
    assert failed == {"batchItemFailures": [{"itemIdentifier": records[-1]["dynamodb"]["SequenceNumber"]}]}
    weather.clears()
    assert follow_tags({"Records": records}, None) == {"batchItemFailures": []}
    assert mirror_of(holder) == SHOWN
