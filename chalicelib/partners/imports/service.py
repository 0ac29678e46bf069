"""Imports as their departments have them: opened, watched and cancelled. What moves them on is in running.py."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from chalicelib.partners.imports.model import (
    LARGEST_BYTES,
    LINK_S,
    MOST_OPEN,
    Encoding,
    Event,
    Format,
    IllegalMove,
    Import,
    ImportKind,
    State,
    file_key,
    moved,
)
from chalicelib.partners.imports.refusals import (
    FileTooLarge,
    ImportContended,
    ImportNotFound,
    ImportOver,
    TooManyImports,
)
from chalicelib.partners.imports.store import ImportStore, RefusedRow, RefusedRows
from chalicelib.platform.http.creation import Creation
from chalicelib.platform.http.refusals import IdempotencyKeyReused
from chalicelib.platform.uploads import Link, Uploads
from chalicelib.status.evidence.reported import Source

ATTEMPTS = 5


class Wish(NamedTuple):
    """What a department wants to hand in; `size` is None where it cannot tell."""

    kind: ImportKind
    format: Format
    encoding: Encoding
    size: int | None


class Opened(NamedTuple):
    """An import, and where to put its file; None when the file is there already."""

    one: Import
    link: Link | None


class Imports:
    """The files that departments hand in."""

    def __init__(self, store: ImportStore, refused: RefusedRows, uploads: Uploads) -> None:
        self._store = store
        self._refused = refused
        self._uploads = uploads

    def open(self, source: Source, wish: Wish, creation: Creation, *, now: float) -> Opened:
        """Open an import; the same wish again is the same import, with another link. Raises a `Refusal`."""
        if wish.size is not None and wish.size > LARGEST_BYTES:
            raise FileTooLarge(limit_bytes=LARGEST_BYTES)
        kept = self._store.get(creation.record_id) or self._opened(source, wish, creation, int(now))
        if kept.digest != creation.digest:
            raise IdempotencyKeyReused
        if kept.state is not State.WAITING:
            return Opened(kept, None)
        key = file_key(kept.import_id)
        return Opened(kept, self._uploads.link(key, size=kept.declared, expires_in=LINK_S, now=now))

    def get(self, import_id: str, *, client_id: str) -> Import:
        """A department's own import; raises `ImportNotFound`."""
        one = self._store.get(import_id)
        if one is None or one.client_id != client_id:
            raise ImportNotFound
        return one

    def page(self, client_id: str, *, before: str, size: int) -> list[Import]:
        """A department's imports, newest first, from before a cursor on."""
        return self._store.page(client_id, before=before, size=size)

    def refused(self, import_id: str, *, client_id: str, after: int, size: int) -> Sequence[RefusedRow]:
        """The rows of an import that were refused, from behind a line on; raises `ImportNotFound`."""
        return self._refused.page(self.get(import_id, client_id=client_id), after=after, size=size)

    def cancel(self, import_id: str, *, client_id: str, now: float) -> Import:
        """Read no further: what was taken stays taken. Cancelling again changes nothing. Raises a `Refusal`."""
        for _ in range(ATTEMPTS):
            old = self.get(import_id, client_id=client_id)
            if old.state is State.CANCELLED:
                return old
            try:
                new = moved(old, Event.CANCEL, now=int(now), lease_until=0)
            except IllegalMove as error:
                raise ImportOver(state=str(old.state)) from error
            if self._store.replace(old, new):
                return new
        raise ImportContended

    def _opened(self, source: Source, wish: Wish, creation: Creation, now: int) -> Import:
        """Put an import up, unless the same request has done so meanwhile; raises `TooManyImports`."""
        if self._store.open_of(source.client_id) >= MOST_OPEN:
            raise TooManyImports(most=MOST_OPEN)
        new = Import(
            import_id=creation.record_id,
            client_id=source.client_id,
            client_name=source.name,
            kind=wish.kind,
            format=wish.format,
            encoding=wish.encoding,
            declared=wish.size,
            digest=creation.digest,
            created_at=now,
            moved_at=now,
        )
        return new if self._store.open(new) else self._store.get(new.import_id) or new
