"""The webhook-marks table: what is to be known of an endpoint beyond its deliveries.

Under `health` stands how it fares; under the digest of a group which delivery of the group came last, so that the next
one knows whom it follows; and under a client and a minute, how many challenges it wished for. All of it may be lost:
then a receiver that is down is tried once more, an order is loose, or a stranger is bothered more often.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from pynamodb.attributes import NumberAttribute, TTLAttribute, UnicodeAttribute
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib.partners.webhooks.deliveries_model import Place
from chalicelib.platform.crypto.hashing import sm3
from chalicelib.platform.tables import TableMeta, TableModel, carried_out, table_name

HEALTH = "health"
RETENTION = timedelta(days=30)
COUNTED = timedelta(hours=1)


class MarkItem(TableModel):
    """One mark of an endpoint: its health (`failures`, `since`, `rests_until`), or the end of a group
    (`last`, the one `before` it, its `number`). Or a client's `number` of challenges in a minute."""

    class Meta(TableMeta):
        table_name = table_name("webhook-marks")

    endpoint_id = UnicodeAttribute(hash_key=True)
    name = UnicodeAttribute(range_key=True)
    failures = NumberAttribute(null=True)
    since = NumberAttribute(null=True)
    rests_until = NumberAttribute(null=True)
    last = UnicodeAttribute(null=True)
    before = UnicodeAttribute(null=True)
    number = NumberAttribute(null=True)
    expires_at = TTLAttribute()


class Health(NamedTuple):
    """How a receiver fares: failures in a row, since when nothing was accepted (None: it fares well), its rest."""

    failures: int = 0
    since: int | None = None
    rests_until: int = 0


class Marks:
    """Marks by endpoint, read strongly consistent."""

    def health(self, endpoint_id: str) -> Health:
        """How an endpoint fares."""
        try:
            item = MarkItem.get(endpoint_id, HEALTH, consistent_read=True)
        except MarkItem.DoesNotExist:
            return Health()
        return Health(int(item.failures or 0), int(item.since or 0) or None, int(item.rests_until or 0))

    def failed(self, endpoint_id: str, *, rest_s: int, now: int) -> None:
        """One failure more. Several at once each count; of several rests the longest holds."""
        kept: Action = MarkItem.expires_at.set(_expiry(now))
        counted: list[Action] = [MarkItem.failures.add(1), MarkItem.since.set(MarkItem.since | now), kept]
        MarkItem(endpoint_id, HEALTH).update(actions=counted)
        if rest_s:
            until: list[Action] = [MarkItem.rests_until.set(now + rest_s), kept]
            shorter = MarkItem.rests_until.does_not_exist() | (MarkItem.rests_until < now + rest_s)
            carried_out(lambda: MarkItem(endpoint_id, HEALTH).update(actions=until, condition=shorter))

    def accepted(self, endpoint_id: str, *, now: int) -> None:
        """The endpoint took something, so what it failed at is over; not the rest that it asked for meanwhile."""
        over: list[Action] = [MarkItem.failures.remove(), MarkItem.since.remove()]
        over.append(MarkItem.expires_at.set(_expiry(now)))
        MarkItem(endpoint_id, HEALTH).update(actions=over)

    def well(self, endpoint_id: str) -> None:
        """Somebody says that the endpoint will accept: what it failed at is over, and so is its rest."""
        MarkItem(endpoint_id, HEALTH).delete()

    def challenge(self, client_id: str, *, most: int, now: int) -> bool:
        """Count a challenge that a client wishes for; False where it has had its most in this minute."""
        minute = MarkItem(client_id, f"challenges-{now // 60}")
        counted: list[Action] = [MarkItem.number.add(1)]
        counted.append(MarkItem.expires_at.set(datetime.fromtimestamp(now, UTC) + COUNTED))
        room = MarkItem.number.does_not_exist() | (MarkItem.number < most)
        return carried_out(lambda: minute.update(actions=counted, condition=room))

    def follow(self, endpoint_id: str, group: str, delivery_id: str, *, now: int) -> Place:
        """Put a delivery at the end of its group; answers where it stands.

        Asked again of the same delivery it answers the same, while none has come after it.
        """
        name = sm3(group.encode()).hex()
        while True:
            end = self._end(endpoint_id, name)
            if end is not None and end.last == delivery_id:
                return Place(int(end.number or 0), end.before or "")
            place = Place(int(end.number or 0) + 1, end.last or "") if end else Place(1)
            if self._moved(endpoint_id, name, delivery_id, place, now):
                return place

    def _end(self, endpoint_id: str, name: str) -> MarkItem | None:
        try:
            return MarkItem.get(endpoint_id, name, consistent_read=True)
        except MarkItem.DoesNotExist:
            return None

    def _moved(self, endpoint_id: str, name: str, last: str, place: Place, now: int) -> bool:
        """Write the end of a group where it still is as it was read."""
        item = MarkItem(endpoint_id, name, last=last, before=place.after, number=place.number, expires_at=_expiry(now))
        as_read: Condition = MarkItem.last.does_not_exist()
        if place.after:
            as_read = (MarkItem.last == place.after) & (MarkItem.number == place.number - 1)
        return carried_out(lambda: item.save(condition=as_read))


def _expiry(now: int) -> datetime:
    return datetime.fromtimestamp(now, UTC) + RETENTION
