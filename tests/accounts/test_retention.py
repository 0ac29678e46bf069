"""Nothing is kept longer than we say, and nothing goes before its time, whatever the clock says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.accounts.model import EVIDENCE_KEPT_DAYS
from chalicelib.accounts.retention_classes import CLASSES, Ends, kept, rows, swept
from chalicelib.accounts.retention_model import DAY_S, GRACE_S, LEASE_S, PAUSE_S, Run, Walked
from chalicelib.accounts.retention_store import RetentionRunItem, RetentionStore
from chalicelib.codes.store import ScanItem
from chalicelib.people.notices import NoticeItem
from chalicelib.people.sandbox import RESIDENTS
from chalicelib.platform.permissions import Role
from chalicelib.platform.tables import all_models, table_name
from chalicelib.status.appeals.items import AppealItem
from chalicelib.status.evidence.store import EvidenceItem
from chalicelib.status.model import Colour
from chalicelib.status.overrides.store import OverrideItem
from chalicelib.status.store import ChangeItem
from chalicelib.trust.journal_store import JournalItem
from chalicelib.wiring import City
from tests.faults.weather import AFTER, BEFORE, KILLED_AFTER, KILLED_BEFORE, Crash, on, weather
from tests.world import NOON, Caller, StoppedClock, another_process, coloured, in_office, moved_in, scan_by

YEAR = 365 * DAY_S


def names() -> dict[str, Any]:
    """The tables there are, by name."""
    prefix = table_name("")
    return {str(model.Meta.table_name).removeprefix(prefix): model for model in all_models()}


def test_every_table_is_in_exactly_one_class() -> None:
    told = [one.table for each in CLASSES for one in each.tables]
    assert sorted(told) == sorted(set(told))
    assert set(told) == set(names())


def test_what_ends_items_of_a_table_is_what_the_table_has() -> None:
    for table, model in names().items():
        ends = [one.attr_name for one in model.get_attributes().values() if "TTL" in type(one).__name__]
        assert [kept()[table].at] == (ends or [""]), table


def test_the_journal_and_those_in_office_are_never_swept() -> None:
    walked = {one.table for one in swept()}
    assert walked.isdisjoint({"journal", "officers", "keys", "references", "holders", "statuses"})
    assert all(one.ends is not Ends.NEVER and (one.at or one.since) for one in swept())


def test_the_classes_are_a_table_for_people() -> None:
    assert len(rows()) == len(CLASSES) + 2
    assert len({row.count("|") for row in rows()}) == 1


def scanned(city: City, at: int) -> None:
    city.scans.save("0" * 24, at.to_bytes(12, "big"), scan_by("metro", at=at))


def sweep(city: City, **more: Any) -> Run | None:
    """One call of the schedule."""
    city.custodian.publish(now=int(city.clock()))
    return city.retention.run(now=int(city.clock()), has_time=lambda: True, **more)


def scans_left() -> int:
    return len(list(ScanItem.scan()))


def deleted(run: Run | None, table: str = "scans") -> int:
    assert run is not None
    return next(one.deleted for one in run.tables if one.table == table)


def test_what_the_store_forgot_is_deleted_two_days_late_and_what_is_not_over_stays(city: City) -> None:
    over = NOON - 180 * DAY_S - GRACE_S
    for at in (over - 1, over - 9, over + 60, NOON):
        scanned(city, at)
    run = sweep(city)
    assert run is not None
    assert run.finished_at == NOON
    assert (deleted(run), scans_left()) == (2, 2)


def test_the_next_walk_begins_when_a_while_has_passed(city: City, clock: StoppedClock) -> None:
    assert sweep(city) is not None
    assert sweep(city) is None
    clock.advance(PAUSE_S)
    assert sweep(city) is not None


def known(city: City, holder: str, *, kind: str, at: int, until: int | None = None) -> None:
    EvidenceItem(
        holder, f"{at:024x}", kind=kind, happened_at=at, reported_at=at, valid_until=until,
        attributes="{}", source="", source_name="", reference="",
    ).save()  # fmt: skip


OLD = NOON - EVIDENCE_KEPT_DAYS * DAY_S - GRACE_S - 9


def test_evidence_that_no_policy_looks_at_goes_three_years_after_it_has_ended(city: City) -> None:
    holder = moved_in(city)
    known(city, holder, kind="arrival", at=OLD)
    known(city, holder, kind="arrival", at=OLD + 60)
    known(city, holder, kind="arrival", at=OLD - 5, until=NOON - YEAR)
    assert deleted(sweep(city), "evidence") == 1
    assert len(list(EvidenceItem.query(holder))) == 2


def test_evidence_that_still_gives_a_colour_stays_however_old(city: City, clock: StoppedClock) -> None:
    holder = moved_in(city)
    clock.now = OLD
    coloured(city, holder, Colour.RED)
    clock.now = NOON
    run = sweep(city)
    assert run is not None
    (walked,) = (one for one in run.tables if one.table == "evidence")
    assert (walked.deleted, walked.spared) == (0, 1)


def test_changes_of_colour_go_as_late_as_what_they_rested_on(city: City) -> None:
    for at in (OLD, OLD + 60, NOON - YEAR):
        ChangeItem(
            "0" * 24, at, at=at, old="green", new="yellow", policy="p@1", rule="r", evidence_id="", cause=""
        ).save()
    assert deleted(sweep(city), "changes") == 1
    assert [item.at for item in ChangeItem.query("0" * 24)] == [OLD + 60, NOON - YEAR]


def test_what_was_decided_goes_three_years_later_and_what_waits_for_a_decision_never(city: City) -> None:
    for name, decided in (("old", OLD), ("newer", OLD + 60), ("waiting", None)):
        AppealItem(
            name, holder="h", filed_by="h", level=1, about="status", text=b"", creation=name, digest="",
            state="filed", steps="[]", attachments="[]", filed_at=OLD - YEAR, decided_at=decided,
        ).save()  # fmt: skip
        OverrideItem(
            name, colour="red", ground="g", hours=1, people=1, needed=2, proposed_at=decided or NOON,
            state="approved", steps="[]", until=OLD, month="2023-01", proposed=name,
        ).save()  # fmt: skip
    run = sweep(city)
    assert (deleted(run, "appeals"), deleted(run, "overrides")) == (1, 1)
    assert {one.appeal_id for one in AppealItem.scan()} == {"newer", "waiting"}
    assert {one.override_id for one in OverrideItem.scan()} == {"newer", "waiting"}


def test_a_clock_that_jumps_while_it_walks_takes_nothing_along(city: City, clock: StoppedClock) -> None:
    scanned(city, NOON)
    city.custodian.publish(now=NOON)

    def has_time() -> bool:
        clock.now = NOON + YEAR
        return True

    city.retention.run(now=NOON, has_time=has_time)
    clock.now = NOON
    assert scans_left() == 1
    clock.advance(PAUSE_S)
    assert sweep(city) is not None, "nor is the sweep held for a year"


def test_a_table_that_the_city_has_no_more_keeps_no_walk_and_no_report_from_going_on(
    city: City, clock: StoppedClock, api: Caller
) -> None:
    many(city, 3)
    here = Run("0000000001", NOON, NOON, (Walked("bygone"), Walked("scans")))
    assert RetentionStore().begin(here)
    run = sweep(city)
    assert (deleted(run), scans_left()) == (3, 0)
    in_office(city, RESIDENTS[1], Role.AUDITOR)
    told = api.get("/v1/retention-reports", token=api.log_in(RESIDENTS[1], Role.AUDITOR))
    assert {one["name"] for one in told.body["reports"][0]["classes"]} == {"bygone", "scans"}


def test_the_journal_stays(city: City) -> None:
    city.journal.append("c", step_id="s", what={"event": "x"}, now=NOON - 9 * YEAR)
    before = len(list(JournalItem.scan()))
    sweep(city)
    assert len(list(JournalItem.scan())) == before


def test_a_clock_that_is_a_year_ahead_deletes_nothing_and_that_is_written_down(city: City, clock: StoppedClock) -> None:
    scanned(city, NOON)
    city.custodian.publish(now=NOON)
    clock.advance(YEAR)
    assert city.retention.run(now=int(clock()), has_time=lambda: True) is None
    assert city.retention.run(now=int(clock()), has_time=lambda: True, believed=True) is None
    assert scans_left() == 1
    assert [one.refused for one in city.retention.reports(refused=True, before="")] == ["city_is_behind"]
    clock.now = NOON
    assert deleted(sweep(city)) == 0, "and what was refused is no reason to believe or to doubt the next"


def test_a_clock_that_is_behind_deletes_nothing_either(city: City, clock: StoppedClock) -> None:
    city.custodian.publish(now=NOON)
    clock.now = NOON - YEAR
    assert city.retention.run(now=int(clock()), has_time=lambda: True) is None
    assert [one.refused for one in city.retention.reports(refused=True, before="")] == ["city_is_ahead"]


def test_after_a_long_pause_somebody_has_to_say_that_the_clock_is_right(city: City, clock: StoppedClock) -> None:
    sweep(city)
    scanned(city, NOON)
    clock.advance(YEAR)
    assert sweep(city) is None
    assert scans_left() == 1
    assert deleted(sweep(city, believed=True)) == 1


def many(city: City, number: int) -> None:
    for n in range(number):
        scanned(city, NOON - 190 * DAY_S - n)


def test_a_walk_without_time_goes_on_where_it_stopped(
    city: City, clock: StoppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chalicelib.accounts.retention_pages.PAGE", 10)
    many(city, 25)
    city.custodian.publish(now=NOON)
    calls = 0
    while (run := sweep_a_page(city)) is not None and run.finished_at is None:
        calls += 1
        clock.advance(LEASE_S)
    assert run is not None
    assert (deleted(run), scans_left()) == (25, 0)
    assert calls > len(swept())


def sweep_a_page(city: City) -> Run | None:
    """A call that has time for one page."""
    times = iter([True])
    return city.retention.run(now=int(city.clock()), has_time=lambda: next(times, False))


@pytest.mark.parametrize("kill", [KILLED_BEFORE, KILLED_AFTER])
@pytest.mark.parametrize("where", [on("DeleteItem", "scans"), on("PutItem", "retention-runs")])
def test_killed_in_the_middle_the_next_call_finishes_it(city: City, clock: StoppedClock, kill: Any, where: Any) -> None:
    many(city, 30)
    city.custodian.publish(now=NOON)
    with weather() as here:
        here.brings(kill, to=where, after=5)
        with pytest.raises(Crash):
            another_process(clock).retention.run(now=int(clock()), has_time=lambda: True)
    clock.advance(LEASE_S + 1)
    run = sweep(city)
    assert scans_left() == 0
    assert run is not None
    assert run.finished_at is not None
    assert len(list(RetentionRunItem.query("walks"))) == 1


def test_two_at_once_walk_once(city: City, clock: StoppedClock) -> None:
    many(city, 30)
    other = another_process(clock)
    seen: list[Run | None] = []

    def has_time() -> bool:
        if not seen:
            seen.append(None)
            seen.append(other.retention.run(now=int(clock()), has_time=lambda: True))
        return True

    city.custodian.publish(now=NOON)
    assert deleted(city.retention.run(now=int(clock()), has_time=has_time)) == 30
    assert seen == [None, None]


@pytest.mark.parametrize("fault", (BEFORE | AFTER).values(), ids=BEFORE | AFTER)
def test_in_bad_weather_nothing_is_lost_that_should_stay(city: City, clock: StoppedClock, fault: Any) -> None:
    many(city, 3)
    scanned(city, NOON)
    city.custodian.publish(now=NOON)
    with weather() as here:
        here.brings(fault, to=on("DeleteItem", "scans"), after=1)
        with pytest.raises((ClientError, BotoCoreError)):
            city.retention.run(now=int(clock()), has_time=lambda: True)
    clock.advance(LEASE_S + 1)
    sweep(city)
    assert scans_left() == 1


def test_an_item_that_was_renewed_a_moment_ago_stays(city: City) -> None:
    item = NoticeItem("h", "n", kind="k", facts="{}", at=NOON)
    item.expires_at = datetime.fromtimestamp(NOON, UTC) - timedelta(days=3)
    item.save()

    def renewed() -> None:
        item.expires_at = datetime.fromtimestamp(NOON, UTC) + timedelta(days=3)
        item.save()

    from tests.faults.weather import meanwhile

    with weather() as here:
        here.brings(meanwhile(renewed), to=on("DeleteItem", "notices"))
        assert deleted(sweep(city), "notices") == 0
    assert len(list(NoticeItem.scan())) == 1


def test_the_auditor_reads_what_was_deleted(city: City, api: Caller) -> None:
    in_office(city, RESIDENTS[1], Role.AUDITOR)
    auditor = api.log_in(RESIDENTS[1], Role.AUDITOR)
    many(city, 7)
    sweep(city)
    told = api.get("/v1/retention-reports", token=auditor)
    assert told.status == 200, told
    (report,) = told.body["reports"]
    assert {one["name"]: one["deleted"] for one in report["classes"]}["scans"] == 7
    assert told.body["refused"] == []
    assert api.get("/v1/retention-reports?cursor=x", token=auditor).code == "unknown_cursor"
