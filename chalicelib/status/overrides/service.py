"""Overrides as the rooms beside them see them: what was decided, who had a part in it, and taking it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chalicelib.status.explain import OverrideWords
    from chalicelib.status.overrides.decide import Decisions
    from chalicelib.status.overrides.reading import OverrideReader
    from chalicelib.status.residents import Officer


class Overrides:
    """What explanations (status/explain.py) and appeals ask of overrides."""

    def __init__(self, reader: OverrideReader, decisions: Decisions) -> None:
        self._reader = reader
        self._decisions = decisions

    def explained(self, override_id: str, *, now: float) -> OverrideWords | None:
        """What officers decided, in their words; None where there is none of this id."""
        return self._reader.explained(override_id, now=now)

    def parties(self, override_id: str) -> frozenset[str]:
        """The holder ids of the officers who proposed, approved or ended it; none where there is none of this id."""
        return self._reader.parties(override_id)

    def void(self, override_id: str, *, by: Officer, note: str, now: int, holder: str = "") -> None:
        """Let it count no more, for one holder or (without) for anybody; repeating it changes nothing."""
        self._decisions.void(override_id, by=by, note=note, now=now, holder=holder)
