"""Each use has keys of its own: a carrier key's papers live through rotations, and no key speaks for another use."""

from __future__ import annotations

from itertools import permutations

import pytest

from chalicelib.codes import wire
from chalicelib.codes.model import Reason
from chalicelib.codes.offline import verify_offline
from chalicelib.codes.verify import entitled_key
from chalicelib.platform.crypto import sm2
from chalicelib.trust.making import LISTED, ROTATING
from chalicelib.trust.model import DAY_S, KeyUse, UnwrappedKey
from chalicelib.trust.trust_list import TrustList, read_list
from chalicelib.wiring import City
from tests.world import NOON, StoppedClock, moved_in

PAPER_DAYS = 180


def published(city: City) -> TrustList:
    """The trust list as everybody sees it."""
    document = city.key_store.published()
    assert document is not None
    return read_list(document)


def test_a_paper_is_good_for_its_180_days_however_often_the_keys_change(city: City, clock: StoppedClock) -> None:
    papers: list[tuple[int, str, bytes]] = []
    for day in range(0, 2 * PAPER_DAYS, 18):
        clock.now = float(NOON + day * DAY_S)
        city.custodian.run(now=int(clock()))
        papers.append(_signed(city, int(clock())))
        _assert_good([paper for paper in papers if clock() <= paper[0] + PAPER_DAYS * DAY_S], city, clock())
    assert len({kid for _, kid, _ in papers}) > 9


def _signed(city: City, now: int) -> tuple[int, str, bytes]:
    """When something was signed, by which key, and the signature."""
    key = city.ring.signing(KeyUse.CARRIER, now=now)
    return now, key.record.kid, sm2.sign(key.pair, b"%d" % now)


def _assert_good(papers: list[tuple[int, str, bytes]], city: City, now: float) -> None:
    """Online and offline, whoever asks finds the key that signed them."""
    trust = published(city)
    for signed_at, kid, signature in papers:
        listed = trust.key(kid)
        assert listed is not None
        assert (listed.use, listed.may_have_signed(signed_at)) == ("carrier", True)
        assert sm2.verify(listed.xy, b"%d" % signed_at, signature)
        found = entitled_key(city.ring, KeyUse.CARRIER, kid, issued_at=signed_at, now=now)
        assert isinstance(found, UnwrappedKey)


@pytest.mark.parametrize(("use", "other"), list(permutations(ROTATING, 2)))
def test_a_key_of_one_use_speaks_for_no_other(city: City, use: KeyUse, other: KeyUse) -> None:
    kid = city.ring.signing(other, now=NOON).record.kid
    assert entitled_key(city.ring, use, kid, issued_at=NOON, now=NOON) is Reason.UNKNOWN_KEY


@pytest.mark.parametrize("use", [use for use in LISTED if use is not KeyUse.CODE])
def test_a_screen_code_signed_by_a_listed_key_of_another_use_is_refused_at_a_gate(city: City, use: KeyUse) -> None:
    code = wire.read(city.issuer.issue(moved_in(city), now=NOON)[0].text)
    other = city.ring.signing(use, now=NOON)
    signed = code.signed[:5] + bytes.fromhex(other.record.kid) + code.signed[9:]
    text = wire.to_text(signed + sm2.sign(other.pair, signed) + code.tag)
    assert verify_offline(text, published(city), now=NOON).reason is Reason.UNKNOWN_KEY
