"""A month of a small city from its streams to its alerts: silence about who is honest, one alert for each misuse.

What test_city_month.py says of the rules is said here of all that goes by them: the watcher, counters, the hourly
judging and the raising of alerts. Only the store is exchanged for one in memory. Some batches come twice.
"""

from __future__ import annotations

import json
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from itertools import takewhile
from typing import Any

import pytest

from chalicelib.partners.watching.alert import Alert
from chalicelib.partners.watching.alerts import Alerts
from chalicelib.partners.watching.counters import shard_of
from chalicelib.partners.watching.judging import Judging
from chalicelib.partners.watching.rules import BY_NAME, DAY_S, HOUR_S, RULES, By, Rule
from chalicelib.partners.watching.seen import TEXTS, Key, Seen, Tally
from chalicelib.partners.watching.watcher import Watcher
from tests.partners.watching.test_city_month import DAYS, MONDAY, bell, scan

BATCH = 100
EACH_TWICE = 7
"""Every seventh batch comes a second time."""


class Memory:
    """The tables, in memory: counters, the log of scans, refused scans, alerts and notices."""

    def __init__(self) -> None:
        self.counted: dict[tuple[str, int, int], dict[str, Tally]] = defaultdict(dict)
        self.last: dict[Key, str] = {}
        self.since: dict[str, int] = {}
        self.log: dict[str, list[Seen]] = defaultdict(list)
        self.alerts: dict[str, Alert] = {}
        self.told: set[tuple[str, str]] = set()

    def add(self, key: Any, rule: Any = None, tally: Any = None, *, batch: str = "") -> Any:
        """A counter, or an alert."""
        if isinstance(key, Alert):
            return self.alerts.setdefault(key.alert_id, key) is key
        here = self.counted[key.rule, key.since, shard_of(key.subject)]
        old = here.get(key.subject, Tally(0, Counter(), frozenset()))
        if self.last.get(key) != batch:
            self.last[key] = batch
            sums = old.purposes + tally.purposes
            here[key.subject] = Tally(old.number + tally.number, sums, old.different | tally.different, tally.name)
        return here[key.subject]

    def of(self, rule: Rule, since: int, shard: int) -> dict[str, Tally]:
        return self.counted.get((rule.name, since, shard), {})

    def known(self, shard: int) -> dict[str, int]:
        return self.since

    def remember(self, subject: str, since: int, *, now: int) -> None:
        self.since.setdefault(subject, since)

    def get(self, alert_id: str) -> Alert | None:
        return self.alerts.get(alert_id)

    def of_code(self, code: str, *, after: int) -> Iterator[Seen]:
        return (one for one in self.log[code] if one.at > after)

    def scans_of(self, holder: str, whom: str, *, after: int) -> list[Seen]:
        return list(takewhile(lambda one: one.at >= after, reversed(self.log[holder])))

    def tell(self, holder: str, kind: str, facts: dict[str, str], *, event: str, now: int) -> None:
        self.told.add((holder, event))


class Month:
    """What goes by, hour by hour, and what is judged."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.memory = memory = Memory()
        monkeypatch.setattr("chalicelib.partners.watching.watcher.scans_of", memory.scans_of)
        alerts: Any = Alerts(memory, memory)  # type: ignore[arg-type]
        self._watcher = Watcher(memory, memory, alerts, marked)  # type: ignore[arg-type]
        self._judging = Judging(memory, alerts)  # type: ignore[arg-type]
        self._batches = 0

    def goes_by(self, traffic: list[Seen]) -> list[Alert]:
        """Everything in its order; after each hour it is judged. Answers what was raised."""
        hours: dict[int, list[Seen]] = defaultdict(list)
        for one in sorted(traffic, key=lambda one: one.at):
            hours[one.at // HOUR_S * HOUR_S].append(one)
        for hour in range(MONDAY, MONDAY + DAYS * DAY_S, HOUR_S):
            for refused, follow in ((False, self._watcher.scans), (True, self._watcher.refusals)):
                self._come([one for one in hours.get(hour, ()) if one.is_refused is refused], follow)
            self._judging.run(now=hour + HOUR_S)
        return list(self.memory.alerts.values())

    def _come(self, seen: list[Seen], follow: Callable[..., list[str]]) -> None:
        for start in range(0, len(seen), BATCH):
            those = seen[start : start + BATCH]
            for one in those:
                self.memory.log[one.whom].append(one._replace(whom=marked(one.whom)) if not one.is_refused else one)
            self._batches += 1
            records = [record(one, f"{self._batches:06d}{n:03d}") for n, one in enumerate(those)]
            for _ in range(2 if self._batches % EACH_TWICE == 0 else 1):
                assert follow(records, now=those[-1].at + 2) == []


def marked(holder: str) -> str:
    return f"mark of {len(holder)} {holder[::-1]}"


def record(seen: Seen, number: str) -> dict[str, Any]:
    """What a stream tells of a scan, or of one that was refused."""
    image: Any = {name: {"S": getattr(seen, name)} for name in TEXTS} | {"at": {"N": str(seen.at)}}
    image |= {"code_mark" if seen.is_refused else "holder": {"S": seen.whom}}
    return {"eventName": "INSERT", "dynamodb": {"SequenceNumber": number, "NewImage": image}}


def metro(day: int, hour: int) -> float:
    return 20 * bell(hour, 14, 4) if day % 7 >= 5 else 210 * bell(hour, 8, 0.5) + 70 * bell(hour, 18, 0.9)


DOORS: dict[str, Callable[[int, int], float]] = {
    "metro": metro,
    "tower": lambda day, hour: 0.2 if day % 7 >= 5 else 30 * bell(hour, 9, 0.8),
    "mall": lambda day, hour: (1.5 if day % 7 >= 5 else 1.0) * 8 * bell(hour, 16, 4) if 9 <= hour < 22 else 0,
    "hospital": lambda day, hour: 6 * bell(hour, 9, 2) + 0.5,
    "restaurant": lambda day, hour: 9 * (bell(hour, 12, 1) + bell(hour, 19, 1.5)),
    "new shop": lambda day, hour: 0 if day < 10 else 8 * bell(hour, 15, 3),
}


def honest(draw: random.Random) -> Iterator[Seen]:
    """Commuters, shoppers and patients; a desk that looks people up; some who show a code that was used already; and an
    evening at the stadium."""
    for day in range(DAYS):
        for hour in range(24):
            at = MONDAY + day * DAY_S + hour * HOUR_S
            for door, rate in DOORS.items():
                for _ in range(round(draw.uniform(0.7, 1.25) * rate(day, hour))):
                    yield scan(door, f"p{draw.randrange(900)}", at=at + draw.randrange(HOUR_S), place="door")
            for _ in range(6 if 8 <= hour < 17 else draw.randrange(3)):
                yield scan("hospital", f"p{draw.randrange(900)}", at=at + draw.randrange(HOUR_S), carrier="document")
            for n in range(draw.randrange(4)):
                yield scan("mall", f"code {at} {n}", at=at + draw.randrange(HOUR_S), place="door", bad=True)
    evening = MONDAY + 19 * DAY_S + 18 * HOUR_S
    for n in range(450):
        yield scan("stadium", f"p{n}", at=evening + n * 8, purpose="event")


def at(day: int, hour: int) -> int:
    return MONDAY + day * DAY_S + hour * HOUR_S


MISUSE: dict[str, tuple[str, list[Seen]]] = {
    "verifier_above_normal": ("restaurant", [scan("restaurant", f"q{n}", at=at(12, 3) + n * 11) for n in range(300)]),
    "holder_seen_by_many": ("star", [scan(f"v{n}", "star", at=at(13, 9) - 1740 + n * 240) for n in range(9)]),
    "holder_seen_at_many_places": (
        "idol",
        [scan("chain", "idol", at=at(14, 9) - 2300 + n * 200, place=f"d{n}") for n in range(14)],
    ),
    "holder_looked_up_by_many": (
        "wanted",
        [scan(f"desk {n}", "wanted", at=at(15, 8) + n * 3 * HOUR_S, carrier="document") for n in range(5)],
    ),
    "look_ups_at_night": (
        "clinic",
        [scan("clinic", f"q{n}", at=at(16, 0) - 1800 + n * 180, carrier="document") for n in range(45)],
    ),
    "many_people_looked_up": (
        "office",
        [scan("office", f"q{n}", at=at(17, 10) + n * 11, carrier="document") for n in range(50)],
    ),
    "code_refused_at_many": ("photo", [scan(f"v{n}", "photo", at=at(18, 12) + n * 9, bad=True) for n in range(5)]),
    "many_refusals_at_terminal": (
        "gate",
        [scan("gate", f"code {n}", at=at(20, 8) + n * 60, place="gate", bad=True) for n in range(45)],
    ),
}
"""One of each, by rule: who is asked about, and what happened. The windows of people begin around the midnight of UTC,
which is eight in the city's morning."""


def test_in_a_month_of_a_city_each_misuse_raises_one_alert_with_its_evidence_and_nothing_else_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    month = Month(monkeypatch)
    planted = [one for _, those in MISUSE.values() for one in those]
    raised = month.goes_by([*honest(random.Random(3)), *planted])
    assert set(MISUSE) == {rule.name for rule in RULES}
    assert sorted(one.rule for one in raised) == sorted(MISUSE)
    for one in raised:
        (who, those), rule = MISUSE[one.rule], BY_NAME[one.rule]
        of_a_holder = rule.by is By.HOLDER
        assert one.subject == (marked(who) if of_a_holder else who)
        assert one.number >= rule.threshold
        assert one.since <= those[-1].at
        assert those[0].at < one.until
        assert sum(one.purposes.values()) >= one.number
        assert one.at - those[-1].at <= HOUR_S
        assert set(one.verifiers) == ({seen.verifier for seen in those[: one.number]} if rule.by is By.CODE else set())
        assert bool(one.usual) is bool(rule.times_normal)
        assert [holder for holder, event in month.memory.told if event == one.alert_id] == [who] * of_a_holder
        assert f'"{who}"' not in json.dumps(one) or not of_a_holder, "nobody is named"
