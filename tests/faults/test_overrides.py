"""From decisions to colours: the stream of overrides late, twice, in any order, failing and killed at every write."""

from __future__ import annotations

import random
from typing import Any

import pytest

from chalicelib.status.evidence.store import EvidenceItem
from chalicelib.status.residents import Officer
from chalicelib.trust.journal_store import JournalItem
from chalicelib.wiring import City
from functions.apply_overrides import apply_overrides
from tests.faults.colours import Record, stream_of
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
    on,
)
from tests.status.overrides.desk import GU, HOUR, LIN, OUYANG, SHEN, ZHOU, Desk, fresh
from tests.world import NOON, Caller

READING = on("GetItem", "overrides")


def deciding(attempt: Attempt) -> bool:
    """The one write of each act."""
    return attempt.operation in WRITES and attempt.table == "yima-overrides"


def writing(attempt: Attempt) -> bool:
    """What the function writes: to the journal and to the evidence."""
    return attempt.operation in WRITES


REVIEWER = Officer("0" * 24, "申诉审核员 方*")
FATES = ("standing", "ended", "exempted", "voided")
SAID = {
    "standing": (None, None),
    "ended": ("override ended", "override ended"),
    "exempted": ("override exempted", None),
    "voided": ("override voided", "override voided"),
}
"""Why the facts about Lin and about Ouyang are void, after each fate; None where they are not."""


class Week:
    """Approved overrides of some fates, and some that came to nothing; the stream has brought none of it yet."""

    def __init__(self, desk: Desk, *fates: str) -> None:
        self.desk, self.city, self.fates = desk, desk.city, fates
        self.made = {fate: self._made(fate, FATES.index(fate) + 10) for fate in fates}
        desk.act("rejection", desk.proposed())
        self.steps = 2 + sum(2 if fate == "standing" else 3 for fate in fates)
        self.records = stream_of(self.city, "overrides")
        self.forget()

    def _made(self, fate: str, hours: int) -> str:
        """An override of Lin and Ouyang that came to this."""
        made = self.desk.proposed(LIN, OUYANG, hours=hours)
        assert self.desk.act("approval", made).status == 200
        if fate == "ended":
            self.desk.act("end", made, GU)
        elif fate != "standing":
            about = self.desk.lin if fate == "exempted" else ""
            self.city.overrides.void(made, by=REVIEWER, note="", now=NOON, holder=about)
        return made

    def forget(self) -> None:
        """Before anything was brought."""
        for model in (EvidenceItem, JournalItem):
            for item in model.scan():
                item.delete()

    def assert_brought(self) -> None:
        """Each step is in the journal once, and each person has exactly the facts that follow."""
        steps = self.desk.journalled()
        assert len(steps) == len(set(steps)) == self.steps
        facts = {
            (item.reference, item.subject == self.desk.lin): (item.valid_until, item.void_reason) for item in known()
        }
        assert facts == {
            (self.made[fate], is_lin): (NOON + (FATES.index(fate) + 10) * HOUR, SAID[fate][not is_lin])
            for fate in self.fates
            for is_lin in (True, False)
        }


def known() -> list[EvidenceItem]:
    return list(EvidenceItem.scan())


def deliver(records: list[Record]) -> str | None:
    """Call the function with a batch; answers the sequence number to resume from, if any."""
    failures = apply_overrides({"Records": records}, None)["batchItemFailures"]
    assert len(failures) <= 1
    return failures[0]["itemIdentifier"] if failures else None


def from_record(records: list[Record], sequence: str) -> list[Record]:
    """The batch from a sequence number on, as the event source sends it again."""
    numbers = [record["dynamodb"]["SequenceNumber"] for record in records]
    return records[numbers.index(sequence) :]


@pytest.fixture
def week(city: City, api: Caller, monkeypatch: pytest.MonkeyPatch) -> Week:
    monkeypatch.setattr("functions.apply_overrides.city", lambda: city)
    return Week(Desk(city, api), *FATES)


@pytest.fixture
def day(city: City, api: Caller, monkeypatch: pytest.MonkeyPatch) -> Week:
    """So little that it can be broken off at every write."""
    monkeypatch.setattr("functions.apply_overrides.city", lambda: city)
    return Week(Desk(city, api), "exempted")


def test_a_quiet_week(week: Week) -> None:
    assert deliver(week.records) is None
    week.assert_brought()


def test_twice_and_in_any_order(week: Week) -> None:
    chance = random.Random(3)
    for _ in range(5):
        records = week.records + chance.choices(week.records, k=10)
        chance.shuffle(records)
        while records:
            size = chance.randint(1, 10)
            batch, records = records[:size], records[size:]
            assert deliver(batch) is None
        deliver(week.records)
        week.assert_brought()
        week.forget()


@pytest.mark.parametrize("killed", [KILLED_BEFORE, KILLED_AFTER], ids=["before", "after"])
def test_killed_at_any_write_the_next_call_completes_it(day: Week, weather: Weather, killed: Fault) -> None:
    deliver(day.records)
    writes = weather.count(writing)
    for position in range(writes):
        day.forget()
        weather.clears()
        weather.brings(killed, to=writing, after=position, times=1)
        with pytest.raises(Crash):
            deliver(day.records)
        weather.clears()
        assert deliver(day.records) is None
        day.assert_brought()


@pytest.mark.parametrize("fault", [BEFORE["throttled"], AFTER["carried out, the answer late"]], ids=["no", "late"])
def test_a_batch_that_fails_half_way_names_the_record_to_resume_from(day: Week, weather: Weather, fault: Fault) -> None:
    deliver(day.records)
    for position in range(weather.count(writing)):
        day.forget()
        weather.clears()
        weather.brings(fault, to=writing, after=position)
        failed = deliver(day.records)
        weather.clears()
        assert failed is not None
        assert deliver(from_record(day.records, failed)) is None
        day.assert_brought()


def test_nothing_takes_effect_of_which_there_is_no_record(week: Week, weather: Weather) -> None:
    weather.brings(BEFORE["down for repairs"], to=lambda attempt: attempt.table.startswith("yima-journal"))
    assert deliver(week.records) is not None
    weather.clears()
    assert known() == []


def test_where_the_override_cannot_be_read_nothing_is_passed_over(week: Week, weather: Weather) -> None:
    weather.brings(BEFORE["throttled"], to=READING)
    assert deliver(week.records) == week.records[0]["dynamodb"]["SequenceNumber"]


def test_a_record_that_says_nothing_is_named(week: Week) -> None:
    spoilt: dict[str, Any] = {"eventName": "MODIFY", "dynamodb": {"SequenceNumber": "7", "Keys": {}}}
    assert deliver([spoilt, *week.records]) == "7"


@pytest.mark.parametrize("fault", BEFORE | AFTER)
def test_an_act_whose_answer_was_lost_is_done_once_however_often_it_is_sent(
    city: City, api: Caller, weather: Weather, fault: str
) -> None:
    desk = Desk(city, api)
    for person in (ZHOU, SHEN):
        desk.token(person)
    weather.clears()
    for times in (1, None):
        keys = [fresh(), fresh()]
        weather.brings((BEFORE | AFTER)[fault], to=deciding, times=times)
        first = desk.propose(key=keys[0])
        weather.clears()
        made = desk.propose(key=keys[0]).body["override_id"]
        weather.brings((BEFORE | AFTER)[fault], to=deciding, times=times)
        second = desk.act("approval", made, key=keys[1])
        weather.clears()
        again = desk.act("approval", made, key=keys[1])
        assert [first.status, second.status] == ([201, 200] if times else [503, 503])
        assert [step["event"] for step in again.body["steps"]] == ["proposed", "approved"]
