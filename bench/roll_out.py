"""What a roll-out costs: every holder recomputed under a new rulebook, measured here and worked out for a province."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from bench.report import Section
from chalicelib.status.policy.rulebook import FOUNDING, Entry
from chalicelib.status.policy.sweep_model import SEGMENTS, Sweep, SweepKind

if TYPE_CHECKING:
    from bench.crowd import Crowd

PROVINCE = 25_000_000
ROUND_TRIP_S = 0.005
"""What a call to DynamoDB takes within a region, as a rule."""

DOLLARS_PER_MILLION_READS, DOLLARS_PER_MILLION_WRITES = 0.125, 0.625
"""On demand, us-east-1, list price: an assumption to be replaced by the city's own contract."""

DOLLARS_PER_GB_SECOND, FUNCTION_GB = 0.0000166667, 1.769
"""One virtual CPU, list price."""

TURNED = 0.1
"""Share of holders whose colour turns or will, an assumption: they have a due time in the index, and an event."""

READS, WRITES = 1.15, 1 + 2 * TURNED
"""Units per holder. Reads, strongly consistent: the evidence, and a hundredth of a page of sixty kilobytes. Writes: the
status; for some the index, and the event."""


def roll_out(crowd: Crowd, people: int) -> list[Section]:
    """Recompute everybody, one walker after the other in one process, and count."""
    crowd.grow_with_evidence(people)
    sweep = _opened(crowd)
    crowd.calls.clear()
    begin, cpu = time.perf_counter(), time.process_time()
    visited = crowd.city.sweeper.run(clock=crowd.city.clock, has_time=lambda: True)
    seconds, cpu = (time.perf_counter() - begin) / visited, (time.process_time() - cpu) / visited
    progress = crowd.city.sweeps.progress(sweep.sweep_id)
    assert progress is not None
    assert (progress.done, progress.failed) == (crowd.size, 0), progress
    calls = sum(number for call, number in crowd.calls.items() if " " not in call) / visited
    return [_here(visited, seconds, cpu, calls), _on_paper(cpu, calls)]


def _opened(crowd: Crowd) -> Sweep:
    """The epidemic policy comes into force, and everybody is to be recomputed."""
    entries = (*FOUNDING.entries, Entry(crowd.now - 60, "epidemic@1"))
    book = crowd.city.rulebooks.add(entries, after=FOUNDING, by="bench", now=crowd.now)
    assert book is not None
    sweep = Sweep("bench", SweepKind.ROLL_OUT, "epidemic@1", crowd.now, book.edition, crowd.now, crowd.size)
    return crowd.city.sweeps.open(sweep)


def _here(visited: int, seconds: float, cpu: float, calls: float) -> Section:
    note = "One process walks all sixteen segments in turn; DynamoDB Local shares the machine and is most of the wait."
    rows = [(f"{visited:,}", f"{1 / seconds:,.0f}", f"{cpu * 1e3:.2f}", f"{calls:.2f}")]
    return Section("A roll-out", ("holders", "holders/s", "CPU of a holder, ms", "calls of a holder"), rows, (), note)


def _on_paper(cpu: float, calls: float) -> Section:
    """The same for a province: sixteen walkers at once."""
    of_one = cpu + calls * ROUND_TRIP_S
    seconds = PROVINCE * of_one
    hours = seconds / len(SEGMENTS) / 3600
    reads, writes = PROVINCE * READS / 1e6, PROVINCE * WRITES / 1e6
    units = reads * DOLLARS_PER_MILLION_READS + writes * DOLLARS_PER_MILLION_WRITES
    compute = seconds * FUNCTION_GB * DOLLARS_PER_GB_SECOND
    a_second = len(SEGMENTS) / of_one
    rows = [
        ("a holder", f"{of_one * 1e3:.1f} ms: {cpu * 1e3:.1f} of CPU, {calls:.1f} calls at {ROUND_TRIP_S * 1e3:g} ms"),
        (f"{len(SEGMENTS)} walkers at once", f"{a_second:,.0f} holders/s, {hours:.1f} hours"),
        ("DynamoDB, read", f"{reads:,.0f} million units, {a_second * READS:,.0f}/s"),
        ("DynamoDB, write", f"{writes:,.0f} million units, {a_second * WRITES:,.0f}/s"),
        ("cost", f"${units:,.0f} for units, ${compute:,.0f} for functions"),
    ]
    note = (
        "On paper, with the CPU measured above and list prices on demand "
        f"(${DOLLARS_PER_MILLION_READS} and ${DOLLARS_PER_MILLION_WRITES} a million units, {TURNED:.0%} of holders "
        "with a change told or ahead)."
    )
    return Section(f"A roll-out to {PROVINCE:,} holders", ("what", "estimate"), rows, (), note)
