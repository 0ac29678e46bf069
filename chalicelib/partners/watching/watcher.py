"""Follows the streams of scans and of refused scans, counts, and raises alerts.

1. What a batch adds is worked out first, so that each counter is written once per batch.
2. The counter answers how much it has by now: a threshold is seen by whoever crosses it.
3. Rules about one person or one code read what is written down of them, which no repeat can double.

A batch that fails comes again as a whole; what was counted is known by the name of the batch (counters.py), and an
alert is raised once. A record that cannot be read is passed over: scans are in their log, watching is beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from chalicelib.partners.watching.alert import alert
from chalicelib.partners.watching.alerts import Alerts
from chalicelib.partners.watching.counters import Counters
from chalicelib.partners.watching.logs import scan_in, scans_of
from chalicelib.partners.watching.refused import RefusedScans, refusal_in
from chalicelib.partners.watching.rules import BY_NAME, COUNTED, FROM_LOG, HOUR_S, By, Rule
from chalicelib.partners.watching.seen import DOCUMENT, Seen, Tally, lately, tallied, trips
from chalicelib.platform import telemetry

Record = dict[str, Any]
LONGEST_S = max(rule.window_s for rule in FROM_LOG)
OF_HOLDERS = tuple(rule for rule in FROM_LOG if rule.by is By.HOLDER)
OF_CODES = tuple(rule for rule in FROM_LOG if rule.by is By.CODE)


class Watcher:
    """Watches those who look. `marked` makes a holder's blind index for watching."""

    def __init__(self, counters: Counters, refused: RefusedScans, alerts: Alerts, marked: Callable[[str], str]) -> None:
        self._counters = counters
        self._refused = refused
        self._alerts = alerts
        self._marked = marked

    def scans(self, records: Sequence[Record], *, now: int) -> list[str]:
        """Follow a batch of scans; answers the first sequence number where all of it has to come again."""
        return self._followed(records, self._follow_scans, now)

    def refusals(self, records: Sequence[Record], *, now: int) -> list[str]:
        """Follow a batch of refused scans, likewise."""
        return self._followed(records, self._follow_refusals, now)

    def _followed(
        self, records: Sequence[Record], follow: Callable[[Sequence[Record], str, int], None], now: int
    ) -> list[str]:
        if not records:
            return []
        first = str(records[0]["dynamodb"]["SequenceNumber"])
        try:
            follow(records, f"{first}-{len(records)}", now)
        except Exception as error:
            telemetry.fault("watch", error)
            return [first]
        return []

    def _follow_scans(self, records: Sequence[Record], batch: str, now: int) -> None:
        found = list(_read(records, lambda image: scan_in(image, self._marked)))
        self._count([seen for _, seen in found], batch, now)
        of: dict[str, list[Seen]] = {}
        for holder, seen in found:
            of.setdefault(holder, []).append(seen)
        for holder, those in of.items():
            self._look_at(holder, those, now)

    def _follow_refusals(self, records: Sequence[Record], batch: str, now: int) -> None:
        found = list(_read(records, refusal_in))
        self._count(found, batch, now)
        for code in {seen.whom for seen in found}:
            latest = max(seen.at for seen in found if seen.whom == code)
            log = list(self._refused.of_code(code, after=latest - LONGEST_S))
            for rule in OF_CODES:
                self._judge(rule, code, lately(rule, log, until=latest), latest - rule.window_s, now)

    def _look_at(self, holder: str, those: Sequence[Seen], now: int) -> None:
        """Judge the rules about one person. A whole day is read only where their number was typed in."""
        far = LONGEST_S if any(seen.carrier == DOCUMENT for seen in those) else HOUR_S
        log = scans_of(holder, those[0].whom, after=min(seen.at for seen in those) - far)
        for until in {seen.at for seen in those}:
            for rule in OF_HOLDERS:
                total = lately(rule, log, until=until)
                self._judge(rule, those[0].whom, total, until - rule.window_s, now, holder=holder)

    def _count(self, batch: Sequence[Seen], name: str, now: int) -> None:
        """Count what a batch adds; what is compared with normal is judged when its window is over."""
        for key, tally in tallied(COUNTED, batch).items():
            rule = BY_NAME[key.rule]
            total = self._counters.add(key, rule, tally, batch=name)
            if not rule.times_normal:
                self._judge(rule, key.subject, total, key.since, now)

    def _judge(self, rule: Rule, subject: str, total: Tally, since: int, now: int, *, holder: str = "") -> None:
        """Raise an alert where a rule has tripped."""
        if trips(rule, total):
            self._alerts.raise_(alert(rule, subject, total, since=since, at=now), holder=holder)


def _read(records: Iterable[Record], image: Callable[[dict[str, Any]], Any]) -> Iterable[Any]:
    """What came new into a table. Only what was inserted counts: what is kept twice is kept once."""
    for record in records:
        if record.get("eventName") == "INSERT":
            try:
                yield image(record["dynamodb"]["NewImage"])
            except (KeyError, TypeError, ValueError) as error:
                telemetry.fault("watch", error)
