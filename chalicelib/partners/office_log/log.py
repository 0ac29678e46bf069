"""Keeps the log of officers (the Protocol of platform/http/office.py)."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from chalicelib.partners.office_log.model import Entry, ids_of_ours
from chalicelib.partners.office_log.store import OfficeLogStore
from chalicelib.platform import telemetry
from chalicelib.platform.http.office import Deed
from chalicelib.platform.passing import is_passing_fault
from chalicelib.status.refusals import NotInOffice
from chalicelib.status.residents import Officers

ENTRY_BYTES = 12
PAGE_SIZE = 50


class OfficeLog:
    """Writes down what officers do, under the name in which they act at that moment."""

    def __init__(
        self,
        store: OfficeLogStore,
        officers: Callable[[], Officers],
        *,
        entropy: Callable[[int], bytes] = secrets.token_bytes,
    ) -> None:
        self._store = store
        self._officers = officers
        self._entropy = entropy

    def begin(self, deed: Deed, *, now: int) -> Entry:
        """Write down what is about to be done; raises what the store raises, and then nothing is done."""
        entry = Entry(
            entry_id=f"{now:010d}-{self._entropy(ENTRY_BYTES).hex()}",
            officer=deed.subject,
            name=self._name(deed),
            scope=deed.scope,
            operation=deed.operation,
            ids=ids_of_ours(deed.path),
            at=now,
        )
        self._store.add(entry)
        return entry

    def end(self, entry: Entry, *, status: int, code: str) -> None:
        """Add what came of it. It has been done by now, so a log that cannot be written takes nothing back."""
        try:
            self._store.finish(entry, status=status, code=code)
        except Exception as error:
            if not is_passing_fault(error):
                telemetry.fault("office_log", error)
            telemetry.count("OfficeLogOutcomesLost")

    def of_day(self, day: str, *, before: str) -> list[Entry]:
        """A page of a day, newest first."""
        return self._store.of_day(day, before=before, size=PAGE_SIZE)

    def _name(self, deed: Deed) -> str:
        """In which office and under which name somebody acts; nothing for who is in none any more."""
        try:
            return self._officers().require(deed.subject, deed.scope).name
        except NotInOffice:
            return ""
