"""A department that reports what it knows of people, one or a whole file of them, and the people it reports."""

from __future__ import annotations

from itertools import count
from typing import Any

from chalicelib.partners.clients import DEPARTMENT_SCOPES
from chalicelib.people.model import Identity, resident_id_check_digit
from chalicelib.people.sandbox import NOWHERE
from chalicelib.platform.times import rfc3339
from chalicelib.status.evidence.model import waiting
from chalicelib.status.evidence.reported import Reported, Source
from chalicelib.status.residents import Document
from chalicelib.wiring import City
from tests.world import NOON, Caller, Reply

Fact = dict[str, Any]
_numbers = count(1)
HOUR = 3600
DAY = 24 * HOUR
CLINIC = Source("client-of-a-clinic", "第三人民医院")


def somebody() -> Identity:
    """A person whom no test has met before; their number has a good check digit and is nobody's."""
    number = next(_numbers)
    first_17 = f"{NOWHERE}19{50 + number // 28_000:02d}02{1 + number // 1000 % 28:02d}{number % 1000:03d}"
    return Identity("某人", "resident_id", first_17 + resident_id_check_digit(first_17))


def document_of(person: Identity) -> Document:
    """How others name a person to us."""
    return Document(person.document_type, person.document_number)


def reference() -> str:
    """A reference that no test has used before."""
    return f"LAB-{next(_numbers)}"


def fact(person: Identity, *, happened_at: float = NOON - HOUR, **other: Any) -> Fact:
    """An arrival from a high-risk area, unless told otherwise, as JSON."""
    return {
        "document_type": person.document_type,
        "document_number": person.document_number,
        "kind": "arrival",
        "attributes": {"risk": "high"},
        "happened_at": rfc3339(happened_at),
        "reference": reference(),
        **other,
    }


def said(person: Identity, *, happened_at: int = NOON - HOUR, ref: str | None = None, **other: Any) -> Reported:
    """The same as a value."""
    wanted = {"kind": "arrival", "attributes": {"risk": "high"}, **other}
    return Reported(document_of(person), happened_at=happened_at, reference=ref or reference(), **wanted)


class Department:
    """Calls the API with a department's token."""

    def __init__(self, city: City, api: Caller, name: str = "疾病预防控制中心") -> None:
        self.api, self.name = api, name
        self.credentials = city.clients.register(name, scopes=DEPARTMENT_SCOPES)
        self.token = api.token_for(self.credentials)

    def report(self, fact: Fact) -> Reply:
        return self.api.post("/v1/evidence", fact, token=self.token)

    def send(self, items: list[Any]) -> list[dict[str, Any]]:
        """A file; answers the outcomes."""
        reply = self.api.post("/v1/evidence/batch", {"items": items}, token=self.token)
        assert reply.status == 200, reply
        outcomes: list[dict[str, Any]] = reply.body["outcomes"]
        assert len(outcomes) == len(items)
        return outcomes

    def void(self, reference: str, reason: str = "wrong_person") -> Reply:
        return self.api.post("/v1/evidence/voids", {"reference": reference, "reason": reason}, token=self.token)


def index_of(city: City, person: Identity) -> str:
    return city.residents.index_of(document_of(person), now=city.clock())


def holder_of(city: City, person: Identity) -> str:
    """The holder id of a person, who moves in if they have not yet."""
    return city.registration.register(person, now=city.clock())


def waiting_for(city: City, person: Identity) -> list[str]:
    """References of what waits for a person, voided or not."""
    return sorted(one.reference for one in city.evidence.ever_known(waiting(index_of(city, person))))


def counting(city: City, person: Identity) -> list[str]:
    """References of what counts about a holder."""
    return sorted(one.reference for one in city.evidence.of(holder_of(city, person)))
