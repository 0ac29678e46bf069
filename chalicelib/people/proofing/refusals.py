"""Why nobody can be proven to be who they say, at least not now."""

from __future__ import annotations

from chalicelib.platform.http.refusals import (
    Conflict,
    NotFound,
    TooManyRequests,
    Unauthorized,
    Unavailable,
    Unprocessable,
)
from chalicelib.platform.times import rfc3339


class TooManyAttempts(TooManyRequests):
    """With this document, or from this device, it was tried in vain too often. Whether anybody has the document, or
    which of the two it was, is not said."""

    code = "too_many_attempts"
    title = "There were too many attempts"
    detail = "Wait until `retry_at`; check name and number meanwhile, or go to a service desk with the document."

    def __init__(self, *, retry_at: int = 0, now: int = 0) -> None:
        super().__init__(retry_after_s=retry_at - now, retry_at=rfc3339(retry_at))


class IdentityProviderUnavailable(Unavailable):
    """Those who know people are down, slow, or answer in no way that can be read."""

    code = "identity_provider_unavailable"
    title = "Identities cannot be checked right now"
    detail = "Send the same request again after the seconds given in Retry-After; nothing was changed."


class IdentityProviderUntrusted(Unavailable):
    """Somebody answers in the place of those who know people, and cannot show that they are."""

    code = "identity_provider_untrusted"
    title = "The answer about this identity cannot be trusted"
    detail = "Try again later; nothing was changed. Operators: compare YIMA_IDENTITY_PROVIDER_KEY with the provider's."


class ChannelUnknown(Unprocessable):
    """Nobody comes through this channel here."""

    code = "channel_unknown"
    title = "This channel is not known here"
    detail = "Use one of the channels in `known`, or log in with a document."


class ChannelCodeInvalid(Unauthorized):
    """The app does not know this code, has seen it before, or does not let this account in."""

    code = "channel_code_invalid"
    title = "The code of the app is not valid"
    detail = "Ask the app for a new code and send it at once; a code is good for one use within five minutes."


class ChannelBoundElsewhere(Conflict):
    """The account belongs to somebody else's record. One account is one person."""

    code = "channel_bound_elsewhere"
    title = "This account is bound to another person"
    detail = "Let the other person remove it at DELETE /v1/channels/{channel_id}, or use another account."


class ChannelNotBound(NotFound):
    """The account opens nobody's session, or is not among those of the person who asks."""

    code = "channel_not_bound"
    title = "This account is not bound to you"
    detail = "Log in with a document and a `liveness_token`, and bind the account with a new code of the app."


class ChannelUnavailable(Unavailable):
    """The app cannot be asked, asks for patience, or answers in no way that can be read."""

    code = "channel_unavailable"
    title = "The app cannot be asked right now"
    detail = "Send a new code of the app after the seconds given in Retry-After, or log in with a document."


CHANNEL = (ChannelUnknown, ChannelCodeInvalid, ChannelUnavailable)
"""Whenever a channel's code is looked at."""
