"""The tags table: one item per person with all their tags, so that whatever changes them is one conditional write."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, NamedTuple

import msgspec
from pynamodb.attributes import NumberAttribute, TTLAttribute, UnicodeAttribute
from pynamodb.exceptions import DeleteError, PutError

from chalicelib.people.tags.model import KEPT_AFTER_S, Tag, Tags
from chalicelib.platform.tables import TableMeta, TableModel, is_refused_condition, table_name

_tags = msgspec.json.Decoder(tuple[Tag, ...])


class TagItem(TableModel):
    """The tags of one person. `person` is a holder id, or `index:` and the blind index of somebody who never came.

    `tags` is the JSON of model.Tags. `version` grows with every write and with time, so that it grows also for somebody
    whose item was gone in between. The item goes some time after the last of its tags has ended.
    """

    class Meta(TableMeta):
        table_name = table_name("tags")
        stream_view_type = "NEW_AND_OLD_IMAGES"

    person = UnicodeAttribute(hash_key=True)
    tags = UnicodeAttribute()
    version = NumberAttribute()
    expires_at = TTLAttribute()


class Kept(NamedTuple):
    """A person's tags as they are stored; version 0 where nothing is."""

    person: str
    tags: Tags
    version: int


class TagStore:
    """Keeps tags."""

    def get(self, person: str) -> Kept:
        """A person's tags (strongly consistent)."""
        try:
            item = TagItem.get(person, consistent_read=True)
        except TagItem.DoesNotExist:
            return Kept(person, (), 0)
        return Kept(person, tags_in(item.tags), int(item.version))

    def replace(self, old: Kept, tags: Tags, *, now: float) -> Kept | None:
        """Store a person's tags; None where they are no longer as they were read. There is at least one."""
        new = Kept(old.person, tags, max(old.version + 1, int(now * 1000)))
        ends = max(tag.expires_at for tag in tags) + KEPT_AFTER_S
        text = msgspec.json.encode(tags).decode()
        item = TagItem(new.person, tags=text, version=new.version, expires_at=datetime.fromtimestamp(ends, UTC))
        untouched = TagItem.version == old.version if old.version else TagItem.person.does_not_exist()
        try:
            item.save(condition=untouched)
        except PutError as error:
            if not is_refused_condition(error):
                raise
            return None
        return new

    def remove(self, old: Kept) -> bool:
        """Forget a person's tags; False where they are no longer as they were read."""
        try:
            TagItem(old.person).delete(condition=TagItem.version == old.version)
        except DeleteError as error:
            if not is_refused_condition(error):
                raise
            return False
        return True


def tags_in(text: str) -> Tags:
    """What is stored in `tags`."""
    return _tags.decode(text)


def kept_in(image: dict[str, Any]) -> Kept:
    """An image of the table's stream as tags."""
    return Kept(image["person"]["S"], tags_in(image["tags"]["S"]), int(image["version"]["N"]))
