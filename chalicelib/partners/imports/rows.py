"""The kinds of file that departments hand in: what their rows look like, which scope they need, and who takes them.

A row goes the way that a request with the same content goes, through the same checks; only the HTTP around it is left
out. One row here is all that another kind of file takes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, Protocol

import msgspec

from chalicelib.codes.cards.reporting import CardReports, ReportCard
from chalicelib.partners.imports.formats import Columns
from chalicelib.partners.imports.model import ImportKind
from chalicelib.people.tags.form import ReportTag
from chalicelib.people.tags.service import TagBook
from chalicelib.status.evidence.form import ReportEvidence
from chalicelib.status.evidence.kinds import KINDS as KINDS_OF_EVIDENCE
from chalicelib.status.evidence.reported import Source
from chalicelib.status.evidence.reporting import Reports

ATTRIBUTES = sorted({name for kind in KINDS_OF_EVIDENCE.values() if kind.reportable for name in kind.attributes})


class Take(Protocol):
    """Takes one row; answers whether the same came before. Raises a `Refusal`, and bears repeating."""

    def __call__(self, source: Source, row: Any, /, *, now: float) -> bool: ...


class RowKind(NamedTuple):
    """What the rows of one kind of file are. Rows with the same `reference` are taken in the order of the file."""

    shape: type[msgspec.Struct]
    columns: Columns
    scope: str


ROWS: dict[ImportKind, RowKind] = {
    ImportKind.EVIDENCE: RowKind(
        ReportEvidence,
        Columns(
            ("document_type", "document_number", "kind", "happened_at", "reference"),
            ("valid_until", *(f"attributes.{name}" for name in ATTRIBUTES)),
        ),
        "evidence:write",
    ),
    ImportKind.TAGS: RowKind(
        ReportTag, Columns(("document_type", "document_number", "tag", "expires_at", "reference"), ()), "tag:report"
    ),
    ImportKind.CARDS: RowKind(
        ReportCard,
        Columns(("card_type", "card_number", "document_type", "document_number", "reference"), ()),
        "card:report",
    ),
}
Takers = Mapping[ImportKind, Callable[[], Take]]


def takers(
    reports: Callable[[], Reports], tags: Callable[[], TagBook], cards: Callable[[], CardReports]
) -> dict[ImportKind, Callable[[], Take]]:
    """Who takes the rows of each kind, each made when the first file of its kind is read."""

    def evidence() -> Take:
        takes = reports()
        return lambda source, row, *, now: takes.report(source, row.said(), now=now).repeated

    def groups() -> Take:
        takes = tags()
        return lambda source, row, *, now: takes.report(source, row.said(), now=now)

    return {
        ImportKind.EVIDENCE: evidence,
        ImportKind.TAGS: groups,
        ImportKind.CARDS: lambda: cards().report,
    }
