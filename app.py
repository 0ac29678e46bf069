"""The API function: builds the Chalice app and registers blueprints, nothing else."""

from __future__ import annotations

from functools import partial

from chalice.app import Chalice

from chalicelib.codes import routes as codes
from chalicelib.partners import routes as partners
from chalicelib.people import routes as people
from chalicelib.platform.http import routes as description
from chalicelib.platform.http.operation import Api
from chalicelib.status import routes as status
from chalicelib.status.appeals import review_routes as reviews
from chalicelib.status.appeals import routes as appeals
from chalicelib.status.evidence import routes as evidence
from chalicelib.status.overrides import routes as overrides
from chalicelib.status.policy import routes as policies
from chalicelib.trust import routes as trust
from chalicelib.wiring import City, city
from functions import (
    apply_due_changes,
    apply_overrides,
    change_keys,
    follow_appeals,
    log_scans,
    recompute_statuses,
    rotate_keys,
    run_sweeps,
    tell_changes,
    watch_appeals,
)


def rooms(here: City) -> list[Api]:
    """Every room's operations, the description of all of them last."""
    front = partial(Api, clock=here.clock, authenticator=here.tokens)
    served = [
        codes.api(here.issuer, here.verifier, lambda: here.scans, front),
        people.api(lambda: here.sessions, front),
        partners.api(lambda: here.clients, front),
        status.api(lambda: here.explanations, front),
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
        policies.api(lambda: here.policy_office, front),
        trust.api(lambda: here.key_store, front),
    ]
    operations = [operation for room in served for operation in room.operations]
    return [*served, description.api(operations, front)]


def build_app(here: City, chalice_class: type[Chalice] = Chalice) -> Chalice:
    """The API of a city. The local emulation passes a Chalice that keeps concurrent requests apart."""
    app = chalice_class(app_name="yima")
    app.api.binary_types.clear()  # every answer is text; else each is compared with sixteen media types
    for room in rooms(here):
        app.register_blueprint(room.blueprint)
    for function in (
        rotate_keys,
        change_keys,
        log_scans,
        recompute_statuses,
        apply_due_changes,
        apply_overrides,
        follow_appeals,
        watch_appeals,
        run_sweeps,
        tell_changes,
    ):
        app.register_blueprint(function.blueprint)
    return app


app = build_app(city())
