"""Tags of people: departments report them, and only the person decides whether they are shown.

Every change is one conditional write of all the person's tags. The mirror in the status item follows at once, and once
more through the table's stream: it carries the version of what it mirrors, so a late one never replaces a newer one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from chalicelib.people.tags import model
from chalicelib.people.tags.model import LONGEST_S, Event, Group, Report, Tag, Tags, Told, mirrored, tag_of
from chalicelib.people.tags.refusals import TagExpired, TagNotFound, TagsContended, UnfitTagExpiry
from chalicelib.people.tags.store import Kept, TagStore
from chalicelib.platform.crypto.hashing import sm3
from chalicelib.platform.times import rfc3339
from chalicelib.status.evidence.model import evidence_id, waiting
from chalicelib.status.evidence.refusals import ReferenceTaken
from chalicelib.status.evidence.reported import Source, check_reference
from chalicelib.status.refusals import NoStatus
from chalicelib.status.residents import Document

if TYPE_CHECKING:
    from chalicelib.people.residents import Residents
    from chalicelib.status.tag_mirror import TagMirror

ATTEMPTS = 10
DIGEST_DIGITS = 24


class Said(NamedTuple):
    """What a department reports: about whom, which group, until when, under which reference of its own."""

    document: Document
    group: Group
    expires_at: int
    reference: str


class TagBook:
    """Knows the tags of people."""

    def __init__(self, store: TagStore, *, residents: Callable[[], Residents], mirror: TagMirror) -> None:
        self._store = store
        self._residents = residents
        self._mirror = mirror

    def report(self, source: Source, said: Said, *, now: float) -> bool:
        """Take a report; answers whether it had come before. It does not say whether the person is known here.

        Raises a `Refusal`. What is said of somebody who never came waits under their blind index.
        """
        check_reference(said.reference)
        if not now < said.expires_at <= now + LONGEST_S:
            raise UnfitTagExpiry(after=rfc3339(now), latest=rfc3339(now + LONGEST_S))
        index = self._residents().index_of(said.document, now=now)
        holder = self._residents().holder_of(index)
        report = Report(said.group, source.client_id, source.name, said.expires_at, _told(source, said, index))
        before = self._store.get(holder or waiting(index))
        if _is_known(before.tags, report.told):
            return True
        self._changed(before, lambda tags: _with(tags, report, int(now)), now)
        return False

    def of(self, holder: str, *, now: float) -> Tags:
        """A holder's tags, those included that were reported before they came; raises `NoStatus`."""
        return self._adopted(holder, now).tags

    def decide(self, holder: str, group: str, event: Event, *, now: float) -> Tag:
        """Have a tag shown or hidden from now on; deciding so again changes nothing. Raises a `Refusal`."""
        before = self._adopted(holder, now)
        found = tag_of(before.tags, group)
        if found is None:
            raise TagNotFound
        if event is Event.CONSENT and not found.runs(now):
            raise TagExpired
        after = self._changed(before, lambda tags: model.decided(tags, found.group, event, now=int(now)), now)
        self._mirror.write(holder, mirrored(after.tags), version=after.version)
        return tag_of(after.tags, group) or found

    def forget(self, holder: str) -> None:
        """Forget all tags of a holder, for good; the mirror follows through the stream."""
        for _ in range(ATTEMPTS):
            before = self._store.get(holder)
            if not before.version or self._store.remove(before):
                return
        raise TagsContended

    def _changed(self, before: Kept, change: Callable[[Tags], Tags], now: float) -> Kept:
        """Store what becomes of a person's tags; where others were quicker, of what theirs have become."""
        for _ in range(ATTEMPTS):
            tags = model.kept(change(before.tags), now=int(now))
            if not tags or tags == before.tags:
                return before
            after = self._store.replace(before, tags, now=now)
            if after is not None:
                self._follow(before, after)
                return after
            before = self._store.get(before.person)
        raise TagsContended

    def _follow(self, before: Kept, after: Kept) -> None:
        """Mirror what has changed of what is shown; of who never came, nothing ever is."""
        if mirrored(before.tags) != mirrored(after.tags):
            self._mirror.write(after.person, mirrored(after.tags), version=after.version)

    def _adopted(self, holder: str, now: float) -> Kept:
        """A holder's tags, joined with those that waited for them: copied first, then removed."""
        identity = self._residents().identity(holder, now=now)
        if identity is None:
            raise NoStatus
        index = self._residents().index_of(Document(identity.document_type, identity.document_number), now=now)
        waited = self._store.get(waiting(index))
        before = self._store.get(holder)
        if not waited.version:
            return before
        after = self._changed(before, lambda tags: model.joined(tags, waited.tags), now)
        self._store.remove(waited)
        return after


def _told(source: Source, said: Said, index: str) -> Told:
    """A report by its id, and a digest of what it says, made under the blind index so that nobody can try it out."""
    content = msgspec.json.encode([index, said.group, said.expires_at])
    return Told(evidence_id(source.client_id, said.reference), sm3(content).hex()[:DIGEST_DIGITS])


def _is_known(tags: Tags, told: Told) -> bool:
    """Whether a report has come before; raises `ReferenceTaken` where its reference stands for another."""
    known = model.told_before(tags, told.report_id)
    if known is not None and known != told:
        raise ReferenceTaken
    return known is not None


def _with(tags: Tags, report: Report, now: int) -> Tags:
    """With a report, unless it came meanwhile."""
    return tags if _is_known(tags, report.told) else model.reported(tags, report, now=now)
