"""What the streams of tables tell as events: one emitter per stream."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.wiring.webhooks import Webhooks

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from chalicelib.partners.consents.model import Consent
    from chalicelib.partners.webhooks.emitting.emitter import Emitter, Read
    from chalicelib.trust.model import KeyRecord
    from chalicelib.trust.trust_list import TrustList


class Emitting(Webhooks):
    """What the streams of tables tell as events."""

    @cached_property
    def scan_emitter(self) -> Emitter:
        """Tells of accepted scans."""
        from chalicelib.partners.webhooks.emitting.scans import scan_events

        return self._emitter("emit_scan_events", lambda change, now: scan_events(change, self._hidden(now)))

    @cached_property
    def status_emitter(self) -> Emitter:
        """Tells of changes of colour to those who may watch it."""
        from chalicelib.partners.webhooks.emitting.statuses import status_events

        def watching(holder: str, now: float) -> list[Consent]:
            return self.consents.watching_colour(holder, now)

        return self._emitter(
            "emit_status_events", lambda change, now: status_events(change, watching, self._hidden(now), now=now)
        )

    @cached_property
    def consent_emitter(self) -> Emitter:
        """Tells of consents."""
        from chalicelib.partners.webhooks.emitting.consents import consent_events

        return self._emitter("emit_consent_events", lambda change, now: consent_events(change))

    @cached_property
    def appeal_emitter(self) -> Emitter:
        """Tells of appeals."""
        from chalicelib.partners.webhooks.emitting.appeals import appeal_events

        return self._emitter("emit_appeal_events", lambda change, now: appeal_events(change))

    @cached_property
    def carrier_emitter(self) -> Emitter:
        """Tells of revoked papers."""
        from chalicelib.partners.webhooks.emitting.carriers import carrier_events

        lists = self.status_lists
        return self._emitter("emit_carrier_events", lambda change, now: carrier_events(change, lists.last_revoked))

    @cached_property
    def key_emitter(self) -> Emitter:
        """Tells of keys on the trust list."""
        from chalicelib.partners.webhooks.emitting.keys import key_events

        return self._emitter("emit_key_events", lambda change, now: key_events(change, self._published, now=now))

    @cached_property
    def alert_emitter(self) -> Emitter:
        """Tells of alerts."""
        from chalicelib.partners.webhooks.emitting.alerts import alert_events

        return self._emitter("emit_alert_events", lambda change, now: alert_events(change))

    @cached_property
    def import_emitter(self) -> Emitter:
        """Tells of files that were read to their end."""
        from chalicelib.partners.webhooks.emitting.imports import import_events

        return self._emitter("emit_import_events", lambda change, now: import_events(change))

    def _emitter(self, function: str, read: Read) -> Emitter:
        """What a function tells."""
        from chalicelib.partners.webhooks.emitting.emitter import Emitter

        return Emitter(function, read, lambda: self.events)

    def _hidden(self, now: float) -> Callable[..., str]:
        """Names for what must not be named."""
        return lambda *parts: self.fields.blind_index(*parts, now=now)

    def _published(self) -> tuple[TrustList, Collection[KeyRecord]] | None:
        """The trust list as it is up, and the city's keys."""
        from chalicelib.trust.trust_list import read_list

        text = self.key_store.published()
        return (read_list(text), self.key_store.records()) if text else None
