"""Alerts: raised once, told to whom they concern, read and closed by people."""

from __future__ import annotations

from typing import Protocol

from chalicelib.partners.watching.alert import Alert, Closing
from chalicelib.partners.watching.refusals import AlertClosed, AlertNotFound
from chalicelib.partners.watching.store import AlertStore
from chalicelib.platform import telemetry

PAGE_SIZE = 20
NOTICE = "looked_at_by_many"


class Tells(Protocol):
    """Tells people (people/notices.py)."""

    def tell(self, holder: str, kind: str, facts: dict[str, str], *, event: str, now: int) -> None:
        """Tell a holder of an event, once."""


class Alerts:
    """Raises alerts, and lets people say what became of them."""

    def __init__(self, store: AlertStore, notices: Tells) -> None:
        self._store = store
        self._notices = notices

    def raise_(self, alert: Alert, *, holder: str = "") -> None:
        """Raise an alert; one that is there already stays as it is. A holder whom many looked at is told.

        Whoever was killed between the two is sent the same records again, and the notice is written then: it stands
        under the instant of the alert that is kept.
        """
        if self._store.add(alert):
            telemetry.count("AlertsRaised", rule=alert.rule)
        elif holder:
            alert = self._store.get(alert.alert_id) or alert
        if holder:
            facts = {"rule": alert.rule, "number": str(alert.number)}
            self._notices.tell(holder, NOTICE, facts, event=alert.alert_id, now=alert.at)

    def one(self, alert_id: str) -> Alert:
        """An alert; raises `AlertNotFound`."""
        alert = self._store.get(alert_id)
        if alert is None:
            raise AlertNotFound
        return alert

    def of_month(self, month: str, *, before: str) -> list[Alert]:
        """A page of a month, newest first."""
        return list(self._store.of_month(month, before=before, size=PAGE_SIZE))

    def close(self, alert_id: str, closing: Closing) -> Alert:
        """Say what became of an alert; the same again by the same officer answers as before. Raises a `Refusal`."""
        alert = self.one(alert_id)
        if alert.closing is None and self._store.close(alert_id, closing):
            telemetry.count("AlertsClosed", rule=alert.rule, verdict=str(closing.verdict))
            return alert._replace(closing=closing)
        there = self.one(alert_id)
        if there.closing is None or (there.closing.by, there.closing.verdict) != (closing.by, closing.verdict):
            raise AlertClosed
        return there
