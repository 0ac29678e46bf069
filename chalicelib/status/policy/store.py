"""The policies and rulebooks tables: what was loaded, for ever, and what is in force since when, edition by edition."""

from __future__ import annotations

import msgspec
from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import PutError

from chalicelib.platform.tables import TableMeta, TableModel, is_refused_condition, table_name
from chalicelib.status.policy.model import Policy
from chalicelib.status.policy.rulebook import Entry, Rulebook

CITY = "city"
"""All editions stand in one row: there is one rulebook."""


class PolicyItem(TableModel):
    """One version of a policy as it was loaded: `text` is the file, `document` the same as JSON. Never changed.

    `digest` is the hex SM3 of the text; `loaded_by` is the holder id of the officer.
    """

    class Meta(TableMeta):
        table_name = table_name("policies")

    policy_key = UnicodeAttribute(hash_key=True)
    text = UnicodeAttribute()
    document = UnicodeAttribute()
    digest = UnicodeAttribute()
    title_zh = UnicodeAttribute()
    title_en = UnicodeAttribute()
    findings = NumberAttribute()
    loaded_by = UnicodeAttribute()
    loaded_at = NumberAttribute()


class RulebookItem(TableModel):
    """One edition of the rulebook: all entries, oldest first, as JSON, and the roll-out that made it."""

    class Meta(TableMeta):
        table_name = table_name("rulebooks")

    region = UnicodeAttribute(hash_key=True)
    edition = NumberAttribute(range_key=True)
    entries = UnicodeAttribute()
    roll_out = UnicodeAttribute()
    made_at = NumberAttribute()


class PolicyStore:
    """Loaded policies."""

    def put(self, item: PolicyItem) -> bool:
        """Keep a policy; False where the version is there already, which is then left as it is."""
        try:
            item.save(condition=PolicyItem.policy_key.does_not_exist())
        except PutError as error:
            if is_refused_condition(error):
                return False
            raise
        return True

    def get(self, key: str) -> PolicyItem | None:
        """A loaded policy (strongly consistent), None where there is none."""
        try:
            return PolicyItem.get(key, consistent_read=True)
        except PolicyItem.DoesNotExist:
            return None

    def policy(self, key: str) -> Policy | None:
        """The same, ready to be prepared. Needs no YAML."""
        item = self.get(key)
        return msgspec.json.decode(item.document, type=Policy) if item else None

    def all(self) -> list[PolicyItem]:
        """Every loaded policy but its text, by name and version. There are dozens in a city's life."""
        wanted = ["policy_key", "digest", "title_zh", "title_en", "findings", "loaded_by", "loaded_at"]
        return list(PolicyItem.scan(attributes_to_get=wanted, consistent_read=True))


class RulebookStore:
    """Editions of the rulebook."""

    def newest(self) -> Rulebook | None:
        """The newest edition: one strongly consistent query for one item."""
        found = RulebookItem.query(CITY, consistent_read=True, scan_index_forward=False, limit=1)
        return next(map(_rulebook, found), None)

    def editions(self) -> list[Rulebook]:
        """Every edition, the newest first (strongly consistent). There are dozens in a city's life."""
        return [_rulebook(item) for item in RulebookItem.query(CITY, consistent_read=True, scan_index_forward=False)]

    def add(self, rulebook: Rulebook, *, now: int) -> bool:
        """Store a new edition; False where somebody else was quicker with this number."""
        entries = msgspec.json.encode(rulebook.entries).decode()
        item = RulebookItem(CITY, rulebook.edition, entries=entries, roll_out=rulebook.roll_out, made_at=now)
        try:
            item.save(condition=RulebookItem.edition.does_not_exist())
        except PutError as error:
            if is_refused_condition(error):
                return False
            raise
        return True


def _rulebook(item: RulebookItem) -> Rulebook:
    """An item as an edition."""
    entries = msgspec.json.decode(item.entries, type=tuple[Entry, ...])
    return Rulebook(int(item.edition), entries, item.roll_out)
