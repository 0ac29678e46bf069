"""The policies table (each version once, for ever) and the rulebooks table (which of them is in force from when)."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import PutError

from chalicelib.platform.tables import TableMeta, TableModel, is_refused_condition, table_name
from chalicelib.status.policy.model import Policy

CITY = "city"
"""The one partition of rulebooks: a deployment is one city."""

_decoder = msgspec.json.Decoder(Policy)


class PolicyItem(TableModel):
    """One version of a policy: the file as it was written, and what was read in it (JSON)."""

    class Meta(TableMeta):
        table_name = table_name("policies")

    policy_key = UnicodeAttribute(hash_key=True)
    text = UnicodeAttribute()
    document = UnicodeAttribute()
    digest = UnicodeAttribute()
    loaded_by = UnicodeAttribute()
    loaded_at = NumberAttribute()

    def policy(self) -> Policy:
        """What it says."""
        return _decoder.decode(self.document)


class RulebookItem(TableModel):
    """One edition of the rulebook: all policies in order with the instants from which they hold (JSON).

    `made_by` is the id of the roll-out that made it.
    """

    class Meta(TableMeta):
        table_name = table_name("rulebooks")

    city = UnicodeAttribute(hash_key=True)
    edition = NumberAttribute(range_key=True)
    entries = UnicodeAttribute()
    made_by = UnicodeAttribute()
    made_at = NumberAttribute()


class PolicyStore:
    """Policies by key."""

    def get(self, key: str) -> PolicyItem | None:
        """The policy of a key like `epidemic@3`, None where nobody loaded it."""
        try:
            return PolicyItem.get(key, consistent_read=True)
        except PolicyItem.DoesNotExist:
            return None

    def all(self) -> list[PolicyItem]:
        """Every policy, without its text: dozens in a city's life."""
        wanted = ["policy_key", "document", "digest", "loaded_by", "loaded_at"]
        return list(PolicyItem.scan(attributes_to_get=wanted, consistent_read=True))

    def add(self, item: PolicyItem) -> bool:
        """Keep a policy; False where its key is taken."""
        return _added(item, PolicyItem.policy_key.does_not_exist())


class RulebookStore:
    """Editions of the rulebook."""

    def newest(self) -> RulebookItem | None:
        """The newest edition, strongly consistent; None before the first."""
        return next(iter(RulebookItem.query(CITY, scan_index_forward=False, limit=1, consistent_read=True)), None)

    def all(self) -> Iterator[RulebookItem]:
        """Every edition, strongly consistent, the newest first."""
        return iter(RulebookItem.query(CITY, scan_index_forward=False, consistent_read=True))

    def add(self, item: RulebookItem) -> bool:
        """Add an edition; False where its number is taken."""
        return _added(item, RulebookItem.city.does_not_exist())


def _added(item: TableModel, condition: object) -> bool:
    """Whether an item was written where there was none."""
    try:
        item.save(condition=condition)  # type: ignore[arg-type]
    except PutError as error:
        if not is_refused_condition(error):
            raise
        return False
    return True
