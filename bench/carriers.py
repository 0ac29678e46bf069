"""What it costs to verify whoever has no screen: each carrier beside the screen and beside the bare calls it makes."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from bench.hot_path import calls_of
from bench.report import Promise, Section, milliseconds, times
from bench.stage import NOW, Stage
from bench.timing import Case, Effort, Ratio, side_by_side
from bench.traffic import PLACE, VERIFIER, VERIFIER_NAME, Event, Traffic, event
from chalicelib.codes.cards.binding import Binding
from chalicelib.people.sandbox import RESIDENTS
from chalicelib.platform.http.creation import Creation

UPDATE, READ = "bare UpdateItem", "bare GetItem"
SCREEN, CARD, DOCUMENT = "verify by screen", "**verify by card**", "**verify by document number**"
YARDSTICKS = {SCREEN: (UPDATE,), CARD: (READ, UPDATE), DOCUMENT: (UPDATE, READ, UPDATE)}
CALLS = {CARD: 2, DOCUMENT: 3}
"""One more than a screen for a card; for a number one more again, which counts."""

SCOPES = "code:verify card:verify document:verify"
ALLOWED = (10**6, 10**6)
"""Nobody is stopped while we measure: what a limit costs is counting, whatever it is."""

CARD_SHOWN = ("senior_card", "3101990012345678")


def measure(stage: Stage, effort: Effort) -> Section:
    """All carriers in turn, then the calls that each makes, counted by the store."""
    cases = _cases(stage)
    timed = side_by_side(cases, effort)
    calls = {case.name: calls_of(stage, case) for case in cases}
    ratios = {name: Ratio.of(timed[name], *(timed[other] for other in others)) for name, others in YARDSTICKS.items()}
    rows = [
        (
            name,
            milliseconds(one.median),
            f"{calls[name]:g}",
            f"{times(ratios[name])} {' + '.join(YARDSTICKS[name])}" if name in ratios else "",
        )
        for name, one in timed.items()
    ]
    promises = [Promise(f"{name.strip('*')}: store calls", calls[name], limit, "") for name, limit in CALLS.items()]
    return Section("Without a screen", ("what", "CPU, ms", "store calls", "beside"), rows, promises)


def _cases(stage: Stage) -> list[Case]:
    traffic, city = Traffic(stage), stage.city
    city.settings = replace(city.settings, document_limits=ALLOWED)
    wish = Creation("bench", "bench")
    city.cards.bind(Binding(*CARD_SHOWN), holder=stage.holder, creation=wish, now=int(NOW), by="desk")
    identity = RESIDENTS[0].identity
    card = {"card_type": CARD_SHOWN[0], "card_number": CARD_SHOWN[1]}
    document = {"document_type": identity.document_type, "document_number": identity.document_number}
    city.registration.register(identity, now=NOW)
    return [
        Case(UPDATE, traffic.update_by(stage.boto3), traffic.spendings),
        Case(READ, traffic.read_by(stage.boto3)),
        Case(SCREEN, lambda asked: stage.app(asked, None), traffic.scans, check=_all_accepted),
        Case(CARD, lambda asked: stage.app(asked, None), _asked(stage, card=card), check=_all_accepted),
        Case(DOCUMENT, lambda asked: stage.app(asked, None), _asked(stage, document=document), check=_all_accepted),
    ]


def _asked(stage: Stage, **shown: dict[str, str]) -> Callable[[int], Sequence[Event]]:
    """Scans of the same card or number, as a gateway hands them over."""
    body = json.dumps({"purpose": "entry", "place": PLACE, **shown}, ensure_ascii=False)
    token = stage.token(VERIFIER, SCOPES, VERIFIER_NAME)
    return lambda count: [event("/v1/verifications", token, body)] * count


def _all_accepted(answers: Sequence[Any]) -> None:
    """A fast wrong answer is worth nothing."""
    for answer in answers:
        assert json.loads(answer["body"])["verdict"] == "accepted", answer
