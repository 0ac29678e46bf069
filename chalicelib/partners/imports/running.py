"""What moves imports on: the file that comes, the table's own stream from one turn to the next, and a sweep.

Each checkpoint is one conditional write that moves the place in the file and the counts together, and its record in the
stream begins the next turn. Whoever takes a turn holds a lease first. Killed anywhere, the lease ends and the sweep
wakes the import at its checkpoint; told twice, the second finds the turn taken or done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from chalicelib.partners.imports.model import (
    LARGEST_BYTES,
    STALLED_S,
    WAITING_S,
    Event,
    Import,
    State,
    file_key,
    import_of,
    moved,
)
from chalicelib.partners.imports.refusals import (
    FileChanged,
    FileNeverCame,
    FileTooLarge,
    ImportStalled,
    NoLongerEntitled,
)
from chalicelib.partners.imports.rows import ROWS
from chalicelib.partners.imports.store import ImportStore, RefusedRows
from chalicelib.partners.imports.tally import Turned
from chalicelib.partners.imports.turns import Turns
from chalicelib.platform import telemetry
from chalicelib.platform.clock import Clock
from chalicelib.platform.http.refusals import Refusal, Unprocessable
from chalicelib.platform.records import Record, in_order
from chalicelib.platform.uploads import Uploads

LEASE_S = 90
"""How long a turn is left to whoever takes it: longer than the function may run."""

REST_S = 60
"""How long an import rests when the store could not go on; the next sweep after it wakes it."""

Entitled = Callable[[str, str], bool]
"""Whether a client (by its id) has a scope at this moment."""


class Running:
    """Moves imports on."""

    def __init__(
        self, store: ImportStore, refused: RefusedRows, uploads: Uploads, *, turns: Turns, entitled: Entitled
    ) -> None:
        self._store = store
        self._refused = refused
        self._uploads = uploads
        self._turns = turns
        self._entitled = entitled

    def arrived(self, key: str, *, now: int) -> None:
        """A file has come. It may be told twice, or late; and one that nobody waits for is deleted."""
        import_id = import_of(key)
        if not import_id:
            return
        one = self._store.get(import_id)
        if one is None or not one.is_open:
            self._uploads.delete(key)
        elif one.state is State.WAITING:
            self._begin(one, now)

    def continued(self, records: Iterable[Record], *, clock: Clock) -> list[str]:
        """Follow the stream of the imports table; answers the sequence number to resume from, if one failed."""
        return in_order(records, lambda record: self._follow(record, clock), function="continue_imports")

    def sweep(self, *, now: int) -> int:
        """Wake what was told and did not hear, end what waits in vain; answers how many imports are open."""
        found = self._store.all_open()
        for import_id in found:
            try:
                self._look_after(import_id, now)
            except Exception as error:
                telemetry.fault("sweep_imports", error)
        return len(found)

    def _follow(self, record: dict[str, Any], clock: Clock) -> None:
        """A turn, where one is due; the file goes when the import is over."""
        image = record.get("NewImage")
        if image is None:
            return
        import_id, state = image["import_id"]["S"], State(image["state"]["S"])
        if state is State.RUNNING and image["lease_until"]["N"] == "0":
            self._take_turn(import_id, int(image["turn"]["N"]), clock)
        elif state not in {State.WAITING, State.RUNNING}:
            self._uploads.delete(file_key(import_id))
            telemetry.count("ImportsEnded", state=state)

    def _begin(self, one: Import, now: int) -> None:
        """Begin to read a file that is there."""
        found = self._uploads.find(file_key(one.import_id))
        if found is None:
            return
        if found.size > LARGEST_BYTES:
            self._fail(one, FileTooLarge(limit_bytes=LARGEST_BYTES), now)
            return
        self._store.replace(one, moved(one, Event.ARRIVE, now=now, bytes=found.size, version=found.version))

    def _take_turn(self, import_id: str, turn: int, clock: Clock) -> None:
        """Take the turn behind a checkpoint, unless somebody else has it or had it."""
        now = int(clock())
        one = self._store.get(import_id)
        if one is None or one.state is not State.RUNNING or one.turn != turn or one.lease_until > now:
            return
        if not self._entitled(one.client_id, ROWS[one.kind].scope):
            self._fail(one, NoLongerEntitled(), now)
            return
        held = msgspec.structs.replace(one, lease_until=now + LEASE_S)
        if self._store.replace(one, held):
            self._carry_out(held, now, clock)

    def _carry_out(self, held: Import, now: int, clock: Clock) -> None:
        """The turn: rows, then those that were refused, then the checkpoint."""
        self._refused.forget_behind(held)
        try:
            turned = self._turns.run(held, now=now)
        except Unprocessable as refusal:
            if held.offset or not isinstance(refusal, FileChanged) or not self._begun_anew(held, now):
                self._fail(held, refusal, now)
            return
        self._refused.keep(held, turned.refused)
        self._store.replace(held, _checkpoint(held, turned, int(clock())))
        if turned.waits:
            telemetry.count("ImportsWaitingForTheStore")

    def _begun_anew(self, held: Import, now: int) -> bool:
        """Whether a file that came once more, before anything of it was read, is read in place of the first."""
        found = self._uploads.find(file_key(held.import_id))
        if found is None or found.version == held.version:
            return False
        there = {"bytes": found.size, "version": found.version, "turn": held.turn + 1, "lease_until": 0}
        return self._store.replace(held, msgspec.structs.replace(held, moved_at=now, **there))

    def _look_after(self, import_id: str, now: int) -> None:
        """What the sweep does with one import."""
        one = self._store.get(import_id)
        if one is None or not one.is_open or one.lease_until > now:
            return
        if one.state is State.WAITING:
            self._begin(one, now)
            if one.created_at + WAITING_S <= now:
                self._fail(one, FileNeverCame(), now)
        elif one.moved_at + STALLED_S <= now:
            self._fail(one, ImportStalled(), now)
        else:
            self._store.replace(one, msgspec.structs.replace(one, lease_until=0, woken_at=now))

    def _fail(self, one: Import, refusal: Refusal, now: int) -> None:
        """End an import with the reason, unless it has moved on."""
        self._store.replace(one, moved(one, Event.FAIL, now=now, lease_until=0, problem=refusal.problem()))


def _checkpoint(held: Import, turned: Turned, now: int) -> Import:
    """The import after a turn; one that the store could not go on with, or that came no further, rests."""
    after = msgspec.structs.replace(turned.after, turn=held.turn + 1, lease_until=0)
    if turned.ended:
        return moved(after, Event.FINISH, now=now)
    came_further = after.offset > held.offset
    rest_until = 0 if came_further and not turned.waits else now + REST_S
    return msgspec.structs.replace(after, lease_until=rest_until, moved_at=now if came_further else held.moved_at)
