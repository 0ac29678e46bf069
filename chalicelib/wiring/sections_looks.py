"""What an export says of those who looked, and of what they were told."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from chalicelib.accounts.exporting import Part
from chalicelib.platform.times import rfc3339
from chalicelib.wiring.sections_form import PAGE, Json, newest, time_or_none

if TYPE_CHECKING:
    from chalicelib.codes.store import ScanItem
    from chalicelib.partners.disclosures.model import Disclosure
    from chalicelib.people.notices import NoticeItem
    from chalicelib.wiring.accounts import Accounts


def scans(here: Accounts, holder: str) -> Part:
    """Who looked, newest first."""

    def shown(one: ScanItem) -> Json:
        return {
            "at": rfc3339(one.at),
            "by": one.verifier_name,
            "purpose": one.purpose,
            "place": one.place,
            "terminal": one.terminal or None,
            "carrier": one.carrier,
            "shown_by": one.shown_by,
            "fields": one.fields.split(),
        }

    return newest(lambda before: here.scans.page(holder, before=before, size=PAGE), shown, lambda one: str(one.scan_id))


def consents(here: Accounts, holder: str, now: float) -> list[Json]:
    """Who asked for what, and what became of it."""
    return [
        {
            "consent_id": one.consent.consent_id,
            "to": one.consent.client_name,
            "purpose": str(one.consent.purpose),
            "fields": sorted(one.consent.fields),
            "use": str(one.consent.use),
            "unattended": one.consent.unattended,
            "why": one.why,
            "state": str(one.consent.state_at(now)),
            "asked_at": rfc3339(one.consent.asked_at),
            "agreed_at": time_or_none(one.consent.agreed_at or None),
            "agreed_by": one.consent.agreed_by or None,
            "text_version": one.consent.text_version or None,
            "until": rfc3339(one.consent.until),
            "closed_at": time_or_none(one.consent.closed_at or None),
            "closed_by": one.consent.closed_by or None,
            "uses": one.consent.uses,
            "last_use": time_or_none(one.consent.last_use or None),
        }
        for one in here.consents.reader.all_of(holder, now=now)
    ]


def disclosures(here: Accounts, holder: str) -> Part:
    """What was told to whom, never the values."""

    def shown(one: Disclosure) -> Json:
        return {
            "at": rfc3339(one.at),
            "to": one.verifier_name,
            "purpose": one.purpose,
            "place": one.place,
            "terminal": one.terminal or None,
            "fields": one.fields.split(),
            "basis": one.basis,
            "consent_id": one.consent_id or None,
        }

    return newest(
        lambda before: here.disclosures.page(holder, before=before, size=PAGE), shown, lambda one: one.disclosure_id
    )


def notices(here: Accounts, holder: str) -> Part:
    """What the city has told the holder."""

    def shown(one: NoticeItem) -> Json:
        return {"at": rfc3339(one.at), "kind": one.kind, "facts": json.loads(one.facts)}

    return newest(
        lambda before: here.notices.page(holder, before=before, size=PAGE), shown, lambda one: str(one.notice_id)
    )
