"""What each room knows of a person, in words of their own: the sections of an export.

Times are RFC 3339. Other people stand in it as they do everywhere, by masked names and offices. Digests, sealed bytes
and ids of ours that mean nothing to anybody are left out.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from chalicelib.accounts.exporting import Part, Section
from chalicelib.platform.times import rfc3339

if TYPE_CHECKING:
    from chalicelib.codes.store import ScanItem
    from chalicelib.partners.disclosures.model import Disclosure
    from chalicelib.people.notices import NoticeItem
    from chalicelib.status.explain import ExplainedChange
    from chalicelib.wiring.accounts import Accounts

Json = dict[str, Any]
PAGE = 100
ROOM = 1_000_000
"""Bytes that a list may take of an answer: four long ones and all the rest stay below what a function may hand over."""

COVERS = {
    "identity": ("holders", "identities"),
    "status": ("statuses",),
    "history": ("changes",),
    "evidence": ("evidence",),
    "appeals": ("appeals", "appeal-matters"),
    "scans": ("scans",),
    "delegations": ("delegations", "guardian-consents"),
    "consents": ("consents",),
    "disclosures": ("disclosures",),
    "papers": ("carriers",),
    "cards": ("cards",),
    "channels": ("channel_accounts",),
    "sessions": ("sessions",),
    "tags": ("tags",),
    "notices": ("notices",),
    "assistances": ("assistances",),
    "departure": ("departures",),
}
"""Which tables each section tells of; a test finds the table that is nowhere."""

One = TypeVar("One")


def sections(here: Accounts) -> dict[str, Section]:
    """Every section by its name."""
    return {
        "identity": lambda holder, now: _identity(here, holder, now),
        "status": lambda holder, now: _status(here, holder, now),
        "history": lambda holder, now: _history(here, holder, now),
        "evidence": lambda holder, now: _evidence(here, holder),
        "appeals": lambda holder, now: list(_appeals(here, holder, now)),
        "scans": lambda holder, now: _scans(here, holder),
        "delegations": lambda holder, now: _delegations(here, holder, now),
        "consents": lambda holder, now: _consents(here, holder, now),
        "disclosures": lambda holder, now: _disclosures(here, holder),
        "papers": lambda holder, now: _papers(here, holder, now),
        "cards": lambda holder, now: _cards(here, holder, now),
        "channels": lambda holder, now: _channels(here, holder),
        "sessions": lambda holder, now: _sessions(here, holder, now),
        "tags": lambda holder, now: _tags(here, holder, now),
        "notices": lambda holder, now: _notices(here, holder),
        "assistances": lambda holder, now: _assistances(here, holder),
        "departure": lambda holder, now: _departure(here, holder),
    }


def _identity(here: Accounts, holder: str, now: float) -> Json | None:
    known = here.identity_records.identity(holder, now=now)
    if known is None:
        return None
    return {
        "name": known.name,
        "document_type": known.document_type,
        "document_number": known.document_number,
        "born": known.born,
    }


def _status(here: Accounts, holder: str, now: int) -> Json:
    told = here.explanations.status(holder, now=now)
    return {
        "colour": str(told.colour),
        "since": _time(told.since),
        "until": _time(told.until),
        "policy": told.policy,
        "reasons": [{"rule": one.rule, "zh": one.words.zh, "en": one.words.en} for one in told.reasons],
    }


def _history(here: Accounts, holder: str, now: int) -> Part:
    def shown(one: ExplainedChange) -> Json:
        change, words = one.change, one.reason.words
        return {
            "at": rfc3339(change.at),
            "from": str(change.old),
            "to": str(change.new),
            "zh": words.zh,
            "en": words.en,
        }

    def page(before: str | None) -> Sequence[ExplainedChange]:
        last = int(before) if before else None
        return here.explanations.history(holder, before=last, size=PAGE, now=now)

    return _newest(page, shown, lambda one: str(one.change.sequence))


def _evidence(here: Accounts, holder: str) -> list[Json]:
    return [
        {
            "kind": one.kind,
            "happened_at": rfc3339(one.happened_at),
            "reported_at": rfc3339(one.reported_at),
            "valid_until": _time(one.valid_until),
            "source": one.source_name,
            "attributes": dict(one.attributes),
        }
        for one in here.evidence.ever_known(holder)
    ]


def _appeals(here: Accounts, holder: str, now: float) -> Iterator[Json]:
    holdings, before = here.appeals.holdings, ""
    while page := holdings.page(holder, before=before, size=PAGE, now=now):
        for listed in page:
            opened = holdings.read(listed.appeal_id, asking=holder, now=now)
            yield {
                "appeal_id": listed.appeal_id,
                "about": str(listed.about),
                "level": listed.level,
                "state": str(listed.state),
                "filed_at": rfc3339(listed.filed_at),
                "decided_at": _time(listed.decided_at or None),
                "text": opened.text,
                "answer": opened.reason,
                "attachments": [
                    {"n": one.n, "media_type": one.media_type, "size": one.size} for one in opened.appeal.attachments
                ],
            }
        before = _cursor(page[-1])


def _scans(here: Accounts, holder: str) -> Part:
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

    return _newest(
        lambda before: here.scans.page(holder, before=before, size=PAGE), shown, lambda one: str(one.scan_id)
    )


def _delegations(here: Accounts, holder: str, now: float) -> list[Json]:
    return [
        {
            "delegation_id": seen.delegation.delegation_id,
            "i_am": "guardian" if seen.mine else "dependant",
            "other": seen.name,
            "kind": str(seen.delegation.kind),
            "relation": seen.delegation.relation,
            "state": str(seen.delegation.state_at(now)),
            "since": _time(seen.delegation.since or None),
            "until": _time(seen.delegation.until if seen.delegation.since else None),
            "consent": seen.delegation.consent or None,
        }
        for seen in here.family.reader.of(holder, now=now)
    ]


def _consents(here: Accounts, holder: str, now: float) -> list[Json]:
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
            "agreed_at": _time(one.consent.agreed_at or None),
            "agreed_by": one.consent.agreed_by or None,
            "text_version": one.consent.text_version or None,
            "until": rfc3339(one.consent.until),
            "closed_at": _time(one.consent.closed_at or None),
            "closed_by": one.consent.closed_by or None,
            "uses": one.consent.uses,
            "last_use": _time(one.consent.last_use or None),
        }
        for one in here.consents.reader.all_of(holder, now=now)
    ]


def _disclosures(here: Accounts, holder: str) -> Part:
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

    return _newest(
        lambda before: here.disclosures.page(holder, before=before, size=PAGE), shown, lambda one: one.disclosure_id
    )


def _papers(here: Accounts, holder: str, now: float) -> list[Json]:
    return [
        {
            "paper_id": paper.paper_id,
            "state": paper.shown_state(now),
            "issued_at": rfc3339(paper.issued_at),
            "expires_at": rfc3339(paper.expires_at),
            "by": paper.ended_by or paper.issued_by or None,
        }
        for paper in here.papers.of(holder)
    ]


def _cards(here: Accounts, holder: str, now: float) -> list[Json]:
    return [
        {
            "card_type": card.card_type,
            "card_number": here.fields.open(card.number, context=f"card#{card.card_id}", now=now),
            "state": str(card.state),
            "bound_at": rfc3339(card.bound_at),
            "changed_at": rfc3339(card.changed_at),
            "by": card.by or None,
        }
        for card in here.cards.of(holder)
    ]


def _channels(here: Accounts, holder: str) -> list[Json]:
    return [
        {"channel": one.name, "assurance": str(one.assurance), "bound_at": rfc3339(one.bound_at)}
        for one in here.channel_accounts.of(holder)
    ]


def _sessions(here: Accounts, holder: str, now: float) -> list[Json]:
    return [
        {
            "device": seen.device,
            "since": rfc3339(seen.session.created_at),
            "last_used_at": rfc3339(seen.session.used_at),
            "assurance": str(seen.session.assurance),
        }
        for seen in here.devices.running(holder, now=now)
    ]


def _tags(here: Accounts, holder: str, now: float) -> list[Json]:
    return [
        {
            "group": str(tag.group),
            "state": str(tag.state),
            "source": tag.source_name,
            "reported_at": rfc3339(tag.reported_at),
            "expires_at": rfc3339(tag.expires_at),
            "decided_at": _time(tag.decided_at),
        }
        for tag in here.tags.of(holder, now=now)
    ]


def _notices(here: Accounts, holder: str) -> Part:
    def shown(one: NoticeItem) -> Json:
        return {"at": rfc3339(one.at), "kind": one.kind, "facts": json.loads(one.facts)}

    return _newest(
        lambda before: here.notices.page(holder, before=before, size=PAGE), shown, lambda one: str(one.notice_id)
    )


def _assistances(here: Accounts, holder: str) -> list[Json]:
    return [
        {
            "assistance_id": case.assistance_id,
            "by": case.helper_name,
            "why": str(case.why),
            "place": case.place,
            "opened_at": rfc3339(case.opened_at),
            "acts": [{"name": act.what, "at": rfc3339(act.at), "outcome": act.outcome or None} for act in case.acts],
        }
        for case in here.assistances.of(holder)
    ]


def _departure(here: Accounts, holder: str) -> Json | None:
    departure = here.leaving.read(holder)
    if departure is None:
        return None
    return {"state": str(departure.state), "asked_at": rfc3339(departure.asked_at)}


def _time(instant: int | None) -> str | None:
    """An instant, nothing for what has none."""
    return None if instant is None else rfc3339(instant)


def _cursor(listed: Any) -> str:
    """Where a page of appeals ended."""
    from chalicelib.status.appeals.holding import cursor

    return cursor(listed)


def _newest(
    page: Callable[[str | None], Sequence[One]], shown: Callable[[One], Json], cursor: Callable[[One], str]
) -> Part:
    """The newest of a list that comes in pages, as far as there is room."""
    entries: list[Json] = []
    before, room = None, ROOM
    while room > 0:
        found = page(before)
        told = [shown(one) for one in found]
        entries, room = entries + told, room - _size(told)
        if len(found) < PAGE:
            return Part(entries, None)
        before = cursor(found[-1])
    return Part(entries, before)


def _size(told: list[Json]) -> int:
    """What it takes at most: a function hands its answer over as a text within JSON, in ASCII."""
    return len(json.dumps(json.dumps(told)))
