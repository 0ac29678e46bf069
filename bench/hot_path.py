"""The promises of the hot path, each beside its yardstick: what a verification and an issue cost and call."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from chalice.app import Chalice

from bench.naive import build_naive_app, in_c, pure_python
from bench.report import Promise, Section, milliseconds, times
from bench.stage import NOW, Stage
from bench.timing import Case, Check, Effort, Ratio, Timed, side_by_side
from bench.traffic import Event, Traffic
from chalicelib.platform.crypto import sm2
from chalicelib.trust.model import KeyUse

UPDATE, READ, SIGNATURE = "bare UpdateItem", "bare GetItem", "SM2 signature"
SHORT_UPDATE = "UpdateItem by our shortcut"
ACCEPTED, ISSUED = "**verify, accepted**", "**issue**"
FORGED, EXPIRED, STRANGE = "**verify, forged**", "**verify, expired**", "**verify, unknown key**"
NAIVE, NAIVE_IN_C = "naive verify", "naive verify, SM2 in C"

YARDSTICKS = {
    SHORT_UPDATE: (UPDATE,),
    ACCEPTED: (UPDATE,),
    ISSUED: (READ, SIGNATURE),
    NAIVE: (ACCEPTED,),
    NAIVE_IN_C: (ACCEPTED,),
}
AT_MOST_TIMES = {ACCEPTED: 1.5, ISSUED: 1.5}
AT_LEAST_TIMES = {NAIVE: 20.0}
AT_MOST_MS = dict.fromkeys((FORGED, EXPIRED, STRANGE), 0.3)
PEAK = 8_000
"""Requests a second that a large city's code was built for."""

CALLS = {ACCEPTED: 1, ISSUED: 1, FORGED: 0, EXPIRED: 0, STRANGE: 0}


def measure(stage: Stage, effort: Effort) -> tuple[Section, Section]:
    """All cases in turn, then the calls that each makes, counted by the store; and what that means for a city."""
    cases = _cases(stage)
    timed = side_by_side(cases, effort)
    calls = {case.name: calls_of(stage, case) for case in cases}
    ratios = {name: Ratio.of(timed[name], *(timed[other] for other in others)) for name, others in YARDSTICKS.items()}
    rows = [_row(one, calls[name], ratios.get(name)) for name, one in timed.items()]
    header = ("what", "CPU, ms", "store calls", "beside", "promise")
    promises = [promise for one in timed.values() for promise in _promises(one, calls[one.name], ratios.get(one.name))]
    return Section("The hot path", header, rows, promises), _capacity(timed)


def _capacity(timed: dict[str, Timed]) -> Section:
    """CPU as rates and cores; what waiting takes is not in it."""
    header = ("request", "a second, by one core", f"cores for {PEAK:,} a second")
    rows = [
        (name.strip("*"), f"{1 / timed[name].median:,.0f}", f"{PEAK * timed[name].median:.1f}")
        for name in (ACCEPTED, ISSUED, FORGED, NAIVE)
    ]
    return Section("What the CPU carries", header, rows)


def _cases(stage: Stage) -> list[Case]:
    traffic = Traffic(stage)
    ours = _handler(stage.app)
    naive, naive_in_c = (_handler(build_naive_app(stage.city, verify)) for verify in (pure_python, in_c))
    return [
        Case(UPDATE, traffic.update_by(stage.boto3), traffic.spendings),
        Case(SHORT_UPDATE, traffic.update_by(stage.city.dynamodb), traffic.spendings),
        Case(ACCEPTED, ours, traffic.scans, check=_all_say("accepted", None)),
        Case(READ, traffic.read_by(stage.boto3)),
        Case(SIGNATURE, _signature(stage)),
        Case(ISSUED, ours, traffic.wishes, check=_all_created),
        Case(FORGED, ours, traffic.forged, check=_all_say("rejected", "bad_seal")),
        Case(EXPIRED, ours, traffic.expired, check=_all_say("rejected", "expired")),
        Case(STRANGE, ours, traffic.of_unknown_keys, check=_all_say("rejected", "unknown_key")),
        Case(NAIVE, naive, traffic.scans, batch=3, check=_all_say("accepted", None)),
        Case(NAIVE_IN_C, naive_in_c, traffic.scans, batch=6, check=_all_say("accepted", None)),
    ]


def _handler(app: Chalice) -> Callable[[Event], Any]:
    """Lambda's view of an app: an event goes in, a response comes out."""
    return lambda event: app(event, None)


def _signature(stage: Stage) -> Callable[[Any], bytes]:
    """The signature that every code needs, and nothing else."""
    pair = stage.city.ring.signing(KeyUse.CODE, now=NOW).pair
    return lambda _: sm2.sign(pair, bytes(36))


def _all_say(verdict: str, reason: str | None) -> Check:
    """Every answer says this: a fast wrong answer is worth nothing."""

    def check(answers: Sequence[Any]) -> None:
        for answer in answers:
            told = json.loads(answer["body"])
            assert (told["verdict"], told["reason"]) == (verdict, reason), told

    return check


def _all_created(answers: Sequence[Any]) -> None:
    assert all(answer["statusCode"] == 201 for answer in answers)


def calls_of(stage: Stage, case: Case) -> float:
    """Calls of the store per run."""
    inputs = case.inputs(3)
    before = stage.calls()
    for value in inputs:
        case.run(value)
    return (stage.calls() - before) / len(inputs)


def _row(timed: Timed, calls: float, ratio: Ratio | None) -> tuple[str, ...]:
    beside = f"{times(ratio)} {' + '.join(YARDSTICKS[timed.name])}" if ratio else ""
    promise = next((str(promise) for promise in _promises(timed, calls, ratio)), "")
    return timed.name, milliseconds(timed.median), f"{calls:g}", beside.replace("*", ""), promise


def _promises(timed: Timed, calls: float, ratio: Ratio | None) -> Iterator[Promise]:
    """What was promised of a case: of its CPU first, then of its calls."""
    name = timed.name.strip("*")
    if ratio and timed.name in AT_MOST_TIMES:
        yield Promise(name, ratio.median, AT_MOST_TIMES[timed.name], "x")
    if ratio and timed.name in AT_LEAST_TIMES:
        yield Promise(name, ratio.median, AT_LEAST_TIMES[timed.name], "x", at_least=True)
    if timed.name in AT_MOST_MS:
        yield Promise(name, timed.median * 1e3, AT_MOST_MS[timed.name], " ms")
    if timed.name in CALLS:
        yield Promise(f"{name}: store calls", calls, CALLS[timed.name], "")
