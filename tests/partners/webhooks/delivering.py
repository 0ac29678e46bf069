"""The delivery with a receiver that does as a test says, in this process: everything is real but the network."""

from __future__ import annotations

import hmac
from base64 import b64decode, b64encode
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from random import Random
from typing import Any

from chalicelib.partners.webhooks.addresses import Addresses, Target
from chalicelib.partners.webhooks.deliveries import Deliveries
from chalicelib.partners.webhooks.deliveries_model import Delivery
from chalicelib.partners.webhooks.delivering import Deliverer
from chalicelib.partners.webhooks.delivering_due import DueDeliveries
from chalicelib.partners.webhooks.model import Endpoint, EndpointState, Event, EventType, Order, Secret, event_id
from chalicelib.partners.webhooks.sending import Sender
from chalicelib.platform.crypto import sm2
from chalicelib.platform.outgoing import Answer, NoAnswer
from chalicelib.wiring import City
from tests.world import NOON, StoppedClock

SECRET = "whsec_" + b64encode(b"k" * 24).decode()
OK = Answer(204, {}, b"")
SAID_NO = Answer(500, {}, b"")

Answers = Callable[[Mapping[str, str], bytes], Answer]


class Receiver:
    """A partner's server: what it was sent, in order, and what it answers (`says` may raise `NoAnswer`)."""

    def __init__(self) -> None:
        self.got: list[tuple[str, Mapping[str, str], bytes]] = []
        self.says: Answers = lambda headers, body: OK

    def post(self, target: Target, headers: Mapping[str, str], body: bytes) -> Answer:
        answer = self.says(headers, body)
        self.got.append((target.host, headers, body))
        return answer

    @property
    def ids(self) -> list[str]:
        """The events that came, in order, with repeats."""
        return [headers["webhook-id"] for _, headers, _ in self.got]

    def counted(self) -> Counter[str]:
        """How often each event came."""
        return Counter(self.ids)


class Registry:
    """Endpoints, without a table of them."""

    def __init__(self) -> None:
        self.known: dict[str, Endpoint] = {}
        self.disabled: list[tuple[str, str]] = []

    def get(self, endpoint_id: str, now: float) -> Endpoint | None:
        return self.known.get(endpoint_id)

    def takers(self) -> list[str]:
        return [name for name, one in self.known.items() if one.state is EndpointState.ACTIVE]

    def disable(self, endpoint_id: str, because: str, now: float) -> None:
        self.disabled.append((endpoint_id, because))
        self.turn(endpoint_id, EndpointState.DISABLED)

    def turn(self, endpoint_id: str, state: EndpointState) -> None:
        self.known[endpoint_id] = replace(self.known[endpoint_id], state=state)


class Scene:
    """A city that delivers, one receiver behind all endpoints, and a clock that a test moves."""

    def __init__(self, city: City, clock: StoppedClock) -> None:
        self.city, self.clock = city, clock
        self.receiver, self.registry = Receiver(), Registry()
        addresses = Addresses(resolve=lambda host, port, **_: [(0, 0, 0, "", ("93.184.216.34", port))])
        self.dice = Random(7)
        self.deliverer = Deliverer(
            city.delivery_store,
            city.webhook_marks,
            city.deliveries,
            self.registry,
            Sender(addresses, self.receiver.post, city.ring),
            dice=self.dice.random,
        )
        self.due = DueDeliveries(
            city.delivery_store, city.deliveries, self.registry.takers, lambda: self.deliverer, lambda: None
        )

    @property
    def deliveries(self) -> Deliveries:
        return self.city.deliveries

    def endpoint(self, name: str = "here", order: Order = Order.NONE, secrets: tuple[Secret, ...] = ()) -> str:
        """Register an endpoint; answers its id."""
        secrets = secrets or (Secret(SECRET),)
        url = f"https://{name}.example/hooks"
        events = frozenset({EventType.KEY_PUBLISHED})
        self.registry.known[name] = Endpoint(name, "client", url, events, secrets, EndpointState.ACTIVE, order)
        return name

    def tell(self, number: int, to: str = "here", group: str = "") -> Delivery:
        """Have an event delivered."""
        return self.deliveries.enqueue(to, event(number), group, self.clock())

    def run(self) -> int:
        """Deliver what is due now."""
        return self.due.run(now=self.clock())

    def after(self, seconds: float) -> int:
        """Deliver what is due some time later."""
        self.clock.advance(seconds)
        return self.run()

    def until_done(self, endpoint: str, stride: float = 30) -> None:
        """Let time pass from one attempt to the next and a little on, until nothing is on its way to an endpoint."""
        for _ in range(100):
            waiting = [one.next_at for one in self.city.delivery_store.pending(endpoint)]
            if not waiting:
                return
            self.after(max(0.0, min(waiting) - self.clock()) + stride)
        raise AssertionError("something is on its way for ever")

    def state(self, delivery: Delivery) -> Delivery:
        """A delivery as it is now."""
        found = self.city.delivery_store.get(delivery.endpoint_id, delivery.delivery_id)
        assert found is not None
        return found

    def outcomes(self, delivery: Delivery) -> list[str]:
        """What its attempts came to."""
        return [one.outcome for one in self.state(delivery).tries]


def event(number: int, at: int = int(NOON)) -> Event:
    """Something that happened."""
    name = event_id(EventType.KEY_PUBLISHED, str(number))
    return Event(name, EventType.KEY_PUBLISHED, at, f"key/{number:08x}", {"kid": f"{number:08x}"})


def verified(headers: Mapping[str, str], body: bytes, *, secret: str = SECRET, key: bytes | None = None) -> bool:
    """Whether a receiver may believe what came: by its secret, and by the city's key where it knows that."""
    text = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    signatures = [one.partition(",")[::2] for one in headers["webhook-signature"].split(" ")]
    mine = b64encode(hmac.digest(b64decode(secret.removeprefix("whsec_")), text, "sha256")).decode()
    if ("v1", mine) not in signatures:
        return False
    return key is None or all(
        sm2.verify(key, text, b64decode(value)) for scheme, value in signatures if scheme == "v1sm2"
    )


def fails(reason: str = "timeout") -> Answers:
    """A receiver that does not answer."""

    def says(*_: Any) -> Answer:
        raise NoAnswer(reason)

    return says


def fails_now_and_then(share: float) -> Answers:
    """A receiver that fails at random: each attempt by itself, and always the same ones whoever comes first."""
    tries = Counter[str]()

    def says(headers: Mapping[str, str], body: bytes) -> Answer:
        name = headers["webhook-id"]
        tries[name] += 1
        return SAID_NO if Random(f"{name} {tries[name]}").random() < share else OK

    return says


def always(answer: Answer) -> Answers:
    """A receiver that has one answer."""
    return lambda headers, body: answer
