"""Endpoints of clients, and what is on its way to them."""

from __future__ import annotations

from functools import cached_property
from random import SystemRandom
from typing import TYPE_CHECKING

from chalicelib.wiring.watching import Watching

if TYPE_CHECKING:
    from chalicelib.partners.webhooks.deliveries import Deliveries
    from chalicelib.partners.webhooks.deliveries_marks import Marks
    from chalicelib.partners.webhooks.deliveries_store import DeliveryStore
    from chalicelib.partners.webhooks.delivering import Deliverer
    from chalicelib.partners.webhooks.delivering_due import DueDeliveries
    from chalicelib.partners.webhooks.delivering_messages import Messages
    from chalicelib.partners.webhooks.endpoints import Endpoints
    from chalicelib.partners.webhooks.events import Events
    from chalicelib.partners.webhooks.neighbours import Known
    from chalicelib.partners.webhooks.routes import Webhooks as WebhookServices
    from chalicelib.partners.webhooks.sending import Sender
    from chalicelib.partners.webhooks.store import EndpointStore
    from chalicelib.platform.queues import Queue


class Webhooks(Watching):
    """Endpoints of clients, and what is on its way to them."""

    @cached_property
    def endpoint_store(self) -> EndpointStore:
        """The webhooks table."""
        from chalicelib.partners.webhooks.store import EndpointStore

        return EndpointStore(self.fields)

    @cached_property
    def endpoints(self) -> Endpoints:
        """Where clients are told of what."""
        from chalicelib.partners.webhooks.endpoints import Endpoints

        return Endpoints(
            self.endpoint_store,
            known=self._known_client,
            deliveries=lambda: self.deliveries,
            local=self.settings.stage == "local",
        )

    @cached_property
    def webhooks(self) -> WebhookServices:
        """All that clients can do about their endpoints."""
        from chalicelib.partners.webhooks.proving import Proving
        from chalicelib.partners.webhooks.routes import Webhooks as WebhookServices

        proving = Proving(
            self.settings.region,
            endpoints=self.endpoints,
            marks=self.webhook_marks,
            sender=lambda: self.webhook_sender,
        )
        return WebhookServices(self.endpoints, proving, self.deliveries)

    @cached_property
    def events(self) -> Events:
        """Brings events to those whom they concern."""
        from chalicelib.partners.webhooks.directory import Directory
        from chalicelib.partners.webhooks.events import Events
        from chalicelib.partners.webhooks.knowing import RememberedClients

        directory = Directory(self.endpoint_store, RememberedClients(self._known_client))
        return Events(directory, lambda: self.deliveries)

    @cached_property
    def webhook_queue(self) -> Queue | None:
        """What wakes deliveries; without one they are found by their time."""
        from chalicelib.platform.aws import sqs
        from chalicelib.platform.queues import queue

        return queue(self.settings.webhook_queue, lambda: sqs(self.settings))

    @cached_property
    def delivery_store(self) -> DeliveryStore:
        """The table of deliveries."""
        from chalicelib.partners.webhooks.deliveries_store import DeliveryStore

        return DeliveryStore()

    @cached_property
    def webhook_marks(self) -> Marks:
        """How endpoints fare."""
        from chalicelib.partners.webhooks.deliveries_marks import Marks

        return Marks()

    @cached_property
    def deliveries(self) -> Deliveries:
        """What is on its way to endpoints."""
        from chalicelib.partners.webhooks.deliveries import Deliveries

        region = self.settings.region
        return Deliveries(self.delivery_store, self.webhook_marks, lambda: self.webhook_queue, region=region)

    @cached_property
    def webhook_sender(self) -> Sender:
        """Sends a message to an endpoint, once."""
        from chalicelib.partners.webhooks.addresses import Addresses
        from chalicelib.partners.webhooks.sending import Sender
        from chalicelib.partners.webhooks.sending_wire import Wire

        private = self.settings.stage == "local" or self.settings.webhook_private
        return Sender(Addresses(private=private), Wire().post, self.ring)

    @cached_property
    def deliverer(self) -> Deliverer:
        """Makes attempts to deliver."""
        from chalicelib.partners.webhooks.delivering import Deliverer

        return Deliverer(
            self.delivery_store,
            self.webhook_marks,
            self.deliveries,
            self.endpoints,
            self.webhook_sender,
            dice=SystemRandom().random,
        )

    @cached_property
    def webhook_messages(self) -> Messages:
        """Handles what comes out of the queues."""
        from chalicelib.partners.webhooks.delivering_messages import Messages

        return Messages(lambda: self.deliverer, lambda: self.webhook_queue, self.clock)

    @cached_property
    def due_deliveries(self) -> DueDeliveries:
        """Has tried what is due and nobody woke."""
        from chalicelib.partners.webhooks.delivering_due import DueDeliveries

        return DueDeliveries(
            self.delivery_store,
            self.deliveries,
            self.endpoint_store.takers,
            lambda: self.deliverer,
            lambda: self.webhook_queue,
        )

    def _known_client(self, client_id: str) -> Known | None:
        """A client as the registry of endpoints needs to know it."""
        from chalicelib.partners.webhooks.neighbours import Known

        client = self.clients.get(client_id)
        return None if client is None else Known(client.kind, client.scopes, client.is_active)
