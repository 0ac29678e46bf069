"""The table of attempts: how often a document or a device was tried in vain. Keys are blind indexes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NamedTuple

from pynamodb.attributes import NumberAttribute, TTLAttribute, UnicodeAttribute
from pynamodb.exceptions import PutError
from pynamodb.expressions.condition import Condition

from chalicelib.people.proofing.attempts_model import NOTHING, Tally
from chalicelib.platform.tables import TableMeta, TableModel, is_refused_condition, table_name


class AttemptItem(TableModel):
    """One tally. `attempt_key` is `document:<blind index>` or `device:<blind index>`; `mark` names the write that
    made it what it is, so that a write whose answer was lost is known as ours."""

    class Meta(TableMeta):
        table_name = table_name("attempts")

    attempt_key = UnicodeAttribute(hash_key=True)
    failures = NumberAttribute()
    retry_at = NumberAttribute()
    forgotten_at = TTLAttribute()
    mark = UnicodeAttribute()


class Kept(NamedTuple):
    """A tally as it is kept, and the mark of who wrote it (empty where nobody did)."""

    tally: Tally
    mark: str


class AttemptStore:
    """Reads and replaces tallies; a replacement is refused where somebody was quicker."""

    def get(self, key: str) -> Kept:
        """What is kept of a document or device (strongly consistent)."""
        try:
            item = AttemptItem.get(key, consistent_read=True)
        except AttemptItem.DoesNotExist:
            return Kept(NOTHING, "")
        tally = Tally(int(item.failures), int(item.retry_at), int(item.forgotten_at.timestamp()))
        return Kept(tally, item.mark)

    def replace(self, key: str, old: Kept, new: Kept) -> bool:
        """Put one tally in the place of another; False where it is not the one that was read any more."""
        item = AttemptItem(
            key,
            failures=new.tally.failures,
            retry_at=new.tally.retry_at,
            forgotten_at=datetime.fromtimestamp(new.tally.forgotten_at, UTC),
            mark=new.mark,
        )
        try:
            item.save(condition=_unchanged(old))
        except PutError as error:
            if not is_refused_condition(error):
                raise
            return False
        return True


def _unchanged(old: Kept) -> Condition:
    """That nothing was written since: every write leaves a mark of its own."""
    return AttemptItem.mark == old.mark if old.mark else AttemptItem.attempt_key.does_not_exist()
