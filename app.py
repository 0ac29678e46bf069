"""The API function: builds the Chalice app and registers blueprints, nothing else."""

from __future__ import annotations

import os
from functools import partial
from typing import Any

from chalice.app import Chalice

from chalicelib.codes import routes as codes
from chalicelib.codes import verify_routes as verifications
from chalicelib.partners import routes as partners
from chalicelib.people.sessions import routes as sessions
from chalicelib.platform.http import routes as description
from chalicelib.platform.http.operation import Api, Front
from chalicelib.trust import routes as trust
from chalicelib.wiring import City, city

PACKAGING = "AWS_CHALICE_CLI_MODE"
"""Set by chalice where it reads which routes and functions there are, and never where it runs one."""


def _front(here: City) -> Front:
    """How every room is opened: one clock, one authenticator for tokens, one for signatures, one log of officers."""
    return partial(
        Api,
        clock=here.clock,
        authenticator=here.tokens,
        office_log=lambda: here.office_log,
        signed=lambda: here.signed_requests,
    )


def first_rooms(here: City) -> list[Api]:
    """The operations by which somebody comes to a code, shows it, and has it verified."""
    front = _front(here)
    return [
        codes.api(
            here.issuer,
            lambda: here.scans,
            front,
            entitled=here.entitled_to_codes,
            dependants=lambda: here.dependant_codes,
        ),
        verifications.api(
            here.verifier,
            lambda: here.card_verifier,
            lambda: here.document_verifier,
            front,
            telling=here.telling,
            refused=lambda: here.refused_scans,
        ),
        sessions.api(
            lambda: here.sessions, lambda: here.channel_sessions, lambda: here.refreshing, lambda: here.devices, front
        ),
        partners.api(lambda: here.granting, front),
        trust.api(lambda: here.key_store, front),
    ]


def other_rooms(here: City) -> list[Api]:
    """All other operations; a cold start before a code owes their import nothing."""
    from chalicelib.accounts import retention_routes as retention
    from chalicelib.accounts import routes as accounts
    from chalicelib.codes.cards import routes as cards
    from chalicelib.codes.paper import routes as papers
    from chalicelib.desk import routes as desk
    from chalicelib.partners.clients import routes as clients
    from chalicelib.partners.consents import ask_routes as consent_requests
    from chalicelib.partners.consents import routes as consents
    from chalicelib.partners.disclosures import routes as disclosures
    from chalicelib.partners.imports import routes as imports
    from chalicelib.partners.office_log import routes as office_log
    from chalicelib.partners.terminals import routes as terminals
    from chalicelib.partners.watching import routes as watching
    from chalicelib.partners.webhooks import routes as webhooks
    from chalicelib.people import notices_routes as notices
    from chalicelib.people.family import routes as family
    from chalicelib.people.proofing import channel_routes as channels
    from chalicelib.people.tags import routes as tags
    from chalicelib.status import routes as status
    from chalicelib.status.appeals import review_routes as reviews
    from chalicelib.status.appeals import routes as appeals
    from chalicelib.status.evidence import routes as evidence
    from chalicelib.status.overrides import routes as overrides
    from chalicelib.status.policy import routes as policies
    from chalicelib.trust.status_lists import routes as status_lists

    front = _front(here)
    return [
        status.api(lambda: here.explanations, front),
        notices.api(lambda: here.notices, front),
        cards.api(lambda: here.cards, front),
        papers.api(lambda: here.papers, here.acting_for, here.settings.specimen, front),
        evidence.api(lambda: here.reports, lambda: here.batch_reports, front),
        overrides.api(
            lambda: here.override_proposals,
            lambda: here.override_decisions,
            lambda: here.override_reader,
            lambda: here.officers,
            front,
        ),
        reviews.api(lambda: here.appeals, front),
        appeals.api(lambda: here.appeals, front),
        family.api(lambda: here.family, front),
        channels.api(lambda: here.channel_accounts, front),
        tags.api(lambda: here.tags, front),
        policies.api(lambda: here.policy_office, front),
        status_lists.api(lambda: here.status_lists, front),
        desk.api(lambda: here.desk, lambda holder, now: here.residents.masked_name(holder, now=now), front),
        clients.api(lambda: here.client_office, lambda: here.client_credentials, front),
        terminals.api(lambda: here.terminals, front),
        retention.api(lambda: here.retention, lambda: here.officers, front),
        office_log.api(lambda: here.office_log, lambda: here.officers, front),
        watching.api(lambda: here.alerts, lambda: here.officers, front),
        consent_requests.api(lambda: here.consents, front),
        consents.api(lambda: here.consents, front),
        disclosures.api(lambda: here.disclosures, front),
        webhooks.api(lambda: here.webhooks, front),
        imports.api(lambda: here.imports, front),
        accounts.api(lambda: here.leaving, lambda: here.export, lambda: here.corrections, front),
    ]


def rooms(here: City) -> list[Api]:
    """Every room's operations, the description of all of them last."""
    first = first_rooms(here)
    return [*first, *_rooms_beside(first, here)]


def _rooms_beside(first: list[Api], here: City) -> list[Api]:
    """The rooms beside those, and the description of all."""
    others = other_rooms(here)
    operations = [operation for room in (*first, *others) for operation in room.operations]
    front = _front(here)
    return [*others, description.api(operations, front)]


def _register(app: Chalice, rooms: list[Api]) -> None:
    """Open rooms to requests."""
    app.api.binary_types.clear()  # every answer is text; else each is compared with sixteen media types
    for room in rooms:
        app.register_blueprint(room.blueprint)


def build_app(here: City, chalice_class: type[Chalice] = Chalice) -> Chalice:
    """The whole API of a city, and its functions. The emulation's Chalice keeps concurrent requests apart."""
    from functions import (
        apply_due_changes,
        apply_overrides,
        change_keys,
        close_accounts,
        continue_imports,
        deliver_webhooks,
        emit_alert_events,
        emit_appeal_events,
        emit_carrier_events,
        emit_consent_events,
        emit_import_events,
        emit_key_events,
        emit_scan_events,
        emit_status_events,
        follow_appeals,
        follow_assistances,
        follow_clients,
        follow_consents,
        follow_delegations,
        follow_tags,
        judge_watching,
        log_scans,
        publish_status_lists,
        recompute_statuses,
        retry_webhooks,
        revoke_carriers,
        rotate_keys,
        run_imports,
        run_sweeps,
        sweep_imports,
        sweep_retention,
        tell_changes,
        wake_webhooks,
        watch_appeals,
        watch_refusals,
        watch_scans,
    )

    app = chalice_class(app_name="yima")
    _register(app, rooms(here))
    for function in (
        rotate_keys,
        change_keys,
        log_scans,
        recompute_statuses,
        apply_due_changes,
        apply_overrides,
        follow_appeals,
        follow_delegations,
        follow_tags,
        follow_assistances,
        follow_consents,
        close_accounts,
        watch_appeals,
        run_sweeps,
        tell_changes,
        revoke_carriers,
        publish_status_lists,
        sweep_retention,
        watch_scans,
        watch_refusals,
        judge_watching,
        deliver_webhooks,
        wake_webhooks,
        retry_webhooks,
        run_imports,
        continue_imports,
        sweep_imports,
        follow_clients,
        emit_scan_events,
        emit_status_events,
        emit_consent_events,
        emit_appeal_events,
        emit_carrier_events,
        emit_key_events,
        emit_alert_events,
        emit_import_events,
    ):
        app.register_blueprint(function.blueprint)
    return app


class QuickToStart(Chalice):
    """The same API as Lambda runs it: the first rooms are open at once, the others with the first request for one."""

    def __init__(self, here: City) -> None:
        super().__init__(app_name="yima")
        self._here = here
        self._first = first_rooms(here)
        self._whole = False
        _register(self, self._first)

    def __call__(self, event: dict[str, Any], context: Any) -> dict[str, Any]:
        """Answer a request."""
        if not self._whole and event.get("requestContext", {}).get("resourcePath") not in self.routes:
            _register(self, _rooms_beside(self._first, self._here))
            self._whole = True
        return super().__call__(event, context)


app = build_app(city()) if PACKAGING in os.environ else QuickToStart(city())
