"""How departments write evidence down: the JSON of one fact, and of taking one back."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec

from chalicelib.status.evidence.kinds import REPORTABLE
from chalicelib.status.evidence.reported import REFERENCE, Reported, VoidReason
from chalicelib.status.residents import Document

Text = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
Instant = Annotated[datetime, msgspec.Meta(tz=True)]
Reference = Annotated[
    str, msgspec.Meta(max_length=64, pattern=REFERENCE, description="Your own key for it, which names nobody")
]


class ReportEvidence(msgspec.Struct):
    """One fact about one person. Times are RFC 3339 with an offset; `attributes` depend on the kind."""

    document_type: Text
    document_number: Text
    kind: Annotated[Text, msgspec.Meta(extra_json_schema={"enum": list(REPORTABLE)})]
    happened_at: Instant
    reference: Reference
    attributes: Annotated[dict[str, str], msgspec.Meta(max_length=16)] = {}
    valid_until: Instant | None = None

    def said(self) -> Reported:
        """What is reported, as a value."""
        return Reported(
            document=Document(self.document_type, self.document_number),
            kind=self.kind,
            happened_at=_seconds(self.happened_at),
            attributes=self.attributes,
            reference=self.reference,
            valid_until=None if self.valid_until is None else _seconds(self.valid_until),
        )


class VoidEvidence(msgspec.Struct):
    """Take back what was reported under a reference, or will be."""

    reference: Reference
    reason: VoidReason


def _seconds(instant: datetime) -> int:
    """An instant as the Unix second it lies in."""
    return int(instant.timestamp() // 1)
