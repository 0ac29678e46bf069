"""What functions on streams are not even called for is nothing that they would act upon."""

from __future__ import annotations

import json
from typing import Any

import pytest

from chalicelib.codes.model import Rejected
from chalicelib.codes.paper.model import dead_entries
from chalicelib.codes.scan_log import scan_in
from chalicelib.partners.imports.model import OPEN, State
from chalicelib.partners.webhooks.emitting.carriers import TOKENS
from chalicelib.partners.webhooks.emitting.imports import OVER
from chalicelib.partners.webhooks.emitting.keys import TRUST_LIST_KID
from chalicelib.status.telling import changes_of
from chalicelib.trust.status_lists.store import SHELF
from chalicelib.wiring import City
from infra.aws import template
from tests.codes.cards.wallet import bind, show
from tests.faults.colours import HOUR, Record, Week, stream_of
from tests.people.family.home import EMMA, LIN, Home
from tests.world import Caller, StoppedClock

ACTS = {
    "LogScans": lambda change: scan_in(change) is not None,
    "TellChanges": lambda change: bool(changes_of(change)),
    "FollowDelegations": lambda change: "guardian" in _sides(change),
    "RevokeCarriers": lambda change: bool(dead_entries(change.get("OldImage"), change.get("NewImage"))),
}


def _sides(change: dict[str, Any]) -> set[str]:
    """Which side of a delegation moved."""
    return {image["side"]["S"] for image in (change.get("OldImage"), change.get("NewImage")) if image}


def patterns_of(function: str) -> list[dict[str, Any]]:
    """The patterns by which a function's records are chosen: one of them is enough."""
    [event] = template.declared()["Resources"][function]["Properties"]["Events"].values()
    return [json.loads(each["Pattern"]) for each in event["Properties"]["FilterCriteria"]["Filters"]]


def comes(function: str, record: Any) -> bool:
    """Whether a function is called for a record."""
    return any(fits(pattern, record) for pattern in patterns_of(function))


def fits(pattern: dict[str, Any], record: Any) -> bool:
    """Lambda's rule, as far as our patterns go: every leaf says what an attribute is, or whether it must be there."""
    for name, inner in pattern.items():
        here = record.get(name) if isinstance(record, dict) else None
        if not isinstance(inner, list):
            if not fits(inner, here):
                return False
        elif not any(_fits_leaf(wanted, here) for wanted in inner):
            return False
    return True


def _fits_leaf(wanted: Any, here: Any) -> bool:
    if isinstance(wanted, str):
        return bool(here == wanted)
    assert wanted.keys() == {"exists"}
    return (here is not None) == bool(wanted["exists"])


@pytest.fixture
def records(city: City, api: Caller, clock: StoppedClock) -> dict[str, list[Record]]:
    """What comes of people to whom much happens, and of those to whom nothing does, by the function it is for."""
    statuses = _scanned_and_coloured(city, api, clock)
    home = Home(city, api)
    home.act(home.adult(LIN, EMMA), "end", EMMA)
    lin = home.token(LIN)
    for number in range(3):
        paper = api.post("/v1/papers", {}, token=lin, key=f"paper-{number}").body["paper_id"]
    api.post(f"/v1/papers/{paper}/loss", {}, token=lin)
    assert api.post("/v1/papers", {}, token=lin, key="after-the-loss").status == 201
    delegations, carriers = stream_of(city, "delegations"), stream_of(city, "carriers")
    return {
        "LogScans": statuses,
        "TellChanges": statuses,
        "FollowDelegations": delegations,
        "RevokeCarriers": carriers,
    }


def _scanned_and_coloured(city: City, api: Caller, clock: StoppedClock) -> list[Record]:
    """People who are scanned by code and by card, whose colours change, and both."""
    week = Week(city)
    metro, holder = city.clients.register("地铁"), api.log_in()
    assert api.verify(api.code(holder), api.token_for(metro)).status == 200
    clock.advance(8 * HOUR)
    week.runs()
    assert api.verify(api.code(holder), api.token_for(metro)).status == 200
    city.recompute.holder(week.steady, now=int(clock()), cause="evidence")
    bind(city, week.steady)
    assert not isinstance(show(city, at=clock()), Rejected)
    return stream_of(city, "statuses")


def changed(event: str = "MODIFY", *, keys: Any = None, **new: str) -> dict[str, Any]:
    """A record of a stream, as far as patterns look."""
    image = {name: {"N" if value.isdigit() else "S": value} for name, value in new.items()}
    return {"eventName": event, "dynamodb": {"NewImage": image, "Keys": {k: {"S": v} for k, v in (keys or {}).items()}}}


READ = {"state": str(State.RUNNING), "lease_until": "0"}
CALLED: dict[str, tuple[list[dict[str, Any]], list[dict[str, Any]]]] = {
    "WatchScans": ([changed("INSERT")], [changed("REMOVE")]),
    "WatchRefusals": ([changed("INSERT")], [changed("REMOVE")]),
    "EmitScanEvents": ([changed("INSERT")], [changed("REMOVE")]),
    "EmitAlertEvents": ([changed("INSERT")], [changed(), changed("REMOVE")]),
    "EmitKeyEvents": ([changed(keys={"kid": TRUST_LIST_KID})], [changed(keys={"kid": "1a2b3c4d"})]),
    "EmitCarrierEvents": ([changed(keys={"part": TOKENS})], [changed(keys={"part": SHELF})]),
    "EmitImportEvents": ([changed(state=state) for state in OVER], [changed(**READ), changed(state="waiting")]),
    "ContinueImports": (
        [changed(**READ), *(changed(state=str(state), lease_until="0") for state in State if state not in OPEN)],
        [changed(**READ | {"lease_until": "1790000000"}), changed(state=str(State.WAITING), lease_until="0")],
    ),
}
"""Of what functions are called for programs and those who look, and of what they are not."""


@pytest.mark.parametrize("function", CALLED)
def test_a_function_hears_what_it_has_to_do_with_and_nothing_else(function: str) -> None:
    heard, unheard = CALLED[function]
    assert [comes(function, record) for record in (*heard, *unheard)] == [True] * len(heard) + [False] * len(unheard)


@pytest.mark.parametrize("function", ACTS)
def test_whatever_a_function_acts_upon_reaches_it(records: dict[str, list[Record]], function: str) -> None:
    acted_upon = [record for record in records[function] if ACTS[function](record["dynamodb"])]
    assert len(acted_upon) >= 2
    assert all(comes(function, record) for record in acted_upon)


def test_a_look_that_spends_nothing_is_logged_too(records: dict[str, list[Record]]) -> None:
    looks = [one for one in records["LogScans"] if "last_scan" not in one["dynamodb"].get("NewImage", {})]
    assert [one for one in looks if comes("LogScans", one)]


@pytest.mark.parametrize("function", ACTS)
def test_much_of_the_rest_does_not(records: dict[str, list[Record]], function: str) -> None:
    assert len([record for record in records[function] if not comes(function, record)]) >= 2
