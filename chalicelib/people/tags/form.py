"""How departments write a tag down: the JSON of one person in one group."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from chalicelib.people.tags.model import Group
from chalicelib.status.evidence.form import Instant, Reference, Text
from chalicelib.status.residents import Document

if TYPE_CHECKING:
    from chalicelib.people.tags.service import Said


class ReportTag(msgspec.Struct):
    """One person belongs to one group, until an instant (RFC 3339 with an offset)."""

    document_type: Text
    document_number: Text
    tag: Group
    expires_at: Instant
    reference: Reference

    def said(self) -> Said:
        """What is reported, as a value."""
        from chalicelib.people.tags.service import Said

        ends = int(self.expires_at.timestamp() // 1)
        return Said(Document(self.document_type, self.document_number), self.tag, ends, self.reference)
