"""Whom an event concerns: one client, or everybody who wants to know. Values only."""

from __future__ import annotations

from typing import NamedTuple

from chalicelib.partners.webhooks.model import Event


class Audience(NamedTuple):
    """Those who are told, if they subscribed: the client named, or all where none is."""

    client_id: str | None


EVERYONE = Audience(None)


def own(client_id: str) -> Audience:
    """A client alone."""
    return Audience(client_id)


class Addressed(NamedTuple):
    """An event, and whom it concerns."""

    event: Event
    audience: Audience
