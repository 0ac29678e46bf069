"""What is normal for one verifier at one hour of the day, and what is far above it. Pure.

Normal is what was there in that hour of the last fourteen days, nothing where nothing was scanned; the mean of it, and
how far it usually lies from it. Who is known for less than three days has no normal yet.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from statistics import fmean, pstdev
from typing import NamedTuple

from chalicelib.partners.watching.rules import DAY_S, Rule

DAYS = 14
LEAST_DAYS = 3
SPREADS = 6.0
"""So many times the usual distance from the mean must be reached: weekends and rain are no news."""

LEAST_SPREAD = 0.25
"""A few days that happen to be alike do not make the next one strange: so much of the mean is always usual."""


class Normal(NamedTuple):
    """What a verifier has at an hour: the mean, the usual distance from it, and of how many days."""

    mean: float
    spread: float
    days: int


def past_windows(rule: Rule, since: int, *, known_since: int) -> list[int]:
    """The windows of the same hour on the days before, as far back as the verifier was known, newest first."""
    days = (since - day * DAY_S for day in range(1, DAYS + 1))
    return [window for window in days if window >= known_since]


def normal(counts: Sequence[int]) -> Normal | None:
    """What is normal, after these counts of the days before; None where they are too few to tell."""
    if len(counts) < LEAST_DAYS:
        return None
    mean = fmean(counts)
    return Normal(mean, max(pstdev(counts), sqrt(mean), LEAST_SPREAD * mean, 1.0), len(counts))


def is_far_above(rule: Rule, count: int, usual: Normal) -> bool:
    """Whether a count is far above normal, by a rule that compares."""
    least = max(rule.threshold, rule.times_normal * usual.mean, usual.mean + SPREADS * usual.spread)
    return count >= least
