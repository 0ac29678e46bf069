"""Leaving: asked for, taken back, and carried out when the days to think it over have passed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from chalicelib.accounts.model import OVER, Departure, Event, OutOfTurn, State, moved
from chalicelib.accounts.refusals import AccountContended, DependantsFirst, LeavingNow, NotLeaving
from chalicelib.accounts.store import SHARDS, DepartureStore
from chalicelib.platform import telemetry
from chalicelib.platform.passing import is_passing_fault

ATTEMPTS = 5

Step = Callable[[str, int], None]
"""Takes one thing from a holder who leaves; taking it again changes nothing."""


class Leaving:
    """Lets people go, and sees to it that nothing of them is left that no law keeps."""

    def __init__(
        self,
        store: DepartureStore,
        *,
        steps: Mapping[str, Step],
        has_dependants: Callable[[str, int], bool],
        tell: Callable[[str, str, int], None],
    ) -> None:
        self._store = store
        self._steps = steps
        self._has_dependants = has_dependants
        self._tell = tell

    def ask(self, holder: str, *, now: int) -> Departure:
        """Begin the days to think it over; asked before, it stays as it was. Raises a `Refusal`."""
        departure = self._asked(holder, now)
        self._tell(holder, "leaving_asked", departure.asked_at)
        return departure

    def _asked(self, holder: str, now: int) -> Departure:
        """The departure that was asked for, now or before; raises a `Refusal`."""
        for _ in range(ATTEMPTS):
            old = self._store.get(holder)
            if old is not None and old.state not in OVER:
                return _still_there(old)
            if self._has_dependants(holder, now):
                raise DependantsFirst
            new = Departure(holder, now)
            if self._store.put(new, old=old):
                return new
        raise AccountContended

    def withdraw(self, holder: str, *, now: int) -> Departure:
        """Change one's mind; raises a `Refusal`."""
        for _ in range(ATTEMPTS):
            old = self._store.get(holder)
            if old is None or old.state is State.LEFT:
                raise NotLeaving
            if old.state is State.WITHDRAWN:
                return old
            try:
                new = moved(_still_there(old), Event.WITHDRAW)
            except OutOfTurn:
                raise LeavingNow from None
            if self._store.put(new, old=old):
                self._tell(holder, "leaving_withdrawn", now)
                return new
        raise AccountContended

    def read(self, holder: str) -> Departure | None:
        """How it stands; None for who never asked, changed their mind, or has come back."""
        departure = self._store.get(holder)
        return departure if departure and departure.state not in OVER else None

    def run(self, *, now: int) -> int:
        """What the schedule does: carry out what is due. Answers how many have left; one that fails stays due."""
        holders = [holder for shard in SHARDS for holder in self._store.due(shard, now=now)]
        return sum(self._tried(holder, now) for holder in holders)

    def carry_out(self, holder: str, *, now: int) -> Departure | None:
        """Take everything, step by step, each noted when it is behind us; None where somebody came in between."""
        departure = self._store.get(holder)
        if departure is None or departure.state not in {State.ASKED, State.LEAVING} or now < departure.due_at:
            return departure
        if departure.state is State.ASKED:
            departure = self._stored(departure, moved(departure, Event.BEGIN))
        for name, step in self._steps.items():
            if departure is None:
                return None
            if name not in departure.done:
                step(holder, now)
                departure = self._stored(departure, replace(departure, done=(*departure.done, name)))
        return departure and self._stored(departure, moved(departure, Event.FINISH))

    def _tried(self, holder: str, now: int) -> bool:
        """Whether somebody has left by now."""
        try:
            departure = self.carry_out(holder, now=now)
        except Exception as error:
            if not is_passing_fault(error):
                telemetry.fault("close_accounts", error)
            telemetry.count("DeparturesFailed")
            return False
        return departure is not None and departure.state is State.LEFT

    def _stored(self, old: Departure, new: Departure) -> Departure | None:
        """The new state, None where somebody else has stored another."""
        return new if self._store.put(new, old=old) else None


def _still_there(departure: Departure) -> Departure:
    """Refuse where the way back is closed; raises `LeavingNow`."""
    if departure.state is State.LEAVING:
        raise LeavingNow
    return departure
