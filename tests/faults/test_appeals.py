"""Whoever dies where, and whatever comes in between: a step is taken once, and what was decided takes effect."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from functools import partial

import boto3
import pytest

from chalicelib.platform.http.creation import Creation
from chalicelib.platform.http.refusals import Refusal
from chalicelib.platform.passing import is_passing_fault
from chalicelib.status.appeals.refusals import AppealAlreadyOpen, AppealNotWaiting, AppealTaken, TooManyAttachments
from chalicelib.trust.chain import Sound, check
from chalicelib.wiring import City
from functions.follow_appeals import follow_appeals
from infra.local.dynamo import Store
from infra.local.functions import Streamed
from infra.local.streams import Positions, StreamPump
from tests.faults.colours import Record
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
from tests.status.appeals.affair import BEFORE_IT, DEEDS, Affair, Officers, appointed, forget_appeals, wish
from tests.status.evidence.department import counting
from tests.world import StoppedClock, found_city

KILLS = {"before": KILLED_BEFORE, "after": KILLED_AFTER}
WRITES_OF = {"file": 3, "go up": 3, "attach": 2}
every_deed = pytest.mark.parametrize("deed", BEFORE_IT)


@pytest.fixture(scope="module")
def city(embedded_store: Store) -> Iterator[City]:
    yield found_city(StoppedClock())
    embedded_store.clear()


@pytest.fixture(scope="module")
def officers(city: City) -> Officers:
    return appointed(city)


@pytest.fixture(scope="module")
def someone(city: City, officers: Officers) -> Affair:
    """Whom all affairs of this module are of, but where their evidence is voided: registering takes longest."""
    return Affair(city, officers)


def begun(someone: Affair, *before: str) -> Affair:
    """An affair in a hall where nothing else waits."""
    forget_appeals()
    return Affair(someone.city, someone.officers, *before, like=someone)


def writes(attempt: Attempt) -> bool:
    """What changes anything, in the tables or among the files; who dies while reading has done nothing."""
    return attempt.operation in {*WRITES, "PUT"}


def strikes(weather: Weather, fault: Fault, affair: Affair, deed: str, position: int, times: int) -> bool:
    """Do a deed while a fault strikes writes from one on; whether it was felt."""
    weather.clears()
    weather.brings(fault, to=writes, after=position, times=times)
    try:
        affair.do(deed)
    except Crash:
        return True
    except Exception as error:
        if not is_passing_fault(error):
            raise
        return True
    else:
        return weather.count(writes) > position
    finally:
        weather.clears()


@every_deed
@pytest.mark.parametrize("kill", KILLS)
def test_a_deed_that_was_cut_short_is_completed_by_its_repeat_and_done_once(
    someone: Affair, weather: Weather, deed: str, kill: str
) -> None:
    plain = begun(someone, *BEFORE_IT[deed])
    plain.do(deed)
    expected, position = plain.told(), 0
    while True:
        affair = begun(someone, *BEFORE_IT[deed])
        if not strikes(weather, KILLS[kill], affair, deed, position, times=1):
            break
        affair.do(deed)
        assert affair.told() == expected, position
        position += 1
    assert position == WRITES_OF.get(deed, 1)


@every_deed
@pytest.mark.parametrize(
    ("fault", "times"),
    [
        (BEFORE["down for repairs"], 3),
        (AFTER["carried out, the answer late"], 1),
        (AFTER["carried out, the answer late"], 3),
    ],
    ids=["not carried out", "the first answer lost", "all answers lost"],
)
def test_a_deed_in_bad_weather_is_done_once_and_answered_or_may_be_repeated(
    someone: Affair, weather: Weather, deed: str, fault: Fault, times: int
) -> None:
    plain = begun(someone, *BEFORE_IT[deed])
    plain.do(deed)
    expected, position = plain.told(), 0
    while True:
        affair = begun(someone, *BEFORE_IT[deed])
        if not strikes(weather, fault, affair, deed, position, times):
            break
        affair.do(deed)
        assert affair.told() == expected, position
        position += 1


@pytest.mark.parametrize("kill", KILLS)
def test_who_files_anew_after_dying_has_one_appeal_and_is_told_which(
    city: City, someone: Affair, weather: Weather, kill: str
) -> None:
    position = 0
    while True:
        affair = begun(someone)
        if not strikes(weather, KILLS[kill], affair, "file", position, times=1):
            break
        other = wish()
        try:
            filed = affair.file(city, other).appeal_id
        except AppealAlreadyOpen as refusal:
            filed = refusal.evidence["appeal_id"]
        (one,) = affair.appeals()
        assert one.appeal_id == filed
        assert filed in {affair.appeal_id, other.record_id}
        position += 1


@pytest.mark.parametrize("table", ["appeals", "appeal-matters"])
@pytest.mark.parametrize("operation", ["GetItem", "PutItem", "UpdateItem"])
def test_two_file_about_the_same_thing_and_one_does_all_of_it_in_between(
    city: City, someone: Affair, weather: Weather, table: str, operation: str
) -> None:
    for position in range(3):
        affair = begun(someone)
        other = wish()
        between = partial(_filed_or_not, affair, city, other)
        weather.brings(meanwhile(between), to=on(operation, table), after=position, times=1)
        with suppress(AppealAlreadyOpen):
            affair.do("file")
        weather.clears()
        _filed_or_not(affair, city, other)
        assert len(affair.appeals()) == 1
        assert affair.appeals()[0].queue == "1"


def _filed_or_not(affair: Affair, city: City, other: Creation) -> None:
    with suppress(AppealAlreadyOpen):
        affair.file(city, other)


WRITING_APPEALS = on("UpdateItem", "appeals")


def test_a_decision_that_comes_a_moment_after_the_withdrawal_is_refused_and_leaves_nothing(
    someone: Affair, weather: Weather
) -> None:
    affair = begun(someone, "file", "take")
    weather.brings(meanwhile(partial(affair.do, "withdraw")), to=WRITING_APPEALS, times=1)
    with pytest.raises(AppealNotWaiting):
        affair.do("uphold")
    told = affair.told()
    assert (told.state, told.steps, told.voids) == ("withdrawn", ["filed", "taken", "withdrawn"], 0)
    assert affair.appeals()[0].reason is None


def test_a_withdrawal_that_comes_a_moment_after_the_decision_is_refused(someone: Affair, weather: Weather) -> None:
    affair = begun(someone, "file", "take")
    weather.brings(meanwhile(partial(affair.do, "reject")), to=WRITING_APPEALS, times=1)
    with pytest.raises(AppealNotWaiting):
        affair.do("withdraw")
    assert affair.told().state == "rejected"


def test_of_two_who_take_an_appeal_the_first_has_it(someone: Affair, weather: Weather) -> None:
    affair = begun(someone, "file")
    weather.brings(meanwhile(partial(affair.do, "take elsewhere")), to=WRITING_APPEALS, times=1)
    with pytest.raises(AppealTaken):
        affair.do("take")
    assert affair.appeals()[0].reviewer == someone.officers.shen


@pytest.mark.parametrize("deed", ["uphold", "reject", "release", "withdraw", "attach"])
def test_a_mark_for_lateness_in_between_hinders_nobody(someone: Affair, weather: Weather, deed: str) -> None:
    affair = begun(someone, "file", "take")
    weather.brings(meanwhile(partial(affair.do, "mark what is late")), to=WRITING_APPEALS, times=1)
    affair.do(deed)
    assert affair.told().steps[:3] == ["filed", "taken", "overdue"]
    assert len(affair.told().steps) == 3 + (deed != "attach")
    assert affair.told().attachments == (deed == "attach")


def test_a_sixth_attachment_in_between_is_not_kept_and_its_file_goes(
    city: City, someone: Affair, weather: Weather
) -> None:
    affair = begun(someone, "file")
    mine = affair.attaching
    for _ in range(4):
        affair.attaching = wish()
        affair.do("attach")

    def fifth() -> None:
        affair.attaching = wish()
        affair.do("attach")
        affair.attaching = mine

    keys: list[str] = []
    new_key = city.appeals.attachings._new_key

    def noted() -> str:
        keys.append(new_key())
        return keys[-1]

    city.appeals.attachings._new_key = noted
    weather.brings(meanwhile(fifth), to=WRITING_APPEALS, times=1)
    affair.attaching = mine
    try:
        with pytest.raises(TooManyAttachments):
            affair.do("attach")
    finally:
        city.appeals.attachings._new_key = new_key
    kept = [city.blobs.get(f"appeals/{key}") is not None for key in keys]
    assert kept == [False, True]
    assert affair.told().attachments == 5


class Tail:
    """The stream of the appeals table, read on from where it was read last."""

    def __init__(self, city: City) -> None:
        arn = city.dynamodb.describe_table(TableName="yima-appeals")["Table"]["LatestStreamArn"]
        streams = boto3.client("dynamodbstreams", endpoint_url=city.settings.dynamodb_endpoint)
        self._read: list[Record] = []
        listener = Streamed("listener", "appeals", batch=100, call=lambda event: self._read.extend(event["Records"]))
        self._pump = StreamPump(streams, arn, listener, positions=Positions(), report=print)

    def new(self) -> list[Record]:
        """What has come since."""
        self._read.clear()
        self._pump.pump()
        return list(self._read)


@pytest.fixture(scope="module")
def tail(city: City) -> Tail:
    return Tail(city)


class Decided:
    """An appeal that was upheld, and the records of the stream that tell so."""

    def __init__(self, city: City, officers: Officers, tail: Tail) -> None:
        forget_appeals()
        tail.new()
        self.city = city
        self.affair = Affair(city, officers, "file", "attach", "take", "uphold")
        self.records = tail.new()

    def follow(self, records: list[Record] | None = None) -> list[str]:
        batch = self.records if records is None else records
        return self.city.appeals.follower.record(batch, now=self.city.clock())

    def assert_done_once(self) -> None:
        entries = list(self.city.journal.entries("appeals"))
        assert isinstance(check(entries), Sound)
        own = [one.what["event"] for one in entries if self.affair.appeal_id in one.step_id]
        assert sorted(own) == ["filed", "taken", "upheld"]
        assert counting(self.city, self.affair.person) == []


@pytest.mark.parametrize("kill", KILLS)
def test_what_was_decided_takes_effect_once_wherever_the_function_dies(
    city: City, officers: Officers, tail: Tail, weather: Weather, kill: str
) -> None:
    position = 0
    while True:
        decided = Decided(city, officers, tail)
        weather.brings(KILLS[kill], to=writes, after=position, times=1)
        try:
            assert decided.follow() == []
            break
        except Crash:
            weather.clears()
        assert decided.follow() == []
        decided.assert_done_once()
        position += 1
    weather.clears()
    decided.assert_done_once()
    assert position >= 6


@pytest.mark.parametrize("fault", [BEFORE["throttled"], AFTER["carried out, the answer late"]], ids=["no", "late"])
def test_a_batch_that_fails_names_the_record_to_resume_from(
    city: City, officers: Officers, tail: Tail, weather: Weather, fault: Fault
) -> None:
    for table in ("journal", "evidence", "references"):
        decided = Decided(city, officers, tail)
        weather.brings(fault, to=on("", table), after=1)
        failed = decided.follow()
        weather.clears()
        numbers = [record["dynamodb"]["SequenceNumber"] for record in decided.records]
        rest = decided.records[numbers.index(failed[0]) :] if failed else []
        assert decided.follow(rest) == []
        decided.assert_done_once()


def test_records_that_come_twice_and_out_of_order_change_nothing(city: City, officers: Officers, tail: Tail) -> None:
    decided = Decided(city, officers, tail)
    for records in (decided.records[::-1], decided.records * 2):
        assert decided.follow(records) == []
    decided.assert_done_once()


def test_what_is_no_step_is_passed_by(city: City, officers: Officers, tail: Tail) -> None:
    decided = Decided(city, officers, tail)
    image = decided.records[-1]["dynamodb"]
    gone = {"eventName": "REMOVE", "dynamodb": {name: image[name] for name in image if name != "NewImage"}}
    before = len(list(city.journal.entries("appeals")))
    drafted, attached = decided.records[0], decided.records[2]
    assert decided.follow([drafted, attached, gone]) == []
    assert len(list(city.journal.entries("appeals"))) == before


def test_a_record_that_cannot_be_read_is_named(
    city: City, officers: Officers, tail: Tail, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("functions.follow_appeals.city", lambda: city)
    decided = Decided(city, officers, tail)
    spoilt = {"dynamodb": {"SequenceNumber": "7", "NewImage": {"steps": {"S": "nonsense"}}}}
    answer = follow_appeals({"Records": [*decided.records, spoilt]}, None)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "7"}]}
    decided.assert_done_once()


def test_every_refusal_of_a_repeat_is_a_refusal_by_name(someone: Affair) -> None:
    """Whatever is done to an appeal in whatever state is done, or refused with a reason that says what to do."""
    refused = set()
    for first in BEFORE_IT:
        for deed in DEEDS:
            affair = begun(someone, *BEFORE_IT[first], first)
            try:
                affair.do(deed)
            except Refusal as refusal:
                refused.add(refusal.code)
    assert refused == {
        "appeal_closed",
        "appeal_taken",
        "cannot_go_up",
        "not_your_review",
    }
