"""Who watches those who look: the log of officers, and alerts about unusual looking."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.wiring.partners import Partners

if TYPE_CHECKING:
    from chalicelib.partners.office_log.log import OfficeLog
    from chalicelib.partners.watching.alerts import Alerts
    from chalicelib.partners.watching.counters import Counters
    from chalicelib.partners.watching.judging import Judging
    from chalicelib.partners.watching.refused import RefusedScans
    from chalicelib.partners.watching.watcher import Watcher

WATCHED = "watched"
"""What holders are marked by where looking is counted: an index of its own, which opens no other."""


class Watching(Partners):
    """Who watches those who look."""

    @cached_property
    def office_log(self) -> OfficeLog:
        """What officers did."""
        from chalicelib.partners.office_log.log import OfficeLog
        from chalicelib.partners.office_log.store import OfficeLogStore

        return OfficeLog(OfficeLogStore(), lambda: self.officers)

    @cached_property
    def refused_scans(self) -> RefusedScans:
        """Who should know of codes that were refused."""
        from chalicelib.partners.watching.refused import RefusedScans

        return RefusedScans(self.dynamodb, self.settings.table("refused-scans"))

    @cached_property
    def watch_counters(self) -> Counters:
        """How much was looked."""
        from chalicelib.partners.watching.counters import Counters

        return Counters(self.dynamodb, self.settings.table("watch-counters"))

    @cached_property
    def alerts(self) -> Alerts:
        """What somebody should look into."""
        from chalicelib.partners.watching.alerts import Alerts
        from chalicelib.partners.watching.store import AlertStore

        return Alerts(AlertStore(), self.notices)

    @cached_property
    def watcher(self) -> Watcher:
        """Follows the streams of scans."""
        from chalicelib.partners.watching.watcher import Watcher

        def marked(holder: str) -> str:
            return self.fields.blind_index(WATCHED, holder, now=self.clock())[:32]

        return Watcher(self.watch_counters, self.refused_scans, self.alerts, marked)

    @cached_property
    def judging(self) -> Judging:
        """Compares verifiers with what is normal for them."""
        from chalicelib.partners.watching.judging import Judging

        return Judging(self.watch_counters, self.alerts)
