"""A walk over all that may be over, and whether the clock by which it goes can be believed. Pure."""

from __future__ import annotations

from enum import StrEnum

import msgspec

DAY_S = 24 * 3600
GRACE_S = 2 * DAY_S
"""The store deletes within two days by itself; what is left after that it has forgotten."""

PAUSE_S = 20 * 3600
"""Between the end of one walk and the next."""

LONGEST_PAUSE_S = 30 * DAY_S
"""Whoever has not walked for longer may have a clock that is ahead: somebody has to say that it is right."""

LEASE_S = 20 * 60
"""Longer than a call may last, and shorter than the time to the next."""


class Doubt(StrEnum):
    """Why nothing is deleted: the city has published nothing lately by this clock, or would do so only in the future;
    or nothing was walked for so long that it may be the clock."""

    CITY_IS_BEHIND = "city_is_behind"
    CITY_IS_AHEAD = "city_is_ahead"
    LONG_PAUSE = "long_pause"


class Walked(msgspec.Struct, frozen=True):
    """How far one table has been walked: items looked at, deleted, and let alone because something still rests on them.

    `after` is the key the next page begins after, as JSON; empty at the beginning and at the end.
    """

    table: str
    after: str = ""
    looked_at: int = 0
    deleted: int = 0
    spared: int = 0
    done: bool = False


class Run(msgspec.Struct, frozen=True):
    """One walk over all tables, which may take many calls; and the report of it. Instants are Unix seconds."""

    run_id: str
    started_at: int
    walked_at: int
    tables: tuple[Walked, ...]
    finished_at: int | None = None
    refused: str = ""
    revision: int = 0
    lease_until: int = 0

    @property
    def next_table(self) -> Walked | None:
        """What is to be walked next; None when all is done."""
        return next((one for one in self.tables if not one.done), None)

    def with_page(self, page: Walked, *, now: int) -> Run:
        """The run with one more page walked."""
        tables = tuple(page if one.table == page.table else one for one in self.tables)
        over = all(one.done for one in tables)
        return msgspec.structs.replace(
            self, tables=tables, walked_at=now, revision=self.revision + 1, finished_at=now if over else None
        )


def run_id(now: int) -> str:
    """The id of a run that begins now; newer ones are greater."""
    return f"{now:010d}"


def doubt(now: int, *, published_at: int, walked_at: int | None) -> Doubt | None:
    """Why this clock is not believed; None where it is.

    The trust list is published every ten minutes by other processes, so its time is what the city takes for the
    present: a clock that is a year ahead would delete a year.
    """
    if now - published_at > DAY_S:
        return Doubt.CITY_IS_BEHIND
    if published_at - now > DAY_S:
        return Doubt.CITY_IS_AHEAD
    if walked_at is not None and now - walked_at > LONGEST_PAUSE_S:
        return Doubt.LONG_PAUSE
    return None
