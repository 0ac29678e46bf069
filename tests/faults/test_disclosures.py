"""Nothing is told that is not written down, whatever fails and whoever is quicker; and what was begun is finished."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from chalicelib.partners.consents.store import ConsentItem
from chalicelib.partners.disclosures.store import DisclosureItem, ExchangeItem
from chalicelib.people.sandbox import RESIDENTS
from tests.faults.weather import AFTER, BEFORE, KILLED_AFTER, KILLED_BEFORE, Crash, Fault, Weather, meanwhile, on
from tests.partners.disclosures.conftest import desk, settled
from tests.partners.disclosures.desk import Desk, values

__all__ = ["desk", "settled"]

LIN = RESIDENTS[0]
SECRETS = (LIN.identity.name, "1988-03-14", LIN.identity.document_number)
WRITES = {"the claim": "exchanges", "the use": "consents", "the record": "disclosures"}


def tells_nothing(body: object) -> bool:
    text = json.dumps(body, ensure_ascii=False)
    return not any(secret in text for secret in SECRETS)


@pytest.mark.parametrize("table", WRITES.values(), ids=WRITES)
@pytest.mark.parametrize("fault", [*BEFORE.values(), *AFTER.values()], ids=[*BEFORE, *AFTER])
def test_where_a_write_fails_no_value_leaves_and_the_same_request_ends_it(
    desk: Desk, weather: Weather, fault: Fault, table: str
) -> None:
    scan = desk.scanned(LIN)
    consent_id = desk.consented(LIN, scan, "name", "birth_date")
    weather.brings(fault, to=on("PutItem" if table != "consents" else "UpdateItem", table))
    failed = desk.exchange(scan, "name", "birth_date")
    assert (failed.status, failed.code) == (503, "unavailable")
    assert tells_nothing(failed.body)
    weather.clears()
    assert values(desk.exchange(scan, "name", "birth_date")) == {"name": "林晚晴", "birth_date": "1988-03-14"}
    assert len(desk.disclosures(LIN)) == 1
    assert ConsentItem.get(desk.holder(LIN), consent_id).uses == 1


@pytest.mark.parametrize("table", WRITES.values(), ids=WRITES)
@pytest.mark.parametrize("end", [KILLED_BEFORE, KILLED_AFTER], ids=["before", "after"])
def test_wherever_it_is_killed_the_same_request_goes_on(desk: Desk, weather: Weather, end: Fault, table: str) -> None:
    scan = desk.scanned(LIN)
    consent_id = desk.consented(LIN, scan, "name")
    weather.brings(end, to=on("PutItem" if table != "consents" else "UpdateItem", table))
    with pytest.raises(Crash):
        desk.exchange(scan, "name")
    weather.clears()
    desk.clock.advance(90)
    assert values(desk.exchange(scan, "name")) == {"name": "林晚晴"}
    assert len(desk.disclosures(LIN)) == 1
    assert ConsentItem.get(desk.holder(LIN), consent_id).uses == 1


def test_the_record_is_written_before_the_name_is_even_read(desk: Desk, weather: Weather) -> None:
    scan = desk.scanned(LIN, "hotel", "lodging")
    desk.token("hotel")
    weather.clears()
    assert desk.exchange(scan, "name", client="hotel").status == 200
    steps = [(attempt.operation, attempt.table.removeprefix("yima-")) for attempt in weather.attempts]
    in_order = [("PutItem", "exchanges"), ("PutItem", "disclosures"), ("GetItem", "holders")]
    assert [step for step in steps if step in in_order] == in_order


def test_a_consent_that_is_withdrawn_between_look_and_use_tells_nothing(desk: Desk, weather: Weather) -> None:
    scan = desk.scanned(LIN)
    consent_id = desk.consented(LIN, scan, "name")
    desk.session(LIN)
    weather.brings(
        meanwhile(lambda: desk.answer(consent_id, "withdrawal", LIN)), to=on("PutItem", "exchanges"), times=1
    )
    refused = desk.exchange(scan, "name")
    assert (refused.status, refused.code, refused.body["state"]) == (403, "consent_ended", "withdrawn")
    assert tells_nothing(refused.body)
    assert desk.disclosures(LIN) == []


def test_nor_does_one_that_is_withdrawn_at_the_very_use(desk: Desk, weather: Weather) -> None:
    scan = desk.scanned(LIN)
    consent_id = desk.consented(LIN, scan, "colour", unattended=True, **desk.period(3))
    weather.brings(
        meanwhile(lambda: desk.answer(consent_id, "withdrawal", LIN)), to=on("UpdateItem", "consents"), times=1
    )
    assert desk.disclose(["colour"], consent_id=consent_id).code == "consent_ended"
    assert desk.disclosures(LIN) == []


def test_of_two_who_exchange_one_scan_at_once_for_different_fields_one_is_told(desk: Desk, weather: Weather) -> None:
    scan = desk.scanned(LIN, "hotel", "lodging")
    inside = []
    weather.brings(
        meanwhile(lambda: inside.append(desk.exchange(scan, "document_number", client="hotel"))),
        to=on("PutItem", "exchanges"),
        times=1,
    )
    outside = desk.exchange(scan, "name", client="hotel")
    assert (inside[0].status, outside.code) == (200, "exchange_token_used")
    (seen,) = desk.disclosures(LIN)
    assert seen["fields"] == ["document_number"]


def test_many_at_once_are_one_disclosure(desk: Desk) -> None:
    scan = desk.scanned(LIN)
    consent_id = desk.consented(LIN, scan, "name")
    desk.token("clinic")
    with ThreadPoolExecutor(4) as crowd:
        replies = list(crowd.map(lambda _: desk.exchange(scan, "name"), range(8)))
    assert {reply.status for reply in replies} == {200}
    assert len({reply.body["disclosure_id"] for reply in replies}) == 1
    assert len(desk.disclosures(LIN)) == 1
    assert ConsentItem.get(desk.holder(LIN), consent_id).uses == 1
    assert (len(list(ExchangeItem.scan())), len(list(DisclosureItem.scan()))) == (1, 1)


def test_neither_table_keeps_a_value(desk: Desk) -> None:
    scan = desk.scanned(LIN, "hotel", "lodging")
    assert desk.exchange(scan, "name", "document_number", client="hotel").status == 200
    kept = [item.to_simple_dict() for table in (ExchangeItem, DisclosureItem) for item in table.scan()]
    assert len(kept) == 2
    assert tells_nothing(json.loads(json.dumps(kept, default=str)))
