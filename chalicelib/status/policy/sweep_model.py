"""A sweep: a walk over every holder in sixteen segments, and how far it has come. Pure."""

from __future__ import annotations

from collections import Counter
from enum import StrEnum

import msgspec

from chalicelib.status.model import Colour

SEGMENTS = "0123456789abcdef"
"""The sixteen parts of the population that are walked independently: segments of one parallel Scan."""


class SweepKind(StrEnum):
    """What a sweep does with each holder: recompute them, or only count what would become of them."""

    ROLL_OUT = "roll_out"
    DRY_RUN = "dry_run"


class Sweep(msgspec.Struct, frozen=True):
    """One walk. `at` is the instant whose colours are compared, `edition` the rulebook's: of a roll-out the one that
    holders must have reached, of a dry run the one the candidate `policy` is compared with. `about` is how many
    holders there were when it began, as the store told, which may be hours late."""

    sweep_id: str
    kind: SweepKind
    policy: str
    at: int
    edition: int
    created_at: int
    about: int
    by: str = ""
    digest: str = ""


class Segment(msgspec.Struct, frozen=True):
    """How far one segment has come. `pages` counts the pages that are done: whoever stores one names the number read.

    `after` is the holder the next page begins after ("" for the first); `counts` is by `green>yellow`.
    """

    name: str
    pages: int = 0
    after: str = ""
    done: int = 0
    failed: int = 0
    counts: dict[str, int] = {}
    lease_until: int = 0
    finished_at: int | None = None

    def is_free(self, now: int) -> bool:
        """Whether somebody may walk it now."""
        return self.finished_at is None and self.lease_until <= now

    def with_page(self, *, after: str, done: int, failed: int, counts: Counter[str]) -> Segment:
        """The segment with one more page done."""
        return msgspec.structs.replace(
            self,
            pages=self.pages + 1,
            after=after,
            done=self.done + done,
            failed=self.failed + failed,
            counts=dict(sorted((Counter(self.counts) + counts).items())),
        )


class Progress(msgspec.Struct, frozen=True):
    """How far a sweep has come as a whole."""

    sweep: Sweep
    segments: tuple[Segment, ...]

    @property
    def done(self) -> int:
        """Holders that have been visited."""
        return sum(segment.done for segment in self.segments)

    @property
    def failed(self) -> int:
        """Holders of these that could not be recomputed by a fault of ours; it is in the log, and their next evidence
        recomputes them."""
        return sum(segment.failed for segment in self.segments)

    @property
    def finished_at(self) -> int | None:
        """When the last segment was finished; None while one is not."""
        ends = [segment.finished_at for segment in self.segments if segment.finished_at is not None]
        return max(ends) if len(ends) == len(SEGMENTS) else None

    @property
    def counts(self) -> Counter[str]:
        """How many holders by colour before and after, `green>yellow`."""
        return sum((Counter(segment.counts) for segment in self.segments), Counter())

    def per_second(self, now: int) -> float:
        """Holders per second since it began."""
        return self.done / max(1, (self.finished_at or now) - self.sweep.created_at)


def turned(before: Colour, after: Colour) -> str:
    """How a holder is counted."""
    return f"{before}>{after}"


def would_turn(counts: Counter[str]) -> dict[Colour, int]:
    """How many would come to a colour from another."""
    return {colour: sum(_changes(counts, after=colour)) for colour in Colour}


def would_leave(counts: Counter[str]) -> dict[Colour, int]:
    """How many would leave a colour for another."""
    return {colour: sum(_changes(counts, before=colour)) for colour in Colour}


def _changes(counts: Counter[str], *, before: Colour | None = None, after: Colour | None = None) -> list[int]:
    """The counts of changes from one colour, or to one."""
    pairs = [(key.split(">"), number) for key, number in counts.items()]
    return [
        number
        for (old, new), number in pairs
        if old != new and (before is None or old == before) and (after is None or new == after)
    ]
