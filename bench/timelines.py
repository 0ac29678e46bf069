"""What a timeline costs: `timeline()` under the shipped epidemic policy, beside the same policy written out by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from typing import Any

from bench.epidemic_by_hand import timeline_by_hand
from bench.report import Promise, Section, microseconds, times
from bench.timing import Case, Effort, Ratio, side_by_side
from chalicelib.status.evidence.model import Evidence
from chalicelib.status.policy.shipped import shipped
from chalicelib.status.timeline import Segment, prepare, spliced, timeline

TWENTY, BY_HAND = "**timeline of 20 pieces of evidence**", "the same policy written out by hand"
SWITCHED, NONE = "the same 20 under three policies, one after the other", "timeline of somebody never reported"
AT_MOST_US, AT_MOST_TIMES = 100, 2.0

SINCE, SPAN = 1_790_000_000, 60 * 86_400
"""When all of it happens: within two months."""

KINDS: dict[str, tuple[float, dict[str, Sequence[str]]]] = {
    "test_result": (
        11,
        {"result": ["negative"] * 8 + ["positive", "inconclusive"], "method": ["pcr", "pcr", "antigen"]},
    ),
    "arrival": (3, {"risk": ["low", "medium", "high"], "area": ["310101", "420100"]}),
    "close_contact": (2, {"degree": ["close", "secondary"]}),
    "vaccination": (2, {"dose": ["1", "2"]}),
    "symptom_report": (1, {}),
    "diagnosis": (0.5, {}),
    "discharge": (0.5, {}),
    "release": (0.3, {}),
    "manual": (0.1, {"colour": ["red", "yellow", "green"]}),
}
"""How often a kind is reported beside the others, and what its attributes say: more of everything than anybody has."""


def measure(effort: Effort) -> Section:
    """Many lives in turn, each answer held to the one by hand."""
    epidemic, calm = prepare(shipped("epidemic")), prepare(shipped("calm"))
    switches = [(0, calm), (SINCE + SPAN // 3, epidemic), (SINCE + 2 * SPAN // 3, calm)]
    cases = [
        _case(TWENTY, lambda life: timeline(life, epidemic), 20),
        _case(BY_HAND, timeline_by_hand, 20),
        Case(SWITCHED, lambda life: spliced(life, switches), lives_of(20), batch=200),
        _case(NONE, lambda life: timeline(life, epidemic), 0),
    ]
    timed = side_by_side(cases, effort)
    ratio = Ratio.of(timed[TWENTY], timed[BY_HAND])
    name = TWENTY.strip("*")
    in_time = Promise(name, timed[TWENTY].median * 1e6, AT_MOST_US, " µs")
    beside = Promise(f"{name}, beside the policy by hand", ratio.median, AT_MOST_TIMES, "x")
    said = {TWENTY: (times(ratio), f"{in_time}; {beside}")}
    rows = [(case, microseconds(one.median), *said.get(case, ("", ""))) for case, one in timed.items()]
    return Section("Timelines", ("what", "CPU, µs", "beside it by hand", "promise"), rows, (in_time, beside))


def life(pieces: int, chance: Random) -> list[Evidence]:
    """What could be known about somebody, in no order; one piece in ten is valid for some time only."""
    weights = [weight for weight, _ in KINDS.values()]
    return [_fact(kind, chance) for kind in chance.choices(list(KINDS), weights, k=pieces)]


def lives_of(pieces: int) -> Callable[[int], list[list[Evidence]]]:
    """Makes lives, the same ones every time."""
    return lambda count: [life(pieces, Random(number)) for number in range(count)]


def _case(name: str, run: Callable[[list[Evidence]], list[Segment]], pieces: int) -> Case:
    expected = [timeline_by_hand(life) for life in lives_of(pieces)(200)]

    def check(answers: Sequence[Any]) -> None:
        assert list(answers) == expected[: len(answers)]

    return Case(name, run, lives_of(pieces), batch=200, check=check)


def _fact(kind: str, chance: Random) -> Evidence:
    said = {name: chance.choice(values) for name, values in KINDS[kind][1].items()}
    until = SINCE + chance.randrange(2 * SPAN) if chance.random() < 0.1 else None
    return Evidence(f"{chance.getrandbits(96):024x}", kind, SINCE + chance.randrange(SPAN), said, until)
