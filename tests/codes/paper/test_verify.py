"""Verifying paper online: each reason by its name, two round trips at most, none where the bytes already tell."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from chalicelib.codes.model import Accepted, Reason, Rejected, Verdict
from chalicelib.codes.paper import wire
from chalicelib.codes.paper.wire import DAY_S, PaperBody
from chalicelib.codes.wire import raw_of, to_text
from chalicelib.status.model import Carrier, Colour, Standing
from chalicelib.status.store import StatusItem, StatusStore
from chalicelib.trust.model import KeyUse
from chalicelib.wiring import City
from tests.codes.paper.counter import Counter, a_wish
from tests.codes.test_verify import Calls
from tests.world import NOON, StoppedClock, another_process, coloured, scan_by

HALF_A_YEAR = 180 * DAY_S


@pytest.fixture
def text(counter: Counter, holder: str) -> str:
    counter.issue(holder)
    return counter.text(holder)


def verify(city: City, text: str, *, by: str = "metro", at: float = NOON, fields: str = "") -> Verdict:
    return city.verifier.verify(text, scan=scan_by(by, at=at, fields=fields), now=at)


def reason(verdict: Verdict) -> Reason:
    assert isinstance(verdict, Rejected), verdict
    return verdict.reason


def test_a_good_paper_is_accepted_with_the_colour_of_this_moment(city: City, holder: str, text: str) -> None:
    coloured(city, holder, Colour.RED)
    verdict = verify(city, text)
    assert isinstance(verdict, Accepted)
    assert (verdict.colour, verdict.masked_name) == (Colour.RED, "")
    assert (verdict.shown.carrier, verdict.shown.specimen) == (Carrier.PAPER, True)
    assert (verdict.shown.issued_at, verdict.shown.expires_at) == (NOON, NOON + HALF_A_YEAR)


def test_its_masked_name_is_told_where_the_purpose_tells_names(city: City, text: str) -> None:
    verdict = verify(city, text, fields="name")
    assert isinstance(verdict, Accepted)
    assert verdict.masked_name == "林*晴"


def test_accepting_takes_exactly_one_read_and_one_write(city: City, text: str) -> None:
    calls = Calls(city)
    assert isinstance(verify(city, text), Accepted)
    assert calls.made == ["GetItem", "UpdateItem"]


def test_a_screen_code_still_takes_exactly_one_call(city: City, holder: str, text: str) -> None:
    code = city.issuer.issue(holder, now=NOON)[0].text
    calls = Calls(city)
    assert isinstance(verify(city, code), Accepted)
    assert calls.made == ["UpdateItem"]


def test_a_paper_is_not_spent(city: City, holder: str, text: str) -> None:
    assert isinstance(verify(city, text, by="metro"), Accepted)
    assert isinstance(verify(city, text, by="library"), Accepted)
    code = city.issuer.issue(holder, now=NOON)[0].text
    assert isinstance(verify(city, code, by="library"), Accepted), "nor does it spend what is on the screen"


def test_a_look_is_carried_to_the_holder_as_one_by_paper(city: City, holder: str, text: str) -> None:
    verify(city, text)
    look = StatusItem.get(holder).last_look
    assert look is not None
    assert (look.verifier, look.at, look.carrier) == ("metro", NOON, "paper")


FORGERIES: dict[str, tuple[Callable[[bytes], bytes], Reason]] = {
    "another kind": (lambda raw: b"\x02" + raw[1:], Reason.UNKNOWN_KIND),
    "another version": (lambda raw: b"\x03\x02" + raw[2:], Reason.UNKNOWN_KIND),
    "another city": (lambda raw: raw[:2] + (210100).to_bytes(3, "big") + raw[5:], Reason.UNKNOWN_ISSUER),
    "a key nobody has": (lambda raw: raw[:5] + b"\xde\xad\xbe\xef" + raw[9:], Reason.UNKNOWN_KEY),
    "more days": (lambda raw: raw[:13] + b"\xff\xff" + raw[15:], Reason.BAD_SEAL),
    "no specimen": (lambda raw: raw[:15] + b"\x00" + raw[16:], Reason.BAD_SEAL),
    "another entry": (lambda raw: raw[:18] + b"\0\0\x09" + raw[21:], Reason.BAD_SEAL),
    "another holder": (lambda raw: raw[:21] + bytes(12) + raw[33:], Reason.BAD_SEAL),
    "another signature": (lambda raw: raw[:33] + bytes(64) + raw[97:], Reason.BAD_SEAL),
    "another tag": (lambda raw: raw[:97] + bytes(12), Reason.BAD_SEAL),
    "cut short": (lambda raw: raw[:-1], Reason.MALFORMED),
    "a byte more": (lambda raw: raw + b"\0", Reason.MALFORMED),
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_forgery_is_refused_by_its_reason_without_any_call(city: City, text: str, forgery: str) -> None:
    forge, expected = FORGERIES[forgery]
    calls = Calls(city)
    assert reason(verify(city, to_text(forge(raw_of(text))))) is expected
    assert calls.made == []


@pytest.mark.parametrize("use", [KeyUse.CODE, KeyUse.TOKEN])
def test_a_key_of_another_use_signs_no_paper(city: City, text: str, use: KeyUse) -> None:
    kid = city.ring.signing(use, now=NOON).record.kid
    raw = raw_of(text)
    assert reason(verify(city, to_text(raw[:5] + bytes.fromhex(kid) + raw[9:]))) is Reason.UNKNOWN_KEY


def test_a_carrier_key_signs_no_screen_code(city: City, holder: str) -> None:
    kid = city.ring.signing(KeyUse.CARRIER, now=NOON).record.kid
    raw = raw_of(city.issuer.issue(holder, now=NOON)[0].text)
    assert reason(verify(city, to_text(raw[:5] + bytes.fromhex(kid) + raw[9:]))) is Reason.UNKNOWN_KEY


WINDOW = {
    "20 s before issue, by a clock that is behind": (-20, None),
    "21 s before issue": (-21, Reason.NOT_YET_VALID),
    "after a month": (30 * DAY_S, None),
    "in the last second of the half year": (HALF_A_YEAR, None),
    "one second later": (HALF_A_YEAR + 1, Reason.EXPIRED),
}


@pytest.mark.parametrize("moment", WINDOW)
def test_a_paper_is_good_for_180_days(city: City, text: str, moment: str) -> None:
    offset, expected = WINDOW[moment]
    calls = Calls(city)
    verdict = verify(city, text, at=NOON + offset)
    if expected is None:
        assert isinstance(verdict, Accepted)
    else:
        assert reason(verdict) is expected
        assert calls.made == []


def test_a_paper_reported_lost_says_so(city: City, counter: Counter, holder: str, text: str) -> None:
    counter.papers.lose(holder, "7-1", now=NOON)
    calls = Calls(city)
    assert reason(verify(city, text)) is Reason.CARRIER_LOST
    assert calls.made == ["GetItem"]


def test_another_paper_kills_the_one_before(city: City, counter: Counter, holder: str, text: str) -> None:
    counter.issue(holder, at=NOON + 1)
    assert reason(verify(city, text, at=NOON + 1)) is Reason.CARRIER_REPLACED
    assert isinstance(verify(city, counter.text(holder, at=NOON + 1), at=NOON + 1), Accepted)


def test_a_lost_paper_is_lost_also_when_there_is_another(city: City, counter: Counter, holder: str, text: str) -> None:
    counter.papers.lose(holder, "7-1", now=NOON)
    counter.issue(holder, at=NOON + 1)
    assert reason(verify(city, text, at=NOON + 1)) is Reason.CARRIER_LOST


def test_a_paper_ends_with_the_account(city: City, counter: Counter, holder: str, text: str) -> None:
    counter.papers.end(holder, now=NOON)
    assert reason(verify(city, text)) is Reason.CARRIER_ENDED


def test_a_signed_paper_that_never_reached_its_slot_is_not_honoured(city: City, counter: Counter, holder: str) -> None:
    made = counter.papers._press.make(holder, a_wish(), now=NOON, by="")
    assert reason(verify(city, made.text)) is Reason.CARRIER_ENDED
    counter.issue(holder)
    assert reason(verify(city, made.text)) is Reason.CARRIER_REPLACED


def test_a_suspended_holder_is_refused(city: City, holder: str, text: str) -> None:
    StatusStore().set_standing(holder, Standing.SUSPENDED)
    assert reason(verify(city, text)) is Reason.HOLDER_SUSPENDED
    StatusStore().set_standing(holder, Standing.ACTIVE)
    assert isinstance(verify(city, text), Accepted)


def test_a_paper_under_a_revoked_key_says_so(city: City, clock: StoppedClock, text: str) -> None:
    city.custodian.revoke(wire.parse(raw_of(text)).body.kid, now=NOON)
    assert reason(verify(another_process(clock), text)) is Reason.REVOKED_KEY


def test_a_paper_outlives_the_key_that_signed_it(city: City, clock: StoppedClock, text: str) -> None:
    for day in (29, 31, 60, 61, 179):
        clock.now = NOON + day * DAY_S
        city.custodian.run(now=int(clock()))
    later = another_process(clock)
    assert later.ring.signing(KeyUse.CARRIER, now=clock()).record.kid != wire.parse(raw_of(text)).body.kid
    assert isinstance(verify(later, text, at=clock()), Accepted)


def test_the_verdict_knows_what_the_paper_said(city: City, text: str) -> None:
    verdict = verify(city, text, at=NOON + HALF_A_YEAR + 1)
    assert isinstance(verdict, Rejected)
    assert isinstance(verdict.shown, PaperBody)
    assert (verdict.shown.list_number, verdict.shown.index) == (7, 1)
