"""Endpoints of clients, and what is on its way to them."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.wiring.watching import Watching

if TYPE_CHECKING:
    from chalicelib.partners.webhooks.deliveries import Deliveries
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

        region = self.settings.region
        proving = Proving(region, endpoints=self.endpoints, sender=lambda: self.webhook_sender)
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
        return None

    @cached_property
    def deliveries(self) -> Deliveries:
        """What is on its way to endpoints."""
        from chalicelib.partners.webhooks.deliveries import Deliveries
        from chalicelib.partners.webhooks.deliveries_marks import Marks
        from chalicelib.partners.webhooks.deliveries_store import DeliveryStore

        return Deliveries(DeliveryStore(), Marks(), lambda: self.webhook_queue, region=self.settings.region)

    @cached_property
    def webhook_sender(self) -> Sender:
        """Sends a message to an endpoint, once."""
        from chalicelib.partners.webhooks.addresses import Addresses
        from chalicelib.partners.webhooks.sending import Sender
        from chalicelib.partners.webhooks.sending_wire import Wire

        addresses = Addresses(private=self.settings.stage == "local")
        return Sender(addresses, Wire().post, self.ring)

    def _known_client(self, client_id: str) -> Known | None:
        """A client as the registry of endpoints needs to know it."""
        from chalicelib.partners.webhooks.neighbours import Known

        client = self.clients.get(client_id)
        return None if client is None else Known(client.kind, client.scopes, client.is_active)
