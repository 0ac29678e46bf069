"""Reading overrides: one, a month of them, what its holder is told, and who had a part in it."""

from __future__ import annotations

from typing import NamedTuple

from chalicelib.status.explain import OverrideWords
from chalicelib.status.overrides.grounds import GROUNDS
from chalicelib.status.overrides.model import Event, Override, Step
from chalicelib.status.overrides.refusals import OverrideNotFound
from chalicelib.status.overrides.report import Row, report
from chalicelib.status.overrides.store import OverrideStore
from chalicelib.status.overrides.words import Wording, Words

PAGE_SIZE = 20
REVIEWED = frozenset({Event.EXEMPTED, Event.VOIDED})


class Opened(NamedTuple):
    """An override with all that is sealed in it, opened: its words, and the note of each step in order."""

    override: Override
    words: Words
    notes: list[str]


class OverrideReader:
    """Reads overrides."""

    def __init__(self, store: OverrideStore, wording: Wording) -> None:
        self._store = store
        self._wording = wording

    def opened(self, override: Override, *, now: float) -> Opened:
        """An override for officers."""
        words = self._wording.open(override.override_id, override.words, now=now)
        return Opened(override, words, [self._note(override, step, now) for step in override.steps])

    def one(self, override_id: str) -> Override:
        """An override; raises `OverrideNotFound`."""
        override = self._store.get(override_id)
        if override is None:
            raise OverrideNotFound
        return override

    def page(self, month: str, *, before: str) -> list[Override]:
        """A page of a month, newest first."""
        return list(self._store.of_month(month, before=before, size=PAGE_SIZE))

    def report(self, month: str, *, now: float) -> list[Row]:
        """All of a month, by officer and ground."""
        return report(self._store.of_month(month), now=now)

    def explained(self, override_id: str, *, now: float) -> OverrideWords | None:
        """What the people concerned are told: the ground, the officers' own words, and which officers."""
        override = self._store.get(override_id)
        if override is None:
            return None
        reason = self._wording.open(override_id, override.words, now=now).reason
        by = tuple(step.by_name for step in (override.proposer, *override.approvals))
        return OverrideWords(override_id, GROUNDS[override.ground].law, reason, by)

    def parties(self, override_id: str) -> frozenset[str]:
        """The holder ids of all officers who had a part in it, empty where there is none: none of them reviews it.

        Who reviewed an appeal against it has none: the next appeal is theirs to review as well.
        """
        override = self._store.get(override_id)
        return frozenset(step.by for step in override.steps if step.event not in REVIEWED) if override else frozenset()

    def _note(self, override: Override, step: Step, now: float) -> str:
        return self._wording.open_note(override.override_id, step.note, now=now)
