"""What disclosure by purpose adds to a verification: from the status that the store answered to what is told of it.

Beside what an answer was made of before there were purposes: the colour and the masked name, for every scan alike.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bench.report import Promise, Section, microseconds
from bench.stage import NAME, NOW, Stage
from bench.timing import Case, Effort, side_by_side
from bench.traffic import A_SCAN, GREEN, Traffic
from chalicelib.codes.purposes import Purpose
from chalicelib.codes.telling import Told, accepted, told_at_once
from chalicelib.codes.wire import read
from chalicelib.people.model import mask_name
from chalicelib.people.tags.model import visible
from chalicelib.status.model import UNMARKED, HolderStatus, Standing

BEFORE = "colour and masked name, whatever the purpose"
MOST_US = 50
CASES = {
    "entry, colour alone": (Purpose.ENTRY, False, False),
    "entry, groups and a token to exchange": (Purpose.ENTRY, True, True),
    "lodging, name, groups and a token": (Purpose.LODGING, True, True),
    "**medical, name, groups, pairwise id and a token**": (Purpose.MEDICAL, True, True),
}
"""Each with its purpose, whether the verifier may see groups, and whether it may exchange. The last tells most."""

Run = Callable[[Any], Any]


def measure(stage: Stage, effort: Effort) -> Section:
    """Every case in turn with what was done before."""
    cases = [Case(BEFORE, _before(stage), batch=200)]
    cases += [Case(name, _told(stage, *what), batch=200) for name, what in CASES.items()]
    timed = side_by_side(cases, effort)
    more = {name: one.median - timed[BEFORE].median for name, one in timed.items()}
    promise = Promise("disclosure by purpose", max(more.values()) * 1e6, MOST_US, " µs more")
    rows = [
        (name, microseconds(one.median), f"{more[name] * 1e6:+.1f}" if name != BEFORE else "", _said(name, promise))
        for name, one in timed.items()
    ]
    note = "No case asks the store: the one round trip of a verification has brought all that is told."
    return Section("Disclosure by purpose", ("told", "CPU, µs", "more, µs", "promise"), rows, (promise,), note)


def _said(name: str, promise: Promise) -> str:
    return str(promise) if name.startswith("**") else ""


def _status(stage: Stage) -> HolderStatus:
    """Somebody who shows two groups."""
    name = stage.city.fields.seal(mask_name(NAME), context=f"status#{stage.holder}", now=NOW)
    groups = f"elderly:{int(NOW) + 1} veteran:{int(NOW) + 1}"
    return HolderStatus(stage.holder, GREEN, Standing.ACTIVE, name, UNMARKED, "", groups)


def _before(stage: Stage) -> Run:
    """The answer as it was made before."""
    status, fields = _status(stage), stage.city.fields
    context = f"status#{stage.holder}"
    return lambda _: (
        status.colour_at(NOW),
        fields.open(status.masked_name, context=context, now=NOW),
        visible(status.tags, NOW),
    )


def _told(stage: Stage, purpose: Purpose, with_tags: bool, may_exchange: bool) -> Run:
    """The answer as it is made for a purpose, scopes looked at."""
    status, city = _status(stage), stage.city
    body = read(Traffic(stage).codes(1)[0]).body

    def run(_: object) -> Told:
        scan = A_SCAN._replace(purpose=purpose, fields=told_at_once(purpose, with_tags=with_tags))
        verdict = accepted(status, body, scan=scan, mark=body.position, fields=city.fields, now=NOW)
        return city.telling.told(verdict, scan, may_exchange=may_exchange, now=NOW)

    return run
