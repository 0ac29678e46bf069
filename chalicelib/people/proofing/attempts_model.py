"""How often somebody may try to prove who they are: the first attempts are free, then each waits longer. Rules only.

It is counted per document and per device, whether or not anybody has such a document, so that waiting tells nothing.
"""

from __future__ import annotations

from typing import NamedTuple

FREE_ATTEMPTS = 3
FREE_FROM_AN_ADDRESS = 60
"""Behind one network address there may be a school or half a town: many may mistype before all of them wait."""

WAITS_S = (30, 120, 600, 3600, 6 * 3600)
"""How long after the third failure, the fourth, … the next attempt must wait; the last wait stays."""

FORGOTTEN_AFTER_S = 24 * 3600


class Tally(NamedTuple):
    """What is known of one document or device: failures in a row, from when the next attempt is let in (Unix seconds),
    and when all of it is forgotten."""

    failures: int
    retry_at: int
    forgotten_at: int

    def counts(self, now: float) -> bool:
        """Whether it has not been forgotten."""
        return now < self.forgotten_at


NOTHING = Tally(0, 0, 0)
"""Of a document or device that nobody has failed with."""


def waits(tally: Tally, *, now: float, free: int = FREE_ATTEMPTS) -> bool:
    """Whether the next attempt comes too early. Who has failed less waits for nobody, whatever clock noted it."""
    return tally.counts(now) and tally.failures >= free and now < tally.retry_at


def with_another(tally: Tally, *, now: int, free: int = FREE_ATTEMPTS) -> Tally:
    """The tally once one more attempt is let in. It counts as failed until somebody knows better."""
    failures = tally.failures + 1 if tally.counts(now) else 1
    return Tally(failures, now + wait_after(failures, free=free), now + FORGOTTEN_AFTER_S)


def with_one_taken_back(tally: Tally, *, now: int) -> Tally:
    """The tally once an attempt turned out not to be a failure; the next one need not wait."""
    return Tally(max(0, tally.failures - 1), now, tally.forgotten_at)


def wait_after(failures: int, *, free: int = FREE_ATTEMPTS) -> int:
    """How many seconds the next attempt waits after so many failures in a row."""
    if failures < free:
        return 0
    return WAITS_S[min(failures - free, len(WAITS_S) - 1)]
