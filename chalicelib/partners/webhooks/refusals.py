"""Why an endpoint is not registered, not changed, or not believed."""

from __future__ import annotations

from chalicelib.platform.http.refusals import (
    Conflict,
    Forbidden,
    NotFound,
    Refusal,
    TooManyRequests,
    Unavailable,
    Unprocessable,
)


class WebhookNotFound(NotFound):
    """There is no such endpoint, or it is another client's. It is not said which."""

    code = "webhook_not_found"
    title = "You have no such webhook"
    detail = "Use a `webhook_id` from GET /v1/webhooks."


class WebhookUrlUnfit(Unprocessable):
    """Nothing personal or secret is sent to such an address, or it is none."""

    code = "webhook_url_unfit"
    title = "Events cannot be sent to this address"
    detail = "Send an https address with a host and no user name, password or fragment; `because` names what is wrong."


class EventNotForClient(Forbidden):
    """The client may not know of what it wants to be told of."""

    code = "event_not_for_client"
    title = "The client may not be told of these events"
    detail = "Leave out the types in `events`, or ask the operator for what each needs (docs/webhooks.md)."


class TooManyWebhooks(Conflict):
    """One client has a few endpoints, and not one for everything that happens."""

    code = "too_many_webhooks"
    title = "The client has as many webhooks as it may have"
    detail = "Delete one, or subscribe one to more types; `limit` says how many there may be."


class WebhookStateForbids(Conflict):
    """The endpoint is not in a state in which this can be done."""

    code = "webhook_state_forbids"
    title = "The webhook is not in a state for this"
    detail = "Have a pending or disabled one challenged, resume a paused one; `state` says what it is in."


class WebhookContended(Unavailable):
    """Others were changing the same endpoint all the time."""

    code = "webhook_contended"
    title = "The webhook is being changed by others at this moment"
    detail = "Send the same request again after the seconds given in Retry-After; nothing was lost."


class ChallengedTooSoon(TooManyRequests):
    """A challenge goes to an address that has not proven anything yet, so it goes there rarely."""

    code = "challenged_too_soon"
    title = "The address was challenged a moment ago"
    detail = "Ask again after the seconds given in Retry-After."


class ChallengeFailed(Unprocessable):
    """The receiver did not answer, or not as somebody does who expects our events."""

    code = "challenge_failed"
    title = "The address did not answer the challenge"
    detail = (
        "Answer the event webhook.challenge with a 2xx status and its `data.challenge`, as text or as JSON "
        '{"challenge": …}; `outcome` says what came instead.'
    )


class DeliveryNotFound(NotFound):
    """The endpoint has no such delivery, or not any more: they are kept for thirty days."""

    code = "delivery_not_found"
    title = "This webhook has no such delivery"
    detail = "Use a `delivery_id` from the deliveries of the webhook."


CHANGING: tuple[type[Refusal], ...] = (WebhookNotFound, WebhookContended)
