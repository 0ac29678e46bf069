"""Why nobody can be proven to be who they say, at least not now."""

from __future__ import annotations

from chalicelib.platform.http.refusals import TooManyRequests, Unavailable
from chalicelib.platform.times import rfc3339


class TooManyAttempts(TooManyRequests):
    """With this document, or from this device, it was tried in vain too often. Whether anybody has the document, or
    which of the two it was, is not said."""

    code = "too_many_attempts"
    title = "There were too many attempts"
    detail = "Wait until `retry_at`; check name and number meanwhile, or go to a service desk with the document."

    def __init__(self, *, retry_at: int, now: int) -> None:
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
