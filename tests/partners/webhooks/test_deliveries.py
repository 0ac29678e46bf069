"""An event comes to its endpoint: at least once, in no more attempts than there are, in order where that was asked."""

from __future__ import annotations

from random import Random
from threading import Event

import pytest

from chalicelib.partners.webhooks import deliveries_store, delivering_due
from chalicelib.partners.webhooks.deliveries_model import Delivery, State, delivery_id, lane_of
from chalicelib.partners.webhooks.deliveries_store import WebhookDeliveryItem
from chalicelib.partners.webhooks.delivering import LOOK_AGAIN_S
from chalicelib.partners.webhooks.model import EndpointState, Order
from chalicelib.partners.webhooks.schedule import ATTEMPTS, LONGEST_TRIED_S, WAITS
from chalicelib.platform.outgoing import Answer, NoAnswer
from chalicelib.trust.model import KeyUse
from chalicelib.wiring import City
from tests.partners.webhooks.delivering import OK, SAID_NO, Scene, always, event, fails, fails_now_and_then, verified
from tests.world import NOON, StoppedClock

HOUR, DAY = 3600, 24 * 3600


@pytest.fixture
def scene(city: City, clock: StoppedClock) -> Scene:
    here = Scene(city, clock)
    here.endpoint()
    return here


def test_an_event_is_delivered_once_however_often_it_is_told(scene: Scene) -> None:
    delivery = scene.tell(1)
    assert scene.tell(1).delivery_id == delivery.delivery_id
    assert scene.run() == 1
    scene.tell(1)
    assert scene.after(HOUR) == 0
    assert scene.receiver.ids == [event(1).event_id]
    assert scene.state(delivery).state is State.DELIVERED


def test_a_delivery_that_fails_is_tried_ten_times_in_three_days_and_then_no_more(scene: Scene) -> None:
    scene.receiver.says = always(SAID_NO)
    delivery = scene.tell(1)
    for seconds in (0, *WAITS, 10 * 24 * HOUR):
        scene.after(seconds * 1.11 + 1)
    assert len(scene.receiver.got) == len(scene.state(delivery).tries) == ATTEMPTS == 10
    assert scene.state(delivery).state is State.FAILED


def test_an_endpoint_that_took_nothing_all_that_time_is_disabled(scene: Scene) -> None:
    scene.receiver.says = always(SAID_NO)
    scene.tell(1)
    for seconds in (0, *WAITS):
        scene.after(seconds * 1.11 + 1)
    assert scene.registry.disabled == [("here", "unanswered")]


def test_an_endpoint_that_takes_nothing_is_disabled_however_much_it_is_told(scene: Scene) -> None:
    """It rests most of the time, so that none of very many deliveries comes to its last attempt."""
    scene.receiver.says = always(SAID_NO)
    told = [scene.tell(number) for number in range(4)]
    scene.run()
    for one in told[1:]:
        scene.clock.advance(24 * HOUR)
        assert scene.registry.disabled == []
        scene.deliverer.attempt("here", one.delivery_id, now=scene.clock())
    scene.clock.advance(LONGEST_TRIED_S - 72 * HOUR)
    scene.tell(5)
    scene.run()
    assert scene.registry.disabled[0] == ("here", "unanswered")
    assert max(scene.state(one).attempts for one in told) < ATTEMPTS


def test_an_endpoint_that_took_something_at_the_last_moment_is_not_disabled(scene: Scene) -> None:
    scene.receiver.says = always(SAID_NO)
    delivery = scene.tell(1)
    for seconds in (0, *WAITS[:-1]):
        scene.after(seconds * 1.11 + 1)

    def says(headers: object, body: bytes) -> Answer:
        scene.city.webhook_marks.well("here")
        return SAID_NO

    scene.receiver.says = says
    scene.after(WAITS[-1] * 1.11)
    assert scene.state(delivery).state is State.FAILED
    assert scene.registry.disabled == []


def test_an_endpoint_that_takes_little_and_asks_the_others_to_wait_is_not_disabled(scene: Scene) -> None:
    """Its refusals come at once and what it takes comes late, so that each time it rests already."""

    def says(headers: object, body: bytes) -> Answer:
        scene.city.webhook_marks.failed("here", rest_s=60, now=int(scene.clock()))
        return OK

    for number in range(5):
        scene.receiver.says = says
        taken = scene.tell(2 * number)
        scene.deliverer.attempt("here", taken.delivery_id, now=scene.clock())
        assert scene.state(taken).state is State.DELIVERED
        scene.clock.advance(24 * HOUR)
        scene.receiver.says = always(SAID_NO)
        scene.deliverer.attempt("here", scene.tell(2 * number + 1).delivery_id, now=scene.clock())
    assert scene.registry.disabled == []


def test_an_endpoint_that_takes_others_is_not_disabled_for_one_it_cannot_bear(scene: Scene) -> None:
    bad = event(1).event_id
    scene.receiver.says = lambda headers, body: SAID_NO if headers["webhook-id"] == bad else OK
    delivery = scene.tell(1)
    for number, seconds in enumerate((0, *WAITS)):
        scene.tell(10 + number)
        scene.after(seconds * 1.11 + 1)
    assert scene.state(delivery).state is State.FAILED
    assert scene.registry.disabled == []


def test_one_that_says_that_it_is_gone_is_disabled_at_once(scene: Scene) -> None:
    scene.receiver.says = always(Answer(410, {}, b""))
    gone, waiting = scene.tell(1), scene.tell(2)
    scene.run()
    assert ("here", "gone") in scene.registry.disabled
    scene.after(30 * 24 * HOUR)
    assert len(scene.receiver.got) <= 2
    assert {scene.state(gone).state, scene.state(waiting).state} <= {State.FAILED, State.PENDING}


def test_a_receiver_that_asks_for_later_is_asked_later(scene: Scene) -> None:
    scene.receiver.says = always(Answer(429, {"retry-after": "600"}, b""))
    delivery = scene.tell(1)
    scene.run()
    scene.receiver.says = always(OK)
    other = scene.tell(2)
    scene.after(599)
    assert scene.outcomes(delivery) == ["busy"]
    assert scene.outcomes(other) == [], "it asked for itself and not for one message"
    scene.after(20)
    assert scene.outcomes(delivery) == ["busy", "delivered"]
    assert scene.outcomes(other) == ["delivered"]


@pytest.mark.parametrize("other", [OK, SAID_NO])
def test_what_it_says_to_others_at_the_same_time_does_not_end_the_rest_it_asked_for(
    scene: Scene, other: Answer
) -> None:
    scene.city.webhook_marks.failed("here", rest_s=0, now=NOON)
    delivery, later = scene.tell(1), scene.tell(2)

    def says(headers: object, body: bytes) -> Answer:
        scene.city.webhook_marks.failed("here", rest_s=600, now=NOON)
        return other

    scene.receiver.says = says
    scene.deliverer.attempt("here", delivery.delivery_id, now=NOON)
    scene.deliverer.attempt("here", later.delivery_id, now=NOON)
    assert len(scene.receiver.got) == 1
    scene.receiver.says = always(OK)
    scene.after(599)
    assert scene.outcomes(later) == []
    scene.after(20)
    assert scene.outcomes(later) == ["delivered"]


def test_a_receiver_that_is_down_is_left_alone_and_that_costs_no_attempts(scene: Scene) -> None:
    scene.receiver.says = fails()
    told = [scene.tell(number) for number in range(30)]
    scene.run()
    tried = sum(scene.state(one).attempts for one in told)
    assert tried < 20, "after ten failures in a row the others wait"
    scene.receiver.says = always(OK)
    scene.until_done("here")
    assert all(scene.state(one).state is State.DELIVERED for one in told)


def test_what_a_paused_endpoint_missed_waits_for_it(scene: Scene) -> None:
    scene.registry.turn("here", EndpointState.PAUSED)
    told = [scene.tell(number) for number in range(5)]
    for _ in range(5):
        scene.after(HOUR)
    assert scene.receiver.got == []
    assert all(scene.state(one).attempts == 0 for one in told)
    scene.registry.turn("here", EndpointState.ACTIVE)
    assert scene.deliveries.resume("here", scene.clock()) == 5
    scene.run()
    assert len(scene.receiver.got) == 5


def test_one_that_is_resumed_and_nobody_said_so_gets_it_all_the_same(scene: Scene) -> None:
    scene.registry.turn("here", EndpointState.PAUSED)
    scene.tell(1)
    scene.run()
    scene.registry.turn("here", EndpointState.ACTIVE)
    scene.after(LOOK_AGAIN_S * 1.1 + 1)
    assert len(scene.receiver.got) == 1


def test_nothing_is_brought_to_an_endpoint_that_was_deleted(scene: Scene) -> None:
    off, left = scene.tell(1), scene.tell(2)
    assert scene.deliveries.cancel_all("here") == 2
    late = scene.tell(3)
    del scene.registry.known["here"]
    assert scene.run() == 0
    assert {scene.state(one).state for one in (off, left)} == {State.CANCELLED}
    scene.deliverer.attempt("here", late.delivery_id, now=scene.clock())  # a message still wakes it
    assert scene.state(late).state is State.CANCELLED
    assert scene.receiver.got == []


@pytest.mark.parametrize("answer", [OK, SAID_NO])
def test_a_delivery_can_be_begun_anew_with_all_of_its_attempts(scene: Scene, answer: Answer) -> None:
    scene.receiver.says = always(answer)
    delivery = scene.tell(1)
    for seconds in (0, *WAITS):
        scene.after(seconds * 1.11 + 1)
    before = len(scene.receiver.got)
    scene.registry.turn("here", EndpointState.ACTIVE)
    scene.receiver.says = always(SAID_NO)
    again = scene.deliveries.again("here", delivery.delivery_id, scene.clock())
    assert again is not None
    assert (again.state, again.attempts) == (State.PENDING, 0)
    for seconds in (0, *WAITS):
        scene.after(seconds * 1.11 + 1)
    assert len(scene.receiver.got) - before == ATTEMPTS
    assert len(scene.state(delivery).tries) == before + ATTEMPTS


def test_a_pending_delivery_that_is_wanted_now_is_tried_now(scene: Scene) -> None:
    scene.receiver.says = always(SAID_NO)
    delivery = scene.tell(1)
    scene.run()
    scene.after(6)
    scene.receiver.says = always(OK)
    assert scene.after(10) == 0
    scene.deliveries.again("here", delivery.delivery_id, scene.clock())
    assert scene.run() == 1
    assert scene.state(delivery).state is State.DELIVERED


def test_what_is_not_there_cannot_be_begun_anew(scene: Scene) -> None:
    assert scene.deliveries.again("here", "1790000000-" + "0" * 24, scene.clock()) is None


def test_the_log_shows_the_newest_first_page_by_page(scene: Scene) -> None:
    for number in range(5):
        scene.deliveries.enqueue("here", event(number, at=NOON + number), "", NOON)
    scene.run()
    first = scene.deliveries.page("here", None, 3)
    second = scene.deliveries.page("here", first[-1].delivery_id, 3)
    assert [one.at - NOON for one in first + second] == [4, 3, 2, 1, 0]
    assert [one.outcome for one in first[0].tries] == ["delivered"]


def test_events_of_one_subject_arrive_in_order_whatever_fails(scene: Scene) -> None:
    scene.endpoint("strict", Order.SUBJECT)
    weather = Random(3)
    scene.receiver.says = lambda headers, body: SAID_NO if weather.random() < 0.4 else OK
    for number in range(12):
        scene.tell(number, to="strict", group=f"consent/{number % 3}")
    scene.until_done("strict")
    arrived = [
        headers["webhook-id"]
        for delivery in scene.deliveries.page("strict", None, 100)
        for _, headers, _ in scene.receiver.got
        if headers["webhook-id"] == delivery.event_id
    ]
    assert len(set(arrived)) == 12
    last = {name: len(scene.receiver.ids) - 1 - scene.receiver.ids[::-1].index(name) for name in arrived}
    for subject in range(3):
        order = [last[event(number).event_id] for number in range(subject, 12, 3)]
        assert order == sorted(order)


def test_one_that_can_never_be_delivered_lets_the_next_pass(scene: Scene) -> None:
    scene.endpoint("strict", Order.SUBJECT)
    bad = event(1).event_id
    scene.receiver.says = lambda headers, body: SAID_NO if headers["webhook-id"] == bad else OK
    first, second = scene.tell(1, "strict", "a"), scene.tell(2, "strict", "a")
    for seconds in (0, *WAITS[:-1]):
        scene.after(seconds * 1.11 + 1)
        assert scene.state(second).attempts == 0
    scene.after(WAITS[-1] * 1.11)
    scene.registry.turn("strict", EndpointState.ACTIVE)
    scene.after(HOUR)
    assert scene.state(first).state is State.FAILED
    assert scene.state(second).state is State.DELIVERED


def test_an_event_that_is_told_again_keeps_its_place_in_the_order(scene: Scene) -> None:
    first, second = scene.tell(1, group="a"), scene.tell(2, group="a")
    assert (first.place.number, second.place) == (1, scene.tell(2, group="a").place)
    assert scene.tell(1, group="a").place == first.place
    assert second.place.after == first.delivery_id
    scene.run()
    scene.after(2)
    assert scene.receiver.ids == [event(1).event_id, event(2).event_id]


def test_events_of_one_subject_and_one_second_are_brought_in_one_run(scene: Scene) -> None:
    told = [scene.tell(number, group="a") for number in range(12)]
    assert sorted(told, key=lambda one: one.delivery_id) != told
    scene.run()
    assert scene.receiver.ids == [one.event_id for one in told]


def test_two_that_stand_behind_each_other_do_not_wait_for_ever(scene: Scene, city: City) -> None:
    """The first is noted and never kept, since its function was killed; it is told again after the second."""
    city.webhook_marks.follow("here", "a", delivery_id(event(1)), now=NOON)
    scene.tell(2, group="a")
    scene.tell(1, group="a")
    for _ in range(4):
        scene.after(HOUR)
    assert sorted(scene.receiver.ids) == sorted([event(1).event_id, event(2).event_id])


def test_what_belongs_together_takes_one_lane_and_the_rest_takes_four() -> None:
    assert len({lane_of(event(number), "consent/1") for number in range(50)}) == 1
    assert {lane_of(event(number), "") for number in range(50)} == {0, 1, 2, 3}


def test_two_hundred_arrive_at_receivers_that_fail_three_times_in_ten_each_verifiable(scene: Scene, city: City) -> None:
    scene.receiver.says = fails_now_and_then(0.3)
    told = [scene.tell(number) for number in range(200)]
    scene.until_done("here")
    assert {scene.state(one).state for one in told} == {State.DELIVERED}
    assert max(scene.receiver.counted().values()) <= ATTEMPTS
    key = city.ring.signing(KeyUse.REQUEST, now=NOON).record.public_key
    assert all(verified(headers, body, key=key) for _, headers, body in scene.receiver.got)
    assert set(scene.receiver.ids) == {one.event_id for one in told}


@pytest.mark.parametrize("state", [EndpointState.PAUSED, EndpointState.ACTIVE])
def test_what_has_heaped_up_at_one_endpoint_keeps_no_other_back(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, state: EndpointState
) -> None:
    monkeypatch.setattr(delivering_due, "MOST_OF_A_RUN", 2)
    scene.registry.turn("here", state)
    scene.endpoint("well")
    for number in range(1, 6):
        scene.tell(number)
    scene.clock.advance(1)
    other = scene.tell(0, to="well")
    scene.run()
    assert scene.state(other).state is State.DELIVERED


def test_of_what_is_due_at_many_each_gets_its_turn(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivering_due, "MOST_OF_AN_ENDPOINT", 2)
    for name in map(scene.endpoint, ("here", "there", "yonder")):
        for number in range(5):
            scene.tell(number, to=name)
    assert [scene.run() for _ in range(4)] == [6, 6, 3, 0]
    assert scene.receiver.counted().total() == 15


def test_what_waits_for_a_paused_endpoint_is_not_even_looked_at(scene: Scene) -> None:
    waits = scene.tell(1)
    scene.registry.turn("here", EndpointState.PAUSED)
    assert scene.after(HOUR) == 0
    assert scene.state(waits) == waits


def test_what_waits_is_looked_for_among_the_newest_and_follows_soon(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An endpoint may have had millions of deliveries, and somebody waits for its being resumed, or deleted."""
    monkeypatch.setattr(deliveries_store, "LOOKED_THROUGH", 5)
    scene.registry.turn("here", EndpointState.PAUSED)
    for number in range(8):
        one = scene.deliveries.enqueue("here", event(number, at=NOON - 8 + number), "", scene.clock())
        scene.deliverer.attempt("here", one.delivery_id, now=scene.clock())  # woken in vain, and put off
    scene.registry.turn("here", EndpointState.ACTIVE)
    assert scene.deliveries.resume("here", scene.clock()) == 5
    scene.run()
    assert len(scene.receiver.got) == 5
    scene.after(LOOK_AGAIN_S * 1.1 + 1)
    assert len(scene.receiver.got) == 8
    assert scene.deliveries.cancel_all("here") == 0


def test_what_is_begun_anew_on_the_last_day_of_its_month_is_not_forgotten_in_between(scene: Scene) -> None:
    delivery = scene.tell(1)
    assert forgotten(delivery) == NOON + 30 * DAY
    scene.run()
    assert forgotten(delivery) == NOON + 30 * DAY
    scene.clock.advance(30 * DAY - 60)
    scene.deliveries.again("here", delivery.delivery_id, scene.clock())
    scene.receiver.says = always(SAID_NO)
    for seconds in (0, *WAITS):
        scene.clock.advance(seconds * 1.11 + 1)
        assert forgotten(delivery) > scene.clock() + 2 * DAY
        scene.run()
    assert scene.state(delivery).state is State.FAILED


def test_what_waits_for_somebody_who_never_comes_back_is_forgotten(scene: Scene) -> None:
    """Also what a worker had under its hands that was killed, and what was begun anew meanwhile."""
    killed, anew = scene.tell(1), scene.tell(2)

    def dies(headers: object, body: bytes) -> Answer:
        raise KeyError

    scene.deliverer.attempt("here", anew.delivery_id, now=scene.clock())
    scene.receiver.says = dies
    with pytest.raises(KeyError):
        scene.deliverer.attempt("here", killed.delivery_id, now=scene.clock())
    scene.deliveries.again("here", anew.delivery_id, scene.clock())
    scene.registry.turn("here", EndpointState.PAUSED)
    for _ in range(26):
        scene.after(DAY)
    assert {scene.state(one).state for one in (killed, anew)} == {State.PENDING}
    assert {forgotten(one) for one in (killed, anew)} == {NOON + 30 * DAY}


def forgotten(delivery: Delivery) -> float:
    """When the store takes a delivery away."""
    return WebhookDeliveryItem.get(delivery.endpoint_id, delivery.delivery_id).expires_at.timestamp()


def test_while_one_receiver_hangs_the_others_are_served(scene: Scene) -> None:
    """It is the same run: whoever hangs keeps as many workers as it has lanes, and the others have the rest."""
    done, served = Event(), set[str]()
    scene.endpoint("mute")
    scene.endpoint("well")

    def says(headers: object, body: bytes) -> Answer:
        name = body.decode()
        if any(mute in name for mute in mutes):
            done.wait(10)
            raise NoAnswer("timeout")
        served.add(name)
        if len(served) == 20:
            done.set()
        return OK

    told = [scene.tell(number, to="mute") for number in range(100, 120)]
    mutes = {one.event_id for one in told}
    for number in range(20):
        scene.tell(number, to="well")
    scene.receiver.says = says
    scene.run()
    assert done.is_set()
    assert len(served) == 20
