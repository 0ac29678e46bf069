"""The log of officers: nothing is done by right of an office that is not in it, and nothing personal is."""

from __future__ import annotations

import msgspec
import pytest

from app import rooms
from chalicelib.partners.office_log.log import PAGE_SIZE, OfficeLog
from chalicelib.partners.office_log.model import STRANGE, Entry, ids_of_ours
from chalicelib.partners.office_log.store import OfficeLogItem, OfficeLogStore
from chalicelib.people.sandbox import RESIDENTS
from chalicelib.platform.http.office import OF_OFFICES, Deed, is_written_down
from chalicelib.platform.http.operation import Operation, Principal
from chalicelib.platform.permissions import PERMISSIONS, Role
from chalicelib.wiring import City
from tests.faults.weather import AFTER, BEFORE, KILLED_AFTER, KILLED_BEFORE, Crash, on, weather
from tests.world import NOON, Caller, StoppedClock, another_process, caller, in_office

WANG = RESIDENTS[1]
ANY_ID = "0" * 24
DAY = "2026-09-21"


def operations(city: City) -> list[Operation]:
    """Everything that somebody can do by right of an office and that goes into the log."""
    every = (operation for room in rooms(city) for operation in room.operations)
    return [one for one in every if any(is_written_down(one.method, scope) for scope in one.needs)]


@pytest.fixture
def officer(city: City) -> str:
    """The holder id of somebody in every office."""
    for role in Role:
        holder = in_office(city, WANG, role)
    return holder


@pytest.fixture
def everything(city: City, officer: str) -> str:
    """Their token, which reaches as far as all offices together."""
    return city.tokens.issue(Principal(officer, OF_OFFICES), now=city.clock(), lifetime=3600)


def log_of(city: City, day: str = DAY) -> list[Entry]:
    """What the auditor reads, page after page."""
    read, before = [], ""
    while page := city.office_log.of_day(day, before=before):
        read += page
        before = page[-1].entry_id
    return read


def test_whatever_changes_something_by_right_of_an_office_is_written_down(city: City, everything: str) -> None:
    api, found = caller(city), operations(city)
    for one in found:
        where = one.path.format_map(dict.fromkeys(one.parameters, ANY_ID))
        api.send(one.method, where, body=good(one) if one.body else b"", token=everything, key=f"key-of-{one.name}")
    logged = {entry.operation: entry for entry in log_of(city)}
    assert logged.keys() == {one.name for one in found} - unreadable(found)
    assert all("*" in entry.name for entry in logged.values()), "an office and a masked name"
    assert all(entry.status >= 200 for entry in logged.values()), "it is known of each what came of it"


def good(operation: Operation) -> bytes:
    """A body that the operation can read."""
    from tests.fuzz.test_bodies import GOOD

    return msgspec.json.encode(GOOD[operation.path][2]) if operation.path in GOOD else b"{}"


def unreadable(found: list[Operation]) -> set[str]:
    """Operations to which no good body is known here: a request that cannot be read is no deed."""
    from tests.fuzz.test_bodies import GOOD

    return {one.name for one in found if one.body and one.path not in GOOD}


def test_every_operation_with_a_body_is_among_those_tried(city: City) -> None:
    assert unreadable(operations(city)) == set()


def test_no_office_is_forgotten(city: City) -> None:
    reached = {scope for one in operations(city) for scope in one.needs}
    changing = {"override:propose", "override:approve", "policy:write", "appeal:review", "assist:person"}
    assert changing <= reached
    assert all(not PERMISSIONS[scope].holders for scope in OF_OFFICES), "what holders do is their own business"


def test_a_deed_stands_with_its_name_its_ids_and_what_came_of_it(city: City, api: Caller, officer: str) -> None:
    token = api.log_in(WANG, Role.HEALTH_OFFICER)
    refused = api.post(f"/v1/overrides/{ANY_ID}/approval", {"note": "已核实"}, token=token, key="k")
    (entry,) = log_of(city)
    assert (entry.officer, entry.operation, entry.scope) == (officer, "approve_override", "override:approve")
    assert (entry.ids, entry.at) == ({"override_id": ANY_ID}, NOON)
    assert (entry.status, entry.code) == (refused.status, refused.code) == (404, "override_not_found")


def test_the_auditor_reads_it_and_that_is_in_it_too(city: City, api: Caller, officer: str) -> None:
    health, audit = api.log_in(WANG, Role.HEALTH_OFFICER), api.log_in(WANG, Role.AUDITOR)
    api.post(f"/v1/overrides/{ANY_ID}/approval", {"note": "已核实"}, token=health, key="k")
    read = api.get("/v1/office-log", token=audit)
    assert read.status == 200, read
    assert [one["operation"] for one in read.body["entries"]] in (
        ["read_office_log", "approve_override"],
        ["approve_override", "read_office_log"],
    )
    assert {one["outcome"] for one in read.body["entries"]} == {404, None}, "this very reading has no outcome yet"
    assert officer not in msgspec.json.encode(read.body).decode()


@pytest.mark.parametrize(
    ("query", "code"),
    [("day=yesterday", "unknown_day"), ("day=2026-13-01", "unknown_day"), ("cursor=x", "unknown_cursor")],
)
def test_a_day_that_is_none_is_refused(city: City, api: Caller, officer: str, query: str, code: str) -> None:
    assert api.get(f"/v1/office-log?{query}", token=api.log_in(WANG, Role.AUDITOR)).code == code


def test_who_is_in_no_office_any_more_is_written_down_without_a_name(city: City, api: Caller, officer: str) -> None:
    token = api.log_in(WANG, Role.HEALTH_OFFICER)
    city.officers.suspend(officer)
    assert api.post(f"/v1/overrides/{ANY_ID}/approval", {"note": "n"}, token=token, key="k").code == "not_in_office"
    (entry,) = log_of(city)
    assert (entry.officer, entry.name, entry.code) == (officer, "", "not_in_office")


def test_a_long_day_comes_in_pages_newest_first(city: City) -> None:
    log = OfficeLog(OfficeLogStore(), lambda: city.officers)
    for second in range(2 * PAGE_SIZE + 3):
        log.begin(Deed("somebody", "audit:read", "looked", {}), now=NOON + second)
    assert [entry.at for entry in log_of(city)] == [NOON + second for second in reversed(range(2 * PAGE_SIZE + 3))]


def test_entries_are_kept_for_three_years(city: City, api: Caller, officer: str) -> None:
    api.get("/v1/office-log", token=api.log_in(WANG, Role.AUDITOR))
    (item,) = OfficeLogItem.scan()
    assert item.expires_at.timestamp() == NOON + 3 * 365 * 86_400


@pytest.mark.parametrize(
    "sent",
    [
        "310199198803140027",
        "13812345678",
        "6222021001112223334",
        "林晚晴",
        "11010519491231002X",
        "lin@wan",
        "1949",
        "x" * 64,
    ],
)
def test_what_may_be_of_a_person_is_not_kept(sent: str) -> None:
    assert ids_of_ours({"appeal_id": sent}) == {"appeal_id": STRANGE}


@pytest.mark.parametrize("ours", [ANY_ID, "client-0123456789abcdef", f"client-{ANY_ID}", "calm@1", "2", "a" * 32])
def test_ids_of_ours_are_kept(ours: str) -> None:
    assert ids_of_ours({"id": ours}) == {"id": ours}


APPROVAL = f"/v1/overrides/{ANY_ID}/approval"


@pytest.mark.parametrize("fault", BEFORE.values(), ids=BEFORE)
def test_what_cannot_be_written_down_is_not_done(city: City, officer: str, fault: object) -> None:
    api = caller(city)
    token = api.log_in(WANG, Role.HEALTH_OFFICER)
    with weather() as here:
        here.brings(fault, to=on("PutItem", "office-log"))  # type: ignore[arg-type]
        assert api.post(APPROVAL, {"note": "n"}, token=token, key="k").code == "unavailable"
        assert not here.count(on("", "overrides"))
    assert log_of(city) == []


@pytest.mark.parametrize("fault", (BEFORE | AFTER).values(), ids=BEFORE | AFTER)
def test_what_was_done_is_done_though_its_outcome_cannot_be_written(city: City, officer: str, fault: object) -> None:
    api = caller(city)
    token = api.log_in(WANG, Role.HEALTH_OFFICER)
    with weather() as here:
        here.brings(fault, to=on("UpdateItem", "office-log"))  # type: ignore[arg-type]
        assert api.post(APPROVAL, {"note": "n"}, token=token, key="k").code == "override_not_found"
    assert len(log_of(city)) == 1


@pytest.mark.parametrize(("fault", "left"), [(KILLED_BEFORE, 0), (KILLED_AFTER, 1)])
def test_killed_while_it_is_written_down_nothing_was_done(
    city: City, officer: str, clock: StoppedClock, fault: object, left: int
) -> None:
    token, api = caller(city).log_in(WANG, Role.HEALTH_OFFICER), caller(another_process(clock))
    with weather() as here:
        here.brings(fault, to=on("PutItem", "office-log"))  # type: ignore[arg-type]
        with pytest.raises(Crash):
            api.post(APPROVAL, {"note": "n"}, token=token, key="k")
    assert not here.count(on("", "overrides"))
    assert [entry.status for entry in log_of(city)] == [0] * left
