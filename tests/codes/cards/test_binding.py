"""Binding a card: whose it is, once, whatever is sent twice; and what happens to it then."""

from __future__ import annotations

import json

import pytest

from chalicelib.codes.cards.model import CardState
from chalicelib.codes.cards.refusals import (
    CardAlreadyBound,
    CardBoundElsewhere,
    CardNotFound,
    CardNotYours,
    CardReportedLost,
    CardStateForbids,
    OtherKindOfCard,
)
from chalicelib.codes.cards.store import CardItem
from chalicelib.people.documents.refusals import InvalidCardNumber, UnknownCardType
from chalicelib.people.notices import NoticeItem
from chalicelib.people.refusals import NoIdentityProvider
from chalicelib.people.sandbox import NOBODYS_CARD_ENDS_IN, RESIDENTS, SandboxIdentityProvider
from chalicelib.platform.http.creation import Creation
from chalicelib.platform.http.refusals import IdempotencyKeyReused, Refusal
from chalicelib.wiring import City
from tests.codes.cards.wallet import HELPER, OTHER_SENIOR, SENIOR, TRANSIT, bind, wish
from tests.world import NOON, moved_in


@pytest.fixture
def holder(city: City) -> str:
    return moved_in(city)


@pytest.fixture
def neighbour(city: City) -> str:
    return moved_in(city, RESIDENTS[1])


def told(holder: str) -> list[tuple[str, dict[str, str]]]:
    """What a holder was told, oldest first: the kinds and the facts."""
    return [(item.kind, json.loads(item.facts)) for item in NoticeItem.query(holder)]


def test_a_bound_card_is_its_holders_and_its_number_rests_sealed(city: City, holder: str) -> None:
    card = bind(city, holder)
    assert (card.state, card.holder, card.bound_at) == (CardState.ACTIVE, holder, NOON)
    rest = str([item.to_dynamodb_dict() for item in CardItem.scan()])
    assert SENIOR[1] not in rest
    shown = city.cards.shown_number(card, now=NOON)
    assert shown.endswith(SENIOR[1][-4:])
    assert shown.count("*") == len(SENIOR[1]) - 4


def test_however_the_number_is_typed_it_is_one_card(city: City, holder: str, neighbour: str) -> None:
    card = bind(city, holder, ("transit_card", "04a1b2c3"))
    assert city.cards.id_of("transit_card", "０４:A1:b2:C3", now=NOON) == card.card_id
    with pytest.raises(CardBoundElsewhere):
        bind(city, neighbour, ("transit_card", "04 A1 B2 C3"))


def test_the_same_wish_is_the_same_card_told_of_once(city: City, holder: str) -> None:
    creation = wish()
    first, again = (bind(city, holder, creation=creation, at=at) for at in (NOON, NOON + 9))
    assert first == again
    assert told(holder) == [("card_bound", {"card_id": first.card_id, "card_type": "senior_card"})]


def test_another_wish_under_the_same_key_is_refused(city: City, holder: str) -> None:
    creation = wish()
    bind(city, holder, creation=creation)
    with pytest.raises(IdempotencyKeyReused):
        bind(city, holder, creation=Creation(creation.record_id, "another digest"))
    with pytest.raises(IdempotencyKeyReused):
        bind(city, holder, TRANSIT, creation=Creation(creation.record_id, "another digest"))
    assert CardItem.count() == 1


def test_one_card_is_one_persons(city: City, holder: str, neighbour: str) -> None:
    bind(city, holder)
    with pytest.raises(CardBoundElsewhere):
        bind(city, neighbour)
    with pytest.raises(CardBoundElsewhere):
        bind(city, neighbour, by=HELPER)
    assert [item.holder for item in CardItem.scan()] == [holder]


def test_a_card_that_is_mine_already_is_named(city: City, holder: str) -> None:
    card = bind(city, holder)
    with pytest.raises(CardAlreadyBound) as refused:
        bind(city, holder)
    assert refused.value.evidence == {"card_id": card.card_id}


def test_a_card_that_was_issued_to_somebody_else_is_not_bound(city: City, holder: str) -> None:
    with pytest.raises(CardNotYours):
        bind(city, holder, ("senior_card", f"3101990000{NOBODYS_CARD_ENDS_IN}"))
    assert CardItem.count() == 0
    assert told(holder) == []


def test_who_has_a_card_is_told_to_nobody_it_was_not_issued_to(city: City, holder: str, neighbour: str) -> None:
    number = f"3101990000{NOBODYS_CARD_ENDS_IN}"
    bind(city, holder, ("senior_card", number), by=HELPER)
    with pytest.raises(CardNotYours):
        bind(city, neighbour, ("senior_card", number))


def test_a_helper_who_sees_the_card_needs_nobody_who_knows_it(city: City, holder: str) -> None:
    city.identity_provider = None
    with pytest.raises(NoIdentityProvider):
        bind(city, holder)
    card = bind(city, holder, by=HELPER)
    facts = {"card_id": card.card_id, "card_type": "senior_card", "by": HELPER}
    assert told(holder) == [("card_bound", facts)]


def test_a_repeat_asks_nobody_whose_the_card_is(city: City, holder: str) -> None:
    creation = wish()
    card = bind(city, holder, creation=creation)
    city.identity_provider = None
    assert bind(city, holder, creation=creation) == card


class Down(SandboxIdentityProvider):
    """Knows cards on better days."""

    def owns_card(self, *asked: object, **more: object) -> bool:
        raise NoIdentityProvider


def test_a_provider_that_is_down_leaves_nothing_behind(city: City, holder: str) -> None:
    city.identity_provider = Down()
    with pytest.raises(NoIdentityProvider):
        bind(city, holder)
    assert CardItem.count() == 0


IMPOSSIBLE: dict[str, tuple[tuple[str, str], type[Refusal]]] = {
    "a library card": (("library_card", "3101990000001"), UnknownCardType),
    "no number": (("senior_card", "  "), InvalidCardNumber),
    "one that is too short": (("senior_card", "123"), InvalidCardNumber),
    "the number of a person": (("senior_card", RESIDENTS[0].identity.document_number), InvalidCardNumber),
}


@pytest.mark.parametrize("case", IMPOSSIBLE)
def test_what_is_no_card_is_not_bound(city: City, holder: str, case: str) -> None:
    card, refusal = IMPOSSIBLE[case]
    with pytest.raises(refusal) as refused:
        bind(city, holder, card)
    assert card[1].strip() == "" or card[1] not in str(refused.value.evidence)


def test_a_lost_card_is_told_of_once_and_stays_lost_for_its_phone(city: City, holder: str) -> None:
    card = bind(city, holder)
    lost = city.cards.lose(card.card_id, holder=holder, now=NOON + 1)
    assert city.cards.lose(card.card_id, holder=holder, now=NOON + 5) == lost
    assert lost.state is CardState.LOST
    assert [kind for kind, _ in told(holder)] == ["card_bound", "card_lost"]
    with pytest.raises(CardReportedLost):
        bind(city, holder)
    with pytest.raises(CardStateForbids):
        city.cards.unbind(card.card_id, holder=holder, now=NOON + 6)


def test_a_lost_card_is_found_at_a_desk_by_its_holder_alone(city: City, holder: str, neighbour: str) -> None:
    card = bind(city, holder)
    city.cards.lose(card.card_id, holder=holder, now=NOON + 1)
    with pytest.raises(CardBoundElsewhere):
        bind(city, neighbour, by=HELPER, at=NOON + 2)
    found = bind(city, holder, by=HELPER, at=NOON + 3)
    assert (found.card_id, found.state) == (card.card_id, CardState.ACTIVE)
    assert [kind for kind, _ in told(holder)] == ["card_bound", "card_lost", "card_bound"]


def test_a_new_card_takes_the_place_of_the_lost_one_for_good(city: City, holder: str) -> None:
    old = bind(city, holder)
    city.cards.lose(old.card_id, holder=holder, now=NOON + 1)
    new = bind(city, holder, OTHER_SENIOR, replaces=old.card_id, at=NOON + 2)
    states = {card.card_id: card.state for card in city.cards.of(holder)}
    assert states == {new.card_id: CardState.ACTIVE, old.card_id: CardState.REPLACED}
    kinds = [kind for kind, _ in told(holder)]
    assert sorted(kinds) == ["card_bound", "card_bound", "card_lost", "card_replaced"]
    with pytest.raises(CardStateForbids):
        bind(city, holder, by=HELPER)


def test_a_card_of_one_kind_does_not_replace_another_kind_or_itself(city: City, holder: str) -> None:
    old = bind(city, holder)
    for card in (TRANSIT, SENIOR):
        with pytest.raises(OtherKindOfCard):
            bind(city, holder, card, replaces=old.card_id)
    assert CardItem.count() == 1


def test_nobody_replaces_loses_or_unbinds_what_is_not_theirs(city: City, holder: str, neighbour: str) -> None:
    card = bind(city, holder)
    for name in (card.card_id, "0" * 64):
        with pytest.raises(CardNotFound):
            bind(city, neighbour, OTHER_SENIOR, replaces=name)
        with pytest.raises(CardNotFound):
            city.cards.lose(name, holder=neighbour, now=NOON)
        with pytest.raises(CardNotFound):
            city.cards.unbind(name, holder=neighbour, now=NOON)
    assert city.cards.of(neighbour) == []


def test_an_unbound_card_can_be_bound_again_by_whom_it_was_issued_to(city: City, holder: str, neighbour: str) -> None:
    card = bind(city, holder)
    ended = city.cards.unbind(card.card_id, holder=holder, now=NOON + 1)
    assert ended.state is CardState.ENDED
    again = bind(city, neighbour, at=NOON + 2)
    assert (again.card_id, again.holder, again.state) == (card.card_id, neighbour, CardState.ACTIVE)
    with pytest.raises(CardNotFound):
        city.cards.lose(card.card_id, holder=holder, now=NOON + 3)
    assert city.cards.of(holder) == []


def test_cards_are_listed_newest_first(city: City, holder: str) -> None:
    first, second = bind(city, holder, SENIOR, at=NOON), bind(city, holder, TRANSIT, at=NOON + 60)
    assert [card.card_id for card in city.cards.of(holder)] == [second.card_id, first.card_id]
