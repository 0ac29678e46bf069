"""What looking is unusual: rules as data. Values and look-ups only.

A rule counts something by somebody in a window of time, each one or different ones, and trips at a threshold. An alert
is a question to a person and no verdict, so a rule may be wrong now and then; how often is tested on the traffic of an
invented city (tests/partners/watching/test_city_month.py). Names are changed only by adding: they stand in alerts.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

HOUR_S, DAY_S = 3600, 86_400
SHANGHAI_S = 8 * HOUR_S
"""How far the city's clocks are ahead of UTC, all year round."""

NIGHT = frozenset({23, 0, 1, 2, 3, 4, 5})
"""The hours at which desks are closed, by the city's clocks. Hospitals are open, so a few look-ups are usual."""


class Counts(StrEnum):
    """What is counted: whoever was scanned or looked at, those of them whose number was typed in, and what was refused
    because it had been shown before."""

    SCANS = "scans"
    LOOK_UPS = "look_ups"
    REFUSALS = "refusals"


class By(StrEnum):
    """Of whom: the verifier, its terminal, the holder who was scanned, or the code that was shown."""

    VERIFIER = "verifier"
    TERMINAL = "terminal"
    HOLDER = "holder"
    CODE = "code"


class Distinct(StrEnum):
    """Of what only different ones count."""

    VERIFIERS = "verifiers"
    PLACES = "places"
    PEOPLE = "people"


class Rule(NamedTuple):
    """One rule. `threshold` is the least that trips it; `times_normal`, where it is there, how many times what this
    verifier has at this hour of the day must be reached as well. `crowds` are purposes under which scans of screens
    are left out: people come in thousands and hold their own phones up. `means` is in Chinese and in English."""

    name: str
    means: tuple[str, str]
    counts: Counts
    by: By
    window_s: int
    threshold: int
    distinct: Distinct | None = None
    at_night: bool = False
    times_normal: float = 0.0
    crowds: frozenset[str] = frozenset()


RULES = (
    Rule(
        "verifier_above_normal",
        ("查验量远超平时", "A verifier scans far more than it usually does at this hour"),
        Counts.SCANS,
        By.VERIFIER,
        HOUR_S,
        threshold=200,
        times_normal=6.0,
        crowds=frozenset({"event"}),
    ),
    Rule(
        "holder_seen_by_many",
        ("同一人短时间内被多个验码方查验", "One person was scanned by many verifiers in an hour"),
        Counts.SCANS,
        By.HOLDER,
        HOUR_S,
        threshold=8,
        distinct=Distinct.VERIFIERS,
    ),
    Rule(
        "holder_seen_at_many_places",
        ("同一人短时间内在多处被查验", "One person was scanned at many places in an hour"),
        Counts.SCANS,
        By.HOLDER,
        HOUR_S,
        threshold=12,
        distinct=Distinct.PLACES,
    ),
    Rule(
        "holder_looked_up_by_many",
        ("同一人的证件号码一日内被多方查询", "One person's number was looked up by several verifiers in a day"),
        Counts.LOOK_UPS,
        By.HOLDER,
        DAY_S,
        threshold=4,
        distinct=Distinct.VERIFIERS,
    ),
    Rule(
        "look_ups_at_night",
        ("夜间大量按证件号码查询", "Many look-ups by document number in one night"),
        Counts.LOOK_UPS,
        By.VERIFIER,
        DAY_S,
        threshold=40,
        at_night=True,
    ),
    Rule(
        "many_people_looked_up",
        ("短时间内按证件号码查询多人", "Many different people looked up by number in ten minutes"),
        Counts.LOOK_UPS,
        By.VERIFIER,
        600,
        threshold=40,
        distinct=Distinct.PEOPLE,
    ),
    Rule(
        "code_refused_at_many",
        ("同一个码在多处被拒", "One code that had been used was shown at several places"),
        Counts.REFUSALS,
        By.CODE,
        DAY_S,
        threshold=3,
        distinct=Distinct.PLACES,
    ),
    Rule(
        "many_refusals_at_terminal",
        ("同一终端大量出现重复用码", "Many used codes were shown at one terminal in an hour"),
        Counts.REFUSALS,
        By.TERMINAL,
        HOUR_S,
        threshold=40,
    ),
)
"""Every rule."""

BY_NAME = {rule.name: rule for rule in RULES}
COUNTED = tuple(rule for rule in RULES if rule.by in {By.VERIFIER, By.TERMINAL})
"""Rules that rest on counters: of verifiers and terminals there are few."""

FROM_LOG = tuple(rule for rule in RULES if rule.by in {By.HOLDER, By.CODE})
"""Rules that rest on what is written down of one person or one code: of these there are millions, and a counter for
each would cost more than reading the little that is there."""

COMPARED = tuple(rule for rule in COUNTED if rule.times_normal)
"""Rules that compare with what is normal; they are judged when the window is over, the others at once."""


def is_night(at: int) -> bool:
    """Whether an instant lies in the city's night."""
    return (at + SHANGHAI_S) % DAY_S // HOUR_S in NIGHT


def window_of(rule: Rule, at: int) -> int:
    """When the window began in which an instant lies. A night is one window: its day goes from noon to noon."""
    shift = SHANGHAI_S - DAY_S // 2 if rule.at_night else SHANGHAI_S if rule.window_s == DAY_S else 0
    return (at + shift) // rule.window_s * rule.window_s - shift


def day_of(at: int) -> int:
    """When the city's day began in which an instant lies."""
    return (at + SHANGHAI_S) // DAY_S * DAY_S - SHANGHAI_S
