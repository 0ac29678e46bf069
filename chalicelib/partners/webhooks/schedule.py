"""When a delivery is tried again: the schedule of Standard Webhooks 1.0, and the rest of a receiver that is down. Pure.

A delivery is tried ten times in about three days. A receiver that has failed ten times in a row is left alone for a
moment, longer each time: what waits for it neither costs attempts nor keeps workers from others. (One that fails now
and then, be it three times in ten, is not down: ten in a row are then one in a hundred and seventy thousand.)
"""

from __future__ import annotations

MINUTE_S, HOUR_S = 60, 3600
WAITS = (5, 5 * MINUTE_S, 30 * MINUTE_S, 2 * HOUR_S, 5 * HOUR_S, 10 * HOUR_S, 14 * HOUR_S, 20 * HOUR_S, 24 * HOUR_S)
"""Seconds after the first attempt, after the second, and so on; after the last attempt none is left."""

ATTEMPTS = len(WAITS) + 1
JITTER = 0.1
"""So much earlier or later, so that what failed together does not come back together."""

LONGEST_TRIED_S = round(sum(WAITS) * (1 + JITTER))
"""By then a delivery has come to its last attempt, unless its receiver was left alone in between. With one that is down
and is told very much that may go on for ever: so after this time it is asked no more."""

LONGEST_ASKED_S = 24 * HOUR_S
"""A receiver may ask us to come later, but not never."""

PATIENCE = 10
SHORTEST_REST_S, LONGEST_REST_S = 5, 5 * MINUTE_S


def wait(attempts: int, dice: float, *, asked: int = 0) -> int | None:
    """Seconds until the next attempt after so many, `dice` from [0, 1); None where none is left.

    A receiver that has `asked` for a later moment gets it, an earlier one than ours it does not.
    """
    if attempts >= ATTEMPTS:
        return None
    return max(spread(WAITS[attempts - 1], dice), min(asked, LONGEST_ASKED_S))


def rest(failures: int, *, asked: int = 0) -> int:
    """For how many seconds a receiver is left alone after so many failures in a row."""
    ours = 0
    if failures >= PATIENCE:
        ours = min(SHORTEST_REST_S << min(failures - PATIENCE, 16), LONGEST_REST_S)
    return max(ours, min(asked, LONGEST_ASKED_S))


def spread(seconds: int, dice: float) -> int:
    """About so many seconds, at least one."""
    return max(1, round(seconds * (1 - JITTER + 2 * JITTER * dice)))
