"""Events on their way out: each is handed to the delivery once per endpoint that listens.

An event comes from a table's stream at least once, and late or twice as it may be. Its id is made of what happened, and
the delivery takes an id once per endpoint; so whoever dies in between has it done again, and nobody is told twice.
"""

from __future__ import annotations

from collections.abc import Callable

from chalicelib.partners.webhooks.audience import Addressed
from chalicelib.partners.webhooks.directory import Directory
from chalicelib.partners.webhooks.model import Event, Order
from chalicelib.partners.webhooks.neighbours import Deliveries
from chalicelib.platform import telemetry


class Events:
    """Brings events to those whom they concern."""

    def __init__(self, directory: Directory, deliveries: Callable[[], Deliveries]) -> None:
        self._directory = directory
        self._deliveries = deliveries

    def emit(self, addressed: Addressed, *, now: float) -> int:
        """Hand an event to the delivery for each endpoint that listens; answers how many.

        Nobody is told of what happened before they were registered, however late its record comes.
        """
        event = addressed.event
        listeners = self._directory.listeners(event.type, addressed.audience, now=now)
        told = [one for one in listeners if one.since <= event.at]
        for one in told:
            self._deliveries().enqueue(one.endpoint_id, event, group_of(one.order, event), now)
            telemetry.count("EventsEmitted", type=event.type)
        return len(told)


def group_of(order: Order, event: Event) -> str:
    """What an event must not overtake at an endpoint; empty where it may overtake all."""
    return event.subject if order is Order.SUBJECT else ""
