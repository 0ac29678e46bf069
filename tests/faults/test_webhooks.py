"""Deliveries under bad weather: nothing is lost, nothing is tried more often than it may be, repeats do no harm."""

from __future__ import annotations

from collections.abc import Mapping
from threading import Barrier, Thread
from typing import Any

import msgspec
import pytest

from chalicelib.partners.webhooks.deliveries import LEASE_S, QUEUE_AWAY_S, Deliveries
from chalicelib.partners.webhooks.deliveries_model import Delivery, State
from chalicelib.partners.webhooks.delivering_messages import Messages
from chalicelib.partners.webhooks.model import Order
from chalicelib.partners.webhooks.schedule import ATTEMPTS, WAITS
from chalicelib.platform.outgoing import Answer
from chalicelib.platform.queues import Message
from chalicelib.wiring import City
from tests.faults.weather import AFTER, BEFORE, KILLED_AFTER, KILLED_BEFORE, Crash, Weather, on
from tests.partners.webhooks.delivering import OK, SAID_NO, Scene, always, event
from tests.world import StoppedClock

TABLE = "webhook-deliveries"


@pytest.fixture
def scene(city: City, clock: StoppedClock) -> Scene:
    here = Scene(city, clock)
    here.endpoint()
    here.endpoint("strict", Order.SUBJECT)
    return here


class Line:
    """A queue that keeps what it was given, or is down."""

    def __init__(self) -> None:
        self.sent: list[tuple[Message, int]] = []
        self.down = False
        self.asked = 0

    def send(self, messages: Any, *, delay_s: int = 0) -> None:
        self.asked += 1
        if self.down:
            raise ConnectionError("no queue")
        self.sent += [(message, delay_s) for message in messages]


def record(message: Message | str, number: int = 1) -> dict[str, Any]:
    """A message as Lambda hands it over."""
    text = message if isinstance(message, str) else msgspec.json.encode(message).decode()
    group = "" if isinstance(message, str) else message.group
    return {"messageId": f"m{number}", "body": text, "attributes": {"MessageGroupId": group}}


def attempt(scene: Scene, delivery: Delivery) -> None:
    """What a worker does who got the message."""
    scene.deliverer.attempt(delivery.endpoint_id, delivery.delivery_id, now=scene.clock())


def test_a_worker_killed_before_it_sends_loses_nothing(scene: Scene) -> None:
    def killed(headers: Mapping[str, str], body: bytes) -> Answer:
        raise Crash

    delivery = scene.tell(1)
    scene.receiver.says = killed
    with pytest.raises(Crash):
        attempt(scene, delivery)
    scene.receiver.says = always(OK)
    attempt(scene, delivery)
    assert scene.receiver.got == [], "another may be sending at this moment"
    scene.clock.advance(LEASE_S)
    attempt(scene, delivery)
    assert scene.receiver.ids == [delivery.event_id]
    assert scene.state(delivery).attempts == 2


@pytest.mark.parametrize("fault", [KILLED_BEFORE, KILLED_AFTER])
def test_a_worker_killed_while_it_notes_what_became_of_it_sends_at_most_once_more(
    scene: Scene, weather: Weather, fault: Any
) -> None:
    delivery = scene.tell(1)
    weather.brings(fault, to=on("UpdateItem", TABLE), after=1, times=1)
    with pytest.raises(Crash):
        attempt(scene, delivery)
    for _ in range(5):
        scene.clock.advance(LEASE_S)
        attempt(scene, delivery)
    assert scene.state(delivery).state is State.DELIVERED
    assert len(scene.receiver.got) == (2 if fault is KILLED_BEFORE else 1)


def test_one_that_is_killed_each_time_is_not_tried_more_often_than_others(scene: Scene, weather: Weather) -> None:
    delivery = scene.tell(1)
    weather.brings(KILLED_BEFORE, to=on("UpdateItem", TABLE), after=1, times=1)
    for seconds in (0, *WAITS, *WAITS):
        scene.clock.advance(seconds * 1.11 + LEASE_S)
        weather.clears()
        weather.brings(KILLED_BEFORE, to=on("UpdateItem", TABLE), after=1, times=1)
        try:
            attempt(scene, delivery)
        except Crash:
            continue
    assert len(scene.receiver.got) == ATTEMPTS
    assert scene.state(delivery).state is State.FAILED


@pytest.mark.parametrize("fault", BEFORE | AFTER)
def test_whatever_befalls_a_write_the_event_arrives(scene: Scene, weather: Weather, fault: str) -> None:
    struck = (("UpdateItem", TABLE), ("PutItem", TABLE), ("GetItem", TABLE), ("UpdateItem", "webhook-marks"))
    for number, (operation, table) in enumerate(struck):
        weather.clears()
        weather.brings((BEFORE | AFTER)[fault], to=on(operation, table), times=3)
        for _ in range(3):
            try:
                delivery = scene.tell(number, to="strict", group="a")
            except Exception:
                continue
        for _ in range(3):
            try:
                attempt(scene, delivery)
            except Exception:
                scene.clock.advance(LEASE_S)
        weather.clears()
        scene.until_done("strict", stride=LEASE_S)
        assert scene.state(delivery).state is State.DELIVERED, operation


def test_of_two_workers_one_makes_the_attempt(scene: Scene) -> None:
    together = Barrier(2)

    def work(delivery: Delivery) -> None:
        together.wait()
        attempt(scene, delivery)

    told = [scene.tell(number) for number in range(10)]
    for delivery in told:
        threads = [Thread(target=work, args=(delivery,)) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert scene.receiver.counted() == {one.event_id: 1 for one in told}


def test_messages_that_come_twice_early_or_late_do_no_harm(scene: Scene) -> None:
    scene.receiver.says = always(SAID_NO)
    delivery = scene.tell(1)
    for seconds in (0, 0, 1, 1, 1):
        scene.clock.advance(seconds)
        attempt(scene, delivery)
    assert len(scene.receiver.got) == 1
    scene.clock.advance(WAITS[0])
    attempt(scene, delivery)
    attempt(scene, delivery)
    assert len(scene.receiver.got) == 2
    scene.receiver.says = always(OK)
    scene.clock.advance(WAITS[1] * 2)
    for _ in range(3):
        attempt(scene, delivery)
        scene.clock.advance(LEASE_S)
    assert len(scene.receiver.got) == 3


def test_a_clock_that_goes_back_delays_and_doubles_nothing(scene: Scene) -> None:
    first = scene.tell(1)
    scene.run()
    scene.clock.advance(-3600)
    second = scene.tell(2)
    scene.run()
    scene.tell(1)
    scene.clock.advance(7200)
    scene.run()
    assert scene.receiver.ids == [first.event_id, second.event_id]


def test_an_old_word_of_failure_changes_nothing_that_was_begun_anew(scene: Scene) -> None:
    """The first worker is so slow that somebody has the delivery begun anew meanwhile."""
    delivery = scene.tell(1)

    def slow(headers: Mapping[str, str], body: bytes) -> Answer:
        scene.clock.advance(LEASE_S + 1)
        scene.receiver.says = always(OK)
        scene.deliveries.again("here", delivery.delivery_id, scene.clock())
        attempt(scene, delivery)
        return SAID_NO

    scene.receiver.says = slow
    attempt(scene, delivery)
    assert scene.state(delivery).state is State.DELIVERED


def test_without_a_word_from_the_queue_what_is_due_is_found(scene: Scene, city: City) -> None:
    line = Line()
    line.down = True
    deliveries = Deliveries(city.delivery_store, city.webhook_marks, lambda: line, region="310000")
    told = deliveries.enqueue("here", event(1), "", scene.clock())
    assert line.sent == []
    scene.run()
    assert scene.state(told).state is State.DELIVERED


def test_a_queue_that_has_just_failed_is_not_waited_for_each_time(scene: Scene, city: City) -> None:
    line, seconds = Line(), [1000.0]
    line.down = True
    deliveries = Deliveries(
        city.delivery_store, city.webhook_marks, lambda: line, region="310000", monotonic=lambda: seconds[0]
    )
    for number in range(5):
        deliveries.enqueue("here", event(number), "", scene.clock())
    assert line.asked == 1
    line.down = False
    seconds[0] += QUEUE_AWAY_S
    deliveries.enqueue("here", event(5), "", scene.clock())
    assert len(line.sent) == 1
    scene.run()
    assert len(scene.receiver.got) == 6


def test_a_message_wakes_the_delivery_it_names_and_the_first_retry_is_woken_too(scene: Scene, city: City) -> None:
    line = Line()
    city.webhook_queue = line
    told = scene.tell(1)
    ((message, delay),) = line.sent
    assert (message.ids, delay) == ({"endpoint_id": "here", "delivery_id": told.delivery_id}, 0)
    scene.receiver.says = always(SAID_NO)
    messages = Messages(lambda: scene.deliverer, lambda: line, scene.clock)
    assert messages.deliver([record(message)]) == []
    ((again, delay),) = line.sent[1:]
    assert (again.ids, again.group, delay in {4, 5, 6}) == (message.ids, message.group, True)
    assert again.key != message.key
    assert messages.carry_over([record(again)]) == []
    assert line.sent[2:] == [(again, 0)]
    line.down = True
    assert messages.carry_over([record(again)]) == ["m1"]


POISON = [
    "",
    "nonsense",
    "[]",
    "{}",
    '{"group":"a","key":"b","ids":{}}',
    '{"group":"a","key":"b","ids":{"endpoint_id":1}}',
]


@pytest.mark.parametrize("text", POISON)
def test_a_message_that_cannot_be_read_is_laid_aside_and_keeps_nobody_waiting(scene: Scene, text: str) -> None:
    messages = Messages(lambda: scene.deliverer, lambda: None, scene.clock)
    delivery = scene.tell(1)
    well = Message("here.0", "k", {"endpoint_id": "here", "delivery_id": delivery.delivery_id})
    assert messages.deliver([record(text, 1), record(well, 2)]) == ["m1"]
    assert scene.state(delivery).state is State.DELIVERED


def test_a_message_of_what_is_not_there_any_more_is_done(scene: Scene) -> None:
    messages = Messages(lambda: scene.deliverer, lambda: None, scene.clock)
    lost = Message("gone.0", "k", {"endpoint_id": "gone", "delivery_id": "1790000000-" + "0" * 24})
    assert messages.deliver([record(lost)]) == []


def test_in_a_group_nothing_passes_by_what_failed(scene: Scene, weather: Weather) -> None:
    messages = Messages(lambda: scene.deliverer, lambda: None, scene.clock)
    first, second = scene.tell(1), scene.tell(2)
    one, other = (
        Message("here.0", each.delivery_id, {"endpoint_id": "here", "delivery_id": each.delivery_id})
        for each in (first, second)
    )
    weather.brings(BEFORE["throttled"], to=on("GetItem", TABLE), times=10)
    assert messages.deliver([record(one, 1), record(other, 2)]) == ["m1", "m2"]
    weather.clears()
    assert messages.deliver([record(one, 1), record(other, 2)]) == []
    assert scene.receiver.ids == [first.event_id, second.event_id]
