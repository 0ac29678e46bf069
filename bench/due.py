"""The scheduled run costs what is due and not what a city has: counted at several populations, and drawn."""

from __future__ import annotations

import time
from collections.abc import Sequence
from math import log10
from typing import TYPE_CHECKING, NamedTuple

from bench.report import Promise, Section
from chalicelib.status.drawing import picture, text, upright

if TYPE_CHECKING:
    from bench.crowd import Crowd

AT_MOST_OPERATIONS = 3
EVENT = {"detail": {}, "detail-type": "Scheduled Event", "source": "aws.events", "time": "", "id": "", "resources": []}
EVENT |= {"version": "0", "account": "", "region": ""}


class Run(NamedTuple):
    """One run of the scheduled function: what it found and what it called."""

    population: int
    due: int
    queries: int
    read: int
    written: int
    seconds: float

    @property
    def operations(self) -> float:
        """Item operations per due holder."""
        return (self.read + self.written) / self.due


def runs(crowd: Crowd, sizes: Sequence[int], due: int) -> list[Run]:
    """Let the city grow, and each time run the function once."""
    return [_run(crowd, size, due) for size in sizes]


def section(measured: Sequence[Run]) -> Section:
    """The table, and the promises: few operations for whom it is due, and no more queries for a larger city."""
    rows = [
        (
            f"{run.population:,}",
            f"{run.due}",
            f"{run.queries}",
            f"{run.read}",
            f"{run.written}",
            f"{run.operations:g}",
            f"{run.seconds * 1e3:,.0f}",
        )
        for run in measured
    ]
    most = Promise("item operations per due holder", max(run.operations for run in measured), AT_MOST_OPERATIONS, "")
    growth = max(run.queries for run in measured) / min(run.queries for run in measured)
    flat = Promise("queries of a scheduled run, most beside fewest", growth, 1, "x")
    header = ("holders", "due", "queries", "items read", "items written", "operations per due holder", "ms")
    note = (
        "One run of `apply_due_changes` on DynamoDB Local, which shares the machine. "
        f"Operations per due holder: {most}; queries, the most beside the fewest: {flat}. "
        "The stream then writes one item per change. ![What a scheduled run costs](images/due.svg)"
    )
    return Section("What is due", header, rows, (most, flat), note)


def drawn(measured: Sequence[Run]) -> str:
    """Operations over population, both logarithmic."""
    lines = {
        "items, if every holder were looked at": [run.population for run in measured],
        "items read and written": [run.read + run.written for run in measured],
        "queries": [run.queries for run in measured],
    }
    shapes = [f"<style>{LINES}</style>", *_axes(measured)]
    for number, (name, values) in enumerate(lines.items()):
        points = [(_x(run.population), _y(value)) for run, value in zip(measured, values, strict=True)]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        shapes.append(f'<polyline points="{path}" class="curve curve-{number}"/>')
        shapes += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" class="dot-{number}"/>' for x, y in points]
        x, y = points[-1]
        shapes.append(text(x - 8, y - 12, f"{name}: {values[-1]:,}", anchor="end"))
    said = "; ".join(
        f"{run.population} holders: {run.queries} queries, {run.read + run.written} items" for run in measured
    )
    return picture(WIDTH, HEIGHT, "What a scheduled run costs", said, shapes)


WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 720, 380, 80, 690, 80, 330
DECADES_X, DECADES_Y = (3, 5), (1, 5)
LINES = """.curve { fill: none; stroke-width: 2.5; }
.curve-0 { stroke: var(--soft); stroke-dasharray: 4 4; } .dot-0 { fill: var(--soft); }
.curve-1 { stroke: var(--green); } .dot-1 { fill: var(--green); }
.curve-2 { stroke: var(--ink); } .dot-2 { fill: var(--ink); }"""


def _axes(measured: Sequence[Run]) -> list[str]:
    """Decades, and what they count."""
    shapes = [text(LEFT - 56, 34, f"What a scheduled run costs when {measured[0].due} holders are due", "title")]
    for run in measured:
        shapes.append(upright(_x(run.population), TOP, BOTTOM, "line"))
        shapes.append(text(_x(run.population), BOTTOM + 18, f"{run.population:,}", "soft", anchor="middle"))
    shapes += [
        text(LEFT - 12, _y(10**n) + 4, f"{10**n:,}", "soft", anchor="end")
        for n in range(DECADES_Y[0], DECADES_Y[1] + 1)
    ]
    return [*shapes, text((LEFT + RIGHT) / 2, BOTTOM + 38, "holders of the city", "soft", anchor="middle")]


def _x(value: float) -> float:
    low, high = DECADES_X
    return LEFT + 40 + (RIGHT - LEFT - 50) * (log10(value) - low) / (high - low)


def _y(value: float) -> float:
    low, high = DECADES_Y
    return BOTTOM - (BOTTOM - TOP) * (log10(value) - low) / (high - low)


def _run(crowd: Crowd, size: int, due: int) -> Run:
    """Grow, and run the function as the schedule does."""
    from functions.apply_due_changes import apply_due_changes

    crowd.grow(size, due=due)
    crowd.calls.clear()
    begin = time.perf_counter()
    told = apply_due_changes(EVENT, None)["told"]
    seconds = time.perf_counter() - begin
    calls = crowd.calls
    assert told == due, (told, due)
    return Run(size, due, calls["Query"], calls["items read by Query"], calls["UpdateItem"], seconds)
