"""Where a day begins, in cities whose clocks do strange things at midnight."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.status.calendar import Calendar
from tests.status.stories import at, days, fact, policy, rule, told

STRANGE = ["America/Havana", "Asia/Beirut", "America/Sao_Paulo", "America/St_Johns", "Pacific/Apia", "Asia/Kathmandu"]
INSTANTS = st.integers(at("1995-01-01 00:00:00"), at("2036-01-01 00:00:00"))

CLOCKS: dict[str, tuple[str, str, str, int]] = {
    "midnight is jumped over in Havana: the day begins at one": (
        "America/Havana", "2026-03-07 12:00:00", "2026-03-08 01:00:00", 86_400 // 2,
    ),
    "midnight comes twice in Havana: the day begins with the first, and has 25 hours": (
        "America/Havana", "2026-10-31 12:00:00", "2026-11-01 00:00:00", 86_400 // 2,
    ),
    "midnight is jumped over in Beirut": ("Asia/Beirut", "2026-03-28 12:00:00", "2026-03-29 01:00:00", 86_400 // 2),
    "the hour before midnight comes twice in Beirut: midnight is an hour further": (
        "Asia/Beirut", "2026-10-24 12:00:00", "2026-10-25 00:00:00", 13 * 3600,
    ),
    "midnight was jumped over in São Paulo": (
        "America/Sao_Paulo", "2018-11-03 12:00:00", "2018-11-04 01:00:00", 86_400 // 2,
    ),
    "the hour before midnight came twice in São Paulo": (
        "America/Sao_Paulo", "2018-02-17 12:00:00", "2018-02-18 00:00:00", 13 * 3600,
    ),
    "a whole day was skipped in Samoa: the one after it begins": (
        "Pacific/Apia", "2011-12-29 12:00:00", "2011-12-31 00:00:00", 86_400 // 2,
    ),
    "nothing happens in Shanghai": ("Asia/Shanghai", "2026-03-28 12:00:00", "2026-03-29 00:00:00", 86_400 // 2),
}  # fmt: skip


@pytest.mark.parametrize("case", CLOCKS)
def test_the_day_after_begins(case: str) -> None:
    zone, noon, begins, seconds_later = CLOCKS[case]
    midnight = Calendar(zone).midnight(1, at(noon, zone))
    assert (midnight, midnight - at(noon, zone)) == (at(begins, zone), seconds_later)


@pytest.mark.parametrize("case", CLOCKS)
def test_a_colour_changes_where_the_day_begins(case: str) -> None:
    zone, noon, begins, _ = CLOCKS[case]
    rules = policy(rule("arrival", "red", days(0)), zone=zone)
    assert told(rules, fact("arrival", at(noon, zone))) == ["green", f"{noon} red", f"{begins} green"]


def test_a_day_that_has_begun_does_not_come_back_where_clocks_fall_behind_midnight() -> None:
    zone = "America/St_Johns"
    first, later = at("2010-11-07 00:00:30", zone), at("2010-11-06 23:30:00", zone, again=True)
    assert later > first
    calendar = Calendar(zone)
    assert calendar.midnight(0, first) == calendar.midnight(0, later) == first - 30


@given(st.sampled_from([*STRANGE, "Asia/Shanghai"]), INSTANTS)
def test_a_day_begins_with_the_first_second_of_its_date(zone: str, instant: int) -> None:
    calendar = Calendar(zone)
    begins = calendar.midnight(0, instant)
    assert begins <= instant < calendar.midnight(1, instant)
    before, first = (datetime.fromtimestamp(one, UTC).astimezone(ZoneInfo(zone)).date() for one in (begins - 1, begins))
    assert before < first


@given(st.sampled_from(STRANGE), INSTANTS, st.integers(0, 30), st.integers(0, 30))
def test_days_add_up(zone: str, instant: int, some: int, more: int) -> None:
    """But where a day was skipped, which one cannot stand in."""
    calendar = Calendar(zone)
    there = calendar.midnight(some, instant)
    if calendar.midnight(some + 1, instant) > there:
        assert calendar.midnight(more, there) == calendar.midnight(some + more, instant)


def test_an_unknown_zone_is_said_at_once() -> None:
    with pytest.raises(ZoneInfoNotFoundError):
        Calendar("Asia/Atlantis")
