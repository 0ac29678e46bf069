"""What a sweep does with each holder: recompute them under the new rulebook, or count what would become of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

from chalicelib.status.ledger import Kept
from chalicelib.status.policy.sweep_model import Sweep, turned
from chalicelib.status.timeline import segment_at, spliced, timeline

if TYPE_CHECKING:
    from chalicelib.status.evidence.model import Evidence
    from chalicelib.status.policy.rulebook import Rulebook, Rulebooks
    from chalicelib.status.policy.sweep import Visit


class Recomputes(Protocol):
    """Keeps stored timelines in step (status/recompute.py)."""

    def holder(
        self, holder: str, *, now: int, cause: str, book: Rulebook | None = None, seen: Kept | None = None
    ) -> Kept | None:
        """Recompute one holder, from this status and under this rulebook where they are not outdated."""


class Knows(Protocol):
    """All that is known of holders (status/evidence/store.py)."""

    def of(self, subject: str) -> Sequence[Evidence]:
        """What counts about one holder."""


def roll_out(recompute: Recomputes, rulebooks: Rulebooks) -> Callable[[Sweep], Visit]:
    """Recompute whoever has not come to the new edition yet, by evidence of their own or by a run that was killed.

    The rulebook is read once for all of them. Where a newer edition is made meanwhile, nobody who has it already goes
    back, and the others are visited by its own sweep.
    """

    def visiting(sweep: Sweep) -> Visit:
        book = rulebooks.current()

        def visit(kept: Kept, *, now: int) -> str:
            if kept.edition < sweep.edition:
                recompute.holder(kept.holder, now=now, cause="policy", book=book, seen=kept)
            return ""

        return visit

    return visiting


def dry_run(evidence: Knows, rulebooks: Rulebooks) -> Callable[[Sweep], Visit]:
    """Count the colour at the sweep's instant under the rulebook as it was when it began, and under the candidate.

    Both are worked out from the evidence, so it makes no difference when a holder is visited, and nothing is changed.
    """

    def visiting(sweep: Sweep) -> Visit:
        present = rulebooks.prepared(rulebooks.edition(sweep.edition))
        candidate = rulebooks.ready(sweep.policy)

        def visit(kept: Kept, *, now: int) -> str:
            known = evidence.of(kept.holder)
            before = segment_at(spliced(known, present), sweep.at).colour
            return turned(before, segment_at(timeline(known, candidate), sweep.at).colour)

        return visit

    return visiting
