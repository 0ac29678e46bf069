"""What always holds: the lifecycle is its table, and whatever people do, nothing is used that does not run."""

from __future__ import annotations

from dataclasses import replace
from itertools import count

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from chalicelib.codes.purposes import Field, Purpose
from chalicelib.partners.consents import receipt
from chalicelib.partners.consents.acting import Acting
from chalicelib.partners.consents.asking import Wish
from chalicelib.partners.consents.model import (
    ANSWER_S,
    LIFECYCLE,
    RECORD_KEPT_S,
    Consent,
    Event,
    OutOfTurn,
    State,
    Use,
    consent_id_of,
    moved,
)
from chalicelib.partners.consents.texts import CURRENT
from chalicelib.platform.crypto.hashing import sm3
from chalicelib.platform.http.creation import Creation
from chalicelib.platform.http.operation import Principal
from chalicelib.platform.http.refusals import Refusal
from chalicelib.status.model import Scan
from tests.partners.consents.counter import Counter

NOW = 1_790_000_000
ASKED = Consent(
    consent_id="c" * 24,
    holder="a" * 24,
    client_id="client-1",
    client_name="诊所",
    purpose=Purpose.MEDICAL,
    fields=frozenset({Field.NAME, Field.BIRTH_DATE}),
    use=Use.PERIOD,
    unattended=False,
    asked_at=NOW,
    answer_by=NOW + ANSWER_S,
    until=NOW + 1000 * ANSWER_S,
)
AGREED = replace(ASKED, state=State.AGREED, agreed_at=NOW + 5, agreed_by="holder", text_version=CURRENT)
DIGEST = "bb9979a735dfddd00b1e2e56720ef10a9284e769dbf74500a1a253ed8358c8df"
_people = count(1)


def test_the_lifecycle_names_every_state_and_every_event_leads_somewhere() -> None:
    assert set(LIFECYCLE) == set(State)
    assert {event for events in LIFECYCLE.values() for event in events} == set(Event)
    assert {state for events in LIFECYCLE.values() for state in events.values()} == set(State) - {State.ASKED}


@pytest.mark.parametrize("state", State)
def test_nothing_happens_that_is_not_in_its_table(state: State) -> None:
    for event in set(Event) - set(LIFECYCLE[state]):
        with pytest.raises(OutOfTurn):
            moved(replace(ASKED, state=state), event, NOW)


def test_what_time_brings_nobody_writes_down() -> None:
    assert ASKED.state_at(ASKED.answer_by - 1) is State.ASKED
    assert ASKED.state_at(ASKED.answer_by) is State.LAPSED
    assert AGREED.state_at(AGREED.until - 1) is State.AGREED
    assert AGREED.state_at(AGREED.until) is State.ENDED
    assert AGREED.forgotten_at == AGREED.until + RECORD_KEPT_S


def test_the_digest_of_what_was_agreed_to_is_that_of_another_program() -> None:
    """By `openssl dgst -sm3` over the canonical JSON, written by hand."""
    terms = receipt.terms(AGREED, why="住院登记")
    canonical = (
        '{"agreed_at":1790000005,"agreed_by":"holder","client_id":"client-1","client_name":"诊所",'
        f'"consent_id":"{"c" * 24}","fields":["birth_date","name"],"format":"YC1","purpose":"medical",'
        '"text_version":"2026-1","unattended":false,"until":1876400000,"use":"period","why":"住院登记"}'
    )
    assert receipt.digest(terms) == sm3(canonical.encode()).hex() == DIGEST
    for name in terms:
        assert receipt.digest(terms | {name: "another"}) != DIGEST, name


def test_one_key_used_for_two_people_or_at_two_scans_names_two_requests() -> None:
    named = {consent_id_of("r", holder, scan) for holder in "ab" for scan in "st"}
    assert len(named) == 4
    assert consent_id_of("r", "a", "s") in named


CLIENT = Principal("client-of-rules", frozenset({"consent:ask"}), "诊所")


class Life(RuleBasedStateMachine):
    """One consent between a client and a holder; beside it what it should be by what was done."""

    counter: Counter

    @initialize(use=st.sampled_from(Use), days=st.integers(1, 4))
    def asks(self, use: Use, days: int) -> None:
        """The client asks; times are counted from here."""
        self.service = self.counter.city.consents
        self.now = self.counter.now
        self.holder = f"{next(_people):024x}"
        scan = Scan(CLIENT.subject, CLIENT.name, "medical", "窗口", self.now)
        token = self.counter.city.exchange.seal(self.holder, scan, "s", now=self.now)
        until = self.now + days * ANSWER_S if use is Use.PERIOD else None
        wish = Wish(token, frozenset({Field.NAME}), use, until)
        self.known = self.service.asking.ask(wish, by=CLIENT, creation=Creation(self.holder, "d"), now=self.now)
        self.state, self.used = State.ASKED, list[str]()

    def does(self, act: str) -> bool:
        """Whether the holder's act was carried out."""
        acting = Acting(self.holder)
        more = {"text_version": CURRENT} if act == "agree" else {}
        try:
            getattr(self.service.answers, act)(self.known.consent_id, acting, now=self.now, **more)
        except Refusal:
            return False
        return True

    @rule(act=st.sampled_from(["agree", "agree", "agree", "refuse", "withdraw"]))
    def answers(self, act: str) -> None:
        """The holder answers: carried out where it is in the table, or was done before."""
        event, leads_to = {
            "agree": (Event.AGREE, State.AGREED),
            "refuse": (Event.REFUSE, State.REFUSED),
            "withdraw": (Event.WITHDRAW, State.WITHDRAWN),
        }[act]
        allowed = event in LIFECYCLE[self.state] or self.state is leads_to
        assert self.does(act) == allowed
        self.state = leads_to if allowed else self.state

    @rule(number=st.integers(1, 3), remembered=st.booleans())
    def uses(self, number: int, remembered: bool) -> None:
        """A disclosure uses it, found just now or long ago."""
        found = self.service.covering(self.holder, CLIENT.subject, Purpose.MEDICAL, [Field.NAME], self.now)
        assert (found is not None) == (self.state is State.AGREED)
        consent = self.known if remembered or found is None else found
        disclosure = f"d{number}"
        repeat = disclosure in self.used and self.now < self.known.until
        allowed = self.state is State.AGREED or (self.state is State.USED and repeat)
        try:
            self.service.use(consent, disclosure, self.now)
        except Refusal:
            assert not allowed
            return
        assert allowed
        if disclosure not in self.used:
            self.used.append(disclosure)
        if self.known.use is Use.ONCE:
            self.state = State.USED

    @rule(hours=st.sampled_from([1, 7, 24]))
    def waits(self, hours: int) -> None:
        """Time passes."""
        self.now += hours * 3600
        if self.state is State.ASKED and self.now >= self.known.answer_by:
            self.state = State.LAPSED
        if self.state is State.AGREED and self.now >= self.known.until:
            self.state = State.ENDED

    @precondition(lambda self: hasattr(self, "known"))
    @invariant()
    def is_as_it_should_be(self) -> None:
        """To both sides; and what is used once is used once."""
        kept = self.service.of_holder(self.holder, self.known.consent_id)
        assert kept is not None
        assert kept.state_at(self.now) is self.state
        assert kept.uses == len(self.used)
        assert kept.use is Use.PERIOD or kept.uses <= 1


def test_whatever_people_do_nothing_is_used_that_does_not_run(counter: Counter) -> None:
    class Here(Life):
        pass

    Here.counter = counter
    run_state_machine_as_test(Here, settings=settings(max_examples=15, stateful_step_count=15, deadline=None))
