"""Counting and raising by many at once, in real threads, on both stores; and a walk over tables of either."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from chalicelib.accounts.retention_model import DAY_S, GRACE_S
from chalicelib.codes.store import RETENTION, ScanItem
from chalicelib.partners.watching.alert import Alert, Closing, Verdict, alert, month_of
from chalicelib.partners.watching.counters import MOST_DIFFERENT, shard_of
from chalicelib.partners.watching.rules import BY_NAME, HOUR_S
from chalicelib.partners.watching.seen import Key, Tally
from chalicelib.partners.watching.store import AlertItem
from chalicelib.platform.http.refusals import Refusal
from chalicelib.wiring import City
from tests.faults.test_races import at_once
from tests.world import NOON, StoppedClock, another_process, scan_by

MANY = 6
HOUR = NOON // HOUR_S * HOUR_S
LOOK_UPS, ABOVE = BY_NAME["many_people_looked_up"], BY_NAME["verifier_above_normal"]


class Watch:
    """Functions side by side on one stream, each with a shard of it."""

    def __init__(self, city: City) -> None:
        assert isinstance(city.clock, StoppedClock)
        self.city = city
        self.functions = [another_process(city.clock) for _ in range(MANY)]

    def counts(self, of: str, batch: Callable[[int], str], *people: str) -> list[Tally]:
        """Each counts a batch of two scans of one verifier, all at once."""
        tally, key = Tally(2, Counter({"entry": 2}), frozenset(people), "V"), Key(LOOK_UPS.name, HOUR, of)
        return at_once(
            [partial(here.watch_counters.add, key, LOOK_UPS, tally, batch=batch(n)) for n, here in self.all()]
        )

    def all(self) -> list[tuple[int, City]]:
        return list(enumerate(self.functions))

    def counted(self, of: str) -> Tally:
        return self.city.watch_counters.of(LOOK_UPS, HOUR, shard_of(of))[of]


@pytest.fixture(scope="module")
def watch(anywhere: City) -> Watch:
    return Watch(anywhere)


def test_what_many_shards_count_at_once_is_all_counted(watch: Watch) -> None:
    totals = watch.counts("metro", lambda n: f"batch {n}", "p1", "p2")
    assert sorted(one.number for one in totals) == [2 * n for n in range(1, MANY + 1)], "each sees where it stands"
    assert watch.counted("metro") == Tally(2 * MANY, Counter({"entry": 2 * MANY}), frozenset({"p1", "p2"}), "V")


def test_a_batch_that_comes_often_at_once_is_counted_once(watch: Watch) -> None:
    totals = watch.counts("hospital", lambda n: "one batch")
    assert {one.number for one in totals} == {2} == {watch.counted("hospital").number}


def test_of_very_many_people_the_number_is_counted_and_no_more_marks_than_rules_ask_for(watch: Watch) -> None:
    for turn in range(4):
        watch.counts("clinic", partial("{1}-{0}".format, turn), *(f"{turn}p{n}" for n in range(40)))
    counted = watch.counted("clinic")
    assert counted.number == 4 * 2 * MANY
    assert LOOK_UPS.threshold <= len(counted.different) < 2 * MOST_DIFFERENT


def raised(watch: Watch, subject: str) -> Alert:
    """An alert that all functions raise at once."""
    new = alert(ABOVE, subject, Tally(250, Counter({"entry": 250}), frozenset(), "V"), since=HOUR, at=HOUR + HOUR_S)
    at_once([partial(here.alerts.raise_, new) for _, here in watch.all()])
    return new


def test_an_alert_that_many_raise_is_one(watch: Watch) -> None:
    new = raised(watch, "metro")
    assert [item.alert_id for item in AlertItem.scan()] == [new.alert_id]
    assert watch.city.alerts.of_month(month_of(new.at), before="") == [new]


def test_of_two_auditors_who_close_an_alert_at_once_one_has_said_what_it_was(watch: Watch) -> None:
    new = raised(watch, "hospital")
    closings = [Closing(verdict, str(verdict), "审计员", NOON) for verdict in (Verdict.MISUSE, Verdict.LEGITIMATE)]
    outcomes = at_once(
        [partial(_outcome, here, new, one) for here, one in zip(watch.functions, closings, strict=False)]
    )
    kept = watch.city.alerts.one(new.alert_id).closing
    assert sorted(outcomes) == ["alert_closed", str(kept and kept.verdict)]


def _outcome(here: City, new: Alert, closing: Closing) -> Any:
    """The verdict that stands now, or the code of the refusal."""
    try:
        closed = here.alerts.close(new.alert_id, closing).closing
    except Refusal as refusal:
        return refusal.code
    return closed and str(closed.verdict)


def test_a_verifier_is_judged_by_what_was_counted(watch: Watch) -> None:
    """Every question that judging asks is understood by both stores."""
    tally = Tally(300, Counter({"entry": 300}), frozenset(), "V")
    for day in range(5):
        small = tally._replace(number=300 if day == 4 else 10)
        since = HOUR + day * DAY_S
        watch.city.watch_counters.add(Key(ABOVE.name, since, "library"), ABOVE, small, batch=f"b{day}")
        assert watch.city.judging.run(now=since + HOUR_S)
    (found,) = (one for one in AlertItem.scan() if one.subject == "library")
    assert (found.rule, found.number) == (ABOVE.name, 300)


def test_what_is_over_is_swept_and_what_is_not_stays(watch: Watch) -> None:
    over = NOON - int(RETENTION.total_seconds()) - GRACE_S
    for at in (over - 1, over + 60):
        watch.city.scans.save("0" * 24, at.to_bytes(12, "big"), scan_by("metro", at=at))
    watch.city.custodian.publish(now=NOON)
    run = watch.city.retention.run(now=NOON, has_time=lambda: True)
    assert run is not None
    assert run.finished_at
    assert [int(item.at) for item in ScanItem.query("0" * 24)] == [over + 60]
