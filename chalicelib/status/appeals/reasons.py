"""What a holder can object to: the facts that are known of them, and the overrides that concern them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from chalicelib.status.appeals.model import STATUS, About, AboutKind, about_in
from chalicelib.status.appeals.refusals import UnknownMatter
from chalicelib.status.evidence.model import MANUAL, Evidence

if TYPE_CHECKING:
    from chalicelib.status.evidence.store import EvidenceReader


class Reasons:
    """Knows the reasons of a holder's status, past and to come, that nobody has voided yet."""

    def __init__(self, evidence: EvidenceReader) -> None:
        self._evidence = evidence

    def named(self, texts: Iterable[str], holder: str) -> tuple[About, ...]:
        """Reasons of a holder as `GET /v1/status` gave them out, each once; raises `UnknownMatter`."""
        wanted = dict.fromkeys(texts)
        return tuple(self._known(list(wanted), holder)) if wanted else ()

    def overrides(self, holder: str) -> list[str]:
        """The ids of the overrides that concern a holder."""
        return [about.id for about in self._of(holder) if about.kind is AboutKind.OVERRIDE]

    def _known(self, texts: list[str], holder: str) -> list[About]:
        """Read what is named, and refuse what is no reason of this holder."""
        try:
            named = [about_in(text) for text in texts]
        except ValueError as error:
            raise UnknownMatter from error
        if any(about != STATUS for about in named) and not {STATUS, *self._of(holder)}.issuperset(named):
            raise UnknownMatter
        return named

    def _of(self, holder: str) -> set[About]:
        return set(map(about_of, self._evidence.of(holder)))


def about_of(fact: Evidence) -> About:
    """What an appeal against a fact is about: where officers made it, their override."""
    if fact.kind == MANUAL:
        return About(AboutKind.OVERRIDE, fact.attributes["override"])
    return About(AboutKind.EVIDENCE, fact.evidence_id)
