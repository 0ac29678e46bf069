"""Whatever officers try in whatever order: no colour is set but by two or three of them whom it does not concern."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.people.sandbox import RESIDENTS
from chalicelib.platform.http.creation import Creation
from chalicelib.platform.http.refusals import Refusal
from chalicelib.platform.permissions import Role
from chalicelib.status.model import Colour
from chalicelib.status.overrides.decide import Act
from chalicelib.status.overrides.following import facts
from chalicelib.status.overrides.model import LIFECYCLE, Event, Override, State
from chalicelib.status.overrides.propose import Proposal
from chalicelib.status.residents import Document
from chalicelib.wiring import City
from tests.status.overrides.desk import OFFICERS, OUYANG, REASON, Desk, document, fresh
from tests.world import NOON, Caller, moved_in

OTHERS = RESIDENTS[6:9]
PEOPLE = (*OFFICERS, OUYANG)
CONCERNED = (*OTHERS, *OTHERS, *OFFICERS, OUYANG)
Who = st.sampled_from(OFFICERS)
PROPOSALS = st.tuples(st.just("propose"), Who, st.lists(st.sampled_from(CONCERNED), min_size=1, max_size=3))
DECISIONS = st.tuples(st.sampled_from(["approve"] * 5 + ["reject", "withdraw", "end"]), Who, st.integers(0, 2))
OFFICES = st.tuples(st.sampled_from(["suspend", "appoint", "adopt", "part"]), Who, st.sampled_from(PEOPLE))
HISTORIES = st.lists(PROPOSALS, min_size=1, max_size=3).flatmap(
    lambda first: st.lists(PROPOSALS | DECISIONS | DECISIONS | DECISIONS | OFFICES, min_size=3, max_size=14).map(
        first.__add__
    )
)


@dataclass
class Era:
    """One history: who is in office, who is whose family, and the overrides made in it."""

    desk: Desk
    made: list[str] = field(default_factory=list)
    family: set[frozenset[str]] = field(default_factory=set)
    suspended: set[str] = field(default_factory=set)
    before: dict[str, Override] = field(default_factory=dict)

    def happens(self, act: tuple[str, object, object], now: int) -> None:
        """One thing that somebody does, or is refused."""
        verb, who, what = act
        holder = self.desk.officers[who]  # type: ignore[index]
        if verb in {"suspend", "appoint", "adopt", "part"}:
            self._changes(verb, holder, what, now)
            return
        try:
            self._tries(verb, holder, what, now)
        except Refusal:
            return

    def _changes(self, verb: str, holder: str, other: object, now: int) -> None:
        """What changes who may do what."""
        city, whom = self.desk.city, self._holder(other)
        if verb == "suspend":
            city.officers.suspend(holder)
            self.suspended.add(holder)
        elif verb == "appoint":
            city.officers.appoint(holder, Role.HEALTH_OFFICER, name="周牧之")
            self.suspended.discard(holder)
        elif verb == "adopt" and holder != whom:
            city.guardians.add(holder, whom, relation="guardian", now=now)
            self.family.add(frozenset({holder, whom}))
        elif verb == "part":
            city.guardians.end(holder, whom, now=now)
            city.guardians.end(whom, holder, now=now)
            self.family.discard(frozenset({holder, whom}))

    def _tries(self, verb: str, holder: str, what: object, now: int) -> None:
        """What officers do at the desk."""
        city, wish = self.desk.city, Creation(fresh(), "digest")
        if verb == "propose":
            people = [Document(**document(person)) for person in what]  # type: ignore[attr-defined]
            proposal = Proposal(Colour.RED, "isolation", 5, REASON, people)
            self.made.append(city.override_proposals.propose(holder, proposal, wish, now=now).override_id)
        elif self.made:
            made = self.made[what % len(self.made)]  # type: ignore[operator]
            getattr(city.override_decisions, verb)(Act(made, holder, wish, "", now))

    def closes(self) -> None:
        """Everybody is in office again and nobody's family, for the next history."""
        for holder in self.suspended:
            self.desk.city.officers.appoint(holder, Role.HEALTH_OFFICER, name="周牧之")
        for one, other in map(sorted, self.family):
            self.desk.city.guardians.end(one, other, now=NOON)
            self.desk.city.guardians.end(other, one, now=NOON)

    def _holder(self, person: object) -> str:
        return self.desk.auditor if person == OUYANG else self.desk.officers[person]  # type: ignore[index]

    def assert_kept(self) -> None:
        """What must be true of every override at every moment."""
        for override_id in self.made:
            override = self.desk.city.override_store.get(override_id)
            assert override is not None
            before = self.before.get(override_id, override)
            self._assert_lived(before, override)
            self._assert_decided_by_others(before, override)
            self.before[override_id] = override

    def _assert_lived(self, before: Override, after: Override) -> None:
        """Steps are only added, each leads where the table says, and nothing follows on an end."""
        assert after.steps[: len(before.steps)] == before.steps
        state = State.PROPOSED
        for step in after.steps[1:]:
            state = LIFECYCLE[state][step.event]
        assert state is after.state

    def _assert_decided_by_others(self, before: Override, after: Override) -> None:
        """Two people, or three; at the moment of the approval all of them in office, and none of them concerned."""
        assert bool(list(facts(after))) == (after.first(Event.APPROVED) is not None)
        if after.first(Event.APPROVED) is None or before.first(Event.APPROVED) is not None:
            return
        people = {after.proposer.by, *(step.by for step in after.approvals)}
        assert len(people) == after.needed + 1 == (3 if after.people > 2 else 2)
        assert not people & set(after.targets)
        assert not people & self.suspended
        assert not {frozenset({one, other}) for one in people for other in after.targets} & self.family


@pytest.fixture
def crowded(city: City, api: Caller) -> Desk:
    """A desk where more than two people are many."""
    desk = Desk(city, api)
    city.override_proposals._threshold = 2
    for other in OTHERS:
        moved_in(city, other)
    return desk


@pytest.fixture(scope="module")
def approved() -> set[str]:
    """What was approved in all histories together."""
    return set()


@settings(max_examples=40)
@given(history=HISTORIES)
def test_no_colour_is_set_but_by_people_whom_it_does_not_concern(
    crowded: Desk, approved: set[str], history: list[tuple[str, object, object]]
) -> None:
    era = Era(crowded)
    for minute, act in enumerate(history):
        era.happens(act, NOON + 60 * minute)
        era.assert_kept()
    era.closes()
    approved.update(made for made in era.made if era.before[made].first(Event.APPROVED))


def test_such_histories_do_set_colours(approved: set[str]) -> None:
    assert len(approved) > 10
