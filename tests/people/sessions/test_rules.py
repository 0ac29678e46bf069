"""What presenting a refresh token means, whoever presents it and when; as a table."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.people.proofing.provider import Assurance
from chalicelib.people.sessions.model import (
    ACCESS_LIFETIME_S,
    IDLE_S,
    LONGEST_S,
    NO_PROOF,
    REPEAT_S,
    REVOKED_WITHIN_S,
    Device,
    Ending,
    Finding,
    Proof,
    Session,
    Ticket,
    judged,
)
from chalicelib.trust.tokens import CLOCK_TOLERANCE_S

AT = 1_790_000_000
OPEN = Session("h", "s", None, Assurance.REAL_PERSON, "", b"", AT, AT, AT + LONGEST_S, generation=7)
BOUND = OPEN._replace(key="mine", proof="last")
OVER = OPEN._replace(ended=Ending.REVOKED, ended_at=AT)

CASES = {
    "the present one": (OPEN, 7, NO_PROOF, 0, Finding.NEXT),
    "the one before, at once: the reply was lost": (OPEN, 6, NO_PROOF, 0, Finding.REPEAT),
    "the one before, after half a minute": (OPEN, 6, NO_PROOF, REPEAT_S, Finding.REPEAT),
    "the one before, later": (OPEN, 6, NO_PROOF, REPEAT_S + 1, Finding.REUSED),
    "the one before, by a clock that is behind": (OPEN, 6, NO_PROOF, -20, Finding.REPEAT),
    "an older one, at once": (OPEN, 5, NO_PROOF, 0, Finding.REUSED),
    "the first": (OPEN, 0, NO_PROOF, 0, Finding.REUSED),
    "one that is yet to be issued: the table was set back": (OPEN, 8, NO_PROOF, 0, Finding.ENDED),
    "the present one on its last day": (OPEN, 7, NO_PROOF, IDLE_S - 1, Finding.NEXT),
    "the present one after thirty days unused": (OPEN, 7, NO_PROOF, IDLE_S, Finding.ENDED),
    "the present one after half a year": (OPEN._replace(ends_at=AT + 9), 7, NO_PROOF, 9, Finding.ENDED),
    "the present one of an ended session": (OVER, 7, NO_PROOF, 0, Finding.ENDED),
    "an old one of an ended session": (OVER, 2, NO_PROOF, 0, Finding.ENDED),
    "the present one with the device's key": (BOUND, 7, Proof("mine", "new"), 0, Finding.NEXT),
    "the present one without a key": (BOUND, 7, NO_PROOF, 0, Finding.KEY_NOT_SHOWN),
    "the present one with another key": (BOUND, 7, Proof("thiefs", "new"), 0, Finding.OTHER_KEY),
    "the present one with a proof seen before": (BOUND, 7, Proof("mine", "last"), 0, Finding.PROOF_USED),
    "the one before by the device, out of a dead zone": (BOUND, 6, Proof("mine", "new"), 86_400, Finding.REPEAT),
    "the one before, overheard with its proof": (BOUND, 6, Proof("mine", "last"), REPEAT_S + 1, Finding.PROOF_USED),
    "an older one, overheard with the last proof": (BOUND, 5, Proof("mine", "last"), 0, Finding.PROOF_USED),
    "the one before with the proof it came with": (BOUND, 6, Proof("mine", "last"), 0, Finding.REPEAT),
    "an old one without the key ends nothing": (BOUND, 2, NO_PROOF, 0, Finding.KEY_NOT_SHOWN),
    "an old one with another key ends nothing": (BOUND, 2, Proof("thiefs", "new"), 0, Finding.OTHER_KEY),
    "an old one with the device's key": (BOUND, 2, Proof("mine", "new"), 0, Finding.REUSED),
    "a key that an unbound session does not ask for": (OPEN, 7, Proof("any", "new"), 0, Finding.NEXT),
}


@pytest.mark.parametrize("case", CASES)
def test_what_a_refresh_token_means(case: str) -> None:
    session, generation, proof, after, finding = CASES[case]
    assert judged(session, Ticket("h", "s", generation), proof, now=AT + after) is finding


@given(
    generation=st.integers(0, 99),
    presented=st.integers(0, 99),
    after=st.integers(-60, 400 * 86_400),
    key=st.sampled_from(["", "mine"]),
    shown=st.sampled_from([NO_PROOF, Proof("mine", "new"), Proof("mine", "last"), Proof("thiefs", "new")]),
)
def test_only_the_newest_token_of_the_right_device_goes_on(
    generation: int, presented: int, after: int, key: str, shown: Proof
) -> None:
    session = BOUND._replace(generation=generation, key=key)
    finding = judged(session, Ticket("h", "s", presented), shown, now=AT + after)
    if finding in {Finding.NEXT, Finding.REPEAT}:
        assert shown.key == key or not key
        assert presented == generation - (finding is Finding.REPEAT)
        assert after < IDLE_S
    if finding is Finding.REUSED:
        assert presented < generation


def test_a_revoked_sessions_last_token_ends_within_five_minutes_whatever_clocks_are_allowed() -> None:
    assert ACCESS_LIFETIME_S + CLOCK_TOLERANCE_S < REVOKED_WITHIN_S == 300


def test_a_device_is_told_by_the_surest_thing_that_is_known_of_it() -> None:
    assert Device("n", "id", "key", "1.2.3.4").told_by == "key"
    assert Device("n", "id", "", "1.2.3.4").told_by == "id"
    assert Device("n", "", "", "1.2.3.4").told_by == "1.2.3.4"
