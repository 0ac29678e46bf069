"""Verifying a code online: each reason by its name, one round trip, and none where the bytes already tell."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from chalicelib.codes import seal, wire
from chalicelib.codes.model import Accepted, Reason, Rejected, Verdict
from chalicelib.codes.wire import CodeBody
from chalicelib.status.model import Colour, Standing
from chalicelib.status.store import StatusItem, StatusStore
from chalicelib.trust.model import KeyUse, UnwrappedKey
from chalicelib.wiring import City
from tests.world import NOON, StoppedClock, another_process, coloured, moved_in, scan_by


class Calls:
    """Counts the calls the hot path's client makes to DynamoDB, by operation."""

    def __init__(self, city: City) -> None:
        self.made: list[str] = []
        city.dynamodb.meta.events.register("before-send.dynamodb.*", self._note)

    def _note(self, event_name: str, **_: object) -> None:
        self.made.append(event_name.rpartition(".")[2])


@pytest.fixture
def holder(city: City) -> str:
    return moved_in(city)


@pytest.fixture
def code(city: City, holder: str) -> str:
    return city.issuer.issue(holder, now=NOON)[0].text


def verify(city: City, code: str, *, by: str = "metro", at: float = NOON, fields: str = "") -> Verdict:
    return city.verifier.verify(code, scan=scan_by(by, at=at, fields=fields), now=at)


def reason(verdict: Verdict) -> Reason:
    assert isinstance(verdict, Rejected), verdict
    return verdict.reason


def signing_key(city: City) -> UnwrappedKey:
    return city.ring.signing(KeyUse.CODE, now=NOON)


def retagged(city: City, raw: bytes) -> str:
    """The text of altered bytes with a tag that fits them, as only somebody with the seal secret could make."""
    tagged = raw[:100]
    return wire.to_text(tagged + seal.tag(signing_key(city).seal_keys, tagged))


def test_a_good_code_is_accepted_with_the_colour_and_no_name(city: City, code: str) -> None:
    verdict = verify(city, code)
    assert isinstance(verdict, Accepted)
    assert (verdict.colour, verdict.masked_name) == (Colour.GREEN, "")


def test_a_scan_that_tells_the_name_tells_it_masked(city: City, code: str) -> None:
    verdict = verify(city, code, fields="name")
    assert isinstance(verdict, Accepted)
    assert verdict.masked_name == "林*晴"


def test_the_colour_is_that_of_this_moment_and_not_of_the_issue(city: City, holder: str, code: str) -> None:
    coloured(city, holder, Colour.RED)
    verdict = verify(city, code)
    assert isinstance(verdict, Accepted)
    assert verdict.colour is Colour.RED
    assert isinstance(verdict.shown, CodeBody)
    assert verdict.shown.colour is Colour.GREEN


def test_accepting_takes_exactly_one_call(city: City, code: str) -> None:
    calls = Calls(city)
    assert isinstance(verify(city, code), Accepted)
    assert calls.made == ["UpdateItem"]


def test_issuing_takes_one_read_and_no_write(city: City, holder: str) -> None:
    calls = Calls(city)
    city.issuer.issue(holder, now=NOON, count=15)
    assert calls.made == ["GetItem"]


FORGERIES: dict[str, tuple[Callable[[bytes], bytes], Reason]] = {
    "another kind": (lambda raw: b"\x02" + raw[1:], Reason.UNKNOWN_KIND),
    "another version": (lambda raw: b"\x01\x09" + raw[2:], Reason.UNKNOWN_KIND),
    "another city": (lambda raw: raw[:2] + (210100).to_bytes(3, "big") + raw[5:], Reason.UNKNOWN_ISSUER),
    "a key nobody has": (lambda raw: raw[:5] + b"\xde\xad\xbe\xef" + raw[9:], Reason.UNKNOWN_KEY),
    "a brighter colour": (lambda raw: raw[:15] + b"\x02" + raw[16:], Reason.BAD_SEAL),
    "another holder": (lambda raw: raw[:24] + bytes(12) + raw[36:], Reason.BAD_SEAL),
    "another signature": (lambda raw: raw[:36] + bytes(64) + raw[100:], Reason.BAD_SEAL),
    "another tag": (lambda raw: raw[:100] + bytes(12), Reason.BAD_SEAL),
    "cut short": (lambda raw: raw[:-1], Reason.MALFORMED),
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_forgery_is_refused_by_its_reason_without_any_call(city: City, code: str, forgery: str) -> None:
    forge, expected = FORGERIES[forgery]
    calls = Calls(city)
    assert reason(verify(city, wire.to_text(forge(wire.read(code).raw)))) is expected
    assert calls.made == []
    assert isinstance(verify(city, code), Accepted), "the real code is still good"


WINDOW = {
    "20 s before issue, by a clock that is behind": (-20, None),
    "21 s before issue": (-21, Reason.NOT_YET_VALID),
    "at issue": (0, None),
    "in its last second": (60, None),
    "one second later": (61, Reason.EXPIRED),
    "a day later": (86_400, Reason.EXPIRED),
}


@pytest.mark.parametrize("moment", WINDOW)
def test_the_window_is_20_seconds_before_issue_to_the_end_of_validity(city: City, code: str, moment: str) -> None:
    offset, expected = WINDOW[moment]
    calls = Calls(city)
    verdict = verify(city, code, at=NOON + offset)
    if expected is None:
        assert isinstance(verdict, Accepted)
    else:
        assert reason(verdict) is expected
        assert calls.made == []


def test_a_code_is_spent_by_its_first_use(city: City, code: str) -> None:
    assert isinstance(verify(city, code, by="metro"), Accepted)
    assert isinstance(verify(city, code, by="metro", at=NOON + 5), Accepted), "the same verifier, again"
    assert reason(verify(city, code, by="library")) is Reason.REPLAYED


def test_a_repeat_by_the_same_verifier_writes_nothing(city: City, holder: str, code: str) -> None:
    verify(city, code, at=NOON)
    verify(city, code, at=NOON + 5)
    last_scan = StatusItem.get(holder).last_scan
    assert last_scan is not None
    assert last_scan.at == NOON


def test_an_older_code_is_superseded_once_a_newer_one_was_used(city: City, holder: str, code: str) -> None:
    newer = city.issuer.issue(holder, now=NOON + 10)[0].text
    assert isinstance(verify(city, newer, at=NOON + 10), Accepted)
    assert reason(verify(city, code, at=NOON + 10)) is Reason.SUPERSEDED


def test_a_suspended_holder_is_refused_and_nothing_is_spent(city: City, holder: str, code: str) -> None:
    StatusStore().set_standing(holder, Standing.SUSPENDED)
    assert reason(verify(city, code)) is Reason.HOLDER_SUSPENDED
    StatusStore().set_standing(holder, Standing.ACTIVE)
    assert isinstance(verify(city, code, by="library"), Accepted)


def test_a_holder_who_left_the_city_is_refused(city: City, holder: str, code: str) -> None:
    StatusItem(holder).delete()
    assert reason(verify(city, code)) is Reason.HOLDER_SUSPENDED


def test_a_code_under_a_revoked_key_says_so(city: City, clock: StoppedClock, code: str) -> None:
    city.custodian.revoke(wire.read(code).body.kid, now=NOON)
    elsewhere = another_process(clock)
    assert reason(verify(elsewhere, code)) is Reason.REVOKED_KEY


def test_a_key_of_another_use_signs_no_code(city: City, code: str) -> None:
    token_key = city.ring.signing(KeyUse.TOKEN, now=NOON)
    raw = wire.read(code).raw
    assert reason(verify(city, wire.to_text(raw[:5] + bytes.fromhex(token_key.record.kid) + raw[9:]))) is (
        Reason.UNKNOWN_KEY
    )


def test_a_time_of_issue_before_the_key_was_entitled_is_refused_even_with_a_right_tag(city: City, code: str) -> None:
    raw = wire.read(code).raw
    early = signing_key(city).record.not_before - 1
    assert reason(verify(city, retagged(city, raw[:9] + early.to_bytes(4, "big") + raw[13:]))) is Reason.UNKNOWN_KEY


def test_a_fresh_code_is_never_superseded_by_one_from_a_faster_clock(city: City, holder: str) -> None:
    fast = city.issuer.issue(holder, now=NOON + 15)[0]
    assert isinstance(verify(city, fast.text, at=NOON), Accepted)
    fresh = city.issuer.issue(holder, now=NOON)[0]
    assert fresh.body.issued_at == fast.body.issued_at + 1
    assert isinstance(verify(city, fresh.text, by="library", at=NOON), Accepted)


def test_the_verdict_knows_what_the_code_said(city: City, code: str) -> None:
    verdict = verify(city, code, at=NOON + 61)
    assert isinstance(verdict, Rejected)
    assert isinstance(verdict.shown, CodeBody)
    assert (verdict.shown.issued_at, verdict.shown.expires_at) == (NOON, NOON + 60)
