"""Unusual looking, from the streams to the auditor: each rule trips at its threshold, once, and names nobody."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest

from chalicelib.codes.scan_log import ScanLog
from chalicelib.codes.store import ScanStore
from chalicelib.partners.watching.alert import alert
from chalicelib.partners.watching.counters import CounterItem
from chalicelib.partners.watching.rules import BY_NAME, DAY_S, HOUR_S, RULES
from chalicelib.partners.watching.seen import Tally
from chalicelib.partners.watching.store import AlertItem, RefusedScanItem
from chalicelib.people.notices import KINDS
from chalicelib.people.sandbox import RESIDENTS
from chalicelib.platform.crypto.hashing import sm3
from chalicelib.platform.permissions import Role
from chalicelib.status.model import Carrier, Scan
from chalicelib.wiring import City
from tests.faults.weather import AFTER, BEFORE, KILLED_AFTER, Crash, on, weather
from tests.world import NOON, Caller, StoppedClock, another_process, in_office, moved_in

Record = dict[str, Any]
NIGHT = NOON + 2 * HOUR_S
"""Thirteen past midnight, by the city's clocks."""


def scan(
    verifier: str = "metro", *, at: int = NOON, purpose: str = "entry", carrier: str = "screen", place: str = ""
) -> Scan:
    return Scan(verifier, verifier.title(), purpose, place, at, carrier=Carrier(carrier))


def inserted(image: Record, number: int) -> Record:
    return {"eventName": "INSERT", "dynamodb": {"SequenceNumber": f"{number:021d}", "NewImage": image}}


def seen(city: City, holder: str, one: Scan) -> Record:
    """A scan in the log, as its stream tells it."""
    mark = sm3(repr((holder, one)).encode())[:12]
    city.scans.save(holder, mark, one)
    texts = {name: {"S": str(value)} for name, value in one._asdict().items() if name != "at"}
    image = {"holder": {"S": holder}, "scan_id": {"S": mark.hex()}, "at": {"N": str(one.at)}} | texts
    return inserted(image, int.from_bytes(mark, "big") % 10**20)


def person(number: int) -> str:
    return f"{number:024x}"


def follow(city: City, records: list[Record], now: int | None = None) -> None:
    """The stream brings them, a hundred at a time."""
    for start in range(0, len(records), 100):
        assert city.watcher.scans(records[start : start + 100], now=now or int(city.clock())) == []


def alerts() -> dict[str, AlertItem]:
    """What was raised, by rule; each once."""
    items = list(AlertItem.scan())
    assert len({item.rule for item in items}) == len(items)
    return {item.rule: item for item in items}


def test_one_person_scanned_by_many_verifiers_raises_an_alert_and_is_told(city: City) -> None:
    holder = moved_in(city)
    rule = BY_NAME["holder_seen_by_many"]
    some = [seen(city, holder, scan(f"v{n}", at=NOON + n)) for n in range(rule.threshold - 1)]
    follow(city, some)
    assert alerts() == {}
    follow(city, [seen(city, holder, scan("one more", at=NOON + 60))])
    raised = alerts()["holder_seen_by_many"]
    assert (raised.number, json.loads(raised.purposes)) == (rule.threshold, {"entry": rule.threshold})
    told = city.notices.page(holder, before=None, size=9)
    assert [one.kind for one in told] == ["looked_at_by_many"]
    assert holder not in repr(raised.attribute_values)


def test_a_day_of_scans_far_apart_raises_nothing(city: City) -> None:
    follow(city, [seen(city, person(1), scan(f"v{n}", at=NOON + n * 900)) for n in range(30)])
    assert alerts() == {}


def test_one_person_at_many_gates_of_one_verifier_raises_an_alert(city: City) -> None:
    follow(city, [seen(city, person(1), scan(at=NOON + n, place=f"gate {n}")) for n in range(12)])
    assert set(alerts()) == {"holder_seen_at_many_places"}


def test_the_number_of_one_person_typed_in_by_several_within_a_day(city: City) -> None:
    looks = [scan(f"clinic {n}", at=NOON + n * 4 * HOUR_S, carrier="document", place="desk") for n in range(4)]
    follow(city, [seen(city, person(1), one) for one in looks])
    assert set(alerts()) == {"holder_looked_up_by_many"}


def test_look_ups_at_night_by_one_verifier(city: City) -> None:
    least = BY_NAME["look_ups_at_night"].threshold
    looks = [seen(city, person(n % 9), scan(at=NIGHT + n * 60, carrier="document")) for n in range(least)]
    follow(city, looks[:-1])
    assert alerts() == {}
    follow(city, looks[-1:])
    assert alerts()["look_ups_at_night"].subject == "metro"
    assert alerts()["look_ups_at_night"].name == "Metro"


def test_as_many_by_day_are_a_desk_at_work(city: City) -> None:
    follow(
        city, [seen(city, person(n % 9), scan(at=NOON - 6 * HOUR_S + n * 60, carrier="document")) for n in range(99)]
    )
    assert alerts() == {}


def test_many_different_people_looked_up_in_a_few_minutes(city: City) -> None:
    noon = NOON // 600 * 600
    looks = [seen(city, person(n), scan(at=noon + n, carrier="document", purpose="medical")) for n in range(90)]
    follow(city, looks)
    assert alerts()["many_people_looked_up"].number >= BY_NAME["many_people_looked_up"].threshold
    sets = [item.attribute_values for item in CounterItem.scan() if item.bucket.startswith("many_people")]
    assert sets, "what is counted is there"
    assert person(1) not in repr(sets)


def refused(city: City, *scans: Scan, code: str = "c0de") -> None:
    """Used codes shown again, and the stream of it."""
    for one in scans:
        city.refused_scans.note(code, one, "replayed")
    items = [item.serialize() for item in RefusedScanItem.scan()]
    items.sort(key=lambda item: int(item["at"]["N"]))
    assert city.watcher.refusals([inserted(item, n) for n, item in enumerate(items)], now=int(city.clock())) == []


def test_one_code_refused_at_three_places(city: City) -> None:
    refused(city, scan(place="north"), scan(place="south", at=NOON + 5))
    assert alerts() == {}
    refused(city, scan(place="west", at=NOON + 9))
    assert alerts()["code_refused_at_many"].subject == "c0de"


def test_a_gate_where_one_used_code_after_the_other_is_shown(city: City) -> None:
    hour = NOON // HOUR_S * HOUR_S
    for n in range(40):
        city.refused_scans.note(f"{n:04d}", scan(at=hour + n), "replayed")
    refused(city)
    assert set(alerts()) == {"many_refusals_at_terminal"}


def quiet_fortnight(city: City, clock: StoppedClock, *, days: int = 5, a_day: int = 10) -> None:
    """A verifier that scans a few each day at this hour, judged every hour."""
    for _ in range(days):
        follow(city, [seen(city, person(n), scan(at=int(clock()) + n)) for n in range(a_day)])
        clock.advance(HOUR_S)
        assert city.judging.run(now=int(clock()))
        clock.advance(DAY_S - HOUR_S)


def test_a_verifier_far_above_its_normal_is_found_within_the_hour(city: City, clock: StoppedClock) -> None:
    quiet_fortnight(city, clock)
    follow(city, [seen(city, person(n), scan(at=int(clock()) + n)) for n in range(250)])
    assert alerts() == {}
    clock.advance(HOUR_S)
    city.judging.run(now=int(clock()))
    assert city.judging.run(now=int(clock()))
    raised = alerts()["verifier_above_normal"]
    assert (raised.subject, raised.number, json.loads(raised.usual)[0]) == ("metro", 250, 10.0)


def test_who_is_new_has_no_normal_yet(city: City, clock: StoppedClock) -> None:
    quiet_fortnight(city, clock, days=2)
    follow(city, [seen(city, person(n), scan(at=int(clock()) + n)) for n in range(250)])
    clock.advance(HOUR_S)
    assert city.judging.run(now=int(clock()))
    assert alerts() == {}


def test_a_closed_house_that_scans_at_night_is_found_too(city: City, clock: StoppedClock) -> None:
    """Nothing at all in that hour of the days before is a normal as well."""
    quiet_fortnight(city, clock)
    clock.advance(4 * HOUR_S)
    follow(city, [seen(city, person(n), scan(at=int(clock()) + n)) for n in range(220)])
    clock.advance(HOUR_S)
    assert city.judging.run(now=int(clock()))
    assert json.loads(alerts()["verifier_above_normal"].usual)[0] == 0.0


def counted(bucket: str) -> list[int]:
    return [int(item.seen or 0) for item in CounterItem.scan() if item.bucket.startswith(bucket)]


def test_a_batch_that_comes_again_is_counted_once(city: City) -> None:
    records = [seen(city, person(n), scan(at=NOON + n)) for n in range(20)]
    follow(city, records)
    follow(city, records)
    assert counted("verifier_above") == [20]


@pytest.mark.parametrize("fault", (BEFORE | AFTER).values(), ids=BEFORE | AFTER)
def test_a_batch_that_failed_comes_again_and_is_counted_once(city: City, fault: Any) -> None:
    records = [seen(city, person(n), scan(at=NIGHT + n, carrier="document")) for n in range(45)]
    with weather() as here:
        here.brings(fault, to=on("UpdateItem", "watch-counters"), after=1)
        assert city.watcher.scans(records, now=NIGHT) == [records[0]["dynamodb"]["SequenceNumber"]]
    follow(city, records)
    assert counted("verifier_above") == counted("look_ups_at_night") == [45]
    assert "look_ups_at_night" in alerts()


def test_killed_between_the_alert_and_the_notice_the_notice_comes_with_the_repeat(
    city: City, clock: StoppedClock
) -> None:
    holder = moved_in(city)
    records = [seen(city, holder, scan(f"v{n}", at=NOON + n)) for n in range(8)]
    with weather() as here:
        here.brings(KILLED_AFTER, to=on("PutItem", "alerts"))
        with pytest.raises(Crash):
            another_process(clock).watcher.scans(records, now=NOON)
    clock.advance(90)
    follow(city, records)
    follow(city, records)
    assert len(city.notices.page(holder, before=None, size=9)) == 1
    assert set(alerts()) == {"holder_seen_by_many"}


def test_a_record_that_cannot_be_read_keeps_no_other_waiting(city: City) -> None:
    good = seen(city, person(1), scan())
    follow(city, [inserted({}, 1), inserted({"holder": {"S": "x"}, "at": {"N": "soon"}}, 2), good])
    assert counted("verifier_above") == [1]


def test_a_scan_that_was_only_kept_again_or_deleted_is_no_news(city: City) -> None:
    one = seen(city, person(1), scan())
    follow(city, [one | {"eventName": "MODIFY"}, {"eventName": "REMOVE", "dynamodb": {"SequenceNumber": "1"}}])
    assert counted("") == []


def test_what_the_scan_log_writes_is_what_the_watcher_reads(city: City, api: Caller) -> None:
    """From a gate to the counter, with nothing made up in between."""
    holder = api.log_in()
    token = api.token_for(city.clients.register("图书馆"))
    assert api.verify(api.code(holder), token, place="东门").status == 200
    from tests.codes.test_scan_log import told

    assert ScanLog(ScanStore).record(told(city)) == []
    from tests.partners.watching.streams import told_by

    follow(city, told_by(city, "scans"))
    assert counted("verifier_above") == [1]


def test_the_auditor_reads_and_closes_an_alert(city: City, api: Caller) -> None:
    in_office(city, RESIDENTS[1], Role.AUDITOR)
    auditor = api.log_in(RESIDENTS[1], Role.AUDITOR)
    refused(city, *(scan(place=place) for place in ("north", "south", "west")))
    (listed,) = api.get("/v1/alerts", token=auditor).body["alerts"]
    assert (listed["rule"], listed["number"], listed["threshold"]) == ("code_refused_at_many", 3, 3)
    where = f"/v1/alerts/{listed['alert_id']}"
    assert api.get(where, token=auditor).body == listed
    assert listed["verifiers"] == {"metro": "Metro"}, "somebody has to ask them"
    closed = api.post(f"{where}/closing", {"verdict": "misuse"}, token=auditor)
    assert (closed.body["state"], closed.body["verdict"]) == ("closed", "misuse")
    assert closed.body["closed_by"].startswith("审计员")
    assert api.post(f"{where}/closing", {"verdict": "misuse"}, token=auditor).body == closed.body
    assert api.post(f"{where}/closing", {"verdict": "legitimate"}, token=auditor).code == "alert_closed"


def test_what_is_no_alert_and_no_month_is_refused(city: City, api: Caller) -> None:
    in_office(city, RESIDENTS[1], Role.AUDITOR)
    auditor = api.log_in(RESIDENTS[1], Role.AUDITOR)
    assert api.get(f"/v1/alerts/{'0' * 24}", token=auditor).code == "alert_not_found"
    assert api.get("/v1/alerts?month=2026-13", token=auditor).code == "unknown_alert_month"
    assert api.get("/v1/alerts?cursor=x", token=auditor).code == "unknown_cursor"
    closing = api.post(f"/v1/alerts/{'0' * 24}/closing", {"verdict": "unclear"}, token=auditor)
    assert closing.code == "alert_not_found"


def test_a_month_of_alerts_comes_in_pages(city: City, api: Caller) -> None:
    in_office(city, RESIDENTS[1], Role.AUDITOR)
    auditor = api.log_in(RESIDENTS[1], Role.AUDITOR)
    three = Tally(3, Counter({"entry": 3}), frozenset({"north", "south", "west"}))
    for n in range(23):
        city.alerts.raise_(alert(BY_NAME["code_refused_at_many"], f"code {n}", three, since=NOON, at=NOON + n))
    first = api.get("/v1/alerts", token=auditor).body
    second = api.get(f"/v1/alerts?cursor={first['next_cursor']}", token=auditor).body
    assert (len(first["alerts"]), len(second["alerts"]), second["next_cursor"]) == (20, 3, None)


def test_every_rule_has_a_name_of_its_own_and_says_what_it_means() -> None:
    assert len(BY_NAME) == len(RULES)
    assert all(rule.threshold > 1 and all(rule.means) for rule in RULES)
    assert "looked_at_by_many" in KINDS
