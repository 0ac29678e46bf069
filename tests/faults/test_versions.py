"""Two channels read while evidence arrives, on both stores: nobody sees an older status after a newer one."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from functools import partial
from threading import Event
from typing import Any, NamedTuple

import pytest

from chalicelib.people.model import Identity
from chalicelib.status.evidence.refusals import ReferenceTaken
from chalicelib.status.evidence.reported import Reported, VoidReason
from chalicelib.status.model import colour_at
from chalicelib.wiring import City
from tests.faults.test_races import at_once
from tests.status.evidence.department import CLINIC, DAY, HOUR, counting, document_of, index_of, said, somebody
from tests.world import NOON, StoppedClock, another_process, governed

REPORTERS = 3
RECOMPUTERS = 3
FACTS = 6
ROUNDS = 3


class Seen(NamedTuple):
    """What a channel saw at one moment."""

    version: int
    course: str


def facts(person: Identity, chance: random.Random) -> list[Reported]:
    """What three departments know of somebody: arrivals, contacts and tests of the last days."""
    kinds: list[tuple[str, dict[str, str]]] = [
        ("arrival", {"risk": "high"}),
        ("arrival", {"risk": "medium"}),
        ("close_contact", {"degree": "close"}),
        ("test_result", {"result": "negative", "method": "pcr"}),
        ("test_result", {"result": "positive"}),
        ("symptom_report", {}),
    ]
    chosen = [chance.choice(kinds) for _ in range(FACTS)]
    return [
        said(person, kind=kind, attributes=attributes, happened_at=NOON - chance.randrange(HOUR, 20 * DAY))
        for kind, attributes in chosen
    ]


class Town:
    """Several functions of one city: some take reports, some follow the stream, and two channels are read."""

    def __init__(self, city: City) -> None:
        governed(city, "epidemic")
        self.city = city
        self.functions = [another_process(StoppedClock()) for _ in range(REPORTERS)]

    def settled(self, holder: str) -> None:
        """What the stream brings in the end, whatever came before."""
        self.city.recompute.holder(holder, now=NOON, cause="evidence")

    def channel(self, holder: str, over: Event) -> list[Seen]:
        """Somebody who reads again and again until all is over."""
        seen: list[Seen] = []
        while not over.is_set():
            kept = self.city.ledger.read(holder)
            assert kept is not None
            seen.append(Seen(kept.version, kept.course))
        return seen

    def during(self, holder: str, work: Sequence[Callable[[], Any]]) -> list[list[Seen]]:
        """Two channels read while others work."""
        over, done = Event(), [False] * len(work)

        def busy(number: int) -> list[Seen]:
            try:
                work[number]()
            finally:
                done[number] = True
                if all(done):
                    over.set()
            return []

        tasks: list[Callable[[], Any]] = [partial(self.channel, holder, over)] * 2
        tasks += [partial(busy, number) for number in range(len(work))]
        return [seen for seen in at_once(tasks) if seen]


@pytest.fixture(scope="module")
def town(anywhere: City) -> Town:
    return Town(anywhere)


def assert_never_backwards(channels: list[list[Seen]]) -> None:
    assert channels
    for seen in channels:
        assert [one.version for one in seen] == sorted(one.version for one in seen)
    by_version: dict[int, str] = {}
    for one in (one for seen in channels for one in seen):
        assert by_version.setdefault(one.version, one.course) == one.course, "both channels show the same"


def in_step(town: Town, holder: str) -> bool:
    """Whether what is stored is what follows from the evidence."""
    kept = town.city.ledger.read(holder)
    assert kept is not None
    segments = town.city.recompute.segments(town.city.evidence.of(holder), town.city.rulebooks.current())
    expected = [segment.colour for segment in segments if segment.starts <= NOON][-1]
    return colour_at(kept.course, NOON) is expected


def test_versions_never_go_backwards_while_evidence_arrives_and_is_taken_back(town: Town) -> None:
    chance = random.Random(20)
    for _ in range(ROUNDS):
        person = somebody()
        holder = town.city.registration.register(person, now=NOON)
        known = facts(person, chance)

        def reports(function: City, mine: list[Reported], holder: str = holder) -> None:
            for fact in mine:
                function.reports.report(CLINIC, fact, now=NOON)
                function.recompute.holder(holder, now=NOON, cause="evidence")
            function.reports.void(CLINIC, mine[0].reference, VoidReason.ENTERED_IN_ERROR, now=NOON)
            function.recompute.holder(holder, now=NOON, cause="evidence")

        shares = [known[number::REPORTERS] for number in range(REPORTERS)]
        work = [partial(reports, function, share) for function, share in zip(town.functions, shares, strict=True)]
        assert_never_backwards(town.during(holder, work))
        assert in_step(town, holder), "without anybody coming back: each recomputation saw its own evidence"
        assert len(counting(town.city, person)) == FACTS - REPORTERS


def test_recomputing_at_once_stores_what_is_known_and_every_store_is_a_version(town: Town) -> None:
    person = somebody()
    holder = town.city.registration.register(person, now=NOON)
    town.city.reports.report(CLINIC, said(person), now=NOON)
    before = town.city.ledger.read(holder)
    assert before is not None
    work = [partial(each.recompute.holder, holder, now=NOON, cause="evidence") for each in town.functions]
    assert_never_backwards(town.during(holder, work))
    after = town.city.ledger.read(holder)
    assert after is not None
    assert after.version == before.version + RECOMPUTERS
    assert after.told.sequence == before.told.sequence + 1, "and the change was told once"


def test_somebody_who_registers_while_they_are_reported_misses_nothing(town: Town) -> None:
    chance = random.Random(34)
    for _ in range(ROUNDS):
        person = somebody()
        known = facts(person, chance)
        shares = [known[number::REPORTERS] for number in range(REPORTERS)]

        def reports(function: City, mine: list[Reported]) -> None:
            for fact in mine:
                function.reports.report(CLINIC, fact, now=NOON)

        work = [partial(reports, function, share) for function, share in zip(town.functions, shares, strict=True)]
        at_once([*work, partial(town.city.registration.register, person, now=NOON)])
        assert counting(town.city, person) == sorted(fact.reference for fact in known)
        assert town.city.evidence.ever_known(f"index:{index_of(town.city, person)}") == []


def test_one_reference_reported_by_many_at_once_is_one_fact(town: Town) -> None:
    for _ in range(ROUNDS):
        person = somebody()
        town.city.registration.register(person, now=NOON)
        first, other = said(person), said(somebody())
        rival = Reported(document_of(person), "diagnosis", first.happened_at, {}, first.reference)
        wishes = [first, first, rival, other._replace(reference=first.reference), first, rival]
        outcomes = at_once([partial(attempted, town.functions[n % 3], wish) for n, wish in enumerate(wishes)])
        taken = {wish.kind + wish.document.document_number for wish, done in zip(wishes, outcomes, strict=True) if done}
        assert len(taken) == 1, "whoever was first, nobody else was let in"
        kept = town.city.evidence.ever_known(town.city.registration.register(person, now=NOON))
        assert len(kept) <= 1


def attempted(function: City, wish: Reported) -> bool:
    """Whether a report was taken."""
    try:
        function.reports.report(CLINIC, wish, now=NOON)
    except ReferenceTaken:
        return False
    return True
