"""Every hour: compare each verifier's last hours with what is normal for it.

The last two whole hours are judged, so that what was counted late is judged by the next run; an alert is raised once.
"""

from __future__ import annotations

from chalicelib.partners.watching.alert import alert
from chalicelib.partners.watching.alerts import Alerts
from chalicelib.partners.watching.counters import SHARDS, Counters
from chalicelib.partners.watching.normal import is_far_above, normal, past_windows
from chalicelib.partners.watching.rules import COMPARED, Rule, window_of
from chalicelib.partners.watching.seen import Tally

WINDOWS = 2


class Judging:
    """Judges what is compared with normal."""

    def __init__(self, counters: Counters, alerts: Alerts) -> None:
        self._counters = counters
        self._alerts = alerts

    def run(self, *, now: int) -> int:
        """Judge the windows that are over; answers how many counters were looked at. Bears repeating."""
        return sum(
            self._judge(rule, window_of(rule, now) - back * rule.window_s, shard, now)
            for rule in COMPARED
            for back in range(WINDOWS, 0, -1)
            for shard in range(SHARDS)
        )

    def _judge(self, rule: Rule, since: int, shard: int, now: int) -> int:
        """Judge one shard of a window, the oldest first: who is new is known from there on."""
        present = self._counters.of(rule, since, shard)
        if not present:
            return 0
        known = self._counters.known(shard)
        for subject in present:
            self._counters.remember(subject, since, now=now)
        busy = {subject: total for subject, total in present.items() if total.number >= rule.threshold}
        past = self._past(rule, since, shard) if busy else {}
        for subject, total in busy.items():
            windows = past_windows(rule, since, known_since=known.get(subject, since))
            usual = normal([_number(past[window].get(subject)) for window in windows])
            if usual and is_far_above(rule, total.number, usual):
                self._alerts.raise_(alert(rule, subject, total, since=since, at=now, usual=usual))
        return len(present)

    def _past(self, rule: Rule, since: int, shard: int) -> dict[int, dict[str, Tally]]:
        """What was counted in the same hour of the days before."""
        windows = past_windows(rule, since, known_since=0)
        return {window: self._counters.of(rule, window, shard) for window in windows}


def _number(tally: Tally | None) -> int:
    """How many there were; none where nothing was counted."""
    return tally.number if tally else 0
