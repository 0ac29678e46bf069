"""What follows a decision: the rulebook's next edition, the sweep over all holders, and the journal.

1. The edition is added to the rulebook. From then on whoever is recomputed has it, and newcomers begin under it.
2. The sweep over all holders is put up.
3. The roll-out is marked as begun; and as complete when its sweep is.

Each is put where it is absent, under the id of the roll-out, in this order: whoever is killed in between, or does the
same twice at once, leaves nothing that the next run does not complete.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from chalicelib.platform import telemetry
from chalicelib.platform.times import rfc3339
from chalicelib.status.policy.life import Event, RollOut, State, Step, takes_effect
from chalicelib.status.policy.roll_out_store import RollOutStore
from chalicelib.status.policy.rulebook import Entry, Rulebook, Rulebooks
from chalicelib.status.policy.sweep_model import Sweep, SweepKind
from chalicelib.status.policy.sweep_store import SweepStore
from chalicelib.trust.journal import Journal

CHAIN = "policies"
"""The chain of the journal in which every step of every roll-out stands."""


class TakingEffect:
    """Carries decisions out."""

    def __init__(
        self,
        store: RollOutStore,
        *,
        rulebooks: Rulebooks,
        sweeps: SweepStore,
        journal: Journal,
        population: Callable[[], int],
    ) -> None:
        self._store = store
        self._rulebooks = rulebooks
        self._sweeps = sweeps
        self._journal = journal
        self._population = population

    def run(self, *, now: int) -> None:
        """Take every roll-out as far as it goes now; one that cannot be waits for the next run, and for itself only."""
        for roll_out in self._store.all():
            try:
                self._journalled(self._advanced(roll_out, now), now)
            except Exception as error:
                telemetry.fault("roll_outs", error)
                telemetry.count("RollOutsDelayed")

    def begin(self, roll_out: RollOut, *, now: int) -> RollOut:
        """Let an approved roll-out take effect; another one is left as it is. Raises `RulebookContended`."""
        if roll_out.state is not State.APPROVED:
            return roll_out
        undone = self._store.get(roll_out.undoes) if roll_out.undoes else None
        book = self._rulebooks.extended(lambda book: _entries(book, roll_out, undone), by=roll_out.roll_out_id, now=now)
        self._sweeps.open(
            Sweep(
                roll_out.roll_out_id,
                SweepKind.ROLL_OUT,
                roll_out.policy,
                takes_effect(roll_out),
                book.edition,
                created_at=now,
                about=self._population(),
            )
        )
        begun = roll_out.after(Event.BEGUN, by="", by_name="", at=now)
        begun = msgspec.structs.replace(begun, edition=book.edition, since=takes_effect(roll_out))
        return self._moved(roll_out, begun)

    def _advanced(self, roll_out: RollOut, now: int) -> RollOut:
        """The roll-out as far as it goes now."""
        roll_out = self.begin(roll_out, now=now)
        if roll_out.state is not State.ROLLING_OUT:
            return roll_out
        progress = self._sweeps.progress(roll_out.roll_out_id)
        if progress is None or progress.finished_at is None:
            return roll_out
        note = f"{progress.done} holders, {progress.failed} failed"
        return self._moved(roll_out, roll_out.after(Event.COMPLETED, by="", by_name="", at=now, note=note))

    def _moved(self, old: RollOut, new: RollOut) -> RollOut:
        """The roll-out as it is stored now, by us or by whoever was quicker."""
        if self._store.move(old, new):
            return new
        return self._store.get(old.roll_out_id) or new

    def _journalled(self, roll_out: RollOut, now: int) -> None:
        """Write the steps down that the journal does not have yet."""
        missing = roll_out.steps[roll_out.journalled :]
        for step in missing:
            step_id = f"{roll_out.roll_out_id}:{step.n}"
            self._journal.append(CHAIN, step_id=step_id, what=_what(roll_out, step), now=now)
        if missing:
            self._store.mark_journalled(roll_out, len(roll_out.steps))


def _entries(book: Rulebook, roll_out: RollOut, undone: RollOut | None) -> tuple[Entry, ...]:
    """The entries of the next edition: one more, or one less where what is undone has not taken effect yet."""
    since = takes_effect(roll_out)
    if undone is not None and undone.since > since:
        return tuple(entry for entry in book.entries if entry != Entry(undone.since, undone.policy))
    return book.with_entry(Entry(since, roll_out.policy))


def _what(roll_out: RollOut, step: Step) -> dict[str, str]:
    """A step as the journal keeps it."""
    effective = "with its approval" if roll_out.effective_from is None else rfc3339(roll_out.effective_from)
    told = {
        "roll_out": roll_out.roll_out_id,
        "event": str(step.event),
        "policy": roll_out.policy,
        "effective_from": effective,
        "undoes": roll_out.undoes,
        "by": step.by,
        "by_name": step.by_name,
        "at": rfc3339(step.at),
        "note": step.note,
    }
    return {name: value for name, value in told.items() if value}
