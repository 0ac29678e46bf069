"""CPU time, side by side: every round runs a batch of each case, in turn, so that a noisy minute hits all alike."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

Check = Callable[[Sequence[Any]], None]


def _any_answer(answers: Sequence[Any]) -> None:
    """No check."""


@dataclass(frozen=True, slots=True)
class Case:
    """One thing to measure. `inputs` makes what a batch is run on and `check` looks at its answers, both untimed."""

    name: str
    run: Callable[[Any], Any]
    inputs: Callable[[int], Sequence[Any]] = range
    batch: int = 20
    check: Check = _any_answer


@dataclass(frozen=True, slots=True)
class Timed:
    """CPU seconds per run, one number per round."""

    name: str
    rounds: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        """The median round, in CPU seconds per run."""
        return statistics.median(self.rounds)


@dataclass(frozen=True, slots=True)
class Ratio:
    """How many times as much CPU as something else: the median of all rounds, and the middle half of them."""

    median: float
    lower: float
    upper: float

    @classmethod
    def of(cls, timed: Timed, *yardsticks: Timed) -> Ratio:
        """Round against round: what disturbed one side of a round disturbed the other."""
        sums = [sum(together) for together in zip(*(yardstick.rounds for yardstick in yardsticks), strict=True)]
        ratios = [mine / theirs for mine, theirs in zip(timed.rounds, sums, strict=True)]
        lower, middle, upper = statistics.quantiles(ratios * 2, n=4, method="inclusive")
        return cls(middle, lower, upper)


@dataclass(frozen=True, slots=True)
class Effort:
    """How hard to try. Where batches are `brief`, numbers are worth nothing and soon there."""

    rounds: int
    brief: bool = False


def side_by_side(cases: Iterable[Case], effort: Effort) -> dict[str, Timed]:
    """Run all cases in turn, one batch a round; the first round warms up and is not counted."""
    cases = list(cases)
    timed = {case.name: Timed(case.name) for case in cases}
    for number in range(effort.rounds + 1):
        for case in _turned(cases, number):
            seconds = _batch(case, 1 if effort.brief else case.batch)
            if number:
                timed[case.name].rounds.append(seconds)
    return timed


def _turned(cases: list[Case], number: int) -> list[Case]:
    """A different case begins every round."""
    start = number % len(cases)
    return cases[start:] + cases[:start]


def _batch(case: Case, size: int) -> float:
    """CPU seconds per run. CPU of the process, not time of day: waiting for the store costs nothing."""
    inputs, run = case.inputs(size), case.run
    begin = time.process_time()
    answers = [run(value) for value in inputs]
    seconds = time.process_time() - begin
    case.check(answers)
    return seconds / len(inputs)
