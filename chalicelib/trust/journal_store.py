"""The journal table: the entries of each chain by their place, and beside them where each step is to stand."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pynamodb.attributes import MapAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import AttributeDeserializationError, PutError
from pynamodb.expressions.condition import Condition

from chalicelib.platform.tables import TableMeta, TableModel, is_refused_condition, table_name
from chalicelib.trust.chain import START, Entry, Head

_position = re.compile(r"[0-9]{12}")


class JournalItem(TableModel):
    """An entry (chain, place), or a placement (`steps:<chain>`, step id) with the place in `seq`. None ever goes."""

    class Meta(TableMeta):
        table_name = table_name("journal")

    chain = UnicodeAttribute(hash_key=True)
    position = UnicodeAttribute(range_key=True)
    seq = NumberAttribute(null=True)
    step_id = UnicodeAttribute(null=True)
    at = NumberAttribute(null=True)
    what = MapAttribute[str, str](null=True)  # type: ignore[no-untyped-call]
    previous = UnicodeAttribute(null=True)
    hash = UnicodeAttribute(null=True)


class JournalStore:
    """Chains and placements. Each write is conditional and is the unit of atomicity; every read is consistent."""

    def head(self, chain: str) -> Head:
        """How far the chain goes: the last item of one query."""
        last = JournalItem.query(chain, scan_index_forward=False, limit=1, consistent_read=True)
        return next((_entry(item).head for item in last), START)

    def entry(self, chain: str, seq: int) -> Entry | None:
        """What stands at a place."""
        try:
            return _entry(JournalItem.get(chain, _at(seq), consistent_read=True))
        except JournalItem.DoesNotExist:
            return None

    def entries(self, chain: str) -> Iterator[Entry]:
        """A whole chain in order. What cannot be read as an entry is told as one that belongs nowhere, and is last."""
        try:
            yield from map(_entry, JournalItem.query(chain, consistent_read=True))
        except AttributeDeserializationError:
            yield Entry(chain, 0, "", 0, {}, "")

    def add(self, entry: Entry) -> bool:
        """Put an entry where nothing stands; False where something does."""
        return _put(
            JournalItem(
                entry.chain,
                _at(entry.seq),
                step_id=entry.step_id,
                at=entry.at,
                what=dict(entry.what),
                previous=entry.previous,
                hash=entry.hash,
            ),
            JournalItem.chain.does_not_exist(),
        )

    def place(self, chain: str, step_id: str, *, seq: int) -> int:
        """Reserve a place for a step that has none; answers the place that the step has."""
        placed = _put(JournalItem(_steps(chain), step_id, seq=seq), JournalItem.chain.does_not_exist())
        return seq if placed else self._placed(chain, step_id)

    def move(self, chain: str, step_id: str, *, was: int, seq: int) -> int:
        """Reserve another place, unless somebody already did; answers the place that the step has."""
        moved = _put(JournalItem(_steps(chain), step_id, seq=seq), JournalItem.seq == was)
        return seq if moved else self._placed(chain, step_id)

    def _placed(self, chain: str, step_id: str) -> int:
        return int(JournalItem.get(_steps(chain), step_id, consistent_read=True).seq)


def _put(item: JournalItem, condition: Condition) -> bool:
    """One conditional write; False where the condition did not hold."""
    try:
        item.save(condition=condition)
    except PutError as error:
        if is_refused_condition(error):
            return False
        raise
    return True


def _at(seq: int) -> str:
    """A place as text that sorts like its number."""
    return f"{seq:012d}"


def _steps(chain: str) -> str:
    """Where a chain's placements are; no chain has a colon in its name."""
    return f"steps:{chain}"


def _entry(item: JournalItem) -> Entry:
    """An item as its entry. Nothing is put right on the way: what was changed must look changed."""
    return Entry(
        chain=item.chain,
        seq=int(item.position) if _position.fullmatch(item.position) else 0,
        step_id=item.step_id or "",
        at=item.at,
        what=item.what.as_dict() if item.attribute_values.get("what") else {},  # type: ignore[no-untyped-call]
        previous=item.previous or "",
        hash=item.hash or "",
    )
