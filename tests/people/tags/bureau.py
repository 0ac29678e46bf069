"""A civil affairs bureau that knows who belongs to which group, and the people it says so of."""

from __future__ import annotations

from typing import Any

from chalicelib.people.model import Identity
from chalicelib.people.sandbox import RESIDENTS
from chalicelib.people.tags.model import Group
from chalicelib.people.tags.service import Said
from chalicelib.platform.times import rfc3339
from chalicelib.status.evidence.reported import Source
from chalicelib.status.residents import Document
from chalicelib.status.store import StatusItem
from chalicelib.wiring import City
from tests.faults.colours import stream_of
from tests.world import NOON, Caller, Reply

DAY = 86_400
BUREAU = Source("client-of-a-bureau", "市民政局")
SOMEBODY = RESIDENTS[5]
Report = dict[str, Any]


def report(
    person: Identity = SOMEBODY.identity, tag: str = "veteran", *, reference: str = "V-1", **other: Any
) -> Report:
    """A report as JSON, good for a year unless told otherwise."""
    return {
        "document_type": person.document_type,
        "document_number": person.document_number,
        "tag": tag,
        "expires_at": rfc3339(other.pop("until", NOON + 365 * DAY)),
        "reference": reference,
        **other,
    }


def said(
    person: Identity = SOMEBODY.identity,
    group: Group = Group.VETERAN,
    *,
    until: int = NOON + 365 * DAY,
    reference: str = "V-1",
) -> Said:
    """The same as a value."""
    return Said(Document(person.document_type, person.document_number), group, until, reference)


class Bureau:
    """Calls the API with the bureau's token."""

    def __init__(self, city: City, api: Caller, name: str = "市民政局") -> None:
        self.api = api
        self.token = api.token_for(city.clients.register(name, scopes=frozenset({"tag:report"})))

    def report(self, *about: Any, **other: Any) -> Reply:
        return self.api.post("/v1/tags", report(*about, **other), token=self.token)


class Person:
    """Calls the API as a holder."""

    def __init__(self, api: Caller, token: str) -> None:
        self.api, self.token = api, token

    def tags(self) -> dict[str, dict[str, Any]]:
        reply = self.api.get("/v1/tags", token=self.token)
        assert reply.status == 200, reply
        return {tag["tag"]: tag for tag in reply.body["tags"]}

    def consent(self, tag: str) -> Reply:
        return self.api.send("POST", f"/v1/tags/{tag}/consent", token=self.token)

    def withdraw(self, tag: str) -> Reply:
        return self.api.send("DELETE", f"/v1/tags/{tag}/consent", token=self.token)


def mirror_of(holder: str) -> str:
    """What the status item says."""
    text: str | None = StatusItem.get(holder, consistent_read=True).tags
    return text or ""


def followed(city: City) -> None:
    """Deliver all that the stream of the tags tells, from the first record."""
    assert city.tag_follower.record(stream_of(city, "tags")) == []
