"""From what happens in the city to a partner's receiver: through the real streams, each once, and to nobody else."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from chalice.local import LocalChalice

from app import build_app
from chalicelib.partners.imports.model import Encoding, Format, Import, ImportKind, moved
from chalicelib.partners.imports.model import Event as ImportEvent
from chalicelib.partners.imports.store import ImportStore
from chalicelib.partners.watching.alert import Alert, Closing, Verdict
from chalicelib.partners.watching.store import AlertStore
from chalicelib.partners.webhooks.deliveries_store import WebhookDeliveryItem
from chalicelib.partners.webhooks.emitting.emitter import Emitter
from chalicelib.partners.webhooks.model import EndpointState
from chalicelib.partners.webhooks.store import WebhookItem
from chalicelib.people.sandbox import RESIDENTS
from chalicelib.platform.permissions import Kind
from chalicelib.status.model import Colour
from chalicelib.wiring import City
from tests.codes.paper.counter import a_wish
from tests.faults import weather as between
from tests.faults.colours import Record, published, stream_of
from tests.faults.weather import BEFORE, KILLED_AFTER, KILLED_BEFORE, Crash, Fault, Weather, on
from tests.partners.consents.counter import Counter
from tests.partners.webhooks.partner import Listening, Partner, listening
from tests.world import NOON, Caller, StoppedClock, another_process, coloured, moved_in

TOLD_OF = ("scan", "status", "consent", "appeal", "carrier", "key", "alert", "import")
LIN, ZHOU = RESIDENTS[:2]
MINUTE, DAY = 60, 24 * 3600
ENQUEUING = on("PutItem", "webhook-deliveries")


@pytest.fixture
def receiver() -> Iterator[Listening]:
    with listening() as here:
        yield here


@pytest.fixture
def weather() -> Iterator[Weather]:
    with between.weather() as here:
        yield here


def told(city: City, emitter: Emitter, contents: str) -> list[Record]:
    """The function on a stream has caught up, from the first record on; answers the records."""
    records = stream_of(city, contents)
    assert emitter.record(records, now=city.clock()) == []
    return records


def kept() -> list[tuple[str, str]]:
    """The deliveries that there are."""
    return sorted((item.endpoint_id, item.event_id) for item in WebhookDeliveryItem.scan())


def scanned(city: City, api: Caller, client: Partner, times: int = 1) -> list[Record]:
    """Somebody's codes are scanned at a client's gate; answers what the stream of the scan log tells."""
    holder = api.log_in(LIN)
    for _ in range(times):
        client.clock.advance(5)
        assert api.verify(api.code(holder), client.token).body["verdict"] == "accepted"
    assert city.scan_log.record(stream_of(city, "statuses")) == []
    return stream_of(city, "scans")


def test_a_scan_comes_to_the_office_of_who_scanned_and_to_no_other(
    city: City, api: Caller, receiver: Listening
) -> None:
    metro, library = Partner(city, api, Kind.VERIFIER, "metro"), Partner(city, api, Kind.VERIFIER, "library")
    metro.listens(receiver, "scan.accepted")
    with listening() as theirs:
        library.listens(theirs, "scan.accepted")
        scanned(city, api, metro)
        told(city, city.scan_emitter, "scans")
        metro.delivered()
    assert (receiver.types, theirs.types) == (["scan.accepted"], [])
    [(headers, event)] = [one for one in receiver.got if one[1]["type"] == "scan.accepted"]
    assert event["id"] == headers["webhook-id"]
    assert event["data"]["purpose"] == "entry"
    assert moved_in(city, LIN) not in str(event)


def test_a_hundred_scans_of_a_client_that_listens_to_nothing_cost_one_look_a_minute_and_no_write(
    city: City, api: Caller, weather: Weather
) -> None:
    client = Partner(city, api, Kind.VERIFIER, "metro")
    [record] = scanned(city, api, client)
    for minute in (1, 2):
        weather.clears()
        assert city.scan_emitter.record([record] * 100, now=city.clock()) == []
        asked = [one for one in weather.attempts if one.table != "yima-keys"]
        assert [(one.operation, one.table) for one in asked] == [("Scan", "yima-webhooks")], minute
        client.clock.advance(MINUTE)


def test_a_colour_is_told_as_changed_and_not_as_what(
    city: City, api: Caller, receiver: Listening, clock: StoppedClock
) -> None:
    counter = Counter(city, api)
    clinic = Partner(city, api)
    clinic.credentials = counter._clients["clinic"]
    clinic.listens(receiver, "status.changed", "consent.given", "consent.withdrawn", order="subject")
    consent = counter.agreed(LIN, fields=["colour"], unattended=True, **counter.period(30))
    told(city, city.consent_emitter, "consents")
    coloured(city, counter.holder(LIN), Colour.YELLOW)
    coloured(city, moved_in(city, ZHOU), Colour.RED)
    published(city)
    told(city, city.status_emitter, "changes")
    counter.answer(consent, "withdrawal", LIN)
    clock.advance(1)
    coloured(city, counter.holder(LIN), Colour.RED)
    published(city)
    told(city, city.consent_emitter, "consents")
    told(city, city.status_emitter, "changes")
    for _ in range(3):
        clinic.delivered()
        clock.advance(2)
    assert receiver.types == ["consent.given", "status.changed", "consent.withdrawn"]
    assert {event["subject"] for event in receiver.events} == {f"consent/{consent}"}
    assert not {word for word in ("yellow", "red", "green", counter.holder(LIN)) if word in str(receiver.events)}


def test_a_revoked_key_and_its_successor_come_to_everybody(
    city: City, api: Caller, receiver: Listening, clock: StoppedClock
) -> None:
    hospital = Partner(city, api, Kind.DEPARTMENT, "hospital")
    hospital.listens(receiver, "key.published", "key.revoked")
    kid = api.get("/v1/trust-list").body["keys"][0]["kid"]
    clock.advance(1)
    successor = city.custodian.revoke(kid, now=int(city.clock()))
    told(city, city.key_emitter, "keys")
    hospital.delivered()
    revoked = [event["data"]["kid"] for event in receiver.events if event["type"] == "key.revoked"]
    assert revoked == [kid]
    assert successor.kid in {event["data"]["kid"] for event in receiver.events if event["type"] == "key.published"}
    before = kept()
    clock.advance(DAY)
    city.custodian.publish(now=int(city.clock()))
    told(city, city.key_emitter, "keys")
    assert kept() == before, "another list with the same keys is no news"


def test_no_secret_of_ours_is_in_the_stream_of_the_keys(city: City) -> None:
    assert all(set(record["dynamodb"]) & {"NewImage", "OldImage"} == set() for record in stream_of(city, "keys"))


def test_a_lost_paper_comes_as_the_list_it_stands_on(
    city: City, api: Caller, receiver: Listening, clock: StoppedClock
) -> None:
    gates = Partner(city, api, Kind.VERIFIER, "gates")
    gates.listens(receiver, "carriers.revoked")
    city.papers.issue(moved_in(city, LIN), a_wish(), now=city.clock())
    told(city, city.carrier_emitter, "status-lists")
    assert kept() == [], "a new list has nothing revoked on it"
    city.status_lists.revoke([(1, 0)], now=int(city.clock()))
    city.status_lists.revoke([(1, 0)], now=int(city.clock()))
    told(city, city.carrier_emitter, "status-lists")
    clock.advance(2 * 3600)
    assert city.status_lists.publish(now=int(city.clock())) == 1
    told(city, city.carrier_emitter, "status-lists")
    gates.delivered()
    assert [event["data"]["fetch"] for event in receiver.events] == ["GET /v1/status-lists/1"]


def test_an_alert_comes_to_the_systems_that_watch(city: City, api: Caller, receiver: Listening) -> None:
    watch = Partner(city, api, Kind.SYSTEM, "operations")
    watch.listens(receiver, "alert.raised")
    alert = Alert("a1b2", "far-above-usual", "client-1", "图书馆", NOON, NOON - 3600, NOON, 900, {"entry": 900})
    AlertStore().add(alert)
    AlertStore().close("a1b2", Closing(Verdict.MISUSE, LIN.identity.name, LIN.identity.name, NOON + 9))
    told(city, city.alert_emitter, "alerts")
    watch.delivered()
    assert [event["data"]["fetch"] for event in receiver.events] == ["GET /v1/alerts/a1b2"]
    assert "图书馆" not in str(receiver.events)


def test_a_file_that_was_read_comes_to_its_department(city: City, api: Caller, receiver: Listening) -> None:
    clinic = Partner(city, api, Kind.DEPARTMENT, "clinic")
    clinic.listens(receiver, "import.finished")
    kind, encoding = ImportKind.EVIDENCE, Encoding.UTF_8
    one = Import("i1", clinic.client_id, "clinic", kind, Format.CSV, encoding, None, digest="", created_at=NOON)
    running = moved(one, ImportEvent.ARRIVE, now=NOON)
    store = ImportStore()
    assert store.open(one)
    assert store.replace(one, running)
    assert store.replace(running, moved(running, ImportEvent.FINISH, now=NOON + 5))
    told(city, city.import_emitter, "imports")
    clinic.delivered()
    assert [event["data"]["fetch"] for event in receiver.events] == ["GET /v1/imports/i1"]


def test_an_appeal_comes_to_the_systems_of_the_city_when_it_is_filed(
    city: City, api: Caller, receiver: Listening
) -> None:
    desk = Partner(city, api, Kind.SYSTEM, "desk")
    desk.listens(receiver, "appeal.filed", "appeal.decided")
    lin = api.log_in(LIN)
    filed = api.post("/v1/appeals", {"text": "我在该时段不在本市，有车票为证，请复核。"}, token=lin, key="appeal")
    assert filed.status == 201
    told(city, city.appeal_emitter, "appeals")
    desk.delivered()
    assert [event["subject"] for event in receiver.events] == [f"appeal/{filed.body['appeal_id']}"]


@pytest.mark.parametrize("name", [f"emit_{one}_events" for one in TOLD_OF])
def test_each_function_hands_its_records_to_its_emitter(city: City, name: str) -> None:
    handler = build_app(city, LocalChalice).handler_map[name]
    assert handler({"Records": []}, None) == {"batchItemFailures": []}


# ---- faults


@pytest.fixture
def metro(city: City, api: Caller, receiver: Listening) -> Partner:
    """A verifier whose office listens at two addresses."""
    metro = Partner(city, api, Kind.VERIFIER, "metro")
    for _ in range(2):
        metro.listens(receiver, "scan.accepted")
    return metro


def test_a_record_that_comes_twice_late_or_in_another_order_is_one_event(
    city: City, api: Caller, metro: Partner
) -> None:
    records = scanned(city, api, metro, times=3)
    for process in (city, another_process(metro.clock)):
        for batch in (records, records[::-1], records[1:] + records):
            assert process.scan_emitter.record(batch, now=process.clock()) == []
        metro.clock.advance(7 * DAY)
        city.custodian.run(now=int(metro.clock()))
    assert len(kept()) == 2 * 3


@pytest.mark.parametrize(
    "fault", [KILLED_BEFORE, KILLED_AFTER], ids=["before it is handed over", "after it was handed over"]
)
@pytest.mark.parametrize("after", range(4))
def test_a_function_that_is_killed_has_it_done_again(
    city: City, api: Caller, metro: Partner, weather: Weather, fault: Fault, after: int
) -> None:
    records = scanned(city, api, metro, times=2)
    weather.brings(fault, to=ENQUEUING, after=after, times=1)
    with pytest.raises(Crash):
        city.scan_emitter.record(records, now=city.clock())
    weather.clears()
    assert another_process(metro.clock).scan_emitter.record(records, now=city.clock()) == []
    assert len(kept()) == 2 * 2


@pytest.mark.parametrize("fault", BEFORE.values(), ids=BEFORE)
def test_what_cannot_be_handed_over_comes_again_from_the_record_that_failed(
    city: City, api: Caller, metro: Partner, weather: Weather, fault: Fault
) -> None:
    records = scanned(city, api, metro, times=2)
    weather.brings(fault, to=ENQUEUING)
    [resume] = city.scan_emitter.record(records, now=city.clock())
    assert resume == records[0]["dynamodb"]["SequenceNumber"]
    weather.clears()
    assert city.scan_emitter.record(records, now=city.clock()) == []
    assert len(kept()) == 2 * 2


def test_who_listens_is_not_guessed_where_it_cannot_be_asked(
    city: City, api: Caller, metro: Partner, weather: Weather
) -> None:
    records = scanned(city, api, metro)
    weather.brings(BEFORE["throttled"], to=on("Scan", "webhooks"))
    assert city.scan_emitter.record(records, now=city.clock())
    weather.clears()
    assert city.scan_emitter.record(records, now=city.clock()) == []
    assert len(kept()) == 2


def test_an_endpoint_that_is_deleted_meanwhile_gets_nothing(
    city: City, api: Caller, metro: Partner, receiver: Listening
) -> None:
    records = scanned(city, api, metro)
    assert city.scan_emitter.record(records, now=city.clock()) == []
    for one in list(city.endpoints.of(metro.client_id, now=city.clock())):
        api.delete(f"/v1/webhooks/{one.endpoint_id}", token=metro.token)
    assert city.scan_emitter.record(scanned(city, api, metro, times=2), now=city.clock()) == [], "out of the old copy"
    metro.clock.advance(DAY)
    city.custodian.run(now=int(metro.clock()))
    metro.delivered()
    assert receiver.events == []


def test_nobody_is_told_of_what_was_before_they_came(
    city: City, api: Caller, metro: Partner, receiver: Listening
) -> None:
    records = scanned(city, api, metro)
    metro.clock.advance(MINUTE)
    late = metro.listens(receiver, "scan.accepted")
    metro.clock.advance(MINUTE)
    assert city.scan_emitter.record(records, now=city.clock()) == []
    assert late not in {endpoint for endpoint, _ in kept()}


@pytest.mark.parametrize("state", EndpointState)
def test_only_who_hears_is_handed_anything(city: City, api: Caller, metro: Partner, state: EndpointState) -> None:
    records = scanned(city, api, metro)
    for item in WebhookItem.scan():
        item.update([WebhookItem.state.set(state)])
    assert city.scan_emitter.record(records, now=city.clock()) == []
    assert len(kept()) == (2 if state in {EndpointState.ACTIVE, EndpointState.PAUSED} else 0)


def test_a_client_that_may_not_know_any_more_is_not_told(city: City, api: Caller, metro: Partner) -> None:
    records = scanned(city, api, metro)
    city.clients.suspend(metro.client_id)
    assert another_process(metro.clock).scan_emitter.record(records, now=city.clock()) == []
    assert kept() == []
