"""Having a paper made, having it made again, and reporting it lost. One conditional write each; all else follows it."""

from __future__ import annotations

from typing import NamedTuple

from chalicelib.codes.carriers_store import CarrierStore, Kept
from chalicelib.codes.paper.model import Paper, PaperEvent, PaperState, Slot, again_at, replaced
from chalicelib.codes.paper.press import Made, Press
from chalicelib.codes.paper.refusals import PaperContended, PaperNotFound, PaperNotGood, TooManyPapers
from chalicelib.codes.refusals import HolderSuspended
from chalicelib.people.notices import Notices
from chalicelib.platform.http.creation import Creation
from chalicelib.platform.http.refusals import IdempotencyKeyReused
from chalicelib.platform.times import rfc3339
from chalicelib.status.model import HolderStatus, Standing
from chalicelib.status.register import StatusRegister
from chalicelib.trust.fields import Fields

ATTEMPTS = 5
"""How often a slot is read again because somebody else wrote it first."""

DEATHS = {PaperState.LOST: "paper_lost", PaperState.ENDED: "paper_ended"}
"""What a holder is told when a paper dies without another in its place."""


class Print(NamedTuple):
    """What a paper shows: the record, the symbol's text, and the masked name."""

    paper: Paper
    text: str
    masked_name: str


class Papers:
    """The papers of one city. `by` is who acts for the holder (a masked name), empty for the holder."""

    def __init__(
        self, press: Press, *, register: StatusRegister, store: CarrierStore, fields: Fields, notices: Notices
    ) -> None:
        self._press = press
        self._register = register
        self._store = store
        self._fields = fields
        self._notices = notices

    def issue(self, holder: str, creation: Creation, *, now: float, by: str = "") -> Paper:
        """A new paper in place of whatever paper there was, which is dead from the same write on.

        1. The same wish again is answered with the paper it led to; telling the holder again tells once.
        2. Refuse a holder whose codes are not honoured, or who had many papers made.
        3. Take an entry of a status list, sign and seal. Whoever is killed after this has wasted the entry.
        4. Write the slot where nobody wrote it meanwhile; else look at it again.

        Raises `HolderSuspended`, `TooManyPapers`, `IdempotencyKeyReused`, `PaperContended`.
        """
        made: Made | None = None
        for _ in range(ATTEMPTS):
            kept = self._store.get(holder)
            before = kept.slot.made_by(creation.record_id) if kept else None
            if kept and before:
                return self._known(holder, kept.slot, before, creation)
            if made is None:
                self._refuse(holder, kept, now)
                made = self._press.make(holder, creation, now=now, by=by)
            slot = replaced(kept.slot if kept else None, made.paper)
            if self._store.put(holder, slot, self._sealed(holder, made, now), after=kept):
                return self._told_of_issue(holder, slot, made.paper)
        raise PaperContended

    def of(self, holder: str) -> tuple[Paper, ...]:
        """A holder's papers that have not been forgotten, newest first."""
        kept = self._store.get(holder)
        return kept.slot.papers if kept else ()

    def lose(self, holder: str, paper_id: str, *, now: float, by: str = "") -> Paper:
        """Report a paper lost, for good. One that was dead before stays as it died.

        Raises `PaperNotFound`, `PaperContended`.
        """
        for _ in range(ATTEMPTS):
            kept, paper = self._found(holder, paper_id)
            if paper != kept.slot.present:
                return paper
            after = paper.after(PaperEvent.LOSE, now=int(now), by=by)
            if self._becomes(holder, kept, after):
                return self._told_of_death(holder, after)
        raise PaperContended

    def end(self, holder: str, *, now: float, by: str = "") -> None:
        """Let a holder's paper end with the account; again, and without a paper, it changes nothing."""
        for _ in range(ATTEMPTS):
            kept = self._store.get(holder)
            if kept is None:
                return
            after = kept.slot.present.after(PaperEvent.END, now=int(now), by=by)
            if self._becomes(holder, kept, after):
                self._told_of_death(holder, after)
                return
        raise PaperContended

    def to_print(self, holder: str, paper_id: str, *, now: float) -> Print:
        """What the living paper shows; raises `PaperNotFound`, `PaperNotGood` or `HolderSuspended`."""
        kept, paper = self._found(holder, paper_id)
        if not paper.is_good(now):
            raise PaperNotGood(state=paper.shown_state(now))
        status = self._active(holder)
        name = self._fields.open(status.masked_name, context=f"status#{holder}", now=now)
        return Print(paper, self._fields.open(kept.text, context=_context(holder), now=now), name)

    def _known(self, holder: str, slot: Slot, paper: Paper, creation: Creation) -> Paper:
        """The answer to a wish that was fulfilled before."""
        if paper.digest != creation.digest:
            raise IdempotencyKeyReused
        return self._told_of_issue(holder, slot, paper)

    def _refuse(self, holder: str, kept: Kept | None, now: float) -> None:
        """Refuse whoever may have no paper made at present."""
        self._active(holder)
        wait_until = again_at(kept.slot if kept else None, now=int(now))
        if wait_until is not None:
            raise TooManyPapers(retry_after_s=wait_until - int(now), again_at=rfc3339(wait_until))

    def _active(self, holder: str) -> HolderStatus:
        """The status of a holder whose codes are honoured; raises `HolderSuspended`."""
        status = self._register.read(holder)
        if status is None or status.standing is not Standing.ACTIVE:
            raise HolderSuspended
        return status

    def _sealed(self, holder: str, made: Made, now: float) -> bytes:
        """The text of a symbol as it rests: whoever holds it can be the holder."""
        return self._fields.seal(made.text, context=_context(holder), now=now)

    def _becomes(self, holder: str, kept: Kept, after: Paper) -> bool:
        """Store what became of the present paper, if anything did; False where somebody was quicker."""
        unchanged = after == kept.slot.present
        return unchanged or self._store.put(holder, Slot(after, kept.slot.past), kept.text, after=kept)

    def _found(self, holder: str, paper_id: str) -> tuple[Kept, Paper]:
        """A holder's slot and the paper of a number; raises `PaperNotFound`."""
        kept = self._store.get(holder)
        paper = kept.slot.find(paper_id) if kept else None
        if kept is None or paper is None:
            raise PaperNotFound
        return kept, paper

    def _told_of_issue(self, holder: str, slot: Slot, paper: Paper) -> Paper:
        """Tell the holder of a new paper, once however often this is done."""
        before = slot.before(paper)
        facts = _facts(paper.paper_id, paper.issued_by) | ({"replaced": before.paper_id} if before else {})
        self._tell(holder, "paper_replaced" if before else "paper_issued", facts, at=paper.issued_at)
        return paper

    def _told_of_death(self, holder: str, paper: Paper) -> Paper:
        """Tell the holder that a paper is dead, likewise."""
        self._tell(holder, DEATHS[paper.state], _facts(paper.paper_id, paper.ended_by), at=paper.since)
        return paper

    def _tell(self, holder: str, kind: str, facts: dict[str, str], *, at: int) -> None:
        """A notice whose id follows from what it tells."""
        self._notices.tell(holder, kind, facts, event=f"{kind}#{facts['paper_id']}", now=at)


def _facts(paper_id: str, by: str) -> dict[str, str]:
    """Which paper, and who did it where it was not the holder."""
    return {"paper_id": paper_id} | ({"by": by} if by else {})


def _context(holder: str) -> str:
    """What the sealed text of a paper is bound to."""
    return f"carrier#{holder}"
