"""Whether the naive design is the same design: both are put through the same situations and must say the same."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from chalice.app import Chalice

from bench.naive import build_naive_app
from bench.stage import NOW, Stage
from bench.traffic import Event, Traffic
from chalicelib.status.model import Standing
from chalicelib.status.store import StatusStore

HERE, THERE = "client-000000000000cafe", "client-00000000000beef0"
Situation = Callable[[Traffic], Sequence[Event]]


def _scanned_by(*verifiers: str) -> Situation:
    """One good code, scanned by one verifier after the other."""

    def events(traffic: Traffic) -> Sequence[Event]:
        (code,) = traffic.codes(1)
        return [traffic.scan(code, verifier=verifier) for verifier in verifiers]

    return events


def _newer_first(traffic: Traffic) -> Sequence[Event]:
    older, newer = traffic.codes(2)
    return [traffic.scan(newer), traffic.scan(older)]


def _issued_at(instant: float) -> Situation:
    return lambda traffic: [traffic.scan(traffic.codes(1, at=instant)[0])]


def _spoilt(offset: int) -> Situation:
    """One bit flipped at an offset of the 112 bytes."""
    return lambda traffic: [traffic.scan(traffic.spoilt(offset))]


SITUATIONS: dict[str, Situation] = {
    "a good code": _scanned_by(HERE),
    "again by the same verifier": _scanned_by(HERE, HERE),
    "again by another verifier": _scanned_by(HERE, THERE),
    "an older code after a newer one": _newer_first,
    "an expired code": _issued_at(NOW - 90),
    "a code from the future": _issued_at(NOW + 30),
    "another kind": _spoilt(0),
    "another city": _spoilt(4),
    "an unknown key": _spoilt(5),
    "a lengthened validity": _spoilt(13),
    "another holder": _spoilt(30),
    "a wrong signature": _spoilt(40),
    "no code at all": lambda traffic: [traffic.scan("https://example.com/")],
}


def compare(stage: Stage) -> dict[str, tuple[Any, Any]]:
    """What we and the naive design say at the end of each situation."""
    traffic, apps = Traffic(stage), (stage.app, build_naive_app(stage.city))

    def both(situation: Situation) -> tuple[Any, Any]:
        ours, naive = (_told(app, situation(traffic)) for app in apps)
        return ours, naive

    told = {name: both(situation) for name, situation in SITUATIONS.items()}
    statuses = StatusStore()
    statuses.set_standing(stage.holder, Standing.SUSPENDED)
    told["a suspended holder"] = both(SITUATIONS["a good code"])
    statuses.set_standing(stage.holder, Standing.ACTIVE)
    return told


def _told(app: Chalice, events: Sequence[Event]) -> list[Any]:
    """The last answer. A forgery is seen by its seal here and by its signature there."""
    last = [json.loads(app(event, None)["body"]) for event in events][-1]
    reason = "forged" if last["reason"] in {"bad_seal", "bad_signature"} else last["reason"]
    return [last["verdict"], reason, last["colour"], last["holder"]]
