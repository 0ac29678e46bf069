"""What the two readers of the statuses stream are not even called for is nothing that they would act upon."""

from __future__ import annotations

import json
from typing import Any

import pytest

from chalicelib.codes.scan_log import scan_in
from chalicelib.status.telling import changes_of
from chalicelib.wiring import City
from infra.aws import template
from tests.faults.colours import HOUR, Record, Week, stream_of
from tests.world import Caller, StoppedClock

ACTS = {"LogScans": lambda change: scan_in(change) is not None, "TellChanges": lambda change: bool(changes_of(change))}


def pattern_of(function: str) -> dict[str, Any]:
    """The one pattern by which a function's records are chosen."""
    [event] = template.declared()["Resources"][function]["Properties"]["Events"].values()
    [filtered] = event["Properties"]["FilterCriteria"]["Filters"]
    pattern: dict[str, Any] = json.loads(filtered["Pattern"])
    return pattern


def fits(pattern: dict[str, Any], record: Any) -> bool:
    """Lambda's rule, as far as our patterns go: every leaf says whether an attribute must be there."""
    for name, inner in pattern.items():
        here = record.get(name) if isinstance(record, dict) else None
        if isinstance(inner, list):
            [wanted] = inner
            assert wanted.keys() == {"exists"}
            if (here is not None) != wanted["exists"]:
                return False
        elif not fits(inner, here):
            return False
    return True


@pytest.fixture
def records(city: City, api: Caller, clock: StoppedClock) -> list[Record]:
    """What comes of people who are scanned, whose colours change, and both; and of those to whom nothing happens."""
    week = Week(city)
    metro, holder = city.clients.register("地铁"), api.log_in()
    assert api.verify(api.code(holder), api.token_for(metro)).status == 200
    clock.advance(8 * HOUR)
    week.runs()
    assert api.verify(api.code(holder), api.token_for(metro)).status == 200
    city.recompute.holder(week.steady, now=int(clock()), cause="evidence")
    return stream_of(city, "statuses")


@pytest.mark.parametrize("function", ACTS)
def test_whatever_a_function_acts_upon_reaches_it(records: list[Record], function: str) -> None:
    pattern = pattern_of(function)
    acted_upon = [record for record in records if ACTS[function](record["dynamodb"])]
    assert len(acted_upon) >= 2
    assert all(fits(pattern, record) for record in acted_upon)


@pytest.mark.parametrize("function", ACTS)
def test_much_of_the_rest_does_not(records: list[Record], function: str) -> None:
    pattern = pattern_of(function)
    assert len([record for record in records if not fits(pattern, record)]) >= 2
