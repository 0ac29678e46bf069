"""Secrets of endpoints: made here, and taking over from one another. Values in, values out."""

from __future__ import annotations

from base64 import b64encode

from chalicelib.partners.webhooks.model import Secret

SECRET_BYTES = 32
PREFIX = "whsec_"
OVERLAP_S = 24 * 3600
"""How long an old secret signs beside the new one: a day to bring the new one to every receiver."""


def new_secret(entropy: bytes, *, made_for: str) -> Secret:
    """A secret as Standard Webhooks writes it."""
    return Secret(PREFIX + b64encode(entropy).decode(), made_for=made_for)


def rotated(secrets: tuple[Secret, ...], new: Secret, *, now: int) -> tuple[Secret, ...]:
    """The secrets after a new one: it and the one before, for a day. So two sign at the most, and whoever fears for
    the old one as well rotates twice."""
    before = secrets[0]
    until = now + OVERLAP_S
    return new, before._replace(until=until if before.until is None else min(before.until, until))


def made_for(secrets: tuple[Secret, ...], wish: str) -> Secret | None:
    """The secret that a wish has brought already, None where it is a new wish."""
    return next((secret for secret in secrets if secret.made_for == wish), None)
