"""The status lists table: on the shelf what each list is, in small; its token, which may be long, beside it.

They are two items because an update costs as much as all that is in an item: handing out an entry must not cost what
half of a list revoked does (176 KB at the most, of the 400 that an item may have).
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, NamedTuple

import msgspec
from pynamodb.attributes import NumberAttribute, TTLAttribute, UnicodeAttribute

from chalicelib.platform.tables import TableMeta, TableModel, carried_out, table_name
from chalicelib.trust.status_list import SIZE, Unpacked
from chalicelib.trust.status_lists.model import KEPT_S, Shelved

SHELF, TOKENS = "shelf", "tokens"


class StatusListItem(TableModel):
    """A list on the shelf, which stays for good so that no number comes twice; or its token, which goes with time.

    The stream says which of them was written. `revoked` is the last version with more entries revoked than the one
    before, signed at `revoked_at`: most tokens say the same as the ones before them.
    """

    class Meta(TableMeta):
        table_name = table_name("status-lists")
        stream_view_type = "KEYS_ONLY"

    part = UnicodeAttribute(hash_key=True)
    number = NumberAttribute(range_key=True)
    version = NumberAttribute()
    issued_at = NumberAttribute(null=True)
    kid = UnicodeAttribute(null=True)
    taken = NumberAttribute(null=True)
    ends_at = NumberAttribute(null=True)
    protected = UnicodeAttribute(null=True)
    claims = UnicodeAttribute(null=True)
    signature = UnicodeAttribute(null=True)
    revoked = NumberAttribute(null=True)
    revoked_at = NumberAttribute(null=True)
    kept_until = TTLAttribute(null=True)


class Revoked(NamedTuple):
    """The last token of a list that revoked something: its version, and when it was signed. 0 is never."""

    version: int = 0
    at: int = 0


class Kept(NamedTuple):
    """A token as it stands, None before the first; `version` counts the tokens of its list."""

    unpacked: Unpacked | None = None
    version: int = 0
    revoked: Revoked = Revoked()


class StatusListStore:
    """Shelf and tokens. Each write is conditional and is the unit of atomicity."""

    def shelf(self) -> list[Shelved]:
        """Every list there ever was, oldest first: one query, a few dozen small items a year."""
        return [_shelved(item) for item in StatusListItem.query(SHELF, consistent_read=True)]

    def newest(self) -> Shelved | None:
        """The list that was opened last."""
        last = StatusListItem.query(SHELF, scan_index_forward=False, limit=1, consistent_read=True)
        return next(map(_shelved, last), None)

    def get(self, number: int) -> Shelved | None:
        """A list on the shelf."""
        try:
            return _shelved(StatusListItem.get(SHELF, number, consistent_read=True))
        except StatusListItem.DoesNotExist:
            return None

    def open(self, shelved: Shelved) -> bool:
        """Put a new list on the shelf; False where another has its number."""
        item = StatusListItem(
            SHELF, shelved.number, taken=0, ends_at=shelved.ends_at, version=0, issued_at=0, kid=shelved.kid
        )
        return carried_out(lambda: item.save(condition=StatusListItem.part.does_not_exist()))

    def take(self, number: int, *, expires_at: int) -> int | None:
        """The next entry of a list, one atomic count; None where it is full, or ends before the entry does."""
        item = StatusListItem(SHELF, number)
        room = (StatusListItem.taken < SIZE) & (StatusListItem.ends_at >= expires_at)
        if not carried_out(lambda: item.update([StatusListItem.taken.add(1)], condition=room)):
            return None
        return int(item.taken) - 1

    def token(self, number: int) -> Kept:
        """The token of a list, strongly consistent."""
        try:
            item = StatusListItem.get(TOKENS, number, consistent_read=True)
        except StatusListItem.DoesNotExist:
            return Kept()
        revoked = Revoked(int(item.revoked or 0), int(item.revoked_at or 0))
        return Kept(Unpacked(item.protected, item.claims, item.signature), int(item.version), revoked)

    def replace(self, number: int, new: Unpacked, *, after: Kept, ends_at: int, revoked: Revoked) -> bool:
        """Put a token up in the place of another; False where somebody was quicker."""
        kept_until = datetime.fromtimestamp(ends_at + KEPT_S, UTC)
        parts = msgspec.structs.asdict(new)
        item = StatusListItem(
            TOKENS,
            number,
            version=after.version + 1,
            revoked=revoked.version,
            revoked_at=revoked.at,
            kept_until=kept_until,
            **parts,
        )
        unchanged = StatusListItem.version == after.version if after.version else StatusListItem.part.does_not_exist()
        return carried_out(lambda: item.save(condition=unchanged))

    def note(self, number: int, *, version: int, issued_at: int, kid: str) -> None:
        """Write on the shelf which token is up; a newer one stays noted."""
        changes: list[Any] = [
            StatusListItem.version.set(version),
            StatusListItem.issued_at.set(issued_at),
            StatusListItem.kid.set(kid),
        ]
        older = StatusListItem.version < version
        carried_out(lambda: StatusListItem(SHELF, number).update(changes, condition=older))


def _shelved(item: StatusListItem) -> Shelved:
    """An item of the shelf."""
    return Shelved(
        number=int(item.number),
        taken=int(item.taken),
        ends_at=int(item.ends_at),
        version=int(item.version),
        issued_at=int(item.issued_at),
        kid=item.kid or "",
    )
