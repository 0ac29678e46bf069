"""Messages reach their function as in Lambda: in order within a group, groups side by side, and none is lost."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from chalice.local import LocalChalice

from app import build_app
from chalicelib.partners.webhooks.addresses import RESOLVE_S
from chalicelib.partners.webhooks.sending_wire import CONNECT_S, TOTAL_S
from chalicelib.platform.queues import Message, QueueFault, SqsQueue, queue
from chalicelib.platform.settings import Settings, SettingsError
from chalicelib.wiring import City
from infra.local.dynamo import Store
from infra.local.functions import Queued, queued
from infra.local.queues import AT_ONCE, QUEUES, VISIBLE_AGAIN_S, QueuePump, queues

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

PATIENCE_S = 10


class Listener:
    """A function on a queue that keeps what it was told, and fails, falls or waits where a test says so."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.fails: set[str] = set()
        self.falls: set[str] = set()
        self.waits: dict[str, threading.Event] = {}

    def __call__(self, event: dict[str, Any]) -> dict[str, Any]:
        failed = []
        for record in event["Records"]:
            key = record["body"].split('"key":"')[1].split('"')[0]
            if key in self.falls:
                raise RuntimeError("fell")
            if key in self.waits:
                assert self.waits[key].wait(PATIENCE_S)
            if key in self.fails:
                failed.append({"itemIdentifier": record["messageId"]})
                continue
            self.told.append(key)
        return {"batchItemFailures": failed}


class Scene:
    """The queues of a city, a listener at one of them, and a pump between them."""

    def __init__(self, client: SQSClient, name: str) -> None:
        self.client = client
        self.listener, self.reports = Listener(), list[str]()
        self.queue = SqsQueue(lambda: client, "yima-webhooks")
        self.pump = QueuePump(client, Queued("listener", name, 1, self.listener), report=self.reports.append, workers=4)

    def send(self, group: str, *keys: str, delay_s: int = 0) -> None:
        self.queue.send((Message(group, key, {"id": key}) for key in keys), delay_s=delay_s)

    def pumped(self) -> list[str]:
        """All that the listener was told once nothing is left that may be handed on."""
        while self.pump.pump():
            self.pump.wait()
        return self.listener.told

    def waiting(self, name: str) -> int:
        """How many messages are in a queue."""
        url = self.client.get_queue_url(QueueName=name)["QueueUrl"]
        counts = self.client.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        return int(counts["ApproximateNumberOfMessages"]) + int(counts["ApproximateNumberOfMessagesNotVisible"])


@pytest.fixture
def client(embedded_store: Store) -> Iterator[SQSClient]:
    with queues(embedded_store.region) as client:
        yield client


@pytest.fixture
def scene(client: SQSClient) -> Scene:
    return Scene(client, "webhooks.fifo")


def test_messages_of_a_group_come_in_order_and_each_once(scene: Scene) -> None:
    scene.send("a", *(f"{number:02}" for number in range(25)))
    scene.send("a", "03", "24")
    assert scene.pumped() == [f"{number:02}" for number in range(25)]
    assert scene.waiting("yima-webhooks.fifo") == 0


def test_a_group_that_waits_keeps_no_other_waiting(scene: Scene) -> None:
    scene.listener.waits["slow"] = threading.Event()
    scene.send("a", "slow", "after")
    scene.send("b", "1", "2")
    scene.send("c", "3")
    scene.pump.pump()
    for _ in range(1000):
        scene.pump.pump()
        if len(scene.listener.told) == 3:
            break
        threading.Event().wait(0.01)
    assert sorted(scene.listener.told) == ["1", "2", "3"]
    scene.listener.waits["slow"].set()
    scene.pump.wait()
    assert scene.pumped()[-2:] == ["slow", "after"]


@pytest.mark.parametrize("how", ["fails", "falls"])
def test_nothing_of_a_group_overtakes_what_failed(scene: Scene, how: str) -> None:
    getattr(scene.listener, how).add("1")
    scene.send("a", "1", "2")
    scene.send("b", "3")
    assert scene.pumped() == ["3"]
    assert scene.waiting("yima-webhooks.fifo") == 2
    assert scene.reports


def test_what_waits_a_moment_is_in_the_other_queue(client: SQSClient) -> None:
    scene = Scene(client, "webhooks-delays")
    scene.send("a", "1", delay_s=900)
    assert scene.pumped() == []
    url = client.get_queue_url(QueueName="yima-webhooks-delays")["QueueUrl"]
    counts = client.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert counts["ApproximateNumberOfMessagesDelayed"] == "1"


def test_a_pump_that_is_stopped_ends_what_it_began(scene: Scene) -> None:
    stop = threading.Event()
    scene.send("a", "1")
    thread = threading.Thread(target=scene.pump.run, args=(stop,))
    thread.start()
    for _ in range(1000):
        if scene.listener.told:
            break
        threading.Event().wait(0.01)
    stop.set()
    thread.join(PATIENCE_S)
    assert scene.listener.told == ["1"]


def test_the_queues_are_those_that_functions_of_the_city_wait_for(city: City) -> None:
    functions = {one.queue: one for one in queued(build_app(city, LocalChalice))}
    assert set(functions) >= set(QUEUES)
    assert functions["webhooks.fifo"].batch == 1


def test_no_message_comes_again_while_it_waits_behind_those_of_its_group() -> None:
    assert VISIBLE_AGAIN_S > AT_ONCE * (RESOLVE_S + CONNECT_S + TOTAL_S)


def test_a_message_that_is_refused_is_told_of(client: SQSClient) -> None:
    class Refusing:
        def get_queue_url(self, QueueName: str) -> dict[str, str]:  # noqa: N803
            return {"QueueUrl": QueueName}

        def send_message_batch(self, **_: Any) -> dict[str, Any]:
            return {"Successful": [], "Failed": [{"Id": "0"}]}

    with pytest.raises(QueueFault):
        SqsQueue(Refusing, "a").send([Message("a", "b", {})])  # type: ignore[arg-type]


@pytest.mark.parametrize("address", ["yima-webhooks", "sqs:", "sqs:a b", "sqs:" + "a" * 74, "amqp:a"])
def test_a_setting_that_names_no_queue_is_refused(address: str) -> None:
    with pytest.raises(SettingsError):
        queue(address, lambda: pytest.fail("nobody asks"))


def test_a_city_can_do_without_a_queue_but_not_let_partners_in_by_the_back_door() -> None:
    assert queue("", lambda: pytest.fail("nobody asks")) is None
    assert Settings.from_environment({"YIMA_STAGE": "dev", "YIMA_WEBHOOK_PRIVATE": "1"}).webhook_private
    with pytest.raises(SettingsError):
        Settings.from_environment({"YIMA_STAGE": "prod", "YIMA_WEBHOOK_PRIVATE": "1"})
    with pytest.raises(SettingsError):
        Settings.from_environment({"YIMA_WEBHOOK_PRIVATE": "yes"})
