"""Addresses that events may be sent to, by their form. Where a name leads is looked at when something is sent."""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit

from chalicelib.partners.webhooks.refusals import WebhookUrlUnfit
from chalicelib.platform.addresses import LOOPBACK

LONGEST_URL = 500


def fit_url(text: str, *, local: bool) -> str:
    """The address as it was sent; raises `WebhookUrlUnfit`. In the `local` emulation http to this machine will do."""
    because = _unfit(text, local=local)
    if because:
        raise WebhookUrlUnfit(because=because)
    return text


def _unfit(text: str, *, local: bool) -> str:
    """What is wrong with an address; empty where nothing is."""
    if not text.isascii() or any(character <= " " or character in '\x7f\\"<>^`{|}' for character in text):
        return "characters"
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError:
        return "malformed"
    if not host or port == 0:
        return "host"
    return _unfit_parts(parts, local=local and host in LOOPBACK)


def _unfit_parts(parts: SplitResult, *, local: bool) -> str:
    """What is wrong with the parts of an address."""
    if parts.scheme != "https" and not (local and parts.scheme == "http"):
        return "scheme"
    if "@" in parts.netloc:
        return "credentials"
    return "fragment" if parts.fragment else ""
