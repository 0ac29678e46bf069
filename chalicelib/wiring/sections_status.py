"""What an export says of a person and their colour."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from chalicelib.accounts.exporting import Part
from chalicelib.platform.times import rfc3339
from chalicelib.wiring.sections_form import PAGE, Json, newest, time_or_none

if TYPE_CHECKING:
    from chalicelib.status.explain import ExplainedChange
    from chalicelib.wiring.accounts import Accounts


def identity(here: Accounts, holder: str, now: float) -> Json | None:
    """Name and document, as the registers confirmed them."""
    known = here.identity_records.identity(holder, now=now)
    if known is None:
        return None
    return {
        "name": known.name,
        "document_type": known.document_type,
        "document_number": known.document_number,
        "born": known.born,
    }


def status(here: Accounts, holder: str, now: int) -> Json:
    """The colour of now, with its reasons."""
    told = here.explanations.status(holder, now=now)
    return {
        "colour": str(told.colour),
        "since": time_or_none(told.since),
        "until": time_or_none(told.until),
        "policy": told.policy,
        "reasons": [{"rule": one.rule, "zh": one.words.zh, "en": one.words.en} for one in told.reasons],
    }


def history(here: Accounts, holder: str, now: int) -> Part:
    """The colours before, newest first."""

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

    return newest(page, shown, lambda one: str(one.change.sequence))


def evidence(here: Accounts, holder: str) -> list[Json]:
    """What was ever reported."""
    return [
        {
            "kind": one.kind,
            "happened_at": rfc3339(one.happened_at),
            "reported_at": rfc3339(one.reported_at),
            "valid_until": time_or_none(one.valid_until),
            "source": one.source_name,
            "attributes": dict(one.attributes),
        }
        for one in here.evidence.ever_known(holder)
    ]


def appeals(here: Accounts, holder: str, now: float) -> Iterator[Json]:
    """Every appeal with its texts."""
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
                "decided_at": time_or_none(listed.decided_at or None),
                "text": opened.text,
                "answer": opened.reason,
                "attachments": [
                    {"n": one.n, "media_type": one.media_type, "size": one.size} for one in opened.appeal.attachments
                ],
            }
        before = _cursor(page[-1])


def _cursor(listed: Any) -> str:
    """Where a page of appeals ended."""
    from chalicelib.status.appeals.holding import cursor

    return cursor(listed)
