"""Entries of status lists: handed out once, revoked for good, and to be read by everybody."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from chalicelib.trust.model import DAY_S, KeyUse
from chalicelib.trust.status_list import SIZE, StatusList, Unpacked, VerifiedStatusList, read_token, uri, verified
from chalicelib.trust.status_lists.model import KEPT_S, LONGEST_CARRIER_S, OPEN_S, SIGNED_ANEW_S, SPAN_S
from chalicelib.trust.status_lists.routes import SeenStatusList
from chalicelib.trust.status_lists.store import SHELF, StatusListItem
from chalicelib.trust.trust_list import read_list
from chalicelib.wiring import City
from functions import publish_status_lists
from tests.world import NOON, Caller, StoppedClock

A_PAPER_S = 180 * DAY_S
SCHEDULED: dict[str, Any] = {
    **dict.fromkeys(("version", "account", "region", "detail-type", "source", "time", "id"), ""),
    "detail": {},
    "resources": [],
}


def allotted(city: City) -> tuple[int, int]:
    """An entry for a paper issued now."""
    now = int(city.clock())
    return city.status_lists.allot(now, now + A_PAPER_S)


def published(city: City, number: int) -> VerifiedStatusList:
    """A list as a gate sees it that has just downloaded what it needs."""
    kept = city.status_lists.token(number, now=int(city.clock()))
    trust = city.key_store.published()
    assert kept.unpacked is not None
    assert trust is not None
    name = uri(city.settings.region, number)
    return verified(read_token(kept.unpacked.token), trust=read_list(trust), expected_sub=name, now=city.clock())


def revoked(city: City, number: int) -> list[int]:
    """Which entries of a list are."""
    bits = published(city, number).list
    return [index for index in range(1000) if bits.is_revoked(index)]


def fill(number: int, *, left: int) -> None:
    """Let a list have only so many entries left."""
    StatusListItem(SHELF, number).update([StatusListItem.taken.set(SIZE - left)])


def test_every_entry_is_handed_out_once_and_in_order(city: City) -> None:
    assert [allotted(city) for _ in range(4)] == [(1, 0), (1, 1), (1, 2), (1, 3)]


def test_the_first_entry_stands_on_a_list_that_is_published(city: City) -> None:
    assert city.status_lists.living(now=NOON) == []
    allotted(city)
    assert published(city, 1).list == StatusList.empty()


def test_after_the_last_entry_of_a_list_comes_the_first_of_the_next(city: City) -> None:
    allotted(city)
    fill(1, left=1)
    assert [allotted(city), allotted(city), allotted(city)] == [(1, SIZE - 1), (2, 0), (2, 1)]


def test_nothing_stands_on_a_list_that_ends_before_it(city: City, clock: StoppedClock) -> None:
    assert allotted(city) == (1, 0)
    clock.advance(OPEN_S)
    assert allotted(city) == (1, 1)
    clock.advance(1)
    assert allotted(city) == (2, 0)
    assert LONGEST_CARRIER_S >= A_PAPER_S


def test_what_outlives_every_list_is_a_mistake(city: City) -> None:
    with pytest.raises(ValueError, match="kept for so long"):
        city.status_lists.allot(NOON, NOON + SPAN_S + 1)


def test_what_is_revoked_stays_so_however_often_and_in_whatever_order_it_is_said(city: City) -> None:
    for _ in range(10):
        allotted(city)
    city.status_lists.revoke([(1, 7), (1, 2)], now=NOON)
    city.status_lists.revoke([(1, 2)], now=NOON)
    city.status_lists.revoke([(1, 9), (1, 7)], now=NOON)
    assert revoked(city, 1) == [2, 7, 9]


def test_a_revocation_that_changes_nothing_signs_nothing(city: City) -> None:
    allotted(city)
    city.status_lists.revoke([(1, 0)], now=NOON)
    before = city.status_lists.token(1, now=NOON)
    city.status_lists.revoke([(1, 0)], now=NOON + 60)
    assert city.status_lists.token(1, now=NOON) == before


@pytest.mark.parametrize("entry", [(9, 0), (1, SIZE), (1, -1)])
def test_an_entry_that_nobody_has_stops_nothing(city: City, entry: tuple[int, int]) -> None:
    allotted(city)
    city.status_lists.revoke([entry, (1, 0)], now=NOON)
    assert revoked(city, 1) == [0]
    assert [one.number for one in city.status_lists.living(now=NOON)] == [1]


def test_every_list_is_signed_anew_each_hour_with_all_that_is_on_it(city: City, clock: StoppedClock) -> None:
    allotted(city)
    city.status_lists.revoke([(1, 5)], now=NOON)
    clock.advance(SIGNED_ANEW_S - 1)
    assert city.status_lists.publish(now=int(clock())) == 0
    clock.advance(1)
    assert city.status_lists.publish(now=int(clock())) == 1
    assert (published(city, 1).issued_at, revoked(city, 1)) == (NOON + SIGNED_ANEW_S, [5])


def test_a_list_is_signed_by_another_key_as_soon_as_its_own_is_revoked(
    city: City, clock: StoppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publish_status_lists, "city", lambda: city)
    allotted(city)
    clock.advance(120)
    city.custodian.revoke(city.ring.signing(KeyUse.CARRIER, now=clock()).record.kid, now=int(clock()))
    clock.advance(city.plan.ring_max_age)
    assert publish_status_lists.publish_status_lists(SCHEDULED, None) == {"signed": 1}
    assert published(city, 1).issued_at == clock()


def test_a_list_lasts_as_long_as_anything_that_stands_on_it(city: City, clock: StoppedClock) -> None:
    allotted(city)
    clock.advance(SPAN_S + KEPT_S)
    assert city.status_lists.publish(now=int(clock())) == 1
    assert city.status_lists.token(1, now=int(clock())).unpacked is not None
    clock.advance(1)
    assert city.status_lists.publish(now=int(clock())) == 0
    assert city.status_lists.token(1, now=int(clock())).unpacked is None
    city.status_lists.revoke([(1, 0)], now=int(clock()))
    assert allotted(city) == (2, 0), "no number comes twice"


def test_anyone_may_read_which_lists_there_are_and_keep_them_for_five_minutes(city: City, api: Caller) -> None:
    assert api.get("/v1/status-lists").body == {"status_lists": []}
    allotted(city)
    index, one = api.get("/v1/status-lists"), api.get("/v1/status-lists/1")
    seen = SeenStatusList(number=1, uri=uri("310000", 1), version=1, issued_at="2026-09-21T14:13:20Z")
    assert index.body == {"status_lists": [{name: getattr(seen, name) for name in seen.__struct_fields__}]}
    assert {key: one.body[key] for key in ("number", "uri", "version")} == {"number": 1, "uri": seen.uri, "version": 1}
    unpacked = msgspec.convert(one.body, Unpacked)
    assert read_token(unpacked.token).list() == StatusList.empty()
    assert index.headers["Cache-Control"] == one.headers["Cache-Control"] == "public, max-age=300"


@pytest.mark.parametrize("number", ["0", "2", "01", "-1", "1.0", "99999", "9" * 60, "one", "%EF%BC%91"])
def test_a_list_that_is_none_is_not_found(city: City, api: Caller, number: str) -> None:
    allotted(city)
    reply = api.get(f"/v1/status-lists/{number}")
    assert reply.status == 404
    assert reply.code in {"no_such_status_list", "not_found"}
