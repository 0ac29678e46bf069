"""The alerts table, and what is written down of refused scans for two days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import msgspec
from pynamodb.attributes import NumberAttribute, TTLAttribute, UnicodeAttribute
from pynamodb.expressions.update import Action
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex

from chalicelib.partners.watching.alert import Alert, Closing, State, Verdict, month_of
from chalicelib.partners.watching.normal import Normal
from chalicelib.platform.tables import TableMeta, TableModel, carried_out, table_name

RETENTION = timedelta(days=3 * 365)
"""As long as the log of officers: an alert says what became of it, and who said so."""

_purposes = msgspec.json.Decoder(dict[str, int])
_verifiers = msgspec.json.Decoder(dict[str, str])
_usual = msgspec.json.Decoder(Normal | None)


class MonthIndex(GlobalSecondaryIndex["AlertItem"]):  # type: ignore[no-untyped-call]
    """Alerts by the month in which they were raised (UTC), in order of time."""

    class Meta:
        index_name = "by_month"
        projection = AllProjection()

    month = UnicodeAttribute(hash_key=True)
    raised = UnicodeAttribute(range_key=True)


class AlertItem(TableModel):
    """One alert. `purposes`, `usual` and `verifiers` are JSON; the verdict and by whom are there once it is closed.

    The stream tells partners who asked for alerts.
    """

    class Meta(TableMeta):
        table_name = table_name("alerts")
        stream_view_type = "NEW_IMAGE"

    alert_id = UnicodeAttribute(hash_key=True)
    rule = UnicodeAttribute()
    subject = UnicodeAttribute()
    name = UnicodeAttribute()
    at = NumberAttribute()
    since = NumberAttribute()
    until = NumberAttribute()
    number = NumberAttribute()
    purposes = UnicodeAttribute()
    usual = UnicodeAttribute()
    verifiers = UnicodeAttribute(default="{}")
    state = UnicodeAttribute()
    month = UnicodeAttribute()
    raised = UnicodeAttribute()
    verdict = UnicodeAttribute(null=True)
    closed_by = UnicodeAttribute(null=True)
    closed_name = UnicodeAttribute(null=True)
    closed_at = NumberAttribute(null=True)
    expires_at = TTLAttribute()
    by_month = MonthIndex()


class AlertStore:
    """Alerts by id, read strongly consistent, and by month."""

    def get(self, alert_id: str) -> Alert | None:
        """An alert; None where there is none."""
        try:
            return _alert(AlertItem.get(alert_id, consistent_read=True))
        except AlertItem.DoesNotExist:
            return None

    def add(self, alert: Alert) -> bool:
        """Keep a new alert; False where it was raised before."""
        return carried_out(lambda: _item(alert).save(condition=AlertItem.alert_id.does_not_exist()))

    def close(self, alert_id: str, closing: Closing) -> bool:
        """Say what became of an alert; False where somebody has, or there is none."""
        said: list[Action] = [
            AlertItem.state.set(str(State.CLOSED)),
            AlertItem.verdict.set(str(closing.verdict)),
            AlertItem.closed_by.set(closing.by),
            AlertItem.closed_name.set(closing.by_name),
            AlertItem.closed_at.set(closing.at),
        ]
        is_open = AlertItem.state == str(State.OPEN)
        return carried_out(lambda: AlertItem(alert_id).update(said, condition=is_open))

    def of_month(self, month: str, *, before: str, size: int) -> Iterator[Alert]:
        """A page of a month, newest first, from before a cursor on ("" for the first)."""
        earlier = AlertItem.raised < before if before else None
        return map(_alert, AlertItem.by_month.query(month, earlier, scan_index_forward=False, limit=size))


class RefusedScanItem(TableModel):
    """A scan that was refused because the code had been shown before. `code_mark` is the same for the same code."""

    class Meta(TableMeta):
        table_name = table_name("refused-scans")
        stream_view_type = "NEW_IMAGE"

    code_mark = UnicodeAttribute(hash_key=True)
    refused_id = UnicodeAttribute(range_key=True)
    reason = UnicodeAttribute()
    verifier = UnicodeAttribute()
    verifier_name = UnicodeAttribute()
    terminal = UnicodeAttribute(default="")
    place = UnicodeAttribute(default="")
    purpose = UnicodeAttribute()
    carrier = UnicodeAttribute()
    at = NumberAttribute()
    expires_at = TTLAttribute()


def _item(alert: Alert) -> AlertItem:
    return AlertItem(
        alert.alert_id,
        rule=alert.rule,
        subject=alert.subject,
        name=alert.name,
        at=alert.at,
        since=alert.since,
        until=alert.until,
        number=alert.number,
        purposes=msgspec.json.encode(alert.purposes).decode(),
        usual=msgspec.json.encode(alert.usual).decode(),
        verifiers=msgspec.json.encode(alert.verifiers).decode(),
        state=str(alert.state),
        month=month_of(alert.at),
        raised=alert.raised,
        expires_at=datetime.fromtimestamp(alert.at, UTC) + RETENTION,
    )


def _alert(item: AlertItem) -> Alert:
    return Alert(
        alert_id=item.alert_id,
        rule=item.rule,
        subject=item.subject,
        name=item.name,
        at=int(item.at),
        since=int(item.since),
        until=int(item.until),
        number=int(item.number),
        purposes=_purposes.decode(item.purposes),
        usual=_usual.decode(item.usual),
        closing=_closing(item),
        verifiers=_verifiers.decode(item.verifiers),
    )


def _closing(item: AlertItem) -> Closing | None:
    """What became of it, None while it is open."""
    if item.verdict is None:
        return None
    return Closing(Verdict(item.verdict), item.closed_by or "", item.closed_name or "", int(item.closed_at or 0))
