"""Verifying by card: two round trips, each reason by its name, and nothing told without being written down."""

from __future__ import annotations

import pytest

from chalicelib.codes.model import Accepted, Plain, Reason, Rejected, Verdict
from chalicelib.people.documents.refusals import InvalidCardNumber, UnknownCardType
from chalicelib.people.sandbox import RESIDENTS
from chalicelib.status.model import Carrier, Colour, ShownBy, Standing
from chalicelib.status.store import StatusItem, StatusStore
from chalicelib.wiring import City
from tests.codes.calls import Calls
from tests.codes.cards.wallet import OTHER_SENIOR, SENIOR, TRANSIT, bind, show
from tests.world import NOON, coloured, moved_in, scan_by


@pytest.fixture
def holder(city: City) -> str:
    return moved_in(city)


def reason(verdict: Verdict) -> Reason:
    assert isinstance(verdict, Rejected), verdict
    assert verdict.shown == Plain(Carrier.CARD, specimen=True), "what was shown is said, whatever it is worth"
    return verdict.reason


def test_a_card_verifies_its_holder_as_often_as_it_is_shown(city: City, holder: str) -> None:
    bind(city, holder)
    for verifier, at in (("bus 71", NOON), ("bus 71", NOON), ("museum", NOON + 1)):
        verdict = show(city, verifier=verifier, at=at)
        assert isinstance(verdict, Accepted)
        assert (verdict.colour, verdict.masked_name) == (Colour.GREEN, "")
        assert verdict.shown == Plain(Carrier.CARD, specimen=True, shown_by=ShownBy.HOLDER)


def test_the_colour_is_that_of_this_moment(city: City, holder: str) -> None:
    bind(city, holder)
    coloured(city, holder, Colour.RED)
    verdict = show(city)
    assert isinstance(verdict, Accepted)
    assert verdict.colour is Colour.RED


def test_a_card_takes_one_round_trip_more_than_a_screen(city: City, holder: str) -> None:
    bind(city, holder)
    show(city)
    calls = Calls(city)
    assert isinstance(show(city), Accepted)
    assert calls.made == ["GetItem", "UpdateItem"]


def test_a_card_that_nobody_bound_or_that_is_dead_takes_one(city: City, holder: str) -> None:
    card = bind(city, holder)
    city.cards.lose(card.card_id, holder=holder, now=NOON)
    calls = Calls(city)
    assert reason(show(city, TRANSIT)) is Reason.UNKNOWN_CARRIER
    assert reason(show(city)) is Reason.CARRIER_LOST
    assert calls.made == ["GetItem", "GetItem"]
    assert StatusItem.get(holder).last_look is None, "nobody learned who it was"


def test_each_state_of_a_card_has_its_reason(city: City, holder: str) -> None:
    old = bind(city, holder)
    city.cards.lose(old.card_id, holder=holder, now=NOON)
    assert reason(show(city)) is Reason.CARRIER_LOST
    new = bind(city, holder, OTHER_SENIOR, replaces=old.card_id)
    assert reason(show(city)) is Reason.CARRIER_REPLACED
    assert isinstance(show(city, OTHER_SENIOR), Accepted)
    city.cards.unbind(new.card_id, holder=holder, now=NOON)
    assert reason(show(city, OTHER_SENIOR)) is Reason.CARRIER_ENDED


def test_a_card_of_another_kind_with_the_same_number_is_another_card(city: City, holder: str) -> None:
    bind(city, holder)
    assert reason(show(city, ("transit_card", SENIOR[1]))) is Reason.UNKNOWN_CARRIER


def test_a_suspended_holders_card_is_refused_and_they_read_who_looked(city: City, holder: str) -> None:
    bind(city, holder)
    StatusStore().set_standing(holder, Standing.SUSPENDED)
    assert reason(show(city)) is Reason.HOLDER_SUSPENDED
    assert StatusItem.get(holder).last_look is not None


def test_the_card_of_somebody_who_left_is_refused(city: City, holder: str) -> None:
    bind(city, holder)
    StatusItem(holder).delete()
    assert reason(show(city)) is Reason.HOLDER_SUSPENDED


def test_a_look_spends_no_code(city: City, holder: str) -> None:
    bind(city, holder)
    code = city.issuer.issue(holder, now=NOON)[0].text
    show(city)
    assert isinstance(city.verifier.verify(code, scan=scan_by("metro"), now=NOON), Accepted)


def test_a_status_reads_with_what_looks_leave_in_it(city: City, holder: str) -> None:
    bind(city, holder)
    show(city)
    item = StatusItem.get(holder)
    assert (item.last_look.verifier, item.last_look.carrier) == ("bus 71", "card")
    assert len(item.look_id) == 12


def test_what_is_no_card_is_refused_by_name(city: City) -> None:
    with pytest.raises(UnknownCardType):
        show(city, ("library_card", SENIOR[1]))
    with pytest.raises(InvalidCardNumber):
        show(city, ("senior_card", RESIDENTS[0].identity.document_number))
