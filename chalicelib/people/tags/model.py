"""Tags: to which special groups somebody belongs, who says so, until when, and whether it may be shown. Pure.

A department reports a tag; the person it is about decides whether verifiers see it. What may be seen is mirrored in the
person's status item, so that a verification needs no further question:

    elderly:1790000000 student:1800000000      group and the Unix second at which it ends, by spaces, in order of names
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple


class Group(StrEnum):
    """A special group that somebody may belong to."""

    DISABLED = "disabled"
    ELDERLY = "elderly"
    LOW_INCOME = "low_income"
    PREGNANT = "pregnant"
    STUDENT = "student"
    VETERAN = "veteran"


TAGS = {
    Group.DISABLED: "残疾人",
    Group.ELDERLY: "老年人",
    Group.LOW_INCOME: "低收入群体",
    Group.PREGNANT: "孕产妇",
    Group.STUDENT: "学生",
    Group.VETERAN: "退役军人",
}
"""What each group is called for people."""


class State(StrEnum):
    """What the person has decided about a tag."""

    REPORTED = "reported"
    SHOWN = "shown"
    HIDDEN = "hidden"


class Event(StrEnum):
    """What a person may decide."""

    CONSENT = "consent"
    WITHDRAW = "withdraw"


LIFE = {
    State.REPORTED: {Event.CONSENT: State.SHOWN, Event.WITHDRAW: State.HIDDEN},
    State.SHOWN: {Event.CONSENT: State.SHOWN, Event.WITHDRAW: State.HIDDEN},
    State.HIDDEN: {Event.CONSENT: State.SHOWN, Event.WITHDRAW: State.HIDDEN},
}
"""Nothing is shown before its person has said so, and whoever decides twice has decided once."""

KEPT_AFTER_S = 30 * 86_400
"""How long a tag that has ended is kept, so that a late repeat of its report is known as one."""

LONGEST_S = 100 * 366 * 86_400
"""Some groups are for life; what lasts longer than a life is a mistake."""


class Told(NamedTuple):
    """One report that has come: an id made of source and reference, and a digest of what was said."""

    report_id: str
    digest: str


class Report(NamedTuple):
    """What a department says: the group, who says so, until when, and by which report."""

    group: Group
    source: str
    source_name: str
    expires_at: int
    told: Told


class Tag(NamedTuple):
    """One group of one person. Instants are Unix seconds; `decided_at` is when they said yes or no last."""

    group: Group
    state: State
    source: str
    source_name: str
    reported_at: int
    expires_at: int
    decided_at: int | None
    reports: tuple[Told, ...]

    def runs(self, now: float) -> bool:
        """Whether it holds at an instant; it ends as its last second begins."""
        return now < self.expires_at


Tags = tuple[Tag, ...]
"""All tags of one person, in order of names."""


def told_before(tags: Tags, report_id: str) -> Told | None:
    """The report that came under an id, None where none did."""
    return next((told for tag in tags for told in tag.reports if told.report_id == report_id), None)


def reported(tags: Tags, report: Report, *, now: int) -> Tags:
    """With one more report; the newest says who says so and until when. What lapsed before has to be agreed to anew."""
    old = tag_of(tags, report.group)
    goes_on = old is not None and old.runs(now)
    new = Tag(
        group=report.group,
        state=old.state if old and goes_on else State.REPORTED,
        source=report.source,
        source_name=report.source_name,
        reported_at=now,
        expires_at=report.expires_at,
        decided_at=old.decided_at if old and goes_on else None,
        reports=(*(old.reports if old else ()), report.told),
    )
    return _with(tags, new)


def decided(tags: Tags, group: Group, event: Event, *, now: int) -> Tags:
    """With what the person has decided about a tag; deciding the same again changes nothing."""
    old = tag_of(tags, group)
    if old is None or LIFE[old.state][event] is old.state:
        return tags
    return _with(tags, old._replace(state=LIFE[old.state][event], decided_at=now))


def joined(tags: Tags, waited: Tags) -> Tags:
    """With what waited for the person before they came; what is known already changes nothing."""
    for tag in waited:
        old = tag_of(tags, tag.group)
        if old is None:
            tags = _with(tags, tag)
        elif set(tag.reports) - set(old.reports):
            later = max(old, tag, key=lambda one: one.reported_at)
            reports = tuple(dict.fromkeys((*old.reports, *tag.reports)))
            tags = _with(tags, later._replace(state=old.state, decided_at=old.decided_at, reports=reports))
    return tags


def kept(tags: Tags, *, now: int) -> Tags:
    """Without what ended long ago."""
    return tuple(tag for tag in tags if now < tag.expires_at + KEPT_AFTER_S)


def tag_of(tags: Tags, group: str) -> Tag | None:
    """The tag of a group, None where nobody has reported it."""
    return next((tag for tag in tags if tag.group == group), None)


def mirrored(tags: Iterable[Tag]) -> str:
    """What may be shown, as the status item keeps it. It says itself when it ends, so time changes nothing in it."""
    return " ".join(f"{tag.group}:{tag.expires_at}" for tag in tags if tag.state is State.SHOWN)


def visible(text: str, now: float) -> list[str]:
    """The groups that a status item shows at an instant."""
    pairs = (word.partition(":") for word in text.split())
    return [group for group, _, end in pairs if now < int(end)]


def _with(tags: Tags, new: Tag) -> Tags:
    """With a tag in place of the one of its group."""
    return tuple(sorted((*(tag for tag in tags if tag.group != new.group), new)))
