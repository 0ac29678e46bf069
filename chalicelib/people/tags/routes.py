"""Tags over HTTP: departments report them, people list theirs and say whether they may be shown.

No answer to a department says whether the person is known here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from chalicelib.people.tags.form import ReportTag
from chalicelib.people.tags.model import TAGS, Event, Group, State, Tag
from chalicelib.people.tags.refusals import DECIDE, REPORT
from chalicelib.platform.http.operation import Api, Call, Front
from chalicelib.platform.http.refusals import StorageUnavailable
from chalicelib.platform.times import rfc3339
from chalicelib.status.evidence.reported import Source
from chalicelib.status.refusals import NoStatus

if TYPE_CHECKING:
    from chalicelib.people.tags.service import TagBook


class TakenTag(msgspec.Struct):
    """The report is with us; `repeated` says that it was before."""

    tag: Group
    expires_at: str
    repeated: bool
    server_time: str


class OwnTag(msgspec.Struct):
    """A group that a department says somebody belongs to; verifiers see it while its state is `shown` and it runs."""

    tag: Group
    title: str
    state: State
    reported_by: str
    reported_at: str
    expires_at: str
    expired: bool
    decided_at: str | None


class OwnTags(msgspec.Struct):
    """All groups that somebody is said to belong to."""

    tags: list[OwnTag]
    server_time: str


def api(tags: Callable[[], TagBook], front: Front) -> Api:
    """The operations of this room."""
    api = front("tags")

    @api.operation(
        "POST",
        "/v1/tags",
        summary="Report that a person belongs to a special group",
        body=ReportTag,
        answer=TakenTag,
        status=201,
        needs="tag:report",
        refusals=(*REPORT, StorageUnavailable),
    )
    def report_tag(call: Call[ReportTag]) -> TakenTag:
        said, source = call.body.said(), Source(call.principal.subject, call.principal.name)
        repeated = tags().report(source, said, now=call.now)
        return TakenTag(said.group, rfc3339(said.expires_at), repeated, rfc3339(call.now))

    @api.operation(
        "GET",
        "/v1/tags",
        summary="The special groups that I am said to belong to",
        answer=OwnTags,
        needs="tag:read-own",
        refusals=(NoStatus, StorageUnavailable),
    )
    def list_tags(call: Call[None]) -> OwnTags:
        found = tags().of(call.principal.subject, now=call.now)
        return OwnTags([_shown(tag, call.now) for tag in found], rfc3339(call.now))

    @api.operation(
        "POST",
        "/v1/tags/{tag}/consent",
        summary="Let verifiers who may see tags see this one of mine",
        answer=OwnTag,
        needs="tag:write",
        refusals=(*DECIDE, StorageUnavailable),
    )
    def consent_to_tag(call: Call[None]) -> OwnTag:
        return _shown(tags().decide(call.principal.subject, call.path["tag"], Event.CONSENT, now=call.now), call.now)

    @api.operation(
        "DELETE",
        "/v1/tags/{tag}/consent",
        summary="Let nobody see this tag of mine any more",
        answer=OwnTag,
        needs="tag:write",
        refusals=(*DECIDE, StorageUnavailable),
    )
    def withdraw_tag(call: Call[None]) -> OwnTag:
        return _shown(tags().decide(call.principal.subject, call.path["tag"], Event.WITHDRAW, now=call.now), call.now)

    return api


def _shown(tag: Tag, now: float) -> OwnTag:
    """A tag for whom it is about."""
    return OwnTag(
        tag=tag.group,
        title=TAGS[tag.group],
        state=tag.state,
        reported_by=tag.source_name,
        reported_at=rfc3339(tag.reported_at),
        expires_at=rfc3339(tag.expires_at),
        expired=not tag.runs(now),
        decided_at=None if tag.decided_at is None else rfc3339(tag.decided_at),
    )
