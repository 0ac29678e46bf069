"""What was disclosed, by holder, kept 180 days; and which scans were exchanged, while a token may come again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from pynamodb.attributes import NumberAttribute, TTLAttribute, UnicodeAttribute

from chalicelib.partners.disclosures.model import Claim, Disclosure
from chalicelib.platform.http.refusals import StorageUnavailable
from chalicelib.platform.tables import TableMeta, TableModel, carried_out, table_name

RETENTION = timedelta(days=180)
CLAIM_KEPT = timedelta(days=1)
"""Tokens of a scan can be had for a minute and a half, and live ten minutes."""


class ExchangeItem(TableModel):
    """One scan that was exchanged. Its id names nobody; `fields` are kinds of field and no values."""

    class Meta(TableMeta):
        table_name = table_name("exchanges")

    claim_id = UnicodeAttribute(hash_key=True)
    fields = UnicodeAttribute()
    consent_id = UnicodeAttribute(default="")
    at = NumberAttribute()
    expires_at = TTLAttribute()


class DisclosureItem(TableModel):
    """One disclosure (model.Disclosure). Its id begins with its time, so a holder's stand in order."""

    class Meta(TableMeta):
        table_name = table_name("disclosures")

    holder = UnicodeAttribute(hash_key=True)
    disclosure_id = UnicodeAttribute(range_key=True)
    verifier = UnicodeAttribute()
    verifier_name = UnicodeAttribute()
    terminal = UnicodeAttribute()
    purpose = UnicodeAttribute()
    place = UnicodeAttribute()
    fields = UnicodeAttribute()
    basis = UnicodeAttribute()
    consent_id = UnicodeAttribute()
    at = NumberAttribute()
    expires_at = TTLAttribute()


class DisclosureStore:
    """Claims scans, and keeps and lists disclosures."""

    def claimed(self, claim_id: str) -> Claim | None:
        """What a scan was exchanged for (strongly consistent); None where it was not."""
        try:
            item = ExchangeItem.get(claim_id, consistent_read=True)
        except ExchangeItem.DoesNotExist:
            return None
        return Claim(item.claim_id, item.fields, item.consent_id, int(item.at))

    def claim(self, new: Claim) -> Claim:
        """Exchange a scan, once; answers what stands, which is another's where they were quicker."""
        values = new._asdict() | {"expires_at": _until(new.at, CLAIM_KEPT)}
        if carried_out(lambda: ExchangeItem(**values).save(condition=ExchangeItem.claim_id.does_not_exist())):
            return new
        standing = self.claimed(new.claim_id)
        if standing is None:
            raise StorageUnavailable
        return standing

    def keep(self, one: Disclosure) -> None:
        """Write a disclosure down; writing it again changes nothing."""
        DisclosureItem(**one._asdict(), expires_at=_until(one.at, RETENTION)).save()

    def page(self, holder: str, *, before: str | None, size: int) -> list[Disclosure]:
        """A holder's disclosures, newest first, those older than the id `before` (strongly consistent)."""
        older = DisclosureItem.disclosure_id < before if before else None
        found = DisclosureItem.query(holder, older, scan_index_forward=False, limit=size, consistent_read=True)
        return [_disclosure(item) for item in found]

    def forget(self, holder: str) -> None:
        """Forget all of a holder's, for who leaves."""
        with DisclosureItem.batch_write() as batch:
            for item in DisclosureItem.query(holder, consistent_read=True):
                batch.delete(item)


def _disclosure(item: DisclosureItem) -> Disclosure:
    values = {name: getattr(item, name) for name in Disclosure._fields}
    return Disclosure(**values | {"at": int(item.at)})


def _until(at: int, kept: timedelta) -> datetime:
    return datetime.fromtimestamp(at, UTC) + kept
