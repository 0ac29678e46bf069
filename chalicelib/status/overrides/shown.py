"""Overrides as officers see them, as JSON: people by masked names, officers by office and masked name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from chalicelib.platform.times import rfc3339
from chalicelib.status.overrides.grounds import GROUNDS
from chalicelib.status.overrides.model import Override

if TYPE_CHECKING:
    from chalicelib.status.overrides.reading import Opened
    from chalicelib.status.overrides.report import Row


class LawText(msgspec.Struct):
    """A law in both languages."""

    zh: str
    en: str


class OverrideStep(msgspec.Struct):
    """One step: what, by whom (office and masked name), and when."""

    event: str
    by: str
    at: str
    note: str


class OverrideRecord(msgspec.Struct):
    """An override as officers see it. `until` is null before its approval; `names` are masked, in order."""

    override_id: str
    state: str
    colour: str
    ground: str
    law: LawText
    reason: str
    group: str
    names: list[str]
    hours: int
    approvals: int
    approvals_needed: int
    proposed_at: str
    until: str | None
    steps: list[OverrideStep]
    server_time: str


class OverrideEntry(msgspec.Struct):
    """An override in a list."""

    override_id: str
    state: str
    colour: str
    ground: str
    people: int
    hours: int
    approvals: int
    approvals_needed: int
    proposed_by: str
    proposed_at: str
    until: str | None


class OverrideList(msgspec.Struct):
    """The overrides of a month, newest first. `next_cursor` is null on the last page."""

    overrides: list[OverrideEntry]
    next_cursor: str | None


class ReportRow(msgspec.Struct):
    """One officer's overrides on one ground: how many of them, for how many people, and what became of them."""

    officer: str
    ground: str
    overrides: int
    people: int
    states: dict[str, int]
    colours: dict[str, int]
    hours: int
    voided: int


class OverrideReport(msgspec.Struct):
    """All overrides of a month by officer and ground. `colours` counts people, `hours` adds up what was approved."""

    month: str
    rows: list[ReportRow]
    server_time: str


class GroundEntry(msgspec.Struct):
    """A ground and what it allows."""

    ground: str
    law: LawText
    colours: list[str]
    longest_hours: int


class GroundList(msgspec.Struct):
    """All grounds on which a colour can be set."""

    grounds: list[GroundEntry]


def grounds() -> GroundList:
    """All grounds as JSON."""
    return GroundList(
        [GroundEntry(name, _law(name), sorted(ground.colours), ground.longest_h) for name, ground in GROUNDS.items()]
    )


def _law(ground: str) -> LawText:
    law = GROUNDS[ground].law
    return LawText(law.zh, law.en)


def _until(override: Override) -> str | None:
    return rfc3339(override.until) if override.until else None


def record(opened: Opened, now: float) -> OverrideRecord:
    """An override as JSON."""
    override, words, notes = opened
    return OverrideRecord(
        override_id=override.override_id,
        state=override.standing(now),
        colour=override.colour,
        ground=override.ground,
        law=_law(override.ground),
        reason=words.reason,
        group=words.group,
        names=words.names,
        hours=override.hours,
        approvals=len(override.approvals),
        approvals_needed=override.needed,
        proposed_at=rfc3339(override.proposed_at),
        until=_until(override),
        steps=[
            OverrideStep(step.event, step.by_name, rfc3339(step.at), note)
            for step, note in zip(override.steps, notes, strict=True)
        ],
        server_time=rfc3339(now),
    )


def entries(page: Sequence[Override], now: float) -> OverrideList:
    """A page as JSON."""
    from chalicelib.status.overrides.reading import PAGE_SIZE
    from chalicelib.status.overrides.store import cursor

    more = cursor(page[-1]) if len(page) == PAGE_SIZE else None
    return OverrideList([_entry(override, now) for override in page], more)


def _entry(override: Override, now: float) -> OverrideEntry:
    return OverrideEntry(
        override_id=override.override_id,
        state=override.standing(now),
        colour=override.colour,
        ground=override.ground,
        people=override.people,
        hours=override.hours,
        approvals=len(override.approvals),
        approvals_needed=override.needed,
        proposed_by=override.proposer.by_name,
        proposed_at=rfc3339(override.proposed_at),
        until=_until(override),
    )


def rows(found: Sequence[Row]) -> list[ReportRow]:
    """A report as JSON."""
    return [_row(row) for row in found]


def _row(row: Row) -> ReportRow:
    return ReportRow(
        row.officer,
        row.ground,
        row.overrides,
        row.people,
        {str(state): count for state, count in row.states.items()},
        row.colours,
        row.hours,
        row.voided,
    )
