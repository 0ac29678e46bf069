"""One person's appeal, done step by step at the services, and what is told of it in the end."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any, NamedTuple

from chalicelib.people.model import Identity
from chalicelib.platform.http.creation import Creation
from chalicelib.platform.permissions import Role
from chalicelib.status.appeals.filing import Filing
from chalicelib.status.appeals.items import AppealItem, MatterItem
from chalicelib.status.appeals.model import Appeal, Event, State, higher_id
from chalicelib.status.appeals.reviewing import Decision
from chalicelib.wiring import City
from tests.status.appeals.hall import ANSWER, DAY, GU, PNG, SHEN, TEXT, ZHOU
from tests.status.evidence.department import CLINIC, holder_of, said, somebody
from tests.world import in_office

_numbers = count(1)


def wish(digest: str = "d") -> Creation:
    """A wish that was never wished."""
    return Creation(f"{next(_numbers):024x}", digest)


class Officers(NamedTuple):
    """Two reviewers, and one of the level above."""

    zhou: str
    shen: str
    gu: str


def appointed(city: City) -> Officers:
    """Put them in office."""
    zhou, shen = (in_office(city, one, Role.APPEAL_REVIEWER) for one in (ZHOU, SHEN))
    return Officers(zhou, shen, in_office(city, GU, Role.SENIOR_REVIEWER))


class Told(NamedTuple):
    """What is told of an appeal and of the one above it."""

    state: str
    steps: list[str]
    attachments: int
    voids: int
    above: list[str]
    undecided: int


class Affair:
    """A holder, a fact that a clinic reported of them, and their appeal against it.

    With `like`, it is of the same person about the same fact as another.
    """

    def __init__(self, city: City, officers: Officers, *before: str, like: Affair | None = None) -> None:
        self.city, self.officers = city, officers
        self.person: Identity = like.person if like else somebody()
        self.holder: str = like.holder if like else holder_of(city, self.person)
        self.about: str = like.about if like else self._reported()
        self.filing: Creation = wish()
        self.attaching: Creation = wish()
        self.rising: Creation = wish()
        self.appeal_id: str = self.filing.record_id
        for deed in before:
            self.do(deed)

    def _reported(self) -> str:
        receipt = self.city.reports.report(CLINIC, said(self.person), now=self.city.clock())
        return f"evidence:{receipt.evidence_id}"

    def do(self, deed: str, city: City | None = None) -> Any:
        """One of `DEEDS`, by this or another function."""
        return DEEDS[deed](self, city or self.city)

    def file(self, city: City, creation: Creation) -> Appeal:
        filing = Filing(TEXT, self.about, None)
        return city.appeals.filings.file(filing, by=self.holder, creation=creation, now=city.clock())

    def decide(self, city: City, outcome: Event) -> Appeal:
        decision = Decision(outcome, ANSWER, None)
        return city.appeals.reviews.decide(self.appeal_id, decision, by=self.officers.zhou, now=city.clock())

    def rise(self, city: City) -> Appeal:
        filings = city.appeals.filings
        return filings.escalate(self.appeal_id, TEXT, by=self.holder, creation=self.rising, now=city.clock())

    def attach(self, city: City) -> Any:
        attachings = city.appeals.attachings
        return attachings.attach(self.appeal_id, PNG, by=self.holder, creation=self.attaching, now=city.clock())

    def appeals(self) -> list[AppealItem]:
        """All that were filed about this person."""
        return [item for item in AppealItem.scan(AppealItem.holder == self.holder) if item.state != State.DRAFTED]

    def events(self, appeal_id: str | None = None) -> list[str]:
        """The steps of an appeal, none where it was not filed."""
        appeal = self.city.appeals.sides._store.get(appeal_id or self.appeal_id)
        return [str(step.event) for step in appeal.steps] if appeal else []

    def told(self) -> Told:
        """Where the affair stands."""
        appeal = self.city.appeals.sides.filed(self.appeal_id)
        return Told(
            state=str(appeal.state),
            steps=[str(step.event) for step in appeal.steps],
            attachments=len(appeal.attachments),
            voids=len(appeal.voids),
            above=self.events(higher_id(self.appeal_id)),
            undecided=sum(item.queue is not None for item in self.appeals()),
        )


DEEDS: dict[str, Callable[[Affair, City], Any]] = {
    "file": lambda self, city: self.file(city, self.filing),
    "attach": Affair.attach,
    "take": lambda self, city: city.appeals.reviews.take(self.appeal_id, by=self.officers.zhou, now=city.clock()),
    "take elsewhere": lambda self, city: city.appeals.reviews.take(
        self.appeal_id, by=self.officers.shen, now=city.clock()
    ),
    "release": lambda self, city: city.appeals.reviews.release(self.appeal_id, by=self.officers.zhou, now=city.clock()),
    "uphold": lambda self, city: self.decide(city, Event.UPHELD),
    "reject": lambda self, city: self.decide(city, Event.REJECTED),
    "withdraw": lambda self, city: city.appeals.holdings.withdraw(self.appeal_id, by=self.holder, now=city.clock()),
    "go up": Affair.rise,
    "mark what is late": lambda self, city: city.appeals.watch.run(now=int(city.clock()) + DAY + 1),
}
"""What can be done, by name."""

BEFORE_IT: dict[str, list[str]] = {
    "file": [],
    "attach": ["file"],
    "take": ["file"],
    "release": ["file", "take"],
    "uphold": ["file", "take"],
    "reject": ["file", "take"],
    "withdraw": ["file", "take"],
    "go up": ["file", "take", "reject"],
    "mark what is late": ["file", "take"],
}
"""What must be done before a deed is possible."""


def forget_appeals() -> None:
    """No appeal was ever filed."""
    for table in (AppealItem, MatterItem):
        for item in table.scan():
            item.delete()
