"""From the stream of the tags table: the mirror in the status item brought up to date, and people told of new tags.

Whoever changes a tag writes the mirror at once; this is for whoever died in between. A record may come twice, late, or
in a batch that failed half-way: the mirror is written only where it is older than what it mirrors.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from chalicelib.people.tags.model import mirrored
from chalicelib.people.tags.store import Kept, kept_in
from chalicelib.platform import telemetry
from chalicelib.platform.records import in_order
from chalicelib.status.evidence.model import is_waiting

if TYPE_CHECKING:
    from chalicelib.people.notices import Notices
    from chalicelib.status.tag_mirror import TagMirror

NOTICE = "tag_reported"


class TagFollower:
    """Does what follows when tags have changed."""

    def __init__(self, mirror: TagMirror, notices: Callable[[], Notices]) -> None:
        self._mirror = mirror
        self._notices = notices

    def record(self, records: Iterable[dict[str, Any]]) -> list[str]:
        """Follow a batch, in order; answers the sequence number to resume from, if one failed."""
        return in_order(records, self._follow, function="follow_tags")

    def _follow(self, change: dict[str, Any]) -> None:
        """Follow what one write of a person's tags brought; of who never came there is nothing to follow."""
        person = change["Keys"]["person"]["S"]
        if is_waiting(person):
            return
        old, new = _images(change, person)
        if mirrored(old.tags) != mirrored(new.tags):
            self._mirror.write(person, mirrored(new.tags), version=new.version)
        self._tell(old, new)

    def _tell(self, old: Kept, new: Kept) -> None:
        """Tell a person what is newly said of them: nobody can agree to what they do not know."""
        known = {(tag.group, tag.reported_at) for tag in old.tags}
        for tag in new.tags:
            if (tag.group, tag.reported_at) not in known:
                facts = {"tag": str(tag.group)}
                self._notices().tell(new.person, NOTICE, facts, event=f"tag#{tag.group}", now=tag.reported_at)
                telemetry.count("TagsReported", tag=tag.group)


def _images(change: dict[str, Any], person: str) -> tuple[Kept, Kept]:
    """A person's tags before and after. What has gone is mirrored as nothing, newer than the last that was there."""
    nothing = Kept(person, (), 0)
    old = kept_in(change["OldImage"]) if "OldImage" in change else nothing
    new = kept_in(change["NewImage"]) if "NewImage" in change else nothing._replace(version=old.version + 1)
    return old, new
