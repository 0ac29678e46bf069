"""Whoever dies where, and whatever comes in between: a fact is there once, a void holds, and nothing waits for ever."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from itertools import product
from typing import Any

import boto3
import pytest
from botocore.exceptions import BotoCoreError, ClientError, ConnectionClosedError
from pynamodb.exceptions import PynamoDBException

from chalicelib.status.evidence.batch import BatchReports
from chalicelib.status.evidence.model import Evidence, evidence_id, waiting
from chalicelib.status.evidence.reported import VoidReason
from chalicelib.status.model import Colour
from chalicelib.wiring import City
from infra.local.dynamo import Store
from infra.local.functions import Streamed
from infra.local.streams import Positions, StreamPump
from tests.faults.weather import (
    AFTER,
    BEFORE,
    KILLED_AFTER,
    KILLED_BEFORE,
    Crash,
    Fault,
    Weather,
    everywhere,
    meanwhile,
    on,
)
from tests.status.evidence.department import (
    CLINIC,
    Department,
    counting,
    fact,
    holder_of,
    index_of,
    reference,
    said,
    somebody,
    waiting_for,
)
from tests.world import NOON, StoppedClock, caller, found_city, governed

KILLS = {"before": KILLED_BEFORE, "after": KILLED_AFTER}
Record = dict[str, Any]


class Matter:
    """One fact about one person, and what may be done about it."""

    def __init__(self, city: City, *before: str) -> None:
        self.city, self.person, self.ref = city, somebody(), reference()
        for deed in before:
            self.do(deed)

    def do(self, deed: str) -> None:
        {"report": self._report, "void": self._void, "register": self._register}[deed]()

    def _report(self) -> None:
        self.city.reports.report(CLINIC, said(self.person, ref=self.ref), now=NOON)

    def _void(self) -> None:
        self.city.reports.void(CLINIC, self.ref, VoidReason.WRONG_PERSON, now=NOON)

    def _register(self) -> None:
        holder_of(self.city, self.person)

    def known(self) -> bool:
        return self.city.residents.holder_of(index_of(self.city, self.person)) is not None

    def assert_there_once(self, *, counts: bool) -> None:
        """It is with the person, or waits where there is none yet; and it counts, or was voided."""
        holder = self.city.residents.holder_of(index_of(self.city, self.person))
        subject = holder or waiting(index_of(self.city, self.person))
        assert [one.reference for one in self.city.evidence.ever_known(subject)] == [self.ref]
        assert bool(self.city.evidence.of(subject)) is counts
        if holder:
            assert waiting_for(self.city, self.person) == []
        claim = self.city.references.read(evidence_id(CLINIC.client_id, self.ref))
        assert claim is not None
        assert (claim.subject, claim.reported, claim.void is None) == (subject, True, counts)


class Following:
    """The function on the stream of the evidence, as far as it has come."""

    def __init__(self, city: City) -> None:
        self.city = city
        arn = city.dynamodb.describe_table(TableName="yima-evidence")["Table"]["LatestStreamArn"]
        endpoint = city.settings.dynamodb_endpoint
        streams = boto3.client("dynamodbstreams", endpoint_url=endpoint)
        self.records: list[Record] = []
        function = Streamed("recompute_statuses", "evidence", batch=100, call=self._call)
        self._pump = StreamPump(streams, arn, function, positions=Positions(), report=print)

    def follow(self) -> list[Record]:
        """Everything new, delivered; answers it."""
        self.records = []
        self._pump.pump()
        return self.records

    def _call(self, event: dict[str, Any]) -> dict[str, Any]:
        self.records += event["Records"]
        failed = self.city.evidence_follower.record(event["Records"], now=NOON)
        return {"batchItemFailures": [{"itemIdentifier": sequence} for sequence in failed]}


@pytest.fixture(scope="module")
def city(embedded_store: Store) -> Iterator[City]:
    """One city for all these tests, its keys at hand; every matter has a person of its own."""
    city = found_city(StoppedClock())
    governed(city, "epidemic")
    Matter(city, "report", "void", "register")
    yield city
    embedded_store.clear()


@pytest.fixture(scope="module")
def following(city: City) -> Following:
    return Following(city)


def steps(weather: Weather, deed: Callable[[], object]) -> int:
    """How often a deed asks AWS."""
    weather.clears()
    deed()
    asked = weather.count(everywhere)
    weather.clears()
    return asked


def steps_of(city: City, weather: Weather, before: list[str], deed: str) -> int:
    """The same, of a deed in a matter."""
    matter = Matter(city, *before)
    return steps(weather, lambda: matter.do(deed))


SITUATIONS = {
    "a stranger is reported": ([], "report"),
    "a holder is reported": (["register"], "report"),
    "a fact that was voided before is reported": (["void"], "report"),
    "a fact that was reported is reported again": (["report"], "report"),
    "what waited is reported again after they came": (["report", "register"], "report"),
    "what waits is voided": (["report"], "void"),
    "what was told of a holder is voided": (["register", "report"], "void"),
    "somebody comes for whom something waits": (["report"], "register"),
    "somebody comes for whom something voided waits": (["report", "void"], "register"),
}


@pytest.mark.parametrize("kill", KILLS)
@pytest.mark.parametrize("situation", SITUATIONS)
def test_whoever_is_killed_a_repeat_completes_it(city: City, weather: Weather, situation: str, kill: str) -> None:
    before, deed = SITUATIONS[situation]
    for step in range(steps_of(city, weather, before, deed)):
        matter = Matter(city, *before)
        weather.brings(KILLS[kill], after=step)
        with suppress(Crash):
            matter.do(deed)
        weather.clears()
        matter.do(deed)
        matter.assert_there_once(counts="void" not in [*before, deed])


MEETINGS = [
    (before, first, second)
    for before, first, second in product([[], ["report"], ["register"]], *[["report", "void", "register"]] * 2)
    if first != second and "report" in [*before, first, second] and not {first, second} & set(before) - {"report"}
]


@pytest.mark.parametrize(("before", "first", "second"), MEETINGS)
def test_whatever_comes_in_between_a_fact_is_there_once_and_a_void_holds(
    city: City, weather: Weather, before: list[str], first: str, second: str
) -> None:
    for step in range(steps_of(city, weather, before, first)):
        matter = Matter(city, *before)
        weather.brings(meanwhile(partial(matter.do, second)), after=step, times=1)
        matter.do(first)
        weather.clears()
        matter.assert_there_once(counts="void" not in {first, second})
        assert matter.known() is ("register" in {*before, first, second})


@pytest.mark.parametrize("known", [True, False], ids=["a holder", "a stranger"])
@pytest.mark.parametrize("kill", KILLS)
def test_a_void_that_was_answered_holds_though_the_reporter_died_and_never_came_again(
    city: City, weather: Weather, following: Following, kill: str, known: bool
) -> None:
    before = ["register"] if known else []
    length = steps_of(city, weather, before, "report")
    for voided, killed in product(range(length), range(length + 2)):
        if voided > killed:
            continue
        matter = Matter(city, *before)
        weather.brings(meanwhile(partial(matter.do, "void")), after=voided, times=1)
        weather.brings(KILLS[kill], after=killed + 1)
        with suppress(Crash):
            matter.do("report")
        weather.clears()
        following.follow()
        assert counting(city, matter.person) == []


@pytest.mark.parametrize("kill", KILLS)
def test_a_void_holds_though_the_adoption_it_met_died(
    city: City, weather: Weather, following: Following, kill: str
) -> None:
    """Somebody registers while their report is on its way; its function hands over what waits, and dies."""
    length = steps_of(city, weather, ["report"], "register")
    for step in range(length):
        matter = Matter(city, "report")
        weather.brings(KILLS[kill], after=step)
        with suppress(Crash):
            matter.do("register")
        weather.clears()
        matter.do("void")
        following.follow()
        holder = city.residents.holder_of(index_of(city, matter.person))
        assert holder is None or city.evidence.of(holder) == []
        assert counting(city, matter.person) == []


@pytest.mark.parametrize("fault", [AFTER["carried out, the answer late"], AFTER["carried out, half an answer"]])
@pytest.mark.parametrize("situation", SITUATIONS)
def test_an_answer_that_was_lost_changes_nothing(city: City, weather: Weather, situation: str, fault: Fault) -> None:
    before, deed = SITUATIONS[situation]
    for step in range(0, steps_of(city, weather, before, deed), 2):
        matter = Matter(city, *before)
        weather.brings(fault, after=step, times=1)
        with suppress(ClientError, BotoCoreError, PynamoDBException):
            matter.do(deed)
        weather.clears()
        matter.do(deed)
        matter.assert_there_once(counts="void" not in [*before, deed])


@pytest.mark.parametrize("name", ["throttled", "no answer in time", "the page of a gateway in between"])
@pytest.mark.parametrize("table", ["references", "evidence", "identities"])
def test_a_store_in_trouble_is_said_to_be_unavailable(city: City, weather: Weather, name: str, table: str) -> None:
    cdc = Department(city, caller(city))
    item = fact(somebody())
    weather.brings(BEFORE[name], to=on("", table))
    assert (cdc.report(item).status, cdc.report(item).code) == (503, "unavailable")
    if table == "references":
        assert cdc.void(item["reference"]).code == "unavailable"
    weather.clears()
    assert cdc.report(item).status == 201


class TestFiles:
    """A fault in the middle of a file."""

    def test_an_item_that_met_a_fault_has_to_be_sent_again_and_the_others_have_their_own_outcome(
        self, city: City, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        cdc = Department(city, caller(city))
        items = [fact(somebody()) for _ in range(12)]
        struck, usual = items[5]["reference"], city.evidence_writer.put

        def put(subject: str, fact: Evidence, **more: Any) -> bool:
            if fact.reference == struck:
                raise ConnectionClosedError(endpoint_url="https://dynamodb")
            return usual(subject, fact, **more)

        monkeypatch.setattr(city.evidence_writer, "put", put)
        outcomes = cdc.send(items)
        assert [one["outcome"] for one in outcomes] == ["accepted"] * 5 + ["unavailable"] + ["accepted"] * 6
        assert outcomes[5]["problem"]["code"] == "unavailable"
        monkeypatch.undo()
        again = cdc.send(items)
        assert [one["repeated"] for one in again] == [True] * 12, "the one had been claimed, and is there now"

    def test_a_store_in_trouble_answers_every_item(self, city: City, weather: Weather) -> None:
        cdc = Department(city, caller(city))
        items = [fact(somebody()) for _ in range(20)]
        weather.brings(BEFORE["throttled"], to=on("PutItem", "evidence"), after=7)
        outcomes = [one["outcome"] for one in cdc.send(items)]
        weather.clears()
        assert set(outcomes) == {"accepted", "unavailable"}
        assert {one["outcome"] for one in cdc.send(items)} == {"accepted"}

    def test_a_function_that_was_killed_gets_the_file_again(self, city: City, weather: Weather) -> None:
        cdc, person = Department(city, caller(city)), somebody()
        items = [fact(person) for _ in range(6)]
        weather.brings(KILLED_AFTER, to=on("PutItem", "evidence"), after=2)
        with pytest.raises(Crash):
            cdc.send(items)
        weather.clears()
        assert {one["outcome"] for one in cdc.send(items)} == {"accepted"}
        assert counting(city, person) == sorted(one["reference"] for one in items)

    def test_what_does_not_fit_into_the_time_has_to_be_sent_again(self, city: City, weather: Weather) -> None:
        late = iter([0.0, *[7.0] * 3])
        cdc = Department(city, caller(city))
        city.batch_reports, usual = BatchReports(city.reports, timer=lambda: next(late)), city.batch_reports
        cdc.api.get("/v1/health")
        weather.clears()
        outcomes = cdc.send([fact(somebody()) for _ in range(3)])
        city.batch_reports = usual
        assert {one["outcome"] for one in outcomes} == {"unavailable"}
        assert weather.count(on("", "evidence")) == weather.count(on("", "references")) == 0

    def test_a_mistake_of_ours_is_not_the_departments(
        self, city: City, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        person = somebody()

        def fail(*_: object, **__: object) -> None:
            raise RuntimeError(person.document_number)

        monkeypatch.setattr(city.reports, "report", fail)
        [outcome] = Department(city, caller(city)).send([fact(person)])
        assert (outcome["outcome"], outcome["problem"]["code"]) == ("unavailable", "internal_fault")
        assert "RuntimeError" in caplog.text
        assert person.document_number not in caplog.text + str(outcome)


class TestStream:
    """The function on the stream of the evidence."""

    def colour(self, city: City, matter: Matter) -> Colour:
        """The stored colour of this moment."""
        status = city.register.read(holder_of(city, matter.person))
        assert status is not None
        return status.colour_at(NOON)

    def version(self, city: City, matter: Matter) -> int:
        kept = city.ledger.read(holder_of(city, matter.person))
        assert kept is not None
        return kept.version

    def test_it_brings_a_fact_and_its_void_to_the_holder(self, city: City, following: Following) -> None:
        matter = Matter(city, "register", "report")
        assert self.colour(city, matter) is Colour.GREEN
        following.follow()
        assert self.colour(city, matter) is Colour.RED
        matter.do("void")
        following.follow()
        assert self.colour(city, matter) is Colour.GREEN

    def test_what_waited_colours_its_holder_from_the_first_moment(self, city: City) -> None:
        assert self.colour(city, Matter(city, "report", "register")) is Colour.RED

    def test_each_holder_is_recomputed_once_per_batch(self, city: City, weather: Weather, following: Following) -> None:
        following.follow()
        matter = Matter(city, "register")
        for _ in range(5):
            city.reports.report(CLINIC, said(matter.person), now=NOON)
        weather.clears()
        following.follow()
        assert weather.count(on("UpdateItem", "statuses")) == 1

    def test_twice_late_and_in_any_order_it_comes_to_the_same(self, city: City, following: Following) -> None:
        following.follow()
        red, green = Matter(city, "register", "report"), Matter(city, "register", "report", "void")
        records = following.follow()
        chance, versions = random.Random(15), [(0, 0)]
        for _ in range(6):
            shuffled = records + chance.choices(records, k=3)
            chance.shuffle(shuffled)
            assert city.evidence_follower.record(shuffled, now=NOON) == []
            assert (self.colour(city, red), self.colour(city, green)) == (Colour.RED, Colour.GREEN)
            versions.append((self.version(city, red), self.version(city, green)))
        assert versions == sorted(versions)

    @pytest.mark.parametrize("name", ["throttled", "no answer in time"])
    def test_a_holder_who_cannot_be_recomputed_keeps_nobody_else_waiting(
        self, city: City, weather: Weather, following: Following, name: str
    ) -> None:
        following.follow()
        stuck, other = Matter(city, "register", "report", "void"), Matter(city, "register", "report")
        records = following.follow()
        about = [one for one in records if one["dynamodb"]["Keys"]["subject"]["S"] == holder_of(city, stuck.person)]
        weather.brings(BEFORE[name], to=on("UpdateItem", "statuses"), times=2)
        failed = city.evidence_follower.record(records, now=NOON)
        weather.clears()
        assert failed == [about[0]["dynamodb"]["SequenceNumber"]]
        assert self.colour(city, other) is Colour.RED

    @pytest.mark.parametrize("kill", KILLS)
    def test_killed_half_way_it_gets_the_batch_again(
        self, city: City, weather: Weather, following: Following, kill: str
    ) -> None:
        following.follow()
        matters = [Matter(city, "register", "report") for _ in range(2)]
        records = following.follow()
        for step in range(steps(weather, lambda: city.evidence_follower.record(records, now=NOON))):
            weather.brings(KILLS[kill], after=step)
            with pytest.raises(Crash):
                city.evidence_follower.record(records, now=NOON)
            weather.clears()
            assert city.evidence_follower.record(records, now=NOON) == []
        assert {self.colour(city, matter) for matter in matters} == {Colour.RED}

    def test_a_record_that_cannot_be_read_is_named_and_the_rest_is_followed(
        self, city: City, following: Following
    ) -> None:
        following.follow()
        matter = Matter(city, "register", "report")
        spoilt = [{"eventName": "INSERT", "dynamodb": {"SequenceNumber": "7"}}]
        following.follow()
        version = self.version(city, matter)
        assert city.evidence_follower.record(spoilt + following.records, now=NOON) == ["7"]
        assert self.version(city, matter) > version

    def test_what_is_told_of_strangers_recomputes_nobody(
        self, city: City, weather: Weather, following: Following
    ) -> None:
        following.follow()
        Matter(city, "report", "void")
        weather.clears()
        following.follow()
        assert weather.count(on("", "statuses")) == 0
