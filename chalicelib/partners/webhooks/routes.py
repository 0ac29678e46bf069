"""Endpoints over HTTP: register, have challenged, read, change, pause, rotate the secret of, delete."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from chalicelib.partners.webhooks.delivery_routes import delivery_operations
from chalicelib.partners.webhooks.endpoints import Endpoints, Wish
from chalicelib.partners.webhooks.model import EndpointState
from chalicelib.partners.webhooks.proving import Proving
from chalicelib.partners.webhooks.refusals import (
    CHANGING,
    ChallengedTooSoon,
    ChallengeFailed,
    EventNotForClient,
    TooManyWebhooks,
    WebhookNotFound,
    WebhookStateForbids,
    WebhookUrlUnfit,
)
from chalicelib.partners.webhooks.shapes import (
    NewSecret,
    RegisteredWebhook,
    RegisterWebhook,
    ShownWebhook,
    ShownWebhooks,
    Subscribe,
    old_secret_until,
    registered,
    shown,
)
from chalicelib.platform.http.operation import Api, Call, Front
from chalicelib.platform.http.refusals import StorageUnavailable

if TYPE_CHECKING:
    from chalicelib.partners.webhooks.deliveries import Deliveries

SCOPE = "webhook:write"
ONE = "/v1/webhooks/{webhook_id}"


class Webhooks(NamedTuple):
    """The services of this room."""

    endpoints: Endpoints
    proving: Proving
    deliveries: Deliveries


def api(webhooks: Callable[[], Webhooks], front: Front) -> Api:
    """The operations of this room."""
    api = front("webhooks")
    _registering(api, webhooks)
    _reading(api, webhooks)
    _changing(api, webhooks)
    _pausing(api, webhooks)
    delivery_operations(api, webhooks)
    return api


def _registering(api: Api, webhooks: Callable[[], Webhooks]) -> None:
    """Making an endpoint, until it hears."""

    @api.operation(
        "POST",
        "/v1/webhooks",
        summary="Register an address that is told of events",
        body=RegisterWebhook,
        answer=RegisteredWebhook,
        status=201,
        needs=SCOPE,
        refusals=(WebhookUrlUnfit, EventNotForClient, TooManyWebhooks, *CHANGING, StorageUnavailable),
        creates=True,
    )
    def register_webhook(call: Call[RegisterWebhook]) -> RegisteredWebhook:
        body = call.body
        wish = Wish(body.url, frozenset(body.events), body.order)
        endpoint = webhooks().endpoints.register(call.principal.subject, wish, call.creation, now=call.now)
        secret = endpoint.secrets[0] if endpoint.state is EndpointState.PENDING else None
        return registered(endpoint, secret, call.now)

    @api.operation(
        "POST",
        f"{ONE}/challenge",
        summary="Have the address prove that it expects events",
        answer=ShownWebhook,
        needs=SCOPE,
        refusals=(*CHANGING, WebhookStateForbids, ChallengedTooSoon, ChallengeFailed, StorageUnavailable),
    )
    def challenge_webhook(call: Call[None]) -> ShownWebhook:
        webhook_id = call.path["webhook_id"]
        return shown(webhooks().proving.challenge(call.principal.subject, webhook_id, now=call.now), call.now)


def _reading(api: Api, webhooks: Callable[[], Webhooks]) -> None:
    """What a client has."""

    @api.operation(
        "GET",
        "/v1/webhooks",
        summary="My webhooks",
        answer=ShownWebhooks,
        needs=SCOPE,
        refusals=(StorageUnavailable,),
    )
    def list_webhooks(call: Call[None]) -> ShownWebhooks:
        own = webhooks().endpoints.of(call.principal.subject, now=call.now)
        return ShownWebhooks([shown(one, call.now) for one in own])

    @api.operation(
        "GET",
        ONE,
        summary="A webhook of mine",
        answer=ShownWebhook,
        needs=SCOPE,
        refusals=(WebhookNotFound, StorageUnavailable),
    )
    def get_webhook(call: Call[None]) -> ShownWebhook:
        one = webhooks().endpoints.mine(call.principal.subject, call.path["webhook_id"], now=call.now)
        return shown(one, call.now)


def _changing(api: Api, webhooks: Callable[[], Webhooks]) -> None:
    """What is told, and signed with what."""

    @api.operation(
        "POST",
        f"{ONE}/events",
        summary="Have a webhook told of other events",
        body=Subscribe,
        answer=ShownWebhook,
        needs=SCOPE,
        refusals=(EventNotForClient, *CHANGING, StorageUnavailable),
    )
    def subscribe_webhook(call: Call[Subscribe]) -> ShownWebhook:
        client, webhook_id, events = call.principal.subject, call.path["webhook_id"], frozenset(call.body.events)
        endpoints = webhooks().endpoints
        return shown(endpoints.subscribe(client, webhook_id, events, call.body.order, now=call.now), call.now)

    @api.operation(
        "POST",
        f"{ONE}/secrets",
        summary="Give a webhook a new secret",
        answer=NewSecret,
        status=201,
        needs=SCOPE,
        refusals=(*CHANGING, StorageUnavailable),
        creates=True,
    )
    def rotate_webhook_secret(call: Call[None]) -> NewSecret:
        client, webhook_id = call.principal.subject, call.path["webhook_id"]
        endpoint, secret = webhooks().endpoints.rotate(client, webhook_id, call.creation, now=call.now)
        return NewSecret(secret.text, old_secret_until(endpoint, call.now))


def _pausing(api: Api, webhooks: Callable[[], Webhooks]) -> None:
    """Whether anything is told."""

    @api.operation(
        "POST",
        f"{ONE}/pause",
        summary="Hold back what a webhook would be told",
        answer=ShownWebhook,
        needs=SCOPE,
        refusals=(WebhookStateForbids, *CHANGING, StorageUnavailable),
    )
    def pause_webhook(call: Call[None]) -> ShownWebhook:
        endpoints = webhooks().endpoints
        return shown(endpoints.pause(call.principal.subject, call.path["webhook_id"], now=call.now), call.now)

    @api.operation(
        "POST",
        f"{ONE}/resumption",
        summary="Tell a webhook again, first what was held back",
        answer=ShownWebhook,
        needs=SCOPE,
        refusals=(WebhookStateForbids, *CHANGING, StorageUnavailable),
    )
    def resume_webhook(call: Call[None]) -> ShownWebhook:
        endpoints = webhooks().endpoints
        return shown(endpoints.resume(call.principal.subject, call.path["webhook_id"], now=call.now), call.now)

    @api.operation(
        "DELETE",
        ONE,
        summary="Delete a webhook, and what is on its way to it",
        answer=ShownWebhook,
        needs=SCOPE,
        refusals=(WebhookNotFound, StorageUnavailable),
    )
    def delete_webhook(call: Call[None]) -> ShownWebhook:
        endpoints = webhooks().endpoints
        return shown(endpoints.delete(call.principal.subject, call.path["webhook_id"], now=call.now), call.now)
