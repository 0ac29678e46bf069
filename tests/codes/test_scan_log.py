"""Codes spent and people looked at, in one log: both kinds in one batch, in one second, twice, late, in any order."""

from __future__ import annotations

import random
from itertools import permutations
from typing import Any

import boto3
import pytest

from chalicelib.codes.looks import look_id
from chalicelib.codes.scan_log import scan_in
from chalicelib.codes.store import ScanItem
from chalicelib.status.model import Carrier, Colour, Scan, ShownBy
from chalicelib.status.store import StatusItem
from chalicelib.wiring import City
from infra.local.functions import Streamed
from infra.local.streams import Positions, StreamPump
from tests.codes.cards.wallet import SENIOR, bind, show
from tests.world import NOON, coloured, moved_in, scan_by

Record = dict[str, Any]


@pytest.fixture
def holder(city: City) -> str:
    holder = moved_in(city)
    bind(city, holder)
    return holder


def told(city: City) -> list[Record]:
    """What the stream of the statuses tells, as Lambda hands it over."""
    records: list[Record] = []
    listener = Streamed("listener", "statuses", batch=100, call=lambda event: records.extend(event["Records"]))
    arn = city.dynamodb.describe_table(TableName="yima-statuses")["Table"]["LatestStreamArn"]
    streams = boto3.client("dynamodbstreams", endpoint_url=city.settings.dynamodb_endpoint)
    StreamPump(streams, arn, listener, positions=Positions(), report=print).pump()
    return records


def scan_code(city: City, holder: str, *, at: int) -> None:
    """Show a fresh code at the metro."""
    code = city.issuer.issue(holder, now=at)[0].text
    city.verifier.verify(code, scan=scan_by("metro", at=at), now=at)


def logged(city: City, holder: str) -> list[tuple[int, str, str]]:
    """What the holder reads: when, who, and by what."""
    page = city.scans.page(holder, before=None, size=50)
    return sorted((int(item.at) - NOON, item.verifier, item.carrier) for item in page)


def test_a_look_and_a_scan_in_one_batch_are_both_in_the_log(city: City, holder: str) -> None:
    scan_code(city, holder, at=NOON)
    show(city, at=NOON + 5)
    scan_code(city, holder, at=NOON + 9)
    assert city.scan_log.record(told(city)) == []
    assert logged(city, holder) == [(0, "metro", "screen"), (5, "bus 71", "card"), (9, "metro", "screen")]


def test_a_look_and_a_scan_in_the_same_second_are_two(city: City, holder: str) -> None:
    show(city)
    scan_code(city, holder, at=NOON)
    show(city, verifier="museum")
    city.scan_log.record(told(city))
    assert logged(city, holder) == [(0, "bus 71", "card"), (0, "metro", "screen"), (0, "museum", "card")]


def test_a_look_asked_for_again_in_its_second_is_one_and_a_second_later_another(city: City, holder: str) -> None:
    for at in (NOON, NOON, NOON + 1):
        show(city, at=at)
    city.scan_log.record(told(city))
    assert logged(city, holder) == [(0, "bus 71", "card"), (1, "bus 71", "card")]


def test_records_of_both_kinds_that_come_twice_and_in_any_order_are_logged_once(city: City, holder: str) -> None:
    scan_code(city, holder, at=NOON)
    show(city, at=NOON)
    city.looks.accept(holder, _Number(), scan=scan_by("hospital", at=NOON + 1), now=NOON + 1)
    scan_code(city, holder, at=NOON + 2)
    records, chance = told(city), random.Random(4)
    for order in permutations([record for record in records if scan_in(record["dynamodb"])]):
        batch = [*order, *chance.choices(records, k=5)]
        assert city.scan_log.record(batch) == []
        assert logged(city, holder) == [
            (0, "bus 71", "card"),
            (0, "metro", "screen"),
            (1, "hospital", "document"),
            (2, "metro", "screen"),
        ]
        for item in ScanItem.scan():
            item.delete()


class _Number:
    """A document's number, shown."""

    carrier, shown_by, issued_at, expires_at, specimen = Carrier.DOCUMENT, ShownBy.HOLDER, None, None, True


def test_what_changes_beside_looks_is_no_look(city: City, holder: str) -> None:
    show(city)
    before = len(told(city))
    coloured(city, holder, Colour.YELLOW)
    later = told(city)[before:]
    assert later
    assert [scan_in(record["dynamodb"]) for record in later] == [None] * len(later)


def test_a_status_with_delegations_in_it_reads_and_its_looks_are_logged(city: City, holder: str) -> None:
    city.dynamodb.update_item(
        TableName="yima-statuses",
        Key={"holder": {"S": holder}},
        UpdateExpression="SET delegation_0a1b2c3d = :until, tags = :tags",
        ExpressionAttributeValues={":until": {"N": str(NOON + 9)}, ":tags": {"S": f"elderly:{NOON + 99}"}},
    )
    show(city)
    item = StatusItem.get(holder)
    assert (item.holder, item.tags, item.last_look.verifier) == (holder, f"elderly:{NOON + 99}", "bus 71")
    city.scan_log.record(told(city))
    assert logged(city, holder) == [(0, "bus 71", "card")]


def test_a_page_of_scans_says_by_what_and_who_held_it_up(city: City, holder: str) -> None:
    show(city)
    guardians = scan_by("school")._replace(carrier=Carrier.PAPER, shown_by=ShownBy.GUARDIAN)
    city.scans.save(holder, bytes(12), guardians)
    city.scan_log.record(told(city))
    page = city.scans.page(holder, before=None, size=20)
    assert {(item.verifier, item.carrier, item.shown_by) for item in page} == {
        ("bus 71", "card", "holder"),
        ("school", "paper", "guardian"),
    }


LOOK = Scan("bus 71", "bus 71", "entry", "east gate", NOON, carrier=Carrier.CARD)
OTHERS = {
    "another verifier": LOOK._replace(verifier="museum"),
    "another place": LOOK._replace(place="west gate"),
    "another purpose": LOOK._replace(purpose="event"),
    "another second": LOOK._replace(at=NOON + 1),
    "another carrier": LOOK._replace(carrier=Carrier.DOCUMENT),
}


@pytest.mark.parametrize("other", OTHERS)
def test_a_look_is_told_from_every_other(other: str) -> None:
    assert look_id("h", LOOK) == look_id("h", LOOK)
    assert len({look_id("h", LOOK), look_id("i", LOOK), look_id("h", OTHERS[other])}) == 3


def test_no_number_of_a_card_is_in_the_log(city: City, holder: str) -> None:
    show(city)
    city.scan_log.record(told(city))
    assert SENIOR[1] not in str([item.to_dynamodb_dict() for item in ScanItem.scan()])
